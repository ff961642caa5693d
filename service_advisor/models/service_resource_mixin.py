from odoo import fields, models


class ServiceResourceMixin(models.AbstractModel):
    """Equipment that jobs are booked on; it has working hours and time off like people."""

    _name = "service.resource.mixin"
    _description = "Equipment of the Workshop"
    _inherit = ["resource.mixin"]
    _check_company_auto = True

    name = fields.Char(related="resource_id.name", store=True, readonly=False, required=True)
    active = fields.Boolean(
        related="resource_id.active", store=True, readonly=False, default=True
    )
    resource_id = fields.Many2one(copy=False)

    def _prepare_resource_values(self, vals, tz):
        values = super()._prepare_resource_values(vals, tz)
        values["resource_type"] = "material"
        if "active" in vals:
            values["active"] = vals["active"]
        if not tz:
            company = self.env["res.company"].browse(values.get("company_id"))
            tz = company.resource_calendar_id.tz
            values.update({"tz": tz} if tz else {})
        return values

    def unlink(self):
        resources = self.resource_id
        result = super().unlink()
        resources.unlink()
        return result

    def _is_usable(self, day):
        """Hook: return whether this may be used on ``day``, bookings and time off aside."""
        return True
