from odoo import fields, models


class ResCompany(models.Model):
    """Which customers this company proposes to its sales people."""

    _inherit = "res.company"

    service_lead_team_id = fields.Many2one(
        "crm.team",
        "Leads To",
        help="The sales team that gets the leads. Empty: no customer is proposed.",
    )
    service_lead_age = fields.Integer(
        "Age of the Car (years)", default=6, help="Cars of this age and older. 0: never."
    )
    service_lead_bill = fields.Monetary(
        "Repair Bill",
        currency_field="currency_id",
        help="Repairs of a year, or one proposal, of this amount or more. 0: never.",
    )
    service_lead_lease_months = fields.Integer(
        "Lease Ends Within (months)", default=6, help="0: never."
    )
    service_lead_lost_months = fields.Integer(
        "Lost Customer After (months)",
        default=24,
        help="Months without a visit. 0: never.",
    )
    service_lead_pause = fields.Integer(
        "Again After (months)",
        default=12,
        help="What was dropped, won or lost is not proposed again for the same reason so long.",
    )
