from odoo import models


class MailActivity(models.Model):
    """Who marks the activity of a condition as done says that the condition is met."""

    _inherit = "mail.activity"

    def _action_done(self, feedback=False, attachment_ids=None):
        ours = self.filtered(lambda activity: activity.res_model == "service.technical.review")
        conditions = ours and self.env["service.review.condition"].search(
            [("activity_id", "in", ours.ids), ("done_at", "=", False)]
        )
        result = super()._action_done(feedback=feedback, attachment_ids=attachment_ids)
        if conditions:
            conditions.action_done()
        return result
