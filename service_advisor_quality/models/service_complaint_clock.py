from odoo import api, fields, models
from odoo.fields import Domain

from ..tools.sla import find_deadline, find_first_contact, find_unanswered, is_breached
from .service_complaint import OPEN_STATES
from .service_sla_policy import CONTACT_HOURS


class ServiceComplaint(models.Model):
    """The clock of a complaint: deadlines, what stops them, and whether they were missed.

    Deadlines are stored, to be searched by. Whether one was missed follows from moments alone.
    """

    _inherit = "service.complaint"

    policy_id = fields.Many2one(
        "service.sla.policy",
        "Deadlines",
        compute="_compute_policy_id",
        store=True,
        precompute=True,
        index="btree_not_null",
    )
    contact_ids = fields.One2many("service.complaint.contact", "complaint_id", "Contacts")
    pause_ids = fields.One2many("service.complaint.pause", "complaint_id", "Waiting Times")
    contact_due_at = fields.Datetime(
        "First Contact Due", compute="_compute_contact_due_at", store=True, precompute=True
    )
    contacted_at = fields.Datetime(
        "First Contact",
        compute="_compute_contacted_at",
        store=True,
        help="When somebody first turned to the customer: a call, a visit, a message, or an "
        "e-mail that was sent.",
    )
    unanswered_at = fields.Datetime(
        "Unanswered Since",
        compute="_compute_contacted_at",
        store=True,
        index="btree_not_null",
        help="When the customer wrote or called again and has not been answered since.",
    )
    handled_at = fields.Datetime(
        readonly=True, copy=False, help="When a person decided that nothing is to be answered."
    )
    is_contacted_late = fields.Boolean(
        "Contacted Late",
        compute="_compute_is_contacted_late",
        store=True,
        help="The deadline had passed before somebody turned to the customer, or before the "
        "complaint was withdrawn.",
    )
    proposal_due_at = fields.Datetime(
        "Proposal Due", compute="_compute_later_deadlines", store=True
    )
    resolution_due_at = fields.Datetime(
        "Resolution Due", compute="_compute_later_deadlines", store=True
    )
    waiting_since = fields.Datetime(
        "Waits for the Customer Since", compute="_compute_waiting_since", store=True
    )
    is_contact_breached = fields.Boolean(
        "First Contact Missed",
        compute="_compute_breaches",
        search="_search_is_contact_breached",
    )
    is_overdue = fields.Boolean(
        "Overdue",
        compute="_compute_breaches",
        search="_search_is_overdue",
        help="First contact, proposal or resolution is later than agreed.",
    )

    _open_contact_idx = models.Index(
        "(contact_due_at) WHERE contacted_at IS NULL AND withdrawn_at IS NULL"
        " AND closed_at IS NULL AND discarded_at IS NULL"
    )

    # ---- deadlines ------------------------------------------------------------------------

    @api.depends("company_id", "severity")
    def _compute_policy_id(self):
        policies = self.env["service.sla.policy"]._find_policies(self.company_id)
        none = self.env["service.sla.policy"]
        for complaint in self:
            complaint.policy_id = (
                policies.get((complaint.company_id.id, complaint.severity))
                or policies.get((False, complaint.severity))
                or none
            )

    # Not on the hours of the policy: what was agreed when the customer complained stays.
    @api.depends("received_at", "policy_id")
    def _compute_contact_due_at(self):
        for complaint in self:
            # Whoever records a complaint need not read the deadlines of the house.
            hours = complaint.policy_id.sudo().contact_hours or CONTACT_HOURS
            start = complaint.received_at
            complaint.contact_due_at = start and find_deadline(start, hours)

    @api.depends(
        "contact_ids.at", "contact_ids.direction", "contact_ids.is_automatic", "handled_at"
    )
    def _compute_contacted_at(self):
        for complaint in self:
            contacts = [
                (contact.at, contact.direction, contact.is_automatic)
                for contact in complaint.contact_ids
            ]
            complaint.contacted_at = find_first_contact(contacts) or False
            if complaint.handled_at:
                contacts.append((complaint.handled_at, "out", False))
            complaint.unanswered_at = find_unanswered(contacts) or False

    @api.depends("contacted_at", "contact_due_at", "withdrawn_at", "closed_at", "discarded_at")
    def _compute_is_contacted_late(self):
        for complaint in self:
            ends = filter(None, (complaint.contacted_at, complaint._get_ended_at()))
            due, end = complaint.contact_due_at, min(ends, default=None)
            complaint.is_contacted_late = bool(due and end and end > due)

    @api.depends(
        "received_at", "reopened_at", "policy_id", "pause_ids.start_at", "pause_ids.stop_at"
    )
    def _compute_later_deadlines(self):
        for complaint in self:
            # As above.
            policy = complaint.policy_id.sudo()
            start = complaint.reopened_at or complaint.received_at
            pauses = [(pause.start_at, pause.stop_at or None) for pause in complaint.pause_ids]
            for name in ("proposal", "resolution"):
                hours = policy[f"{name}_hours"]
                due = hours and start and find_deadline(start, hours, pauses)
                complaint[f"{name}_due_at"] = due or False

    @api.depends("pause_ids.stop_at")
    def _compute_waiting_since(self):
        for complaint in self:
            running = complaint.pause_ids.filtered(lambda pause: not pause.stop_at)
            complaint.waiting_since = running[:1].start_at

    # ---- breach ---------------------------------------------------------------------------

    @api.depends(
        "contact_due_at",
        "contacted_at",
        "proposal_due_at",
        "resolution_due_at",
        "state",
        "discarded_at",
    )
    def _compute_breaches(self):
        now = fields.Datetime.now()
        for complaint in self:
            complaint.is_contact_breached = complaint._is_contact_breached(now)
            is_open = complaint.state in OPEN_STATES and not complaint.discarded_at
            complaint.is_overdue = is_open and any(
                due and not done and due < now for due, done in complaint._get_deadlines()
            )

    def _is_contact_breached(self, now):
        return is_breached(
            self.contact_due_at or None, self.contacted_at, self._get_ended_at(), now
        )

    def _get_ended_at(self):
        """Return since when nobody has to contact the customer, contacted or not; or False."""
        ends = (self.withdrawn_at, self.closed_at, self.discarded_at)
        return min(filter(None, ends), default=False)

    def _get_deadlines(self):
        """Return ``[(due, done)]`` of first contact, proposal and resolution."""
        return [
            (self.contact_due_at, self.contacted_at),
            (self.proposal_due_at, self.proposed_at or self.resolved_at),
            (self.resolution_due_at, self.resolved_at),
        ]

    def _search_is_contact_breached(self, operator, value):
        if operator != "in":
            return NotImplemented
        return Domain("is_contacted_late", "=", True) | (
            self._get_waiting_domain() & Domain("contact_due_at", "<", fields.Datetime.now())
        )

    @api.model
    def _get_waiting_domain(self):
        """Return the domain of the complaints whose first contact somebody still has to make;
        there is an index of them by deadline."""
        return Domain.AND(
            Domain(name, "=", False)
            for name in ("contacted_at", "withdrawn_at", "closed_at", "discarded_at")
        )

    def _search_is_overdue(self, operator, value):
        if operator != "in":
            return NotImplemented
        now = fields.Datetime.now()
        late = Domain("contacted_at", "=", False) & Domain("contact_due_at", "<", now)
        late |= (
            Domain("proposed_at", "=", False)
            & Domain("resolved_at", "=", False)
            & Domain("proposal_due_at", "<", now)
        )
        late |= Domain("resolved_at", "=", False) & Domain("resolution_due_at", "<", now)
        is_open = Domain("state", "in", OPEN_STATES) & Domain("discarded_at", "=", False)
        return is_open & late

    # ---- waiting for the customer ---------------------------------------------------------

    def _check_can_wait(self):
        """Raise where there is nothing the customer could answer yet."""
        for complaint in self:
            if complaint.state not in OPEN_STATES:
                complaint._refuse(
                    self.env._("It is %s: nothing is waited for.", complaint._get_state_label())
                )
            if not complaint.contacted_at:
                complaint._refuse(
                    self.env._("Contact the customer first, and log the call or visit.")
                )

    def action_resume(self):
        """Go on: the customer has answered, or is not waited for any longer."""
        self.check_access("write")
        self.pause_ids._stop()
        return True
