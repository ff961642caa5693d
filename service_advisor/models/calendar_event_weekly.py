from datetime import timedelta

from markupsafe import Markup
from odoo import api, fields, models
from odoo.fields import Command
from psycopg2.errors import UniqueViolation

# So long before the meeting its agenda is made up and sent.
NOTICE = timedelta(days=1)


class CalendarEvent(models.Model):
    """The technical meeting of each week makes itself."""

    _inherit = "calendar.event"

    @api.model
    def _cron_prepare_meetings(self):
        """Make the next technical meeting of each company that wants one, and send the agenda of
        those that are a day away. Run again, or by two workers at once, nothing is made twice."""
        cron = self.env["ir.cron"]
        companies = self.env["res.company"].search([("service_meeting_weekday", "!=", False)])
        missing = companies._get_missing_meetings(fields.Datetime.now())
        due = self.search(self._get_agenda_domain())
        cron._commit_progress(remaining=len(missing) + len(due))
        for company, (start, day) in missing.items():
            # loop: one meeting a week and company, and one that can not be made keeps no other
            self._make_weekly(company, start, day)
            if not cron._commit_progress(1):
                return
        for event in due:
            event = event.try_lock_for_update().filtered_domain(self._get_agenda_domain())
            if event:
                event._send_agenda()
            if not cron._commit_progress(1):
                return

    def _make_weekly(self, company, start, day):
        """Make the meeting of ``company``; another worker may have made it meanwhile."""
        try:
            with self.env.cr.savepoint():
                # Invitations go out with the agenda, a day before.
                quiet = self.with_context(no_mail_to_attendees=True, mail_create_nosubscribe=True)
                quiet.with_company(company).create(
                    self._prepare_weekly_vals(company, start, day)
                ).flush_recordset()
        except UniqueViolation:
            self.env.invalidate_all()

    @api.model
    def _prepare_weekly_vals(self, company, start, day):
        """Return the values of the technical meeting of ``company`` on ``day``."""
        users = company._get_meeting_users()
        return {
            "name": self.env._("Technical Meeting"),
            "is_service_meeting": True,
            "service_company_id": company.id,
            "service_weekly_on": day,
            "start": start,
            "stop": start + timedelta(hours=company.service_meeting_duration),
            "user_id": users[:1].id,
            "partner_ids": [Command.set(users.partner_id.ids)],
        }

    @api.model
    def _get_agenda_domain(self):
        """Return the domain of the weekly meetings whose agenda is to be sent now."""
        now = fields.Datetime.now()
        return [
            ("service_weekly_on", "!=", False),
            ("service_filled_at", "=", False),
            ("start", ">", now),
            ("start", "<=", now + NOTICE),
        ]

    def _send_agenda(self):
        """Make up the agenda of this meeting and send it to all who are invited."""
        self.ensure_one()
        self._fill_agenda()
        self.service_filled_at = fields.Datetime.now()
        topics = Markup("").join(
            Markup("<li>%s</li>") % item.display_name for item in self.service_agenda_ids
        )
        self.message_post(
            subject=self.env._("Agenda: %s", self.name),
            body=Markup("<p>%s</p><ol>%s</ol>") % (
                self.env._(
                    "%(meeting)s on %(start)s",
                    meeting=self.name,
                    start=self.service_company_id._format_meeting_time(self.start),
                ),
                topics or Markup("<li>%s</li>") % self.env._("Nothing waits for a verdict."),
            ),
            partner_ids=self.partner_ids.ids,
        )

