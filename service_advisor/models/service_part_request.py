from collections import defaultdict

from odoo import api, fields, models

from .service_order import OPEN_STATES

# What was asked and why it was refused; it stays as it was once somebody has answered.
ASKED_FIELDS = {"job_id", "description", "photo", "product_id", "quantity", "refusal_reason"}


class ServicePartRequest(models.Model):
    """A technician asks the warehouse for a part, by words, a photo or a product.

    What the warehouse answers is proposed to the payer; no request changes what was approved.
    """

    _name = "service.part.request"
    _description = "Part Request"
    _inherit = ["service.kept.mixin"]
    _order = "requested_at desc, id desc"
    _kept_fields = frozenset(
        {
            "state",
            "requested_at",
            "requested_by_id",
            "closed_at",
            "closed_by_id",
            "answer_job_id",
        }
    )
    _check_company_auto = True
    _rec_names_search = ["description", "product_id.name", "order_id.name"]

    job_id = fields.Many2one(
        "service.job", required=True, index=True, ondelete="cascade", check_company=True
    )
    # Stored: the warehouse lists what is asked for, an order counts it.
    order_id = fields.Many2one(related="job_id.order_id", store=True, index=True)
    company_id = fields.Many2one(related="job_id.company_id", store=True, index=True)
    vehicle_id = fields.Many2one(related="order_id.vehicle_id", string="Vehicle")
    vin = fields.Char(related="vehicle_id.vin", string="VIN")
    description = fields.Text("What Is Needed")
    photo = fields.Image(max_width=1600, max_height=1600, help="Of the part, or of its label.")
    product_id = fields.Many2one(
        "product.product",
        "Part",
        domain="[('type', '=', 'consu')]",
        check_company=True,
        help="Where the technician knows it; the warehouse answers with the right one.",
    )
    quantity = fields.Float(digits="Product Unit", default=1.0, required=True)
    requested_by_id = fields.Many2one(
        "res.users",
        "Asked By",
        default=lambda self: self.env.user,
        required=True,
        readonly=True,
        copy=False,
        index=True,
    )
    requested_at = fields.Datetime(
        "Asked On", default=fields.Datetime.now, required=True, readonly=True, copy=False
    )
    state = fields.Selection(
        [
            ("requested", "Requested"),
            ("answered", "Answered"),
            ("refused", "Refused"),
            ("lost", "Lost Sale"),
        ],
        default="requested",
        required=True,
        readonly=True,
        copy=False,
    )
    waiting_minutes = fields.Integer("Waiting (min)", compute="_compute_waiting")
    is_waiting_long = fields.Boolean(compute="_compute_waiting")
    line_ids = fields.One2many("service.part.request.line", "request_id", "Parts to Propose")
    refusal_reason = fields.Char("Reason for Refusing", copy=False)
    answer_job_id = fields.Many2one(
        "service.job",
        "Proposed As",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
    )
    answer = fields.Char(compute="_compute_answer")
    closed_at = fields.Datetime("Answered On", readonly=True, copy=False)
    closed_by_id = fields.Many2one("res.users", "Answered By", readonly=True, copy=False)
    lost_demand_ids = fields.One2many("service.lost.demand", "request_id")

    _quantity_positive = models.Constraint(
        "CHECK(quantity > 0)", "Ask for at least some of the part: the quantity is above 0."
    )
    _open_idx = models.Index("(requested_at) WHERE state = 'requested'")

    # ---- computes -------------------------------------------------------------------------

    @api.depends("product_id", "description")
    def _compute_display_name(self):
        for request in self:
            request.display_name = request._get_words()

    def _get_words(self):
        """Return in one line what is asked for."""
        words = (self.description or "").strip().partition("\n")[0]
        return self.product_id.display_name or words or self.env._("Part on the photo")

    @api.depends("requested_at", "closed_at")
    def _compute_waiting(self):
        now = fields.Datetime.now()
        for request in self:
            asked = request.requested_at or now
            seconds = ((request.closed_at or now) - asked).total_seconds()
            limit = request.company_id.service_request_limit
            request.waiting_minutes = max(seconds, 0) // 60
            request.is_waiting_long = (
                request.state == "requested" and request.waiting_minutes >= limit > 0
            )

    @api.depends("state", "line_ids.product_id", "line_ids.quantity", "refusal_reason")
    def _compute_answer(self):
        for request in self:
            request.answer = request._get_answer()

    def _get_answer(self):
        """Return in one line what came of the request, False while it is open."""
        if self.state == "answered":
            return ", ".join(line.display_name for line in self.line_ids)
        if self.state == "refused":
            return self.refusal_reason
        return self.state == "lost" and self.env._("Not to be had in time")

    # ---- records --------------------------------------------------------------------------

    @api.constrains("description", "photo", "product_id")
    def _check_says_what(self):
        for request in self:
            if not ((request.description or "").strip() or request.photo or request.product_id):
                request.order_id._refuse(
                    self.env._(
                        "Say what is needed: write a word, take a photo or choose a part."
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        requests = super().create(vals_list)
        requests._check_can_ask()
        # The warehouse finds the part that was chosen ready to be answered; technicians choose
        # no answers, so it is noted on their behalf.
        self.env["service.part.request.line"].sudo().create(
            [
                {
                    "request_id": request.id,
                    "product_id": request.product_id.id,
                    "quantity": request.quantity,
                }
                for request in requests
                if request.product_id
            ]
        )
        requests._notify_warehouse()
        return requests

    def write(self, vals):
        if ASKED_FIELDS & vals.keys() and not self.env.su:
            self._check_is_open()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_closed(self):
        if not self.env.su:
            self._check_is_open()

    @api.model
    def _notify_warehouse(self):
        """Let open lists of requests show what has changed."""
        warehouse = self.env.ref("stock.group_stock_user", raise_if_not_found=False)
        if warehouse:
            warehouse._bus_send("service_advisor.part_requests", {})

    def _check_can_ask(self):
        """Hook: raise a UserError where nobody can serve the job any more."""
        states = [state for state in OPEN_STATES if state != "ready"]
        for request in self:
            request.order_id._check_state_is(states, self.env._("serve it with more parts"))
            job = request.job_id
            if job.state in ("declined", "cancelled"):
                job.order_id._refuse(
                    self.env._(
                        "Job \"%(job)s\" is %(state)s, so it needs no parts. Ask for them on "
                        "another job of the order.",
                        job=job.display_name,
                        state=job._get_state_label(),
                    )
                )

    def _check_is_open(self):
        for request in self:
            if request.state != "requested":
                request.order_id._refuse(
                    self.env._(
                        "%(user)s has answered the request for \"%(part)s\" meanwhile. Reload it "
                        "and look again; ask once more if that does not help.",
                        user=request.closed_by_id.name,
                        part=request.display_name,
                    )
                )

    # ---- counts ---------------------------------------------------------------------------

    @api.model
    def _count_by_state(self, name, records):
        """Return ``{id: (all, open)}``: how many requests hang on each of ``records`` by the
        field ``name``."""
        counts = defaultdict(lambda: (0, 0))
        for record, state, count in self._read_group(
            [(name, "in", records.ids)], [name, "state"], ["__count"]
        ):
            total, waiting = counts[record.id]
            counts[record.id] = (total + count, waiting + count * (state == "requested"))
        return counts
