from odoo import fields, models
from odoo.tools import SQL


class ServicePartUnfitted(models.Model):
    """Parts that were bought for an order, or put aside for it, and never issued to it.

    A part leaves the list when it is issued, goes back to its supplier or is used up elsewhere.
    """

    _name = "service.part.unfitted"
    _description = "Part Ordered and Not Fitted"
    _auto = False
    _order = "age desc, id"
    _rec_name = "product_id"
    _depends = {
        "stock.move": [
            "state", "quantity", "product_qty", "product_uom", "product_id", "service_job_id",
            "purchase_line_id", "location_id", "location_dest_id", "date", "company_id",
            "created_purchase_line_ids",
        ],
        "stock.move.line": ["move_id", "quantity_product_uom"],
        "purchase.order.line": ["order_id"],
        "purchase.order": ["state", "date_approve"],
        "service.job": ["order_id", "state"],
        "service.order": ["state"],
        "stock.quant": ["quantity", "product_id", "location_id", "company_id"],
        "res.company": ["service_unfitted_days"],
    }

    product_id = fields.Many2one("product.product", "Part", readonly=True)
    uom_id = fields.Many2one(related="product_id.uom_id", string="Unit")
    quantity = fields.Float(readonly=True, digits="Product Unit")
    job_id = fields.Many2one("service.job", readonly=True)
    order_id = fields.Many2one("service.order", "Service Order", readonly=True)
    vehicle_id = fields.Many2one(related="order_id.vehicle_id", string="Vehicle")
    purchase_id = fields.Many2one("purchase.order", "Purchase Order", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    received_at = fields.Datetime("Received On", readonly=True)
    age = fields.Integer("Age (days)", readonly=True, aggregator="max")
    reason = fields.Selection(
        [
            ("declined", "Job Off"),
            ("over", "Order Over"),
            ("waiting", "Waits for Long"),
        ],
        readonly=True,
    )

    @property
    def _table_query(self):
        return SQL(
            """
            SELECT part.id, part.product_id, part.job_id, part.order_id, part.purchase_id,
                   part.company_id, part.received_at, part.reason,
                   CASE WHEN part.received_at IS NULL THEN part.quantity
                        ELSE LEAST(part.quantity, stock.quantity) END AS quantity,
                   (NOW() AT TIME ZONE 'UTC')::date - part.since::date AS age
              FROM (%(parts)s) part
              JOIN res_company company ON company.id = part.company_id
         LEFT JOIN (%(stock)s) stock ON stock.product_id = part.product_id
                                    AND stock.company_id = part.company_id
             WHERE (part.received_at IS NULL OR stock.quantity > 0)
               AND (part.reason != 'waiting'
                    OR part.received_at < (NOW() AT TIME ZONE 'UTC')
                        - company.service_unfitted_days * INTERVAL '1 day')
            """,
            parts=self._get_parts(),
            stock=self._get_stock(),
        )

    def _get_parts(self):
        """Return the SQL of the parts of jobs that were bought or put aside, and not issued."""
        return SQL(
            """
            SELECT move.id, move.product_id, job.id AS job_id, job.order_id,
                   bought.purchase_id, move.company_id,
                   LEAST(COALESCE(bought.quantity, reserved.quantity), move.product_qty)
                       AS quantity,
                   CASE WHEN bought.purchase_id IS NULL THEN move.date
                        ELSE bought.received_at END AS received_at,
                   COALESCE(bought.received_at, bought.ordered_at, move.date) AS since,
                   CASE WHEN move.state = 'cancel' OR job.state IN ('declined', 'cancelled')
                        THEN 'declined'
                        WHEN service.state IN ('delivered', 'closed', 'cancelled') THEN 'over'
                        ELSE 'waiting' END AS reason
              FROM stock_move move
              JOIN service_job job ON job.id = move.service_job_id
              JOIN service_order service ON service.id = job.order_id
              JOIN stock_location dest ON dest.id = move.location_dest_id
                                      AND dest.usage = 'customer'
         LEFT JOIN LATERAL (%(bought)s) bought ON TRUE
         LEFT JOIN LATERAL (
                SELECT SUM(line.quantity_product_uom) AS quantity
                  FROM stock_move_line line WHERE line.move_id = move.id) reserved ON TRUE
             WHERE move.state NOT IN ('draft', 'done')
               AND COALESCE(bought.quantity, reserved.quantity) > 0
               AND (bought.received_at IS NOT NULL OR bought.purchase_id IS NULL
                    OR move.state = 'cancel')
            """,
            bought=self._get_bought(),
        )

    def _get_bought(self):
        """Return the SQL of what was bought for ``move``: received and not sent back, else still
        ordered. Quantities in the unit of the product."""
        return SQL(
            """
            SELECT MIN(purchase.id) AS purchase_id, MIN(purchase.date_approve) AS ordered_at,
                   MAX(receipt.date) FILTER (WHERE receipt.state = 'done') AS received_at,
                   CASE WHEN BOOL_OR(receipt.state = 'done')
                        THEN SUM(CASE WHEN receipt.state != 'done' THEN 0
                                      WHEN src.usage = 'supplier' THEN receipt.product_qty
                                      ELSE -receipt.product_qty END)
                        ELSE SUM(CASE WHEN receipt.state != 'cancel' THEN receipt.product_qty
                                      ELSE 0 END) END AS quantity
              FROM stock_move_created_purchase_line_rel link
              JOIN purchase_order_line line ON line.id = link.created_purchase_line_id
              JOIN purchase_order purchase ON purchase.id = line.order_id
                                          AND purchase.state = 'purchase'
              JOIN stock_move receipt ON receipt.purchase_line_id = line.id
              JOIN stock_location src ON src.id = receipt.location_id
             WHERE link.move_id = move.id
            """
        )

    def _get_stock(self):
        """Return the SQL of what lies on the shelves of each company, by product."""
        return SQL(
            """
            SELECT quant.product_id, quant.company_id, SUM(quant.quantity) AS quantity
              FROM stock_quant quant
              JOIN stock_location place ON place.id = quant.location_id
                                       AND place.usage = 'internal'
          GROUP BY quant.product_id, quant.company_id
            """
        )
