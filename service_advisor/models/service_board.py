from datetime import UTC, timedelta
from zoneinfo import ZoneInfo

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ..tools.stretch import hours_shown, wall_to_utc

KINDS = ("technician", "bay", "tool")
# More days than that no screen shows.
MAX_DAYS = 31
# The side shows the jobs that are promised first; more of them nobody reads.
MAX_CARDS = 60


class ServiceBoard(models.AbstractModel):
    """The loading board of a workshop: what the web client shows, in one call.

    It shows the company in use, in the time of its workshop. Moments are strings in UTC.
    """

    _name = "service.board"
    _description = "Loading Board"

    @api.model
    @api.readonly
    def get_board(self, start, stop, rows="technician"):
        """Return what the board shows of some days.

        :param start: first day, ISO date in the time of the workshop; False is today there.
        :param stop: last day, included; False is the first one.
        :param rows: kind of the rows: "technician", "bay" or "tool".
        :return: dict of ``tz``, ``company_id``, ``rights`` (``move``, ``override``), ``days``
            (``date``, ``start``, ``stop`` of the hours shown), ``rows`` (resource ``id``,
            ``name``, ``works`` and ``aways`` as pairs), ``bookings`` (see ``_read_bookings``),
            ``cards`` (see ``_read_cards``) and ``hidden_cards`` (how many more there are).
        :raises UserError: for days that are too many or in a wrong order.
        """
        self.env["service.booking"].check_access("read")
        tz = self._get_tz()
        days = self._get_days(start or self._get_today(tz), stop or start or self._get_today(tz))
        span = wall_to_utc(days[0], 0, tz), wall_to_utc(days[-1], 24, tz)
        bookings = self.env["service.booking"].search_fetch(self._get_span_domain(span, rows))
        resources = self._get_resources(rows)
        resources |= bookings.resource_id  # also of somebody who has left since
        works = resources._get_work_spans(*span)
        shown = [pair for pairs in works.values() for pair in pairs]
        shown += [
            (max(booking.start_at, span[0]), min(booking.stop_at, span[1]))
            for booking in bookings
        ]
        first, last = hours_shown(shown, tz)
        cards, hidden = self._find_cards()
        return {
            "tz": tz,
            "company_id": self.env.company.id,
            "rights": self._get_rights(),
            "days": [
                {
                    "date": fields.Date.to_string(day),
                    "start": self._text(wall_to_utc(day, first, tz)),
                    "stop": self._text(wall_to_utc(day, last, tz)),
                }
                for day in days
            ],
            "rows": self._read_rows(resources, works, span),
            "bookings": self._read_bookings(bookings),
            "cards": self._read_cards(cards),
            "hidden_cards": hidden,
        }

    @api.model
    @api.readonly
    def get_jobs(self, job_ids, rows="technician"):
        """Return what the board shows of some jobs now, as ``{bookings, cards}``.

        :param job_ids: ids; jobs of other companies, and jobs that are gone, are left out.
        """
        Booking = self.env["service.booking"]
        Booking.check_access("read")
        ours = Domain("company_id", "=", self.env.company.id)
        bookings = Booking.search_fetch(
            ours & Domain("job_id", "in", job_ids) & Domain("kind", "=", rows)
        )
        waiting = Domain("id", "in", job_ids) & self._get_card_domain()
        cards = self.env["service.job"].search(waiting)
        return {"bookings": self._read_bookings(bookings), "cards": self._read_cards(cards)}

    # ---- what is asked --------------------------------------------------------------------

    def _get_days(self, start, stop):
        """Return the dates from ``start`` to ``stop``."""
        first, last = fields.Date.to_date(start), fields.Date.to_date(stop)
        if not first or not last or not 0 <= (last - first).days < MAX_DAYS:
            raise UserError(
                self.env._("The board shows 1 to %s days, from the first to the last.", MAX_DAYS)
            )
        return [first + timedelta(days=index) for index in range((last - first).days + 1)]

    def _get_today(self, tz):
        return fields.Datetime.now().replace(tzinfo=UTC).astimezone(ZoneInfo(tz)).date()

    def _get_tz(self):
        """Return the time zone of the workshop, in which everybody plans."""
        # Working hours of the company are no secret of those who may see the board.
        return self.env.company.sudo().resource_calendar_id.tz or self.env.user.tz or "UTC"

    def _get_rights(self):
        """Return what the user may do: ``move`` bookings, and ``override`` a refusal."""
        return {
            "move": self.env.user.has_group("service_advisor.group_advisor"),
            "override": self.env.user.has_group("service_advisor.group_manager"),
        }

    @api.model
    def _text(self, moment):
        return fields.Datetime.to_string(moment)

    # ---- rows -----------------------------------------------------------------------------

    def _get_resources(self, kind):
        """Return the resource.resource of a ``kind`` that the workshop plans on, in the order
        of the rows.

        :raises UserError: for another kind.
        """
        ours = Domain("company_id", "in", [self.env.company.id, False])
        if kind == "technician":
            # Nobody but HR reads employees; who works on cars everybody may know.
            people = self.env["hr.employee.public"].search(
                ours & Domain("is_service_technician", "=", True)
            )
            return people.resource_id
        if kind == "bay":
            return self.env["service.bay"].search(ours).resource_id
        if kind == "tool":
            return self.env["service.tool"].search(ours).resource_id
        raise UserError(self.env._("The board has rows of %s only.", ", ".join(KINDS)))

    def _read_rows(self, resources, works, span):
        # When somebody is away, never why.
        absences = resources._get_absences(*span)
        return [
            {
                "id": resource.id,
                "name": resource.name,
                "works": self._pairs(works[resource]),
                "aways": self._pairs(
                    (leave.date_from, leave.date_to) for leave in absences[resource]
                ),
            }
            for resource in resources
        ]

    def _pairs(self, stretches):
        return [(self._text(start), self._text(stop)) for start, stop in stretches]

    # ---- bookings -------------------------------------------------------------------------

    def _get_span_domain(self, span, kind):
        return (
            Domain("company_id", "=", self.env.company.id)
            & Domain("kind", "=", kind)
            & Domain("start_at", "<", span[1])
            & Domain("stop_at", ">", span[0])
        )

    def _read_bookings(self, bookings):
        """Return what the bars of ``bookings`` show, one dict for each."""
        free = bookings.job_id._get_bookings_to_move()
        starts = {}
        for booking in free:
            key = booking.job_id, booking.resource_id
            starts[key] = min(booking.start_at, starts.get(key, booking.start_at))
        return [
            self._read_job(booking.job_id)
            | {
                "id": booking.id,
                "job_id": booking.job_id.id,
                "resource_id": booking.resource_id.id,
                "start": self._text(booking.start_at),
                "stop": self._text(booking.stop_at),
                "job_start": self._text(
                    starts.get((booking.job_id, booking.resource_id), booking.start_at)
                ),
                "override": booking.override_reason or False,
                "conflict": booking.conflict,
                "is_movable": booking in free and booking.job_id._is_movable(),
                "with": self._name_others(booking),
            }
            for booking in bookings
        ]

    def _name_others(self, booking):
        """Return what else is held for the job, as ``"Bay 2, Alignment rig"``."""
        others = booking.job_id.booking_ids.resource_id - booking.resource_id
        return ", ".join(others.sorted("id").mapped("name"))

    # ---- jobs -----------------------------------------------------------------------------

    def _read_job(self, job):
        """Return what bars and cards show of a job."""
        order, now = job.order_id, fields.Datetime.now()
        is_done = job.state in ("qc", "done")
        ends = job.planned_stop_at or now
        return {
            "job": job.display_name,
            "order": order.name,
            "order_id": order.id,
            "plate": order.plate or order.vehicle_id.display_name,
            "promised": self._text(job.promised_at) if job.promised_at else False,
            "is_done": is_done,
            "is_running": job.is_running,
            "is_late": bool(job.promised_at and not is_done and job.promised_at < max(ends, now)),
        }

    def _get_card_domain(self):
        """Return what waits at the side: agreed work that has no time yet."""
        return (
            Domain("company_id", "=", self.env.company.id)
            & Domain("state", "=", "approved")
            & Domain("planned_start_at", "=", False)
        )

    def _find_cards(self):
        """Return the jobs at the side that are promised first, and how many more wait."""
        Job, domain = self.env["service.job"], self._get_card_domain()
        cards = Job.search(domain, order="promised_at, id", limit=MAX_CARDS)
        more = Job.search_count(domain) - len(cards) if len(cards) == MAX_CARDS else 0
        return cards, more

    def _read_cards(self, jobs):
        """Return what the cards of jobs at the side show, one dict for each."""
        return [
            self._read_job(job)
            | {
                "id": job.id,
                "hours": job._get_hours_to_plan(),
                "needs": job._name_needs(),
                "missing": job.kit_missing,
            }
            for job in jobs
        ]
