from collections import defaultdict

from odoo import api, fields, models
from odoo.exceptions import LockError, UserError

from ..exceptions import BusyError

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
        return requests

    def write(self, vals):
        if ASKED_FIELDS & vals.keys() and not self.env.su:
            self._check_is_open()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_closed(self):
        if not self.env.su:
            self._check_is_open()

    def _check_can_ask(self):
        """Hook: raise a UserError where nobody can serve the job any more."""
        self.order_id._check_can_propose()
        for request in self:
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

    def _lock_open(self):
        """Let one of two people who answer these requests at once win, and tell the other.

        :raises BusyError: while the other is at it; Odoo repeats the request.
        :raises UserError: once the other has answered.
        """
        try:
            self.lock_for_update(allow_referencing=True)
        except LockError as error:
            raise BusyError(
                self.env._("Somebody else is answering this request. Reload it and look again.")
            ) from error
        self.invalidate_recordset(["state", "closed_by_id"])
        self._check_is_open()

    # ---- the answer of the warehouse ------------------------------------------------------

    def action_answer(self):
        """Propose the chosen parts to the payer of each job.

        They become lines of the job while nobody was asked about it. Otherwise they are a job
        of their own: what was quoted or approved stands, and nobody has to answer twice.

        :raises UserError: naming the order, where no part is chosen, the job is off, or
            somebody else was faster.
        """
        self._check_may_answer()
        self._lock_open()
        self._check_can_answer()
        for request in self:
            job = request._propose_lines()
            request._keep(dict(request._prepare_close_vals("answered"), answer_job_id=job.id))
        self._after_close()
        return True

    def action_refuse(self):
        """Tell the technicians that they do not get these parts, and why.

        :raises UserError: where the reason is missing or somebody else was faster.
        """
        self._check_may_answer()
        self._lock_open()
        for request in self:
            if not (request.refusal_reason or "").strip():
                request.order_id._refuse(
                    self.env._("Write the reason for refusing, so that the technician knows.")
                )
        self._keep(self._prepare_close_vals("refused"))
        self._after_close()
        return True

    def _check_may_answer(self):
        if not (self.env.su or self.env.user.has_group("stock.group_stock_user")):
            raise UserError(
                self.env._("The warehouse answers part requests: ask it, or wait for its answer.")
            )
        self.check_access("write")

    def _check_can_answer(self):
        """Hook: raise a UserError where these requests can not be answered yet."""
        self._check_can_ask()
        for request in self:
            if not request.line_ids:
                request.order_id._refuse(
                    self.env._(
                        "Choose at least one part for \"%(part)s\", or refuse the request.",
                        part=request.display_name,
                    )
                )

    def _propose_lines(self):
        """Put the chosen parts before the payer; return the ``service.job`` that carries them."""
        self.ensure_one()
        # The warehouse has no right to sell: the proposal is made on its behalf.
        job = self.job_id.sudo()
        return job.order_id._propose_part_lines(
            [line._prepare_sale_line_vals() for line in self.line_ids],
            self.env._("Parts were asked for in the workshop: ask who pays for them"),
            job,
        ).service_job_id

    def _prepare_close_vals(self, state):
        return {
            "state": state,
            "closed_at": fields.Datetime.now(),
            "closed_by_id": self.env.uid,
        }

    def _after_close(self):
        """Hook: called once requests are answered, refused or lost; tells who asked."""
        for user, requests in self.grouped("requested_by_id").items():
            if user != self.env.user:
                user._bus_send("simple_notification", requests._prepare_notification())
        bodies = {
            job.id: "; ".join(requests._get_outcomes())
            for job, requests in self.grouped("job_id").items()
        }
        # The warehouse may not write jobs; what it answered belongs into their history.
        self.job_id.sudo()._message_log_batch(bodies=bodies)

    def _get_outcomes(self):
        """Return a sentence per request, in the user's language."""
        labels = dict(self._fields["state"]._description_selection(self.env))
        return [
            self.env._(
                "%(state)s: %(asked)s. %(answer)s",
                state=labels[request.state],
                asked=request.display_name,
                answer=request.answer or "",
            )
            for request in self
        ]

    def _prepare_notification(self):
        """Return the note that appears at once on the screen of who asked."""
        return {
            "type": "success" if set(self.mapped("state")) == {"answered"} else "warning",
            "title": ", ".join(self.order_id.mapped("name")),
            "message": "; ".join(self._get_outcomes()),
            "sticky": True,
        }

    # ---- lost sales -----------------------------------------------------------------------

    def action_lost_demand(self):
        """Record that these parts can not be served and the customer does not wait.

        A second tap does nothing.

        :raises UserError: where somebody else has answered, or the user may not say so.
        """
        Demand = self.env["service.lost.demand"]
        Demand._check_may_record()
        requests = self.filtered(lambda request: request.state != "lost")
        if not requests:
            return True
        requests.check_access("read")
        # Advisors answer no requests, but a lost sale is theirs to tell as well.
        requests = requests.sudo()
        requests._lock_open()
        Demand._record([vals for request in requests for vals in request._prepare_lost_vals()])
        requests._keep(requests._prepare_close_vals("lost"))
        requests._after_close()
        return True

    def _prepare_lost_vals(self):
        """Return the values of one ``service.lost.demand`` per part that was asked for."""
        common = {"job_id": self.job_id.id, "request_id": self.id}
        if self.line_ids:
            return [
                dict(
                    common,
                    name=line.product_id.display_name,
                    product_id=line.product_id.id,
                    quantity=line.quantity,
                )
                for line in self.line_ids
            ]
        return [dict(common, name=self._get_words(), quantity=self.quantity)]

    def action_undo_lost(self):
        """Open these requests again; the lost sale was told by mistake.

        :raises UserError: where neither the user nor a service manager told it.
        """
        lost = self.filtered(lambda request: request.state == "lost")
        lost.lost_demand_ids._undo()
        # Who told it was checked; advisors write no requests of others.
        lost.sudo()._keep({"state": "requested", "closed_at": False, "closed_by_id": False})
        return True

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
