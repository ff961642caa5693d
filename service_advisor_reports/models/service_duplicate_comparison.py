from odoo import api, models

# What is compared of customers, beside how much hangs on them.
PARTNER_FIELDS = (
    "name", "phone", "email", "street", "street2", "zip", "city", "vat", "is_company", "lang",
    "company_id", "create_date",
)  # fmt: skip


class ServiceDuplicate(models.Model):
    """Both records side by side, what differs marked."""

    _inherit = "service.duplicate"

    @api.depends("partner_id", "other_partner_id", "vehicle_id", "other_vehicle_id", "kind")
    @api.depends_context("lang", "uid")
    def _compute_comparison(self):
        for pair in self:
            pair.comparison = self.env["ir.qweb"]._render(
                "service_advisor_reports.duplicate_comparison",
                {"pair": pair, "rows": pair._get_comparison()},
            )

    def _get_comparison(self):
        """Return ``[{"label", "first", "second", "state"}]``; the state is "same", "differs", or
        "missing" where one of both does not know it. What neither knows is left out."""
        first, second = self._get_records()
        if not second:
            return []
        rows = [
            (first._fields[name]._description_string(self.env),
             self._describe_value(first, name), self._describe_value(second, name))
            for name in self._get_compared_fields(first)
        ]  # fmt: skip
        mine, others = self._get_counts(first), self._get_counts(second)
        rows += [(label, value, others[label]) for label, value in mine.items()]
        return [
            {"label": label, "first": one, "second": other, "state": self._get_state(one, other)}
            for label, one, other in rows
            if one or other
        ]

    @api.model
    def _get_compared_fields(self, record):
        names = PARTNER_FIELDS
        if record._name == "service.vehicle":
            names = [*record._get_merge_fields(), "odometer", "create_date"]
        fields = record._fields
        return [name for name in names if record._has_field_access(fields[name], "read")]

    @api.model
    def _describe_value(self, record, name):
        field = record._fields[name]
        if field.type == "boolean":
            return self.env._("Yes") if record[name] else self.env._("No")
        if not record[name]:
            return ""
        if field.type == "many2one":
            return record[name].display_name
        if field.type == "selection":
            return dict(field._description_selection(self.env)).get(record[name], "")
        converter = "date" if field.type in ("date", "datetime") else None
        if converter:
            return self.env["ir.qweb.field.date"].value_to_html(record[name], {})
        return str(record[name])

    @api.model
    def _get_counts(self, record):
        """Hook: return ``{label: text}`` of how much hangs on a record."""
        Order = self.env["service.order"]
        if record._name == "service.vehicle":
            return {
                self.env._("Service Orders"): str(Order.search_count([
                    ("vehicle_id", "=", record.id)])),
                self.env._("Plates"): ", ".join(record.plate_ids.mapped("plate")),
            }  # fmt: skip
        cars = self.env["service.vehicle"].search([("owner_id", "=", record.id)])
        return {
            self.env._("Service Orders"): str(Order.search_count([
                ("partner_id", "=", record.id)])),
            self.env._("Vehicles"): ", ".join(cars.mapped("display_name")),
        }  # fmt: skip

    @api.model
    def _get_state(self, one, other):
        if not one or not other:
            return "missing"
        return "same" if one == other else "differs"
