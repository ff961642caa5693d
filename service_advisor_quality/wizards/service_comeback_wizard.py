from odoo import fields, models


class ServiceComebackWizard(models.TransientModel):
    """The advisor says what a job is a comeback of, or why it is none."""

    _name = "service.comeback.wizard"
    _description = "Link or Dismiss a Comeback"

    job_id = fields.Many2one("service.job", required=True, readonly=True, ondelete="cascade")
    order_id = fields.Many2one(related="job_id.order_id")
    vehicle_id = fields.Many2one(related="job_id.vehicle_id")
    comeback_of_id = fields.Many2one(related="job_id.comeback_of_id")
    answer = fields.Selection(
        [("dismiss", "It is no comeback"), ("link", "It is a comeback of another job")],
        required=True,
        default="link",
    )
    earlier_job_id = fields.Many2one("service.job", "Job of an Earlier Visit", ondelete="cascade")
    reason = fields.Char(help="Kept on the job.")

    def action_confirm(self):
        """Keep the answer and its reason on the job."""
        self.ensure_one()
        if self.answer == "link":
            self.job_id._link_comeback(self.earlier_job_id, self.reason)
        else:
            self.job_id._dismiss_comeback(self.reason)
        return {"type": "ir.actions.act_window_close"}
