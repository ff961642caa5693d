from odoo import api, fields, models
from odoo.exceptions import UserError

# What the manufacturer may answer.
CLAIM_ANSWERS = [
    ("approved", "Approved"),
    ("short_paid", "Short-paid"),
    ("rejected", "Rejected"),
]

# Claims the manufacturer has answered. A rejected one is billed with its difference, which
# comes to nothing: so the estimate is settled, and the invoice says why.
ANSWERED_STATES = ("approved", "short_paid", "paid", "rejected")


class ServiceClaim(models.Model):
    """What the manufacturer is asked to pay for one warranty job.

    Until it is submitted it follows the job; what was submitted and answered stays as it was.
    """

    _name = "service.claim"
    _description = "Warranty Claim"
    _inherit = ["service.kept.mixin", "mail.thread", "mail.activity.mixin"]
    _order = "id desc"
    _kept_fields = frozenset(
        {
            "job_id",
            "manufacturer_id",
            "currency_id",
            "state",
            "submitted_on",
            "answered_on",
            "paid_on",
            "claimed_labour",
            "claimed_parts",
            "claimed_amount",
            "approved_amount",
            "shortfall_reason",
        }
    )
    _check_company_auto = True
    _rec_names_search = ["name", "manufacturer_ref", "order_id", "vin"]

    name = fields.Char(
        "Claim No.", required=True, readonly=True, copy=False, default="New", index="trigram"
    )
    job_id = fields.Many2one(
        "service.job", required=True, readonly=True, index=True, ondelete="cascade"
    )
    order_id = fields.Many2one(related="job_id.order_id", store=True, index=True)
    company_id = fields.Many2one(related="job_id.company_id", store=True, index=True)
    manufacturer_id = fields.Many2one(
        "res.partner", required=True, readonly=True, index=True
    )
    currency_id = fields.Many2one("res.currency", required=True, readonly=True)
    vehicle_id = fields.Many2one(related="order_id.vehicle_id")
    vin = fields.Char("VIN", related="order_id.vehicle_id.vin")
    odometer = fields.Integer("Odometer (km)", related="order_id.odometer_in", aggregator=None)
    cause = fields.Text(related="job_id.cause", readonly=False)
    correction = fields.Text(related="job_id.correction", readonly=False)
    part_ids = fields.Many2many("product.product", compute="_compute_part_ids")
    causal_part_id = fields.Many2one(
        "product.product",
        domain="[('id', 'in', part_ids)]",
        index="btree_not_null",
        help="The part of the job whose failure made the repair necessary.",
    )
    fault_code = fields.Char("Fault Code (DTC)", help="As read from the car, such as P0301.")
    preauthorisation = fields.Char(
        "Pre-authorisation No.", help="Given by the manufacturer before expensive work."
    )
    manufacturer_ref = fields.Char(
        "Manufacturer's Reference", help="The number of the claim at the manufacturer."
    )
    state = fields.Selection(
        [("draft", "Draft"), ("submitted", "Submitted"), *CLAIM_ANSWERS, ("paid", "Paid")],
        default="draft",
        required=True,
        readonly=True,
        index=True,
        copy=False,
        tracking=True,
        group_expand=True,
    )
    submitted_on = fields.Date(readonly=True, copy=False)
    answered_on = fields.Date(readonly=True, copy=False)
    paid_on = fields.Date(readonly=True, copy=False)
    # What was submitted; a draft has none of it yet.
    claimed_labour = fields.Monetary(readonly=True, copy=False)
    claimed_parts = fields.Monetary(readonly=True, copy=False)
    claimed_amount = fields.Monetary("Claimed", readonly=True, copy=False)
    approved_amount = fields.Monetary("Approved", readonly=True, copy=False)
    open_amount = fields.Monetary(
        "Outstanding",
        compute="_compute_open_amount",
        store=True,
        help="What the manufacturer is expected to pay and has not paid yet.",
    )
    shortfall_reason = fields.Char(
        "Reason of the Manufacturer", readonly=True, copy=False
    )
    labour_amount = fields.Monetary("Labour", compute="_compute_amounts")
    parts_amount = fields.Monetary("Parts", compute="_compute_amounts")
    amount = fields.Monetary("Amount Without Taxes", compute="_compute_amounts")
    blocked_by = fields.Text(
        compute="_compute_blocked_by", help="What has to be known or done before it is submitted."
    )
    invoice_ids = fields.Many2many(
        "account.move", compute="_compute_invoice_ids", string="Invoices"
    )
    invoice_count = fields.Integer(compute="_compute_invoice_ids")

    _job_manufacturer_uniq = models.UniqueIndex(
        "(job_id, manufacturer_id)", "This job has a claim on this manufacturer already."
    )
    _name_company_uniq = models.UniqueIndex(
        "(name, company_id) WHERE name != 'New'", "This claim number is already used."
    )

    # ---- computes -------------------------------------------------------------------------

    @api.depends("state", "claimed_amount", "approved_amount")
    def _compute_open_amount(self):
        for claim in self:
            if claim.state == "submitted":
                claim.open_amount = claim.claimed_amount
            elif claim.state in ("approved", "short_paid"):
                claim.open_amount = claim.approved_amount
            else:
                claim.open_amount = 0.0

    @api.depends("job_id.line_ids.product_id")
    def _compute_part_ids(self):
        for claim in self:
            products = claim._get_claimed_lines()._get_work().product_id
            claim.part_ids = products.filtered(lambda product: product.type == "consu")

    @api.depends(
        "state",
        "claimed_amount",
        "job_id.state",
        "job_id.line_ids.price_subtotal",
        "job_id.line_ids.qty_delivered",
    )
    def _compute_amounts(self):
        """Before it is submitted, the amounts of the job as it is; then what was submitted."""
        drafts = self.filtered(lambda claim: claim.state == "draft")
        # Read for all claims at once.
        drafts._get_claimed_lines()._get_work().product_id.mapped("type")
        for claim in self:
            if claim.state == "draft":
                claim.labour_amount, claim.parts_amount = claim._get_live_amounts()
            else:
                claim.labour_amount = claim.claimed_labour
                claim.parts_amount = claim.claimed_parts
            claim.amount = claim.labour_amount + claim.parts_amount

    @api.depends("state", "cause", "correction", "vin", "odometer", "job_id.state")
    def _compute_blocked_by(self):
        for claim in self:
            missing = claim._get_missing() if claim.state == "draft" else []
            claim.blocked_by = "\n".join(missing)

    @api.depends("job_id.line_ids.invoice_lines")
    def _compute_invoice_ids(self):
        self._get_billed_lines().invoice_lines.mapped("move_id")  # read for all claims at once
        for claim in self:
            claim.invoice_ids = claim._get_billed_lines().invoice_lines.move_id
            claim.invoice_count = len(claim.invoice_ids)

    # ---- records --------------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        Job = self.env["service.job"]
        for vals in vals_list:
            if vals.get("name", "New") == "New":
                company = Job.browse(vals.get("job_id")).company_id or self.env.company
                # loop: a claim takes the number of its own company
                vals["name"] = company._get_next_number("service.claim")
        return super().create(vals_list)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_submitted(self):
        for claim in self:
            if claim.state != "draft":
                claim._refuse(
                    self.env._(
                        "It was submitted and belongs to the books. Record the manufacturer's "
                        "answer instead of deleting it."
                    )
                )

    # ---- what is claimed ------------------------------------------------------------------

    def _get_billed_lines(self):
        """Return the lines of these jobs that their manufacturers are billed, with the
        differences of short payments."""
        payers = {(claim.job_id, claim.manufacturer_id) for claim in self}
        return self.job_id.line_ids.filtered(
            lambda line: not line.display_type
            and line.order_id.state != "cancel"
            and (line.service_job_id, line.order_id.partner_id) in payers
        )

    def _get_claimed_lines(self):
        """Return the labour and parts of these claims, without any difference of a claim."""
        return self._get_billed_lines().filtered(lambda line: not line.service_claim_id)

    def _get_live_amounts(self):
        """Return what labour and parts of the job come to now, without taxes, in the currency
        of the claim: ``(labour, parts)``. Once the work is over, parts that were not issued do
        not count."""
        self.ensure_one()
        labour = parts = 0.0
        for line in self._get_claimed_lines():
            amount = line._get_claimed_amount()
            if line._get_work().product_id.type == "service":
                labour += amount
            else:
                parts += amount
        return self.currency_id.round(labour), self.currency_id.round(parts)

    def _get_missing(self):
        """Hook: return in sentences what a draft lacks to be submitted."""
        self.ensure_one()
        job, order, missing = self.job_id, self.order_id, []
        if job.state != "done":
            missing.append(
                self.env._(
                    "Job \"%(job)s\" is %(state)s: the work has to be finished and checked first.",
                    job=job.display_name,
                    state=job._get_state_label(),
                )
            )
        if order.odometer_in <= 0:
            missing.append(self.env._("The odometer reading of the order is missing."))
        if not self.vin:
            missing.append(self.env._("The VIN of the car is missing: write it on the vehicle."))
        if not self.cause:
            missing.append(
                self.env._("The cause is missing: the technician writes it on the job.")
            )
        if not self.correction:
            missing.append(
                self.env._("The correction is missing: the technician writes it on the job.")
            )
        # Only whether parts are under way is asked; the warehouse's documents stay closed.
        moves = job.sudo().move_ids.filtered(lambda move: move.state not in ("done", "cancel"))
        if moves:
            missing.append(
                self.env._(
                    "Transfer %(transfer)s is still open: the warehouse issues the parts or "
                    "cancels it.",
                    transfer=moves.picking_id[:1].name or moves[0].reference,
                )
            )
        if self.currency_id.compare_amounts(self.amount, 0.0) <= 0:
            missing.append(self.env._("The job has no labour and no parts to claim."))
        return missing

    # ---- screens --------------------------------------------------------------------------

    def action_view_invoices(self):
        """Open the invoices and credit notes of these claims."""
        return self.invoice_ids._get_records_action(name=self.env._("Invoices"))

    def action_view_job(self):
        """Open the job that is claimed."""
        return self.job_id._get_records_action()

    def action_view_order(self):
        """Open the service order of the claim."""
        return self.order_id._get_records_action()

    def _refuse(self, why):
        """Raise the error that names this claim and its order and says what to do."""
        self.ensure_one()
        raise UserError(
            self.env._(
                "%(claim)s of %(order)s (%(vehicle)s): %(why)s",
                claim=self.name,
                order=self.order_id.name,
                vehicle=self.order_id.plate or self.vehicle_id.display_name,
                why=why,
            )
        )
