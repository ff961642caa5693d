from odoo import api, fields, models
from odoo.exceptions import AccessError

CODES_OF_SHOP = frozenset({"code", "model", "company_id"})


class ServiceDataCheck(models.Model):
    """What is asked of the data of a customer or a car, and how much it counts.

    A check without a company holds for all; a company that weighs it in its own way, or does not
    want it, has a check of the same code.
    """

    _name = "service.data.check"
    _description = "Check of Customer Data"
    _order = "model, weight desc, id"

    name = fields.Char(required=True, translate=True)
    code = fields.Char(required=True, help="By it the rule is found. It can not be changed.")
    model = fields.Selection(
        [("customer", "Customer"), ("vehicle", "Vehicle")], "Checks", required=True
    )
    weight = fields.Integer(
        default=10,
        required=True,
        aggregator=None,
        help="How much a finding takes off the score, beside the weights of the other checks.",
    )
    active = fields.Boolean(
        default=True, help="Switch a check off and its findings leave the work list."
    )
    hint = fields.Char(
        "What to Do", translate=True, help="Said to whoever works on a finding."
    )
    days = fields.Integer(
        "After Days", help="After so many days without a reading the odometer is asked for."
    )
    company_id = fields.Many2one(
        "res.company", index=True, help="Empty: for all companies that have no check of their own."
    )

    _code_company_uniq = models.UniqueIndex(
        "(code, COALESCE(company_id, 0))",
        "This company has a check of its own already: open it and change its weight.",
    )
    _weight_positive = models.Constraint(
        "CHECK(weight >= 0)", "The weight of a check can not be below 0."
    )
    _days_positive = models.Constraint("CHECK(days >= 0)", "Days can not be below 0.")

    @api.model_create_multi
    def create(self, vals_list):
        self._check_not_fixed(set().union(*vals_list))
        return super().create(vals_list)

    def write(self, vals):
        self._check_not_fixed(vals.keys())
        return super().write(vals)

    @api.model
    def _check_not_fixed(self, names):
        if CODES_OF_SHOP & set(names) and not self.env.su:
            raise AccessError(
                self.env._(
                    "What a check looks at is fixed. Change its weight, switch it off, or use "
                    "\"Set for This Company\"."
                )
            )

    def action_set_for_company(self):
        """Open the check of the current company with the code of this one; make it first."""
        self.ensure_one()
        self.check_access("write")
        everything = self.with_context(active_test=False)
        own = everything.search(
            [("code", "=", self.code), ("company_id", "=", self.env.company.id)]
        )
        if not own:
            # Nobody makes checks by hand: there would be no rule behind them.
            own = self.sudo().copy({"company_id": self.env.company.id, "name": self.name})
        return own.sudo(False)._get_records_action(name=self.env._("Check of This Company"))

    @api.model
    def _get_in_force(self, model):
        """Return ``function(company) -> {code: check}`` of the checks of "customer" or "vehicle"
        that are switched on; an empty company means those for all."""
        # Everybody's data is scored by the same checks, whoever changes it.
        checks = self.sudo().with_context(active_test=False).search([("model", "=", model)])
        by_company = {}
        for check in checks:
            by_company.setdefault(check.company_id, {})[check.code] = check
        shared = by_company.get(self.env["res.company"], {})
        in_force = {}

        def get(company):
            if company not in in_force:
                rows = shared | by_company.get(company, {})
                in_force[company] = {code: row for code, row in rows.items() if row.active}
            return in_force[company]

        return get

    @api.model
    def _get_last_change(self):
        """Return when a check was changed last: whoever was scored before is scored anew."""
        # As above.
        newest = self.sudo().with_context(active_test=False).search(
            [], order="write_date desc", limit=1
        )
        return newest.write_date
