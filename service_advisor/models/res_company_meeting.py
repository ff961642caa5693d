from odoo import fields, models
from odoo.tools import format_datetime

from ..tools.meeting import next_meeting
from .service_technical_review import TECHNICAL

WEEKDAYS = [
    ("0", "Monday"),
    ("1", "Tuesday"),
    ("2", "Wednesday"),
    ("3", "Thursday"),
    ("4", "Friday"),
    ("5", "Saturday"),
    ("6", "Sunday"),
]


class ResCompany(models.Model):
    """The technical leads of a company, and when they meet."""

    _inherit = "res.company"

    service_meeting_weekday = fields.Selection(
        WEEKDAYS,
        "Technical Meeting On",
        help="The technical meeting of each week is prepared by itself. Empty: it is not.",
    )
    service_meeting_hour = fields.Float(
        "Technical Meeting At", default=9.0, help="In the time zone of the company."
    )
    service_meeting_duration = fields.Float("Technical Meeting Takes (h)", default=1.0)
    service_meeting_user_ids = fields.Many2many(
        "res.users",
        "res_company_service_meeting_user_rel",
        "company_id",
        "user_id",
        "Also Invited to the Technical Meeting",
        help="Besides the technical leads.",
    )

    _service_meeting_time_range = models.Constraint(
        "CHECK(service_meeting_hour >= 0 AND service_meeting_hour < 24 "
        "AND service_meeting_duration > 0)",
        "The technical meeting begins between 0:00 and 23:59 and takes some time.",
    )

    def _get_technical_leads(self):
        """Return the users who give verdicts in this company, those first who are no managers."""
        self.ensure_one()
        # Whoever asks a question need not read groups and users to be told whom to ask.
        users = self.env.ref(TECHNICAL).sudo().all_user_ids.filtered(
            lambda user: self in user.company_ids and not user.share and user.active
        )
        return users.sorted(
            lambda user: (
                user._is_admin(), user.has_group("service_advisor.group_manager"), user.name or ""
            )
        ).sudo(False)

    def _get_meeting_users(self):
        """Return who is invited to the technical meeting: the technical leads, managers only
        where there is nobody else, and who was chosen."""
        self.ensure_one()
        leads = self._get_technical_leads()
        # As above.
        experts = leads.sudo().filtered(
            lambda user: not user.has_group("service_advisor.group_manager")
        )
        return (experts.sudo(False) or leads[:1]) | self.service_meeting_user_ids

    def _get_meeting_tz(self):
        """Return the name of the time zone in which the technical meeting of this company is."""
        # Nobody needs the right to read working hours for it.
        return self.sudo().resource_calendar_id.tz or self.env.user.tz or "UTC"

    def _format_meeting_time(self, moment):
        """Return ``moment`` in the time of this company and the language of the environment."""
        return format_datetime(
            self.env, moment, tz=self._get_meeting_tz(), dt_format="EEEE d MMMM, HH:mm"
        )

    def _get_missing_meetings(self, now):
        """Return ``{company: (start, day)}`` of the next technical meetings that are not there,
        with one query for all companies; see :func:`~..tools.meeting.next_meeting`."""
        wanted = {
            company: next_meeting(
                now,
                company._get_meeting_tz(),
                int(company.service_meeting_weekday),
                company.service_meeting_hour,
            )
            for company in self
        }
        # A meeting that was put off or cancelled is there as well.
        known = self.env["calendar.event"].with_context(active_test=False).search_fetch(
            [
                ("service_company_id", "in", self.ids),
                ("service_weekly_on", "in", [day for _start, day in wanted.values()]),
            ],
            ["service_company_id", "service_weekly_on"],
        )
        known = {(event.service_company_id, event.service_weekly_on) for event in known}
        return {
            company: (start, day)
            for company, (start, day) in wanted.items()
            if (company, day) not in known
        }
