from odoo import fields, models


class ServiceImprovementWizard(models.TransientModel):
    """The words that go with a step of an improvement: an answer, the evidence, a reason."""

    _name = "service.improvement.wizard"
    _description = "Step of an Improvement"

    improvement_id = fields.Many2one(
        "service.improvement", required=True, readonly=True, ondelete="cascade"
    )
    action_id = fields.Many2one("service.improvement.action", readonly=True, ondelete="cascade")
    step = fields.Selection(
        [("answer", "Action Done"), ("check", "Effectiveness Check"), ("cancel", "Cancel")],
        required=True,
        readonly=True,
    )
    check_measure = fields.Char(related="improvement_id.check_measure")
    result = fields.Selection(
        [("passed", "It worked: close the improvement"), ("failed", "It did not: open it again")]
    )
    words = fields.Text(help="Kept on the improvement.")

    def action_confirm(self):
        """Take the step with its words."""
        self.ensure_one()
        if self.step == "answer":
            self.action_id._answer(self.words)
        elif self.step == "check":
            self.improvement_id._record_check(self.result, self.words)
        else:
            self.improvement_id._cancel(self.words)
        return {"type": "ir.actions.act_window_close"}
