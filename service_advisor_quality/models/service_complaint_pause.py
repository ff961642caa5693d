from odoo import api, fields, models
from odoo.exceptions import UserError


class ServiceComplaintPause(models.Model):
    """A time in which the customer has to answer: proposal and resolution are not late by it.

    Never the first contact: there is nothing to wait for before somebody has called.
    """

    _name = "service.complaint.pause"
    _description = "Complaint Waits for the Customer"
    _inherit = ["service.kept.mixin"]
    _order = "start_at desc, id desc"
    _rec_name = "complaint_id"
    _kept_fields = frozenset({"start_at", "stop_at", "user_id"})

    complaint_id = fields.Many2one(
        "service.complaint", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(
        related="complaint_id.company_id", store=True, precompute=True, index=True
    )
    start_at = fields.Datetime(
        "Since", default=lambda self: fields.Datetime.now(), required=True, readonly=True
    )
    stop_at = fields.Datetime("Until", readonly=True)
    reason = fields.Char(
        "Waits For", required=True, help="What the customer has to answer or to bring."
    )
    user_id = fields.Many2one(
        "res.users", "By", default=lambda self: self.env.user, readonly=True
    )

    _one_open_uniq = models.UniqueIndex(
        "(complaint_id) WHERE stop_at IS NULL", "This complaint waits for the customer already."
    )

    @api.model_create_multi
    def create(self, vals_list):
        complaints = [vals.get("complaint_id") for vals in vals_list]
        self.env["service.complaint"].browse(filter(None, complaints))._check_can_wait()
        return super().create(vals_list)

    def action_start(self):
        """Close the dialog: saving it has stopped the clocks."""
        return {"type": "ir.actions.act_window_close"}

    def _stop(self):
        """Let the clocks run again, from now on."""
        running = self.filtered(lambda pause: not pause.stop_at)
        # Who may work on the complaint ends the waiting; by hand nobody writes its times.
        running.sudo().stop_at = fields.Datetime.now()

    @api.constrains("reason")
    def _check_reason(self):
        for pause in self:
            if not pause.reason.strip():
                raise UserError(self.env._("Write down what the customer has to answer."))
