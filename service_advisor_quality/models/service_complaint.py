from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_datetime

from .service_sla_policy import SEVERITIES

# Complaints somebody still has to do something about.
OPEN_STATES = ("new", "contacted", "investigating", "proposed", "resolved")


class ServiceComplaint(models.Model):
    """What a customer complains about: the words, who hears them, and what became of it.

    The state follows the moments at which something happened; the steps write those.
    """

    _name = "service.complaint"
    _description = "Complaint"
    _inherit = ["service.kept.mixin", "portal.mixin", "mail.thread", "mail.activity.mixin"]
    _order = "id desc"
    _kept_fields = frozenset(
        {
            "active",
            "acknowledged_at",
            "last_alert_at",
            "handled_at",
            "discard_reason",
            "discarded_by_id",
            "form_token",
            "investigating_at",
            "analysed_at",
            "analysed_by_id",
            "accepted_at",
            "withdrawn_via",
            "withdrawn_words",
            "close_reason",
            "proposed_at",
            "resolved_at",
            "confirmed_at",
            "closed_at",
            "withdrawn_at",
            "discarded_at",
            "reopened_at",
            "reopen_count",
        }
    )
    _check_company_auto = True
    _rec_names_search = ["name", "plate"]

    name = fields.Char(
        "Complaint No.", required=True, readonly=True, copy=False, default="New", index="trigram"
    )
    active = fields.Boolean(default=True, readonly=True)
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    # Whoever has it answers in the customer's name: the desk, and the customer.
    access_token = fields.Char(
        groups="service_advisor.group_reception,service_advisor_quality.group_inspector,"
        "base.group_portal,base.group_public"
    )
    order_id = fields.Many2one(
        "service.order",
        "Service Order",
        index="btree_not_null",
        check_company=True,
        tracking=True,
        help="The visit the customer complains about. It fills the car and the customer.",
    )
    vehicle_id = fields.Many2one(
        "service.vehicle",
        compute="_compute_from_order",
        store=True,
        readonly=False,
        precompute=True,
        index="btree_not_null",
        check_company=True,
    )
    plate = fields.Char(related="vehicle_id.plate", store=True, index="trigram")
    partner_id = fields.Many2one(
        "res.partner",
        "Customer",
        compute="_compute_from_order",
        store=True,
        readonly=False,
        precompute=True,
        index="btree_not_null",
        tracking=True,
    )
    phone = fields.Char(related="partner_id.phone")
    advisor_id = fields.Many2one(
        "res.users",
        "Responsible",
        compute="_compute_advisor_id",
        store=True,
        readonly=False,
        precompute=True,
        index="btree_not_null",
        tracking=True,
        domain=[("share", "=", False)],
    )
    channel = fields.Selection(
        [
            ("counter", "Counter"),
            ("phone", "Phone"),
            ("email", "E-mail"),
            ("portal", "Customer's Page"),
            ("survey", "Survey"),
            ("followup", "Follow-up Call"),
            ("other", "Other"),
        ],
        default="counter",
        required=True,
    )
    category_id = fields.Many2one(
        "service.complaint.category", index="btree_not_null", check_company=True, tracking=True
    )
    severity = fields.Selection(
        SEVERITIES,
        default="minor",
        required=True,
        index=True,
        tracking=True,
        help="Major: danger, damage, a second failed repair, or a customer about to be lost. The "
        "general manager is told at once.",
    )
    description = fields.Text(
        "The Customer's Words", required=True, help="As it was said or written."
    )
    demand = fields.Text(help="What the customer wants us to do.")
    state = fields.Selection(
        [
            ("new", "New"),
            ("contacted", "Contacted"),
            ("investigating", "Investigating"),
            ("proposed", "Proposed"),
            ("resolved", "Resolved"),
            ("confirmed", "Confirmed"),
            ("closed", "Closed"),
            ("withdrawn", "Withdrawn"),
        ],
        compute="_compute_state",
        store=True,
        index=True,
        tracking=True,
        group_expand="_group_expand_state",
    )
    received_at = fields.Datetime(
        "Received",
        required=True,
        default=lambda self: fields.Datetime.now(),
        index=True,
        copy=False,
        help="When the customer complained: the clock starts here. It can not be changed later.",
    )
    acknowledged_at = fields.Datetime("Acknowledged On", readonly=True, copy=False)
    investigating_at = fields.Datetime("Investigating Since", readonly=True, copy=False)
    proposed_at = fields.Datetime("Proposed On", readonly=True, copy=False)
    resolved_at = fields.Datetime("Resolved On", readonly=True, copy=False)
    confirmed_at = fields.Datetime("Confirmed On", readonly=True, copy=False)
    closed_at = fields.Datetime("Closed On", readonly=True, copy=False)
    withdrawn_at = fields.Datetime("Withdrawn On", readonly=True, copy=False)
    discarded_at = fields.Datetime("Discarded On", readonly=True, copy=False)
    reopened_at = fields.Datetime("Reopened On", readonly=True, copy=False)
    reopen_count = fields.Integer("Reopened", readonly=True, copy=False, aggregator="sum")

    _name_company_uniq = models.UniqueIndex(
        "(name, company_id) WHERE name != 'New'", "This complaint number is already used."
    )

    # ---- computes -------------------------------------------------------------------------

    @api.depends("order_id")
    def _compute_from_order(self):
        for complaint in self:
            order = complaint.order_id
            complaint.vehicle_id = order.vehicle_id or complaint.vehicle_id
            complaint.partner_id = order.partner_id or complaint.partner_id

    @api.onchange("vehicle_id")
    def _onchange_vehicle_id(self):
        """A car fills its last visit and, where it never came, its owner."""
        car = self.vehicle_id
        if car and self.order_id.vehicle_id != car:
            self.order_id = self._find_last_order(car)
            self.partner_id = self.order_id.partner_id or car.owner_id or self.partner_id

    @api.model
    def _find_last_order(self, vehicle):
        """Return the last visit of this car, else an empty set."""
        return self.env["service.order"].search(
            [("vehicle_id", "=", vehicle.id), ("state", "!=", "cancelled")],
            order="checked_in_at DESC NULLS LAST, id DESC",
            limit=1,
        )

    @api.depends("order_id")
    def _compute_advisor_id(self):
        """The advisor of the visit answers for it, else the advisor who records it."""
        user = self.env.user
        recorder = user if user.has_group("service_advisor.group_advisor") else user.browse()
        for complaint in self:
            complaint.advisor_id = (
                complaint.order_id.advisor_id
                or complaint.advisor_id
                or (not self.env.su and recorder)
            )

    @api.depends(
        "contacted_at",
        "investigating_at",
        "proposed_at",
        "resolved_at",
        "confirmed_at",
        "closed_at",
        "withdrawn_at",
    )
    def _compute_state(self):
        for complaint in self:
            complaint.state = complaint._get_state()

    def _get_state(self):
        """Hook: return the state that the moments of this complaint stand for."""
        reached = (
            ("withdrawn", self.withdrawn_at),
            ("closed", self.closed_at),
            ("confirmed", self.confirmed_at),
            ("resolved", self.resolved_at),
            ("proposed", self.proposed_at),
            ("investigating", self.investigating_at),
            ("contacted", self.contacted_at),
        )
        return next((state for state, moment in reached if moment), "new")

    @api.model
    def _group_expand_state(self, states, domain):
        """Show the open states always, others where there are complaints."""
        found = set(states)
        labels = dict(self._fields["state"].selection)
        return [state for state in labels if state in OPEN_STATES or state in found]

    def _compute_access_url(self):
        result = super()._compute_access_url()
        for complaint in self:
            complaint.access_url = f"/my/service-complaints/{complaint.id}"
        return result

    # ---- records --------------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        Company = self.env["res.company"]
        numbers = {}
        for vals in vals_list:
            if vals.get("name", "New") == "New":
                company = Company.browse(vals.get("company_id") or self.env.company.id)
                if company not in numbers:
                    numbers[company] = company._get_number_sequence("service.complaint")
                vals["name"] = numbers[company].next_by_id()
            if not self.env.su:
                self._check_received(vals.get("received_at"))
        complaints = super().create(vals_list)
        complaints._after_open()
        return complaints

    @api.model
    def _check_received(self, moment):
        if moment and fields.Datetime.to_datetime(moment) > fields.Datetime.now():
            raise UserError(
                self.env._(
                    "A complaint can not be received in the future: its clock runs from the "
                    "moment the customer complained."
                )
            )

    def write(self, vals):
        if not self.env.su:
            self._check_change(vals)
        major_before = self.filtered(lambda complaint: complaint.severity == "major")
        result = super().write(vals)
        if vals.get("severity") == "major":
            (self - major_before)._after_major()
        return result

    def _check_change(self, vals):
        """Raise where a change would make a late complaint look as if it were in time."""
        if "received_at" in vals or "name" in vals:
            raise UserError(
                self.env._("The number of a complaint and when it was received stay as they are.")
            )
        is_manager = self.env.user.has_group("service_advisor.group_manager")
        if vals.get("severity") == "minor" and not is_manager:
            for complaint in self.filtered(lambda complaint: complaint.severity == "major"):
                complaint._refuse(
                    self.env._("A service manager decides that a complaint is not major.")
                )

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        for complaint in self:
            complaint._refuse(
                self.env._("Complaints are kept. A manager can discard what is none.")
            )

    # ---- steps ----------------------------------------------------------------------------

    @api.model
    def _open_from(self, record, vals):
        """Open a complaint from what it is about or came in by.

        :param record: a record that has some of ``order_id``, ``vehicle_id``, ``partner_id``,
            ``company_id`` (a survey's answer, a follow-up call), or a service order.
        :param vals: values of the complaint that count more; ``description`` and ``channel`` at
            least.
        :return: the new complaint.
        """
        known = {}
        for name in ("order_id", "vehicle_id", "partner_id", "company_id"):
            if record and name in record._fields and record[name]:
                known[name] = record[name].id
        if record._name == "service.order":
            known["order_id"] = record.id
        return self.create(known | vals)

    def _after_open(self):
        """Hook: called once complaints are recorded, whichever way they came in."""
        self.filtered(lambda complaint: complaint.severity == "major")._after_major()

    def _after_major(self):
        """Hook: called once complaints are major."""

    def _after_contact(self, contacts):
        """Hook: called once ``contacts`` (``service.complaint.contact``) are logged on these
        complaints."""
        heard = contacts.filtered(
            lambda contact: contact.direction == "in" and not contact.is_automatic
        )
        # The customer has answered: there is nothing to wait for any more.
        heard.complaint_id.pause_ids._stop()

    def _reopen(self, why):
        """Take up closed complaints again; how often is kept.

        :param why: the reason, in words.
        """
        self.check_access("write")
        now = fields.Datetime.now()
        for complaint in self:
            complaint._keep(complaint._prepare_reopen_vals() | {
                "reopened_at": now, "reopen_count": complaint.reopen_count + 1,
            })
            complaint._message_log(body=self.env._("Reopened: %(why)s", why=why))
        self._after_reopen()

    def _prepare_reopen_vals(self):
        """Hook: return what a complaint that is taken up again loses."""
        return dict.fromkeys(
            ("proposed_at", "resolved_at", "confirmed_at", "closed_at", "withdrawn_at"), False
        )

    def _after_reopen(self):
        """Hook: called once complaints are taken up again."""

    # ---- errors ---------------------------------------------------------------------------

    def _refuse(self, why):
        """Raise the error that names this complaint and says why and what to do."""
        self.ensure_one()
        raise UserError(
            self.env._(
                "%(complaint)s (%(customer)s): %(why)s",
                complaint=self.name,
                customer=self._get_customer_name(),
                why=why,
            )
        )

    # ---- words ----------------------------------------------------------------------------

    def _get_customer_name(self):
        """Return by what people know whose complaint this is."""
        self.ensure_one()
        return self.partner_id.name or self.plate or self.env._("unknown customer")

    def _get_shop_tz(self):
        """Return the time zone of the workshop: whoever is told a time may have none."""
        self.ensure_one()
        # Everybody may know where the shop is, not its working hours.
        return self.sudo().company_id.resource_calendar_id.tz or self.env.user.tz or "UTC"

    def _format_shop_time(self, moment):
        """Return ``moment`` in the time of the workshop and the language of the environment."""
        return format_datetime(self.env, moment, tz=self._get_shop_tz(), dt_format="short")

    def _get_state_label(self):
        """Return the state in words."""
        self.ensure_one()
        return dict(self._fields["state"]._description_selection(self.env))[self.state]
