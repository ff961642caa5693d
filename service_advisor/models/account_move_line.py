from odoo import models


class AccountMoveLine(models.Model):
    """Cost of parts on invoices that carry the work of many orders.

    Odoo corrects the cost of goods sold of an order by what it booked for the product on the
    invoices of that order. On the one invoice of a manufacturer stand the parts of other
    orders, and of other jobs, too: their cost is theirs.
    """

    _inherit = "account.move.line"

    def _get_cogs_qty(self):
        return super()._get_cogs_qty() - sum(self._get_cogs_of_others().mapped("quantity"))

    def _get_posted_cogs_value(self):
        others = self._get_cogs_of_others()
        return super()._get_posted_cogs_value() + sum(others.mapped("balance"))

    def _get_cogs_of_others(self):
        """Return the cost lines of the same product that Odoo counts, yet belong to other lines
        of estimates than this one."""
        lines = self.sale_line_ids
        if not lines.service_job_id:
            return self.browse()
        template = self.product_id.product_tmpl_id
        accounts = template.get_product_accounts(fiscal_pos=self.move_id.fiscal_position_id)
        invoices = lines.order_id.invoice_ids.filtered(lambda m: m.move_type == "out_invoice")
        return invoices.line_ids.filtered(
            lambda item: item.display_type == "cogs"
            and item.product_id == self.product_id
            and item.account_id == accounts["stock_valuation"]
            and not item.cogs_origin_id.sale_line_ids & lines
        )
