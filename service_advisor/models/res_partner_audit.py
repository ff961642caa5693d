from odoo import models


class ResPartner(models.Model):
    """How a customer of the department is reached: changes are kept."""

    _name = "res.partner"
    _inherit = ["res.partner", "service.audit.mixin"]
    _audited_fields = {"phone": "contact", "email": "contact"}

    def _get_audited(self):
        """Customers with cars; other contacts are none of the department's."""
        customers = super()._get_audited()
        # Whoever changes a contact may not be one who reads cars.
        cars = self.env["service.vehicle"].sudo()._read_group(
            [("owner_id", "in", customers.ids)], ["owner_id"]
        )
        owners = {owner.id for [owner] in cars}
        return customers.filtered(lambda partner: partner.id in owners)

    def _prepare_audit_vals(self, name, old, new):
        return super()._prepare_audit_vals(name, old, new) | {"partner_id": self.id}

    def action_view_audit(self):
        """Open the sensitive changes of these customers."""
        return self.env["service.audit"]._view("partner_id", self.ids)
