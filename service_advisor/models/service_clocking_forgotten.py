from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import split_every
from pytz import utc

from ..tools.shift import find_shift_end

FORGOTTEN = "service_advisor.mail_activity_type_clock"
# So many clocks are closed before the work done so far is committed.
BATCH = 50
# Working hours are looked up so long around the start of a clock: a night shift and its pauses.
AROUND = timedelta(days=1)


class ServiceClocking(models.Model):
    """Clocks that somebody forgot to stop.

    They end where the technician's working day ended, not where it was noticed; where no
    working hours are known, after a number of hours. Technician and manager are told once.
    """

    _inherit = "service.clocking"

    closed_by_system = fields.Boolean(
        "Forgotten",
        readonly=True,
        help="The clock was still running after the working day and was stopped by itself.",
    )

    # Since when, and until when, somebody has clocked.
    _employee_start_idx = models.Index("(employee_id, start_at)")

    @api.model
    def _cron_close_forgotten(self):
        """Close the clocks that run past the end of the working day.

        Two workers share them and one that is killed loses nothing: each batch is locked, looked
        at again and committed.
        """
        cron, ends = self.env["ir.cron"], self._find_forgotten()
        cron._commit_progress(remaining=len(ends))
        for ids in split_every(BATCH, ends, list):
            self._close_batch(ids, ends)
            if not cron._commit_progress(len(ids)):
                break

    @api.model
    def _close_batch(self, ids, ends):
        """Stop those of the clocks ``ids`` that nobody else is stopping, at ``ends``."""
        locked = self.browse(ids).try_lock_for_update().filtered(lambda clock: not clock.stop_at)
        locked._close_forgotten({clock: ends[clock.id] for clock in locked})

    @api.model
    def _find_forgotten(self):
        """Return ``{id: datetime}`` of the running clocks that are forgotten, and their end.

        There are no more of them than technicians, so all are looked at, each calendar once.
        """
        now, found = fields.Datetime.now(), {}
        running = self.search([("stop_at", "=", False)], order="id")
        shifts = running._get_shift_ends()
        for clock in running:
            company = clock.company_id
            end, grace = shifts.get(clock), timedelta(hours=company.service_clock_grace)
            if not end:
                end = clock.start_at + timedelta(hours=company.service_clock_limit)
                grace = timedelta()
            if company.service_clock_limit and end + grace <= now:
                found[clock.id] = end
        return found

    def _get_shift_ends(self):
        """Return ``{clock: datetime}``, in UTC: the end of the working day in which each clock
        was started, by the calendar, the leaves and the time zone of the technician."""
        ends = {}
        by_calendar = self.grouped(lambda clock: clock.employee_id.resource_calendar_id)
        for calendar, clocks in by_calendar.items():
            if not calendar or calendar.flexible_hours:
                continue  # no hour at which the day is over
            first = utc.localize(min(clocks.mapped("start_at")) - AROUND)
            last = utc.localize(max(clocks.mapped("start_at")) + AROUND)
            worked = calendar._work_intervals_batch(
                first, last, resources=clocks.employee_id.resource_id
            )
            for clock in clocks:
                hours = [
                    (start.astimezone(utc), stop.astimezone(utc))
                    for start, stop, _record in worked[clock.employee_id.resource_id.id]
                ]
                end = find_shift_end(hours, utc.localize(clock.start_at))
                if end:
                    ends[clock] = end.replace(tzinfo=None, microsecond=0)
        return ends

    def _close_forgotten(self, ends):
        """Stop these clocks at ``{clock: datetime}`` and tell who can say what was true."""
        for clock in self:
            clock.write({"stop_at": ends[clock], "closed_by_system": True})
        self._tell_forgotten()

    def _tell_forgotten(self):
        kind = self.env["ir.model.data"]._xmlid_to_res_id(FORGOTTEN)
        jobs = self.env["ir.model"]._get_id("service.job")
        vals_list = []
        for clock in self:
            # Each is told in the own language.
            for user in clock._get_users_to_tell():
                own = clock.with_context(lang=user.lang or self.env.lang)
                vals_list.append(
                    {
                        "activity_type_id": kind,
                        "res_model_id": jobs,
                        "res_id": clock.job_id.id,
                        "user_id": user.id,
                        "automated": True,
                        "summary": own.env._("Clock of %s was not stopped", clock.employee_id.name),
                        "note": own._get_forgotten_text(),
                    }
                )
        # The activity tells it; an e-mail for each would be noise.
        self.env["mail.activity"].with_context(mail_activity_quick_update=True).create(vals_list)

    def _get_forgotten_text(self):
        return self.env._(
            "It ran past the end of the working day and was stopped at %(stop)s. Correct the "
            "hours, with a reason, where the work ended at another time.",
            stop=self.order_id._format_shop_time(self.stop_at),
        )

    def _get_users_to_tell(self):
        """Return the technician and the manager of the technician, as far as they log in; where
        nobody is named as manager, the advisor of the order."""
        employee = self.employee_id
        manager = employee.parent_id.user_id or self.order_id.advisor_id
        return employee.user_id | manager
