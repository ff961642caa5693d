from odoo import api, fields, models

from .product_template import PART_ORIGINS
from .service_job import AUTHORISED_STATES

# Somebody was asked about the job, and work on it has not begun.
ASKED_STATES = ("quoted", "approved")

# What the payer agreed to; quantities delivered or invoiced are not part of it.
AGREED_FIELDS = {
    "product_id",
    "name",
    "product_uom_qty",
    "product_uom_id",
    "price_unit",
    "discount",
    "tax_ids",
    "part_origin",
    "service_job_id",
}


class SaleOrderLine(models.Model):
    """Labour or part of a job."""

    _name = "sale.order.line"
    _inherit = ["sale.order.line", "service.listed.mixin"]
    _listed_by = "service_job_id"

    service_job_id = fields.Many2one(
        "service.job", "Job", index="btree_not_null", ondelete="restrict", copy=False
    )
    part_origin = fields.Selection(
        PART_ORIGINS,
        compute="_compute_part_origin",
        store=True,
        readonly=False,
        precompute=True,
        help="Printed on the proposal and the settlement list. A part that the customer brings "
        "costs nothing and is not taken from the shelf.",
    )

    @api.depends("product_id")
    def _compute_part_origin(self):
        for line in self:
            template = line.product_id.product_tmpl_id
            line.part_origin = bool(line.service_job_id) and template.service_part_origin

    @api.depends("part_origin")
    def _compute_price_unit(self):
        """A part that the customer brings costs nothing; a share costs what it was made of."""
        priced = self.filtered(lambda line: not line.service_share_kind)
        result = super(SaleOrderLine, priced)._compute_price_unit()
        brought = self.filtered(lambda line: line.part_origin == "customer")
        brought = brought.with_context(sale_write_from_compute=True)
        brought.update({"price_unit": 0.0, "technical_price_unit": 0.0})
        return result

    def _compute_analytic_distribution(self):
        """Let no distribution model be searched, line by line, where there is none."""
        ours = self.filtered("service_job_id")
        super(SaleOrderLine, self - ours)._compute_analytic_distribution()
        ours = self.env["account.analytic.distribution.model"]._skip_if_none(ours)
        return super(SaleOrderLine, ours)._compute_analytic_distribution()

    @api.constrains("order_id", "service_job_id", "display_type", "is_downpayment")
    def _check_service_job(self):
        """What belongs to no job stands in no proposal: nobody would be asked about it."""
        for line in self.filtered("order_id.service_order_id"):
            order = line.order_id.service_order_id
            unasked = not (line.service_job_id or line.display_type or line.is_downpayment)
            if unasked or line.service_job_id.order_id not in (order, order.browse()):
                order._refuse(
                    self.env._(
                        "\"%(line)s\" belongs to none of its jobs, so the customer would not be "
                        "asked about it. Add labour and parts on a job of the order.",
                        line=line.product_id.display_name or line.name,
                    )
                )

    # ---- records --------------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        Job = self.env["service.job"]
        # What a manufacturer did not pay is accounting, and changes nothing that was agreed.
        asked = [vals for vals in vals_list if not vals.get("service_claim_id")]
        jobs = Job.browse({vals["service_job_id"] for vals in asked
                           if vals.get("service_job_id")})
        jobs._withdraw_question(self.env._("labour or parts were added"))
        for vals in asked:
            job = Job.browse(vals.get("service_job_id"))
            estimate = self.env["sale.order"].browse(vals.get("order_id"))
            # What is agreed stays closed: more work goes into a further round.
            if job and (not estimate or estimate.state == "sale"):
                vals["order_id"] = job._get_open_estimate().id
                vals.setdefault("sequence", job._get_line_sequence())
        return super().create(vals_list)

    def write(self, vals):
        if AGREED_FIELDS & vals.keys():
            changed = self._get_changed(vals)
            changed._check_no_share()
            changed._withdraw_for(vals)
        result = super().write(vals)
        if "qty_delivered" in vals:
            self._deliver_shares()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_agreed(self):
        self.filtered(lambda line: line.service_job_id.state in ASKED_STATES)._check_no_share()
        agreed = self.filtered(lambda line: not line.service_claim_id)
        agreed.service_job_id._withdraw_question(self.env._("labour or parts were removed"))

    def _get_changed(self, vals):
        """Return the labour and part lines in which ``vals`` would change what is agreed."""

        def differs(line, name):
            old, new = line[name], vals[name]
            if isinstance(old, models.BaseModel):
                return line._fields[name].type != "many2one" or old.id != new
            return (old or False) != (new or False)

        names = AGREED_FIELDS & vals.keys()
        return self.filtered(
            lambda line: line.service_job_id
            and not line.display_type
            and not line.service_claim_id
            and any(differs(line, name) for name in names)
        )

    def _withdraw_for(self, vals):
        """Take back the question, or the approval, that ``vals`` would change."""
        labels = self.fields_get(sorted(AGREED_FIELDS & vals.keys()), ["string"])
        for job, lines in self.grouped("service_job_id").items():
            job._withdraw_question(
                self.env._(
                    "%(fields)s of %(lines)s changed",
                    fields=", ".join(label["string"] for label in labels.values()),
                    lines=", ".join(lines.product_id.mapped("display_name")),
                )
            )

    def _get_shown(self):
        """Return what a proposal shows of this line, in the language of the environment:
        ``name``, ``quantity``, ``unit``, ``price``, ``discount`` (%), ``amount`` (without
        taxes), ``is_labour``, ``origin`` (a key of the part origins, or "") and ``share``
        ("share" or "deductible" where it moves money between payers, else "")."""
        self.ensure_one()
        return {
            "name": self.name if self.service_share_kind else self.product_id.name,
            "quantity": self.product_uom_qty,
            "unit": self.product_uom_id.name,
            "price": self.price_unit,
            "discount": self.discount,
            "amount": self.price_subtotal,
            "is_labour": self.product_id.type == "service",
            "origin": self.part_origin or "",
            "share": self.service_share_kind or "",
        }

    # ---- parts ----------------------------------------------------------------------------

    @api.depends("service_job_id")
    def _compute_qty_to_invoice(self):
        """No more is billed than was approved, whatever was issued or typed as delivered."""
        result = super()._compute_qty_to_invoice()
        for line in self.filtered("service_job_id"):
            left = line.product_uom_qty - line.qty_invoiced
            line.qty_to_invoice = min(line.qty_to_invoice, max(left, 0.0))
        return result

    @api.model
    def _find_excess(self, orders):
        """Return the parts of service ``orders`` of which more were issued than approved."""
        issued = self.search_fetch(
            [
                ("service_job_id", "in", orders.job_ids.ids),
                ("product_id.type", "=", "consu"),
                ("qty_delivered", ">", 0),
            ],
            ["service_job_id", "product_uom_id", "product_uom_qty", "qty_delivered"],
        )
        return issued.filtered(lambda line: line._is_excess())

    def _is_excess(self):
        """Tell whether more of this part was issued than its payer approved."""
        approved = self.service_job_id.state in AUTHORISED_STATES
        quantity = self.product_uom_qty if approved else 0.0
        # Units are only read where there is something to round.
        return self.qty_delivered > quantity and (
            self.product_uom_id.compare(self.qty_delivered, quantity) > 0
        )

    def _action_launch_stock_rule(self, **kwargs):
        """Parts that the customer brings are not on the shelf, nor is a deposit."""
        ours = self.filtered(
            lambda line: line.part_origin != "customer" and not line.is_downpayment
        )
        if self and not ours:
            return True
        return super(SaleOrderLine, ours)._action_launch_stock_rule(**kwargs)

    def _prepare_procurement_values(self):
        values = super()._prepare_procurement_values()
        order = self.order_id.service_order_id
        if order:
            values["service_job_id"] = self.service_job_id.id
            values["service_order_id"] = order.id
            values["date_planned"] = min(values["date_planned"], fields.Datetime.now())
            if not self.route_ids and not self._is_made_to_order():
                values["route_ids"] = self.warehouse_id.workshop_route_id
        return values

    def _is_made_to_order(self):
        """Products made to order keep their own route; only the operation type changes."""
        routes = self.product_id.route_ids | self.product_id.categ_id.total_route_ids
        return bool(routes and routes & self.warehouse_id.mto_pull_id.route_id)
