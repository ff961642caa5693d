from odoo import fields, models
from odoo.tools import format_date, format_datetime, html2plaintext


class ResPartner(models.Model):
    """What the department holds on a person, for whoever asks for it."""

    _inherit = "res.partner"

    service_erased_at = fields.Datetime(
        "Erased On", readonly=True, copy=False, groups="base.group_user",
        help="When this customer was erased on request.",
    )

    def _get_personal_data(self):
        """Hook: return all that is held on this person: a list of sections
        ``{"key", "title", "rows": [{title of a column: text}]}``.

        Addons add sections of their own. Called with all rights, and in every company; titles and
        texts are in the language of the environment.
        """
        self.ensure_one()
        orders = self.env["service.order"].search([("partner_id", "=", self.id)])
        return [
            self._get_identity_section(),
            self._get_cars_section(),
            self._get_orders_section(orders),
            self._get_consent_history_section(),
            self._get_files_section(orders),
            self._get_messages_section(orders),
        ]

    def _format_moment(self, moment):
        """Return a datetime in words, in the time zone of the environment; "" for none."""
        return format_datetime(self.env, moment, dt_format="short") if moment else ""

    def _get_identity_section(self):
        facts = {
            self.env._("Name"): self.name,
            self.env._("Phone"): self.phone,
            self.env._("E-mail"): self.email,
            self.env._("Address"): (self.contact_address or "").replace("\n", ", ").strip(", "),
            self.env._("Language"): self.lang,
            self.env._("Known Since"): self._format_moment(self.create_date),
        }
        rows = [
            {self.env._("What"): what, self.env._("Value"): value}
            for what, value in facts.items()
            if value
        ]
        return {"key": "identity", "title": self.env._("You"), "rows": rows}

    def _get_cars_section(self):
        periods = self.env["service.vehicle.owner"].search([("partner_id", "=", self.id)])
        rows = [
            {
                self.env._("Car"): period.vehicle_id.display_name,
                self.env._("VIN"): period.vehicle_id.vin or "",
                self.env._("From"): format_date(self.env, period.date_from) or "",
                self.env._("To"): format_date(self.env, period.date_to) or "",
            }
            for period in periods
        ]
        return {"key": "cars", "title": self.env._("Your Cars"), "rows": rows}

    def _get_orders_section(self, orders):
        rows = [
            {
                self.env._("Order"): order.name,
                self.env._("Company"): order.company_id.name,
                self.env._("Date"): self._format_moment(order.checked_in_at or order.create_date),
                self.env._("Plate"): order.plate or "",
                self.env._("Odometer"): str(order.odometer_in or ""),
                self.env._("Brought By"): order.sender_name or "",
                self.env._("Work"): "; ".join(order.job_ids.mapped("concern")),
            }
            for order in orders
        ]
        return {"key": "orders", "title": self.env._("Your Service Orders"), "rows": rows}

    def _get_consent_history_section(self):
        consents = self.env["service.consent"].search([("partner_id", "=", self.id)])

        def label(consent, name):
            return dict(consent._fields[name]._description_selection(self.env))[consent[name]]

        rows = [
            {
                self.env._("Purpose"): label(consent, "purpose"),
                self.env._("Answer"): label(consent, "state"),
                self.env._("Date"): self._format_moment(consent.at),
                self.env._("How"): label(consent, "channel"),
                self.env._("Evidence"): consent.evidence or "",
            }
            for consent in consents
        ]
        return {"key": "consents", "title": self.env._("Your Consents"), "rows": rows}

    def _get_files_section(self, orders):
        rows = []
        for file in self._get_personal_files(self._get_personal_records(orders)):
            label = file.name
            if file.res_field and file.res_model in self.env:
                label = self.env[file.res_model]._fields[file.res_field].string
            rows.append(
                {
                    self.env._("What"): label,
                    self.env._("Of"): self.env["ir.model"]._get(file.res_model).name,
                    self.env._("Date"): self._format_moment(file.create_date),
                }
            )
        title = self.env._("Photos, Signatures and Documents")
        return {"key": "files", "title": title, "rows": rows}

    def _get_messages_section(self, orders):
        messages = self.env["mail.message"].search(
            [
                ("message_type", "in", ("comment", "email", "email_outgoing")),
                "|",
                ("author_id", "=", self.id),
                ("partner_ids", "in", self.ids),
            ]
        )
        rows = [
            {
                self.env._("Date"): self._format_moment(message.date),
                self.env._("From"): message.author_id.name or message.email_from or "",
                self.env._("Subject"): message.subject or "",
                self.env._("Text"): html2plaintext(message.body or "").strip(),
            }
            for message in messages
        ]
        return {"key": "messages", "title": self.env._("Messages"), "rows": rows}

    # ---- what hangs on the person ---------------------------------------------------------

    def _get_personal_records(self, orders):
        """Return ``{model: ids}`` of what hangs on these ``orders`` and on this person: records
        of every model of the department that points to one of them, directly or by another."""
        found = {"service.order": set(orders.ids)}
        models_ours = [
            model
            for name, model in self.env.registry.items()
            if model._auto
            and not model._abstract
            and not model._transient
            and name.startswith("service.")
            and name not in ("service.vehicle", "service.privacy.request", "service.audit")
        ]
        for _twice in range(2):
            for model in models_ours:
                # loop: a question per model and link, for one person on request
                self._add_personal_records(model._name, found)
        return found

    def _add_personal_records(self, name, found):
        """Add to ``found`` the records of model ``name`` that point to what is found already."""
        model = self.env[name].with_context(active_test=False)
        for field in model._fields.values():
            if field.type != "many2one" or not field.store or field.related:
                continue
            if field.comodel_name == "res.partner":
                ids = self.ids
            elif field.comodel_name != name and field.comodel_name in found:
                ids = list(found[field.comodel_name])
            else:
                continue
            if ids:
                # loop: see the caller
                found.setdefault(name, set()).update(model.search([(field.name, "in", ids)]).ids)

    def _get_personal_files(self, records):
        """Return the files of ``records``, ``{model: ids}``: photos, signatures, documents."""
        File = self.env["ir.attachment"]
        files = File.browse()
        for name, ids in records.items():
            # loop: a question per model, for one person on request
            files |= File.search(
                [
                    ("res_model", "=", name),
                    ("res_id", "in", list(ids)),
                    ("res_field", "in", [False, *self.env[name]._fields]),
                ]
            )
        return files
