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
            self._get_files_section(orders),
            self._get_messages_section(orders),
        ]

    def _format_moment(self, moment):
        """Return a datetime in words, in the time zone of the environment; "" for none."""
        return format_datetime(self.env, moment, dt_format="short") if moment else ""

    def _get_identity_section(self):
        _ = self.env._
        facts = {
            _("Name"): self.name,
            _("Phone"): self.phone,
            _("E-mail"): self.email,
            _("Address"): (self.contact_address or "").replace("\n", ", ").strip(", "),
            _("Language"): self.lang,
            _("Known Since"): self._format_moment(self.create_date),
        }
        rows = [
            {_("What"): what, _("Value"): value} for what, value in facts.items() if value
        ]
        return {"key": "identity", "title": _("You"), "rows": rows}

    def _get_cars_section(self):
        _ = self.env._
        periods = self.env["service.vehicle.owner"].search([("partner_id", "=", self.id)])
        rows = [
            {
                _("Car"): period.vehicle_id.display_name,
                _("VIN"): period.vehicle_id.vin or "",
                _("From"): period.date_from and format_date(self.env, period.date_from) or "",
                _("To"): period.date_to and format_date(self.env, period.date_to) or "",
            }
            for period in periods
        ]
        return {"key": "cars", "title": _("Your Cars"), "rows": rows}

    def _get_orders_section(self, orders):
        _ = self.env._
        rows = [
            {
                _("Order"): order.name,
                _("Company"): order.company_id.name,
                _("Date"): self._format_moment(order.checked_in_at or order.create_date),
                _("Plate"): order.plate or "",
                _("Odometer"): str(order.odometer_in or ""),
                _("Brought By"): order.sender_name or "",
                _("Work"): "; ".join(order.job_ids.mapped("concern")),
            }
            for order in orders
        ]
        return {"key": "orders", "title": _("Your Service Orders"), "rows": rows}

    def _get_files_section(self, orders):
        _ = self.env._
        rows = []
        for file in self._get_personal_files(self._get_personal_records(orders)):
            label = file.name
            if file.res_field and file.res_model in self.env:
                label = self.env[file.res_model]._fields[file.res_field].string
            rows.append(
                {
                    _("What"): label,
                    _("Of"): self.env["ir.model"]._get(file.res_model).name,
                    _("Date"): self._format_moment(file.create_date),
                }
            )
        return {"key": "files", "title": _("Photos, Signatures and Documents"), "rows": rows}

    def _get_messages_section(self, orders):
        _ = self.env._
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
                _("Date"): self._format_moment(message.date),
                _("From"): message.author_id.name or message.email_from or "",
                _("Subject"): message.subject or "",
                _("Text"): html2plaintext(message.body or "").strip(),
            }
            for message in messages
        ]
        return {"key": "messages", "title": _("Messages"), "rows": rows}

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
