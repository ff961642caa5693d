from collections import defaultdict

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from .service_job import AUTHORISED_STATES

OPEN_STATES = ("booked", "checked_in", "quoted", "authorised", "in_work", "quality_check", "ready")


class ServiceOrder(models.Model):
    """The repair order: who, which car, what was promised and what became of it."""

    _name = "service.order"
    _description = "Service Order"
    _inherit = ["service.kept.mixin", "portal.mixin", "mail.thread", "mail.activity.mixin"]
    _order = "id desc"
    _kept_fields = frozenset(
        {
            "arrived_at",
            "checked_in_at",
            "checkin_reopened_at",
            "promised_at",
            "promise_limit",
            "first_promised_at",
            "counted_promise_at",
            "offered_promise_at",
            "offered_limit",
            "projected_at",
            "risk",
            "risk_limit",
            "risk_kind",
            "blocked_by",
            "ready_at",
            "delivered_at",
            "closed_at",
            "cancelled_at",
            "odometer_out",
            "old_parts",
            "handover_signature",
            "handover_name",
            "released_by_id",
            "released_at",
            "release_reason",
            "release_amount",
            "release_until",
            "settlement_no",
        }
    )
    _check_company_auto = True
    _rec_names_search = ["name", "plate"]

    name = fields.Char(
        "Order No.", required=True, readonly=True, copy=False, default="New", index="trigram"
    )
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    warehouse_id = fields.Many2one(
        "stock.warehouse",
        "Parts From",
        compute="_compute_warehouse_id",
        store=True,
        readonly=False,
        precompute=True,
        required=True,
        check_company=True,
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    # Customers may read their order: a filter on messages would tell them notes of the house.
    message_ids = fields.One2many(groups="base.group_user")
    # Whoever has it answers in the customer's name: the desk, and the customer.
    access_token = fields.Char(
        groups="service_advisor.group_reception,base.group_portal,base.group_public"
    )
    vehicle_id = fields.Many2one(
        "service.vehicle", required=True, index=True, check_company=True, tracking=True
    )
    plate = fields.Char(
        compute="_compute_plate",
        store=True,
        precompute=True,
        index="trigram",
        help="The plate the car carried at this visit.",
    )
    partner_id = fields.Many2one(
        "res.partner",
        "Customer",
        compute="_compute_partner_id",
        store=True,
        readonly=False,
        precompute=True,
        required=True,
        index=True,
    )
    advisor_id = fields.Many2one(
        "res.users",
        "Service Advisor",
        default=lambda self: self.env.user,
        required=True,
        index=True,
        tracking=True,
    )
    state = fields.Selection(
        [
            ("booked", "Booked"),
            ("checked_in", "Checked In"),
            ("quoted", "Quoted"),
            ("authorised", "Authorised"),
            ("in_work", "In Work"),
            ("quality_check", "Quality Check"),
            ("ready", "Ready"),
            ("delivered", "Delivered"),
            ("closed", "Closed"),
            ("cancelled", "Cancelled"),
        ],
        compute="_compute_state",
        store=True,
        precompute=True,
        index=True,
        tracking=True,
        group_expand="_group_expand_state",
    )
    next_step = fields.Char(compute="_compute_next_step")
    appointment_at = fields.Datetime("Appointment", help="When the customer means to come.")
    odometer_in = fields.Integer("Odometer In (km)", aggregator=None)
    odometer_out = fields.Integer("Odometer Out (km)", readonly=True, copy=False, aggregator=None)
    checked_in_at = fields.Datetime("Checked In On", readonly=True, copy=False)
    promised_at = fields.Datetime("Promised", readonly=True, copy=False, tracking=True)
    promise_limit = fields.Char(
        "Limited By", readonly=True, copy=False, help="What the promised time depends on."
    )
    first_promised_at = fields.Datetime("First Promise", readonly=True, copy=False)
    ready_at = fields.Datetime("Ready On", readonly=True, copy=False)
    delivered_at = fields.Datetime("Delivered On", readonly=True, copy=False)
    closed_at = fields.Datetime("Closed On", readonly=True, copy=False)
    cancelled_at = fields.Datetime("Cancelled On", readonly=True, copy=False)
    handover_signature = fields.Image(
        "Hand-over Signature", readonly=True, copy=False, max_width=1024, max_height=512
    )
    handover_name = fields.Char("Handed Over To", readonly=True, copy=False)
    is_late = fields.Boolean("Late", compute="_compute_is_late", search="_search_is_late")
    job_ids = fields.One2many("service.job", "order_id", "Jobs", copy=True)
    has_proposed = fields.Boolean(compute="_compute_has_jobs")
    has_quoted = fields.Boolean(compute="_compute_has_jobs")
    estimate_ids = fields.One2many("sale.order", "service_order_id", "Estimates")
    estimate_count = fields.Integer(compute="_compute_estimates")
    amount_total = fields.Monetary("Total", compute="_compute_estimates")
    picking_ids = fields.One2many("stock.picking", "service_order_id", "Transfers")
    picking_count = fields.Integer(compute="_compute_picking_count")
    invoice_ids = fields.Many2many(
        "account.move", compute="_compute_invoice_ids", string="Invoices"
    )
    invoice_count = fields.Integer(compute="_compute_invoice_ids")

    _name_company_uniq = models.UniqueIndex(
        "(name, company_id) WHERE name != 'New'", "This order number is already used."
    )
    _open_promise_idx = models.Index(
        "(promised_at) WHERE state NOT IN ('delivered', 'closed', 'cancelled')"
    )
    # What became ready and what left in a period is counted every day.
    _ready_idx = models.Index("(company_id, ready_at) WHERE ready_at IS NOT NULL")
    _delivered_idx = models.Index("(company_id, delivered_at) WHERE delivered_at IS NOT NULL")
    _odometer_in_positive = models.Constraint(
        "CHECK(odometer_in >= 0)", "The odometer can not be negative."
    )

    # ---- computes -------------------------------------------------------------------------

    @api.depends("company_id")
    def _compute_warehouse_id(self):
        for order in self:
            if order.warehouse_id.company_id != order.company_id:
                user = self.env.user.with_company(order.company_id)
                order.warehouse_id = user._get_default_warehouse_id()

    @api.depends("vehicle_id")
    def _compute_plate(self):
        for order in self:
            order.plate = order.vehicle_id.plate

    @api.depends("vehicle_id")
    def _compute_partner_id(self):
        for order in self:
            order.partner_id = order.vehicle_id.owner_id or order.partner_id

    @api.depends(
        "checked_in_at", "ready_at", "delivered_at", "closed_at", "cancelled_at", "job_ids.state"
    )
    def _compute_state(self):
        for order in self:
            order.state = order._get_milestone_state() or order._get_work_state()

    def _get_milestone_state(self):
        """Return the state set by a timestamp, or None while the jobs decide."""
        milestones = (
            ("cancelled", self.cancelled_at),
            ("closed", self.closed_at),
            ("delivered", self.delivered_at),
            ("ready", self.ready_at),
        )
        return next((state for state, reached in milestones if reached), None)

    def _get_work_state(self):
        """Return the state the jobs stand for. Where the customer declined everything, nothing
        is left but to check the car and give it back."""
        if not self.checked_in_at:
            return "booked"
        states = set(self.job_ids.mapped("state")) - {"cancelled"}
        if states and states <= {"qc", "done", "declined"}:
            return "quality_check"
        if states & {"in_work", "qc", "done"}:
            return "in_work"
        if "approved" in states:
            return "authorised"
        if "quoted" in states:
            return "quoted"
        return "checked_in"

    @api.model
    def _group_expand_state(self, states, domain):
        """Show the open states in the order of the work, and others where there are orders."""
        found = set(states)
        labels = dict(self._fields["state"].selection)
        return [state for state in labels if state in OPEN_STATES or state in found]

    @api.depends("job_ids.state")
    def _compute_has_jobs(self):
        for order in self:
            states = set(order.job_ids.mapped("state"))
            order.has_proposed = "proposed" in states
            order.has_quoted = "quoted" in states

    @api.depends("state", "job_ids.state", "is_settled", "is_released", "has_to_invoice")
    def _compute_next_step(self):
        for order in self:
            order.next_step = order._get_next_step()

    def _get_next_step(self):
        """Return in one sentence what has to happen next, and who does it."""
        self.ensure_one()
        jobs = self.job_ids
        proposed = len(self._get_jobs_to_quote())
        quoted = len(jobs.filtered(lambda job: job.state == "quoted"))
        if self.state not in ("booked", "delivered", "closed", "cancelled"):
            if proposed:
                return self.env._("Advisor: explain price and time of %s new job(s).", proposed)
            if quoted:
                return self.env._("Customer: answer on %s job(s).", quoted)
        if self.state in ("ready", "delivered", "closed"):
            return self._get_settlement_step()
        steps = {
            "booked": self.env._("Receptionist: take in the car when it arrives."),
            "checked_in": self.env._("Advisor: add the jobs the customer needs."),
            "authorised": self.env._("Technician: start the work."),
            "in_work": self.env._("Technician: finish the work."),
            "quality_check": self.env._("Advisor: check the car and mark it ready."),
        }
        return steps.get(self.state, False)

    @api.depends("promised_at", "state")
    def _compute_is_late(self):
        now = fields.Datetime.now()
        for order in self:
            waiting = order.state in OPEN_STATES and order.state != "ready"
            order.is_late = bool(waiting and order.promised_at and order.promised_at < now)

    def _search_is_late(self, operator, value):
        if operator != "in":
            return NotImplemented
        waiting = [state for state in OPEN_STATES if state != "ready"]
        return Domain("state", "in", waiting) & Domain("promised_at", "<", fields.Datetime.now())

    @api.depends("estimate_ids.amount_total", "estimate_ids.state")
    def _compute_estimates(self):
        totals, counts = defaultdict(float), defaultdict(int)
        today = fields.Date.context_today(self)
        for order, currency, state, count, total in self.env["sale.order"]._read_group(
            [("service_order_id", "in", self.ids)],
            ["service_order_id", "currency_id", "state"],
            ["__count", "amount_total:sum"],
        ):
            counts[order.id] += count
            if state != "cancel":
                totals[order.id] += currency._convert(
                    total, order.currency_id, order.company_id, today
                )
        for order in self:
            order.estimate_count = counts[order._origin.id]
            order.amount_total = totals[order._origin.id]

    def _compute_picking_count(self):
        counts = dict(
            self.env["stock.picking"]._read_group(
                [("service_order_id", "in", self.ids)], ["service_order_id"], ["__count"]
            )
        )
        for order in self:
            order.picking_count = counts.get(order._origin, 0)

    @api.depends("estimate_ids.invoice_ids")
    def _compute_invoice_ids(self):
        self.estimate_ids.mapped("invoice_ids")  # computed for all estimates at once
        for order in self:
            order.invoice_ids = order.estimate_ids.invoice_ids
            order.invoice_count = len(order.invoice_ids)

    def _compute_access_url(self):
        result = super()._compute_access_url()
        for order in self:
            order.access_url = f"/my/service-orders/{order.id}"
        return result

    # ---- records --------------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        sequences = {}
        for vals in vals_list:
            if vals.get("name", "New") == "New":
                company = vals.get("company_id") or self.env.company.id
                if company not in sequences:
                    owner = self.env["res.company"].browse(company)
                    sequences[company] = owner._get_number_sequence("service.order")
                vals["name"] = sequences[company].next_by_id()
        return super().create(vals_list)

    def write(self, vals):
        result = super().write(vals)
        if "partner_id" in vals or "vehicle_id" in vals:
            # Whoever pays from now on has approved nothing; work that has begun stays billed as it
            # was agreed.
            self.job_ids.filtered(
                lambda job: job.state in ("proposed", "quoted", "approved")
            )._follow_customer()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_booked(self):
        for order in self:
            if order.checked_in_at:
                raise UserError(
                    self.env._(
                        "%(order)s is part of the car's history. Cancel it instead of deleting "
                        "it.",
                        order=order.name,
                    )
                )

    def unlink(self):
        self.job_ids.unlink()
        # Advisors may not delete sales orders; these are the drafts of orders nobody came for.
        self.sudo().estimate_ids.unlink()
        return super().unlink()

    def _get_customer_estimates(self):
        """Return the estimates the customer may see: those the customer pays and was told of."""
        return self.estimate_ids.filtered(
            lambda estimate: estimate.partner_id == estimate.service_order_id.partner_id
            and estimate.state in ("sent", "sale")
        )

    def _get_report_base_filename(self):
        """Return the name of the file the customer downloads in the portal."""
        self.ensure_one()
        return self.env._("Service order %s", self.name)

    def _get_authorised_jobs(self):
        return self.job_ids.filtered(lambda job: job.state in AUTHORISED_STATES)

    def action_preview(self):
        """Open the page the customer sees."""
        self.ensure_one()
        return {"type": "ir.actions.act_url", "target": "self", "url": self.get_portal_url()}

    # ---- smart buttons --------------------------------------------------------------------

    def action_view_estimates(self):
        """Open the estimates of these orders."""
        return self.estimate_ids._get_records_action(name=self.env._("Estimates"))

    def action_view_transfers(self):
        """Open the transfers of parts for these orders."""
        return self.picking_ids._get_records_action(name=self.env._("Parts Transfers"))

    def action_view_invoices(self):
        """Open the invoices made from these orders."""
        return self.invoice_ids._get_records_action(name=self.env._("Invoices"))
