from odoo import fields, models


class ResCompany(models.Model):
    """How soon this company is told of something unusual."""

    _inherit = "res.company"

    service_alert_level = fields.Selection(
        [
            ("off", "No alerts"),
            ("low", "Only what is certain"),
            ("normal", "Normal"),
            ("high", "Early, with more false alarms"),
        ],
        "Alerts",
        default="normal",
        required=True,
        help="Accepted chance of a false alarm in four weeks: 1 %, 5 % or 20 %.",
    )
    service_alert_checked_on = fields.Date("Alerts Looked For On", readonly=True, copy=False)
