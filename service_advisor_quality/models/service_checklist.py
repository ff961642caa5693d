from odoo import fields, models


class ServiceChecklist(models.Model):
    _inherit = "service.checklist"

    kind = fields.Selection(
        selection_add=[("final", "Final Inspection")], ondelete={"final": "cascade"}
    )
