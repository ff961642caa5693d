from markupsafe import Markup
from odoo import api, fields, models
from odoo.exceptions import UserError

from .service_technical_review import TECHNICAL

# Who may read what a technical meeting is about.
READERS = ",".join(
    [
        "service_advisor.group_reception",
        "service_advisor.group_technician",
        "service_advisor.group_seat",
    ]
)
STEPS = frozenset(
    {"service_weekly_on", "service_filled_at", "service_closed_at", "service_closed_by_id"}
)


class CalendarEvent(models.Model):
    """The technical meeting: waiting reviews as its agenda, minutes, decisions and tasks."""

    _name = "calendar.event"
    _inherit = ["calendar.event", "service.kept.mixin"]
    _kept_fields = STEPS

    is_service_meeting = fields.Boolean("Technical Meeting")
    service_company_id = fields.Many2one(
        "res.company",
        "Company of the Meeting",
        compute="_compute_service_company_id",
        store=True,
        readonly=False,
        index="btree_not_null",
    )
    service_agenda_ids = fields.One2many(
        "service.meeting.item", "event_id", "Agenda", groups=READERS
    )
    service_weekly_on = fields.Date(
        "Weekly Meeting Of", readonly=True, copy=False, help="The day it was prepared for."
    )
    service_filled_at = fields.Datetime("Agenda Sent On", readonly=True, copy=False)
    service_closed_at = fields.Datetime("Meeting Closed On", readonly=True, copy=False)
    service_closed_by_id = fields.Many2one(
        "res.users", "Meeting Closed By", readonly=True, copy=False
    )

    _service_weekly_uniq = models.UniqueIndex(
        "(service_company_id, service_weekly_on) WHERE service_weekly_on IS NOT NULL",
        "The technical meeting of this week is there already.",
    )

    @api.depends("is_service_meeting")
    def _compute_service_company_id(self):
        for event in self:
            if event.is_service_meeting:
                event.service_company_id = event.service_company_id or self.env.company
            else:
                event.service_company_id = False

    @api.ondelete(at_uninstall=False)
    def _unlink_except_closed(self):
        for event in self:
            if event.service_closed_at and not self.env.su:
                event._refuse_meeting(self.env._("Its minutes stay on record."))

    def _refuse_meeting(self, why):
        self.ensure_one()
        raise UserError(self.env._("%(meeting)s: %(why)s", meeting=self.name, why=why))

    # ---- agenda ---------------------------------------------------------------------------

    def action_fill_agenda(self):
        """Put the reviews that wait for a verdict on the agenda of these meetings.

        :raises UserError: for users who prepare no meetings, or where a meeting is closed.
        """
        self._check_may_prepare()
        self._check_is_open()
        self._fill_agenda()
        return True

    def _check_may_prepare(self):
        self.check_access("write")
        groups = (TECHNICAL, "service_advisor.group_advisor")
        if not self.env.su and not any(map(self.env.user.has_group, groups)):
            for event in self:
                event._refuse_meeting(
                    self.env._("Advisors and technical leads prepare technical meetings.")
                )

    def _check_is_open(self):
        for event in self:
            if not event.is_service_meeting:
                event._refuse_meeting(self.env._("It is no technical meeting."))
            if event.service_closed_at and not self.env.su:
                event._refuse_meeting(
                    self.env._("The meeting is closed, and its minutes were sent.")
                )

    def _fill_agenda(self):
        """Add the waiting reviews of the company that are not on the agenda, the oldest first."""
        waiting = self.env["service.technical.review"].search(
            [("state", "=", "waiting"), ("company_id", "in", self.service_company_id.ids)],
            order="id",
        )
        by_company = waiting.grouped("company_id")
        self.env["service.meeting.item"].create(
            [
                {"event_id": event.id, "review_id": review.id, "sequence": 10 + place}
                for event in self
                for place, review in enumerate(
                    by_company.get(event.service_company_id, waiting.browse())
                    - event.service_agenda_ids.review_id
                )
            ]
        )

    # ---- close ----------------------------------------------------------------------------

    def action_close_meeting(self):
        """Close these meetings: tasks go to their owners, the minutes to all who were invited.

        :raises UserError: for anybody but technical leads, and naming a task without an owner.
        """
        self._check_can_close_meeting()
        self.check_access("write")
        # The step was checked; nobody types that a meeting is over.
        self.sudo().write(
            {"service_closed_at": fields.Datetime.now(), "service_closed_by_id": self.env.uid}
        )
        self.service_agenda_ids._ask_owners()
        for event in self:
            event._send_minutes()
        return True

    def _check_can_close_meeting(self):
        """Hook: raise a UserError where a meeting can not be closed."""
        self._check_is_open()
        for event in self:
            if not self.env.su and not self.env.user.has_group(TECHNICAL):
                event._refuse_meeting(self.env._("A technical lead closes the meeting."))
            for item in event.service_agenda_ids:
                if (item.task or "").strip() and not (item.task_owner_id and item.task_due):
                    event._refuse_meeting(
                        self.env._(
                            "Task \"%s\" needs somebody who does it, and until when.", item.task
                        )
                    )

    def _send_minutes(self):
        """Send the minutes to all who were invited, and keep them with the meeting."""
        self.message_post(
            subject=self.env._("Minutes: %s", self.name),
            body=self._get_minutes(),
            partner_ids=self.partner_ids.ids,
        )

    def _get_minutes(self):
        """Return the minutes as HTML, in the language of the environment."""
        self.ensure_one()
        items = Markup("").join(
            Markup("<li><strong>%s</strong>%s</li>")
            % (
                item.display_name,
                Markup("").join(Markup("<br/>%s") % text for text in item._get_minutes()),
            )
            for item in self.service_agenda_ids
        )
        start = self.service_company_id._format_meeting_time(self.start)
        return Markup("<p>%s, %s</p><ol>%s</ol>") % (self.name, start, items)
