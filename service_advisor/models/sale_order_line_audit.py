from odoo import models

from .service_job import AUTHORISED_STATES


class SaleOrderLine(models.Model):
    """What a customer approved and somebody changes all the same is kept: the approval is void
    then, and what it was about must stay to be seen."""

    _name = "sale.order.line"
    _inherit = ["sale.order.line", "service.audit.mixin"]
    _audits_write = False
    _audited_fields = {
        "price_unit": "price",
        "discount": "price",
        "product_uom_qty": "price",
    }

    def _read_audited(self, names):
        """Only lines of jobs that are approved; what is quoted may still be changed."""
        approved = names and self.filtered(
            lambda line: line.service_job_id.state in AUTHORISED_STATES
        )
        return super(SaleOrderLine, approved)._read_audited(names) if approved else {}

    def write(self, vals):
        # A change takes the approval back: look before the other steps of writing.
        before = self._read_audited(self._get_audited_fields().keys() & vals.keys())
        result = super().write(vals)
        self._audit(before)
        return result

    def _prepare_audit_vals(self, name, old, new):
        order = self.service_job_id.order_id
        return super()._prepare_audit_vals(name, old, new) | {
            "order_id": order.id,
            "vehicle_id": order.vehicle_id.id,
        }
