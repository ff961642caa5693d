from odoo import api, fields, models

from .service_job import AUTHORISED_STATES


class SaleOrderLine(models.Model):
    """Whether a part that was asked for could be served."""

    _inherit = "sale.order.line"

    # Nobody types it: written when the parts of an approval are first reserved, read by the
    # analysis of parts. Empty where nothing had to come from a shelf.
    first_supply = fields.Selection(
        [("served", "From the Shelf"), ("short", "Not on the Shelf")],
        "At First Request",
        readonly=True,
        copy=False,
    )
    lost_demand_ids = fields.One2many("service.lost.demand", "sale_line_id")
    is_lost_demand = fields.Boolean(
        "Lost Sale", compute="_compute_is_lost_demand", compute_sudo=True
    )
    can_lose_demand = fields.Boolean(compute="_compute_can_lose_demand", compute_sudo=True)

    # Parts asked for without an answer of a customer are found by the day they were asked for.
    _first_supply_idx = models.Index("(create_date) WHERE first_supply IS NOT NULL")

    @api.depends("lost_demand_ids.product_id", "product_id")
    def _compute_is_lost_demand(self):
        for line in self:
            line.is_lost_demand = line._origin.product_id in line.lost_demand_ids.product_id

    @api.depends("service_job_id.state", "product_id.type", "lost_demand_ids")
    def _compute_can_lose_demand(self):
        for line in self:
            line.can_lose_demand = (
                line.service_job_id
                and line.product_id.type == "consu"
                and line.service_job_id.state not in AUTHORISED_STATES
                and not line.is_lost_demand
            )

    def write(self, vals):
        if "product_id" in vals:
            swapped = self.filtered(lambda line: line.product_id.id != vals["product_id"])
            # Nobody writes it by hand; another part was not asked for yet.
            swapped.sudo().first_supply = False
        return super().write(vals)

    def action_lost_demand(self):
        """Record that these parts can not be served and the customer does not wait.

        One tap keeps product, quantity, order and time; a second does nothing.

        :raises UserError: where a line is no part, or the payer has approved it.
        """
        self.env["service.lost.demand"]._check_may_record()
        self.check_access("read")
        # The warehouse may not write jobs; the lock lets one of two taps go first.
        self.service_job_id.sudo()._lock()
        lines = self.filtered(lambda line: not line.is_lost_demand)
        lines._check_can_lose_demand()
        self.env["service.lost.demand"]._record(
            [line._prepare_lost_demand_vals() for line in lines]
        )
        lines.invalidate_recordset(["lost_demand_ids", "is_lost_demand", "can_lose_demand"])
        return True

    def action_undo_lost_demand(self):
        """Take back lost sales that were told by mistake.

        :raises UserError: where neither the user nor a service manager told them.
        """
        # What was lost of a part that stood here before stays lost.
        self.lost_demand_ids.filtered(
            lambda demand: demand.product_id == demand.sale_line_id.product_id
        )._undo()
        self.invalidate_recordset(["lost_demand_ids", "is_lost_demand", "can_lose_demand"])
        return True

    def _check_can_lose_demand(self):
        for line in self - self.filtered("can_lose_demand"):
            job = line.service_job_id
            if not job:
                job = line.order_id.service_order_id.job_ids[:1]
            job.order_id._refuse(
                self.env._(
                    "\"%(line)s\" of job \"%(job)s\" is no part that waits for an answer, so it "
                    "can not be lost. The job is %(state)s: let the customer decline it first.",
                    line=line.product_id.display_name or line.name,
                    job=job.display_name,
                    state=job._get_state_label(),
                )
            )

    def _prepare_lost_demand_vals(self):
        self.ensure_one()
        return {
            "name": self.product_id.display_name,
            "product_id": self.product_id.id,
            "quantity": self.product_uom_id._compute_quantity(
                self.product_uom_qty, self.product_id.uom_id
            ),
            "order_id": self.service_job_id.order_id.id,
            "job_id": self.service_job_id.id,
            "sale_line_id": self.id,
        }
