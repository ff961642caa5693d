from odoo import models


class SaleOrderLine(models.Model):
    """Sublet work: bought from a vendor by a purchase order, and billed on with the job."""

    _inherit = "sale.order.line"

    def _is_sublet(self):
        """Tell whether this line is work that a vendor does. The labour of the house is never
        bought, so most lines are known without asking for the product's company settings."""
        self.ensure_one()
        product = self.product_id
        return (
            product.type == "service"
            and product.purchase_ok
            and product.with_company(self.company_id).service_to_purchase
        )

    def _purchase_service_prepare_order_values(self, supplierinfo):
        values = super()._purchase_service_prepare_order_values(supplierinfo)
        order = self.order_id.service_order_id
        if order:
            # The workshop waits for the vendor: the advisor asks where the car is.
            values["user_id"] = order.advisor_id.id
        return values

    def _purchase_service_prepare_line_values(self, purchase_order, quantity=False):
        values = super()._purchase_service_prepare_line_values(purchase_order, quantity)
        order = self.order_id.service_order_id
        if order:
            car = [order.name, order.plate, order.vehicle_id.vin]
            values["name"] = f"{values['name']}\n{', '.join(part for part in car if part)}"
        return values

    def _cancel_sublet(self):
        """Take these lines off the requests for quotation that were not ordered yet. What was
        ordered stays: Odoo warns the buyer of it.

        Whether it is bought again decides the next approval, so the link to the line goes.
        """
        # Advisors take approvals back; they do not buy.
        found = self.env["purchase.order.line"].sudo().search(
            [("sale_line_id", "in", self.ids), ("state", "in", ("draft", "sent"))]
        )
        for purchase, lines in found.grouped("order_id").items():
            if lines == purchase.order_line:
                lines.sale_line_id = False
                purchase.button_cancel()
            else:
                lines.unlink()

    def _warn_buyers(self):
        """Ask the buyers what becomes of sublet work that was ordered on an approval that is
        void."""
        lines = self.env["purchase.order.line"].search(
            [
                ("sale_line_id", "in", self.ids),
                ("state", "not in", ("draft", "sent", "cancel")),
            ]
        )
        for purchase, same in lines.grouped("order_id").items():
            purchase.activity_schedule(
                "mail.mail_activity_data_warning",
                user_id=purchase.user_id.id or self.env.uid,
                summary=self.env._(
                    "%(order)s: the approval of %(work)s was taken back. Ask the vendor to wait, "
                    "or cancel the order.",
                    order=same.sale_line_id.order_id.service_order_id[:1].name,
                    work=", ".join(same.product_id.mapped("display_name")),
                ),
            )
