from odoo import fields, models


class ServiceAudit(models.Model):
    """Closed periods that were reopened, and what their figures were before."""

    _inherit = "service.audit"

    subject = fields.Selection(
        selection_add=[("kpi", "Closed Periods")], ondelete={"kpi": "cascade"}
    )
