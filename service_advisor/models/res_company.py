from odoo import api, fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    service_promise_buffer = fields.Float(
        "Promise Buffer",
        default=0.5,
        help="Working hours added to the allowed hours of an order for washing, the final "
        "inspection and the paperwork, before the customer is told a time.",
    )
    service_waiting_limit = fields.Integer(
        "Waiting Limit (min)",
        default=10,
        help="Customers who wait longer than this to be taken in are shown in red at the "
        "reception. 0: never.",
    )
    service_proposal_validity = fields.Integer(
        "Proposal Validity (days)",
        default=7,
        help="Days for which a proposal can be answered at its price. 0: without end.",
    )
    service_reminder_hours = fields.Integer(
        "Reminder (h)",
        default=2,
        help="Hours after which a customer who did not answer is asked once more by e-mail. "
        "0: never.",
    )
    service_escalation_hours = fields.Integer(
        "Escalation (h)",
        default=4,
        help="Hours after which the advisor is told to call a customer who did not answer. "
        "0: never.",
    )
    service_discount_limit = fields.Float(
        "Discount Limit (%)",
        default=10.0,
        digits=(5, 2),
        help="Discounts above this, against the price list, need somebody who may approve "
        "discounts. 0: every discount. 100: no limit.",
    )

    _service_discount_limit_range = models.Constraint(
        "CHECK(service_discount_limit BETWEEN 0 AND 100)",
        "The discount limit lies between 0 % (every discount needs approval) and 100 % (no limit).",
    )

    @api.model_create_multi
    def create(self, vals_list):
        companies = super().create(vals_list)
        companies._create_settlement_sequences()
        return companies

    def _create_settlement_sequences(self):
        """Give each of these companies its own numbers of settlement lists, where it has none."""
        # Who creates a company need not be allowed to create sequences.
        Sequence = self.env["ir.sequence"].sudo()
        code = "service.settlement"
        known = Sequence.search([("code", "=", code), ("company_id", "in", self.ids)]).company_id
        Sequence.create(
            [
                {
                    "name": "Settlement List",
                    "code": code,
                    "prefix": "ST",
                    "padding": 6,
                    "company_id": company.id,
                }
                for company in self - known
            ]
        )
