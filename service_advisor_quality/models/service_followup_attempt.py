from odoo import fields, models

RESULTS = [
    ("reached", "Reached"),
    ("no_answer", "No Answer"),
    ("call_back", "Call Back"),
    ("refused", "Refused"),
]


class ServiceFollowupAttempt(models.Model):
    """One try to reach the customer; the steps of the follow-up write it, nobody changes it."""

    _name = "service.followup.attempt"
    _description = "Follow-Up Attempt"
    _order = "at desc, id desc"
    _rec_name = "at"

    followup_id = fields.Many2one(
        "service.followup", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(
        related="followup_id.company_id", store=True, precompute=True, index=True
    )
    at = fields.Datetime(required=True, default=fields.Datetime.now)
    channel = fields.Selection(
        [("call", "Call"), ("mail", "E-mail"), ("message", "Message")],
        required=True,
        default="call",
    )
    user_id = fields.Many2one(
        "res.users", "By", required=True, default=lambda self: self.env.user
    )
    result = fields.Selection(RESULTS, required=True)
    words = fields.Text()
