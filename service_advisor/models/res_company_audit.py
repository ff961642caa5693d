from odoo import models


class ResCompany(models.Model):
    """Settings that decide on money and figures: changes are kept."""

    _name = "res.company"
    _inherit = ["res.company", "service.audit.mixin"]
    _audited_fields = {
        "service_discount_limit": "settings",
        "service_promise_buffer": "settings",
        "service_planned_share": "settings",
        "service_safe_share": "settings",
        "service_kit_gate": "settings",
    }

    def _prepare_audit_vals(self, name, old, new):
        return super()._prepare_audit_vals(name, old, new) | {"company_id": self.id}
