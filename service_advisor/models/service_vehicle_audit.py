from odoo import models


class ServiceVehicle(models.Model):
    """Which car it is and whose: changes are kept."""

    _name = "service.vehicle"
    _inherit = ["service.vehicle", "service.audit.mixin"]
    _audited_fields = {
        "vin": "vehicle",
        "vin_override_reason": "vehicle",
        "plate": "vehicle",
        "owner_id": "owner",
    }

    def _prepare_audit_vals(self, name, old, new):
        vals = super()._prepare_audit_vals(name, old, new)
        if name == "vin" and self.vin_override_reason and not vals["reason"]:
            vals["reason"] = self.vin_override_reason
        return vals | {"vehicle_id": self.id}

    def action_view_audit(self):
        """Open the sensitive changes of these cars."""
        return self.env["service.audit"]._view("vehicle_id", self.ids)
