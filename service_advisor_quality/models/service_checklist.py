from odoo import fields, models


def _drop_with_inspections(checklists):
    """Without this addon there are neither final inspections nor their checklists."""
    checklists.env["service.inspection"].search(
        [("checklist_id", "in", checklists.ids)]
    ).unlink()
    checklists.unlink()


class ServiceChecklist(models.Model):
    _inherit = "service.checklist"

    kind = fields.Selection(
        selection_add=[("final", "Final Inspection")],
        ondelete={"final": _drop_with_inspections},
    )
