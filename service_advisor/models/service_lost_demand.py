from odoo import api, fields, models
from odoo.exceptions import UserError


class ServiceLostDemand(models.Model):
    """A part that a customer would have bought, had it been there.

    Written by one tap on a request or on a part of a job, never by hand.
    """

    _name = "service.lost.demand"
    _description = "Lost Demand"
    _inherit = ["service.kept.mixin"]
    _order = "lost_at desc, id desc"
    _kept_fields = frozenset(
        {
            "name",
            "product_id",
            "quantity",
            "order_id",
            "job_id",
            "sale_line_id",
            "request_id",
            "lost_at",
            "user_id",
        }
    )

    name = fields.Char("Part in Words", required=True, readonly=True)
    product_id = fields.Many2one("product.product", "Part", readonly=True, index="btree_not_null")
    quantity = fields.Float(
        digits="Product Unit", readonly=True, help="In the unit in which the part is stocked."
    )
    order_id = fields.Many2one(
        "service.order", required=True, readonly=True, index=True, ondelete="cascade"
    )
    # A job that comes to nothing may be deleted; that its part was not there stays known.
    job_id = fields.Many2one(
        "service.job", readonly=True, index="btree_not_null", ondelete="set null"
    )
    vehicle_id = fields.Many2one(related="order_id.vehicle_id", string="Vehicle")
    company_id = fields.Many2one(related="order_id.company_id", store=True, index=True)
    sale_line_id = fields.Many2one(
        "sale.order.line",
        "Estimate Line",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
    )
    request_id = fields.Many2one(
        "service.part.request", readonly=True, index="btree_not_null", ondelete="set null"
    )
    lost_at = fields.Datetime("Lost On", default=fields.Datetime.now, required=True, readonly=True)
    user_id = fields.Many2one(
        "res.users", "Told By", default=lambda self: self.env.user, required=True, readonly=True
    )

    _lost_at_idx = models.Index("(lost_at)")
    # Once per line; a line whose part was swapped asks for another part.
    _line_uniq = models.UniqueIndex(
        "(sale_line_id, product_id) WHERE sale_line_id IS NOT NULL",
        "Somebody else has told this lost sale at this moment.",
    )

    @api.model
    def _check_may_record(self):
        """Raise where the user is neither of the warehouse nor a service advisor."""
        user = self.env.user
        if not (
            self.env.su
            or user.has_group("stock.group_stock_user")
            or user.has_group("service_advisor.group_advisor")
        ):
            raise UserError(
                self.env._("The warehouse or the service advisor tells a lost sale: ask one of "
                           "them.")
            )

    @api.model
    def _record(self, vals_list):
        """Keep that parts were asked for in vain.

        :param vals_list: dicts of ``name``, ``quantity``, ``order_id``, ``job_id`` and where
            there is one ``product_id``, ``request_id``, ``sale_line_id``.
        """
        # Nobody may write the record by hand; who taps the button was checked.
        return self.sudo().create(vals_list)

    def action_undo(self):
        """Take back lost sales that were told by mistake.

        :raises UserError: where neither the user nor a service manager told them.
        """
        self.request_id.action_undo_lost()
        self.exists()._undo()
        return True

    def _undo(self):
        manager = self.env.user.has_group("service_advisor.group_manager")
        for demand in self:
            if demand.user_id != self.env.user and not manager:
                demand.order_id._refuse(
                    self.env._(
                        "%(user)s told the lost sale of \"%(part)s\": ask them or the service "
                        "manager to take it back.",
                        user=demand.user_id.name,
                        part=demand.name,
                    )
                )
        # Nobody may delete the record by hand.
        self.sudo().unlink()
