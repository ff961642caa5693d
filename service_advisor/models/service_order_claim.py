from odoo import fields, models


class ServiceOrder(models.Model):
    """The warranty claims of an order."""

    _inherit = "service.order"

    # Customers read orders in the portal, and never what the manufacturer pays.
    claim_count = fields.Integer(
        compute="_compute_claim_count",
        groups="service_advisor.group_reception,service_advisor.group_technician,"
        "account.group_account_invoice",
    )

    def _compute_claim_count(self):
        counts = dict(
            self.env["service.claim"]._read_group(
                [("order_id", "in", self.ids)], ["order_id"], ["__count"]
            )
        )
        for order in self:
            order.claim_count = counts.get(order._origin, 0)

    def _after_ready(self):
        """Every warranty job that was done becomes a claim. Orders without one cost nothing:
        their jobs are in memory."""
        result = super()._after_ready()
        jobs = self._get_authorised_jobs().filtered(lambda job: job._get_warranty_payers())
        if jobs:
            jobs._ensure_claims()
        return result

    def action_view_claims(self):
        """Open the warranty claims of these orders."""
        claims = self.env["service.claim"].search([("order_id", "in", self.ids)])
        return claims._get_records_action(name=self.env._("Warranty Claims"))
