from odoo import models

from .service_claim import ANSWERED_STATES


class SaleOrderLine(models.Model):
    """What of an estimate a monthly invoice takes."""

    _inherit = "sale.order.line"

    def _get_service_claim(self):
        """Return the claims behind these lines: of their jobs, on the payers of their
        estimates."""
        payers = {(line.service_job_id, line.order_id.partner_id) for line in self}
        return self.service_job_id.claim_ids.filtered(
            lambda claim: (claim.job_id, claim.manufacturer_id) in payers
        )

    def _filter_claimed(self):
        """Return these lines without those of warranty jobs that the manufacturer has not
        answered yet."""
        answered = {
            (claim.job_id, claim.manufacturer_id)
            for claim in self._get_service_claim()
            if claim.state in ANSWERED_STATES
        }
        return self.filtered(
            lambda line: line.order_id.service_pay_type != "warranty"
            or not line.service_job_id
            or (line.service_job_id, line.order_id.partner_id) in answered
        )

    def _prepare_invoice_line(self, **optional_values):
        values = super()._prepare_invoice_line(**optional_values)
        # On a monthly invoice the section is the order, and the jobs stand below it.
        monthly = self.env.context.get("service_monthly")
        if monthly and values.get("display_type") == "line_section":
            values["display_type"] = "line_subsection"
        return values
