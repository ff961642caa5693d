from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

# Approved parts that nobody has put aside yet.
WAITING_STATES = ("waiting", "confirmed", "partially_available")


class StockMove(models.Model):
    """Where a part of a job is: on the shelf, on its way, issued, returned."""

    _inherit = "stock.move"

    service_scanned_qty = fields.Float(
        "Scanned", compute="_compute_service_scanned_qty", digits="Product Unit"
    )

    def _compute_service_scanned_qty(self):
        for move in self:
            done = move.move_line_ids.filtered("picked")
            move.service_scanned_qty = sum(
                line.product_uom_id._compute_quantity(line.quantity, move.product_uom)
                for line in done
            )

    @api.model
    def _fetch_parts(self, domain):
        """Return the moves of ``domain`` between the shelf and the cars, read at once together
        with Odoo's forecast of those that wait."""
        moves = self.search_fetch(
            Domain("state", "not in", ("draft", "cancel")) & Domain(domain),
            ["state", "quantity", "product_uom", "product_id", "sale_line_id", "service_job_id"],
        )
        # Not the finished ones: a forecast of the past costs time and says nothing.
        waiting = moves.filtered(lambda move: move._is_waiting_part())
        waiting.with_prefetch(waiting.ids).mapped("forecast_availability")
        return moves

    def _action_assign(self, force_qty=False):
        """Of two orders that need the last piece at once, one gets it.

        Where the stock of a part is being changed by somebody else, Odoo reserves on a new row
        beside it, so that both would be promised the same piece. Here the second waits, and the
        database lets Odoo repeat its request once the first is through.
        """
        self.filtered("service_job_id")._lock_shelf()
        return super()._action_assign(force_qty=force_qty)

    def _lock_shelf(self):
        """Let one request at a time reserve the stock of these parts."""
        products = self.product_id.filtered("is_storable")
        if products:
            self.env["stock.quant"].flush_model(["product_id", "location_id"])
            self.env.cr.execute(
                SQL(
                    "SELECT id FROM stock_quant WHERE product_id IN %s AND company_id IN %s "
                    "ORDER BY id FOR NO KEY UPDATE",
                    products._ids,
                    self.company_id._ids,
                )
            )

    def _get_upstream_documents_and_responsibles(self, visited):
        """Buyers are told that a part is no longer needed, whoever calls the work off."""
        # Advisors may not read purchase orders; what they cancel is theirs.
        own = self.sudo() if self.service_job_id else self
        return super(StockMove, own)._get_upstream_documents_and_responsibles(visited)

    def _is_waiting_part(self):
        """Return whether this part of a car is neither put aside nor issued."""
        return self.state in WAITING_STATES and self.location_dest_id.usage == "customer"

    def _get_parts_status(self):
        """Return where the parts of these moves are, as a dict: ``state`` (``none``, ``short``,
        ``expected``, ``ready``, ``issued`` or ``returned``), ``reserved``, ``issued`` and
        ``returned`` (in the unit of the product), ``expected_at`` (a datetime, or False) and
        ``missing`` (the moves that nobody knows a date for, else those that are expected)."""
        status = {"state": "none", "reserved": 0.0, "issued": 0.0, "returned": 0.0}
        waiting = short = self.browse()
        for move in self:
            amount = move.product_uom._compute_quantity(move.quantity, move.product_id.uom_id)
            if move.location_id.usage == "customer":
                status["returned"] += amount if move.state == "done" else 0.0
            elif move.location_dest_id.usage == "customer":
                status["issued" if move.state == "done" else "reserved"] += amount
                if move._is_waiting_part():
                    waiting |= move
                    unit = move.product_id.uom_id
                    if unit.compare(move.forecast_availability, move.product_qty) < 0:
                        short |= move
        # A date that holds for some of the parts only is no date for the whole.
        dates = [] if short else [d for d in waiting.mapped("forecast_expected_date") if d]
        status["expected_at"] = max(dates, default=False)
        status["missing"] = short or waiting
        if waiting:
            status["state"] = "short" if short else "expected"
        elif any(m.state == "assigned" and m.location_id.usage != "customer" for m in self):
            status["state"] = "ready"
        elif status["issued"]:
            left = any(move.product_uom.compare(q, 0.0) > 0 for move, q in self._get_unreturned())
            status["state"] = "issued" if left else "returned"
        return status

    def _get_unreturned(self):
        """Return ``[(move, quantity)]``: how much of each issued part is still out, in the unit
        of the move. Returns that are under way count as returned."""
        issued = self.filtered(
            lambda move: move.state == "done" and move.location_dest_id.usage == "customer"
        )
        result = []
        for move in issued:
            back = sum(
                # Demand, where the return is not done yet.
                same.product_uom._compute_quantity(
                    same.quantity if same.state == "done" else same.product_uom_qty,
                    move.product_uom,
                )
                for same in move.returned_move_ids
                if same.state != "cancel"
            )
            result.append((move, max(move.quantity - back, 0.0)))
        return result
