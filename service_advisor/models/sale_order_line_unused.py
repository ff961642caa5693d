from odoo import api, models


class SaleOrderLine(models.Model):
    """An issued part that is not needed goes back to the shelf; a part that is not there may be
    replaced by another."""

    _inherit = "sale.order.line"

    @api.ondelete(at_uninstall=False)
    def _unlink_except_out(self):
        """What is in the car or the workshop would be billed to nobody."""
        # Who takes a part off a job need not see transfers.
        parts = self.sudo().filtered(
            lambda line: line.service_job_id and line.product_id.type == "consu"
        )
        for line in parts:
            if line.move_ids._get_unused():
                line.service_job_id.order_id._refuse(
                    self.env._(
                        "%(part)s was issued. The warehouse takes it back with \"Return Unused\" "
                        "before it is taken off the job.",
                        part=line.product_id.display_name,
                    )
                )

    # ---- unused parts ---------------------------------------------------------------------

    def action_return_unused(self):
        """Return all that was issued for these lines and is not back yet.

        :raises UserError: naming the order of a line of which nothing is out.
        """
        self._check_can_return()
        return self.env["stock.picking"]._return_to_shelf(self.move_ids._get_unused())

    def action_open_return(self):
        """Open the dialog in which less than everything is returned."""
        self.ensure_one()
        self._check_can_return()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Return Unused Parts"),
            "res_model": "service.part.return.wizard",
            "view_mode": "form",
            "target": "new",
            "context": {"default_line_id": self.id},
        }

    def _check_can_return(self):
        for line in self:
            if not line.move_ids._get_unused():
                line.service_job_id.order_id._refuse(
                    self.env._(
                        "Nothing of %(part)s is out any more: it was not issued yet, or is back "
                        "on the shelf.",
                        part=line.product_id.display_name,
                    )
                )

    def _get_unused_quantity(self):
        """Return how much of this part is out, in the unit of the line."""
        return sum(
            move.product_uom._compute_quantity(quantity, self.product_uom_id)
            for move, quantity in self.move_ids._get_unused().items()
        )

    def _return_quantity(self, quantity):
        """Return ``quantity`` (in the unit of the line) of this part to the shelf, what was
        issued last first.

        :raises UserError: where nothing is typed, or more than is out.
        """
        self.ensure_one()
        out = self._get_unused_quantity()
        if (
            self.product_uom_id.compare(quantity, 0.0) <= 0
            or self.product_uom_id.compare(quantity, out) > 0
        ):
            shown = f"{out:g}"
            self.service_job_id.order_id._refuse(
                self.env._(
                    "%(out)s %(unit)s of %(part)s are out. Enter how much of it comes back.",
                    out=shown,
                    unit=self.product_uom_id.name,
                    part=self.product_id.display_name,
                )
            )
        quantities = {}
        unused = self.move_ids._get_unused()
        for move in sorted(unused, key=lambda move: move.id, reverse=True):
            part = min(
                self.product_uom_id._compute_quantity(quantity, move.product_uom), unused[move]
            )
            quantities[move] = part
            quantity -= move.product_uom._compute_quantity(part, self.product_uom_id)
            if self.product_uom_id.compare(quantity, 0.0) <= 0:
                break
        return self.env["stock.picking"]._return_to_shelf(quantities)

    # ---- substitutes ----------------------------------------------------------------------

    def action_open_substitutes(self):
        """Open the list of parts that could do instead.

        :raises UserError: where the catalogue knows none, or the work has begun.
        """
        self.ensure_one()
        self._check_can_substitute()
        wizard = self.env["service.substitute.wizard"].create({"line_id": self.id})
        return wizard._get_records_action(name=self.env._("Substitute a Part"), target="new")

    def _check_can_substitute(self):
        """Raise where no other part can take the place of this one."""
        job = self.service_job_id
        job._check_can_reprice()
        # Reception may not read transfers.
        issued = self.sudo().move_ids.filtered(lambda move: move.state == "done")
        if issued or self.qty_invoiced:
            job.order_id._refuse(
                self.env._(
                    "%(part)s was issued or invoiced already, so no other part takes its place "
                    "here. Let the warehouse take it back, then add the other part to a job.",
                    part=self.product_id.display_name,
                )
            )
        if not self.product_id.service_substitute_ids:
            job.order_id._refuse(
                self.env._(
                    "The catalogue knows no substitute of %(part)s. Enter one on the product, "
                    "beside its part origin.",
                    part=self.product_id.display_name,
                )
            )

    def _substitute(self, product):
        """Put ``product`` in the place of this part. Its question or its approval is taken back,
        as for every change of what was agreed."""
        self.ensure_one()
        job, previous = self.service_job_id, self.product_id
        self._check_can_substitute()
        self.product_id = product
        job.order_id._message_log(
            body=self.env._(
                "Job \"%(job)s\": %(part)s instead of %(previous)s.",
                job=job.display_name,
                part=product.display_name,
                previous=previous.display_name,
            )
        )
