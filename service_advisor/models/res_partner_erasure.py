from dateutil.relativedelta import relativedelta
from markupsafe import Markup, escape
from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

# Texts of the contact that say nothing of the person, or that Odoo needs.
KEPT_TEXTS = {"lang", "tz", "name", "complete_name", "type", "company_type"}
# Signed evidence with a fingerprint: kept as it is as long as its order must be kept.
EVIDENCE = (
    "service.proposal",
    "service.proposal.line",
    "service.handover",
    "service.certificate",
    "service.record.upload",
)
# A shorter Latin word may be part of any other one: it is replaced where it stands alone.
SHORTEST = 4


class ResPartner(models.Model):
    """A person is erased on request; what the law makes the shop keep stays without them."""

    _inherit = "res.partner"

    def _check_can_erase(self):
        """Hook: raise a UserError where something with this person is still open."""
        self.ensure_one()
        if self.with_context(active_test=False).user_ids.filtered(lambda user: not user.share):
            raise UserError(
                self.env._("This is the contact of a user of the house. Ask an administrator.")
            )
        orders = self.env["service.order"].search(
            [("partner_id", "=", self.id), ("state", "not in", ("closed", "cancelled"))]
        )
        invoices = self.env["account.move"].search(
            [
                ("partner_id", "=", self.id),
                ("state", "!=", "cancel"),
                ("move_type", "!=", "entry"),
                "|",
                ("state", "=", "draft"),
                ("amount_residual", "!=", 0),
            ]
        )
        if orders or invoices:
            raise UserError(
                self.env._(
                    "The customer can not be erased yet: %(open)s is not finished or not paid. "
                    "Close it first.",
                    open=", ".join([*orders.mapped("name"), *invoices.mapped("display_name")]),
                )
            )

    def _erase_personal_data(self):
        """Hook: erase this person and return the lines of the certificate, a list of values of
        ``service.privacy.line``.

        Called with all rights, once :meth:`_check_can_erase` has found nothing. Erasing somebody
        who is erased changes nothing. Addons erase their own first: afterwards the words to look
        for are gone.
        """
        self.ensure_one()
        if self.service_erased_at:
            return []
        self = self.with_context(tracking_disable=True, active_test=False)
        words = self._get_personal_words()
        orders = self.env["service.order"].search([("partner_id", "=", self.id)])
        kept, until = self._split_kept(orders)
        of_all = self._get_personal_records(orders)
        of_kept = self._get_personal_records_of(kept, of_all)
        lines = self._get_kept_lines(kept, until)
        lines += self._erase_consents()
        lines += self._erase_files(of_all, of_kept)
        lines += self._erase_texts(of_all, of_kept, words)
        lines += self._erase_messages(of_all, words)
        lines += self._erase_user()
        lines += self._erase_contact()
        return [*lines, self._erase_changes(orders, words)]

    def _erased(self, subject, count):
        """Return the values of a line of the certificate about what was erased."""
        return {"kind": "erased", "subject": subject, "count": count}

    def _get_erased_mark(self):
        """Return what stands where the person stood."""
        return f"Erased customer #{self.id}"

    def _get_personal_words(self):
        """Return the words by which this person is found in texts, the longest first."""
        texts = {
            self[name]
            for name in ("name", "phone", "phone_sanitized", "email", "email_normalized", "street",
                         "street2", "vat")
            if name in self._fields
        }
        texts |= {str(escape(text)) for text in texts if text}  # as it stands in HTML
        return sorted(filter(None, texts), key=len, reverse=True)

    def _split_kept(self, orders):
        """Return the orders that the law makes their companies keep, and until when at most."""
        today, kept, until = fields.Date.today(), orders.browse(), False
        for order in orders:
            moment = order.closed_at or order.delivered_at or order.create_date
            end = moment.date() + relativedelta(years=order.company_id.service_retention_years)
            if end > today:
                kept, until = kept | order, max(until or end, end)
        return kept, until

    def _get_personal_records_of(self, kept, of_all):
        """Return ``{model: ids}`` of those of ``of_all`` that hang on the ``kept`` orders."""
        nobody = self.browse()
        of_kept = nobody._get_personal_records(kept)
        return {name: of_kept.get(name, set()) & ids for name, ids in of_all.items()}

    def _get_kept_lines(self, kept, until):
        lines, today = [], fields.Date.today()
        invoices = self.env["account.move"]._read_group(
            [("partner_id", "=", self.id), ("state", "=", "posted")],
            ["company_id"],
            ["__count", "date:max"],
        )
        if kept:
            lines.append({"subject": "orders", "count": len(kept), "reason": "repair"})
            lines.append({"subject": "evidence", "count": len(kept), "reason": "repair"})
            lines = [line | {"until": until} for line in lines]
        for company, count, last in invoices:
            end = last + relativedelta(years=company.service_retention_years)
            line = {"subject": "invoices", "count": count, "reason": "tax"}
            lines.append(line | {"until": max(end, today)})
        return [line | {"kind": "kept"} for line in lines]

    # ---- erased ---------------------------------------------------------------------------

    def _erase_consents(self):
        """Let only the answers stand, without the customer's words and scans."""
        consents = self.service_consent_ids.filtered(lambda c: c.evidence or c.scan)
        consents._erase_evidence()
        return [self._erased("consents", len(consents))] if consents else []

    def _erase_files(self, of_all, of_kept):
        """Delete the files of what need not be kept."""
        beyond = {name: ids - of_kept.get(name, set()) for name, ids in of_all.items()}
        files = self._get_personal_files(beyond)
        count = len(files)
        files.unlink()
        self.env.invalidate_all()
        return [self._erased("files", count)]

    def _erase_texts(self, of_all, of_kept, words):
        """Take ``words`` out of the texts of what hangs on the person; signed evidence that must
        be kept stays as it was signed."""
        self.env.flush_all()
        count = 0
        for name, ids in of_all.items():
            if name in EVIDENCE:
                ids = ids - of_kept.get(name, set())
            count += self._replace_words(self.env[name], ids, words)
        self.env.invalidate_all()
        return [self._erased("texts", count)]

    def _replace_words(self, model, ids, words):
        """Put the mark in place of ``words`` in all texts of ``ids``; return how many changed."""
        changed = set()
        columns = [
            field
            for field in model._fields.values()
            if field.store and field.column_type and field.type in ("char", "text", "html", "json")
        ]
        for field in columns if ids and words else ():
            column = SQL.identifier(field.name)
            is_json = field.type == "json" or field.translate or field.company_dependent
            kind = SQL("jsonb") if is_json else SQL("text")
            text = SQL("%s::text", column)
            mark, inside, alone = self._get_erased_mark(), [], []
            for word in words:
                (alone if word.isascii() and len(word) < SHORTEST else inside).append(word)
            found = SQL(" OR ").join(
                [SQL("strpos(%s, %s) > 0", text, word) for word in inside]
                + [SQL("%s = %s", text, word) for word in alone]
            )
            for word in inside:
                text = SQL("replace(%s, %s, %s)", text, word, mark)
            for word in alone:
                text = SQL("CASE WHEN %s = %s THEN %s ELSE %s END", text, word, mark, text)
            # loop: one statement per column; the fields are kept and nobody else may write them
            rows = self.env.execute_query(
                SQL(
                    "UPDATE %s SET %s = (%s)::%s WHERE id IN %s AND (%s) RETURNING id",
                    SQL.identifier(model._table), column, text, kind, tuple(ids), found,
                )
            )
            changed.update(row_id for [row_id] in rows)
        return len(changed)

    def _overwrite(self, model, ids, names):
        """Put the mark in place of all that stands in the texts ``names`` of ``ids``: what a
        person said in own words. Return how many records changed."""
        changed = set()
        for name in names if ids else ():
            column = SQL.identifier(name)
            # loop: one statement per column; the fields are kept and nobody else may write them
            rows = self.env.execute_query(
                SQL(
                    "UPDATE %s SET %s = %s WHERE id IN %s AND %s != '' RETURNING id",
                    SQL.identifier(model._table), column, self._get_erased_mark(), tuple(ids),
                    column,
                )
            )
            changed.update(row_id for [row_id] in rows)
        return len(changed)

    def _erase_messages(self, of_all, words):
        """Empty the messages of the person, and take ``words`` out of the others."""
        Message = self.env["mail.message"]
        own = Message.search([("author_id", "=", self.id)])
        own |= Message.search([("model", "=", "res.partner"), ("res_id", "=", self.id)])
        others = Message.browse()
        for name, ids in of_all.items():
            # loop: a question per model, for one person on request
            others |= Message.search([("model", "=", name), ("res_id", "in", list(ids))])
        cars = self.env["service.vehicle.owner"].search([("partner_id", "=", self.id)]).vehicle_id
        others |= cars.message_ids
        # Mails that were sent, or wait, carry their text and address once more.
        self.env["mail.mail"].search(
            [("mail_message_id", "in", (own | others).ids)]
        ).unlink()
        own, others, mark = own.exists(), (others - own).exists(), self._get_erased_mark()
        own.attachment_ids.unlink()
        own.write({"body": Markup("<p>%s</p>") % mark, "subject": False, "email_from": mark})
        self.env["mail.tracking.value"].search([("mail_message_id", "in", own.ids)]).unlink()
        self.env.flush_all()
        self._replace_words(Message, set(own.ids), words)  # addresses beside the text
        count = len(own) + self._replace_words(Message, set(others.ids), words)
        tracked = self.env["mail.tracking.value"].search(
            [("mail_message_id", "in", others.ids)]
        )
        self._replace_words(tracked, set(tracked.ids), words)
        self.env.invalidate_all()
        return [self._erased("messages", count)]

    def _erase_changes(self, orders, words):
        """Empty the sensitive changes of the person, and take ``words`` out of the reasons of
        those of the person's cars and orders. The last: erasing leaves changes, too."""
        Change = self.env["service.audit"]
        own = Change.search([("partner_id", "=", self.id)])
        own._mask(self._get_erased_mark())
        cars = self.env["service.vehicle.owner"].search([("partner_id", "=", self.id)]).vehicle_id
        others = Change.search(
            ["|", ("vehicle_id", "in", cars.ids), ("order_id", "in", orders.ids)]
        )
        self.env.flush_all()
        count = len(own) + self._replace_words(Change, set(others.ids), words)
        self.env.invalidate_all()
        return self._erased("changes", count)

    def _erase_user(self):
        """Close the account on the customer's page."""
        users = self.user_ids
        users.write({"active": False, "signature": False})
        self.env.flush_all()
        if users:
            # Not by Odoo's own way, which mails the person that the name of the account changed.
            self.env.execute_query(
                SQL(
                    "UPDATE res_users SET login = 'erased-' || id WHERE id IN %s RETURNING id",
                    tuple(users.ids),
                )
            )
            self.env.invalidate_all()
            self.env.registry.clear_cache()
        return [self._erased("user", len(users))] if users else []

    def _erase_contact(self):
        """Empty the contact, and its addresses."""
        lines = [self._erased("contact", 1)]
        if self.email_normalized:
            self.env["mail.blacklist"]._add(self.email_normalized)
            lines.append(
                {"kind": "kept", "subject": "blacklist", "count": 1, "reason": "objection"}
            )
        self.activity_ids.unlink()
        self.bank_ids.unlink()
        self.child_ids.filtered(lambda child: child.type != "contact")._empty_contact()
        self._empty_contact()
        self.service_erased_at = fields.Datetime.now()
        return lines

    def _empty_contact(self):
        texts = {
            name: False
            for name, field in self._fields.items()
            if field.store
            and not field.related
            and not (field.compute and field.readonly)
            and field.type in ("char", "text", "html", "image", "binary")
            and not field.required
            and not field.company_dependent
            and name not in KEPT_TEXTS
        }
        # Odoo looks for users who are active before it archives a contact.
        for partner in self.with_context(active_test=True):
            # loop: a name of its own each
            partner.write(texts | {"name": partner._get_erased_mark(), "active": False})
