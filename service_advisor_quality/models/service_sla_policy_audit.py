from odoo import models


class ServiceSlaPolicy(models.Model):
    """Deadlines that decide whether a complaint was answered in time: changes are kept."""

    _name = "service.sla.policy"
    _inherit = ["service.sla.policy", "service.audit.mixin"]
    _audited_fields = {"contact_hours": "settings", "resolution_hours": "settings"}
