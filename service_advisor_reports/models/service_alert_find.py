from collections import defaultdict
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from ..tools.movement import LEAST_EVENTS, Period, find_movements
from .service_alert import KINDS, SUBJECTS

# The present: the last complete weeks. The past that they are compared with comes before them.
NOW_WEEKS = 4
PAST_WEEKS = 24
# Accepted probability of any false alarm, among all subjects of a company in one period.
FALSE_RATES = {"low": 0.01, "normal": 0.05, "high": 0.2}
UTC = ZoneInfo("UTC")


class ServiceAlertFind(models.AbstractModel):
    """How alerts are found: week by week, cases and what they are counted out of, one grouped
    query per kind; what is unusual, ``tools/movement.py`` says.

    An alert is raised once: not again while it is open, nor for weeks that it looked at.
    """

    _name = "service.alert.find"
    _description = "Search for Alerts"

    @api.model
    def _cron_find(self):
        """Look at the companies that nobody has looked at today."""
        domain = self._get_look_domain()
        companies = self.env["res.company"].search(domain, order="id")
        self.env["service.batch"]._run(companies, domain, self._look)

    @api.model
    def _get_look_domain(self):
        """Hook: return the domain of the companies that are to be looked at now."""
        today = fields.Date.context_today(self)
        looked = Domain("service_alert_checked_on", "=", False)
        looked |= Domain("service_alert_checked_on", "<", today)
        return Domain("service_alert_level", "in", list(FALSE_RATES)) & looked

    @api.model
    def _look(self, companies):
        """Raise the alerts of ``companies``."""
        for company in companies:
            # loop: each company has its own weeks and a handful of grouped queries
            self._look_at(company)
        # Nobody enters when a company was looked at.
        companies.sudo().write({"service_alert_checked_on": fields.Date.context_today(self)})

    @api.model
    def _look_at(self, company):
        """Raise, and return, the alerts of one company that nobody has raised before."""
        weeks = self._get_weeks(company)
        known = self._get_known(company, weeks)
        false_rate = FALSE_RATES[company.service_alert_level] / len(KINDS)
        vals_list = []
        for kind, _label in KINDS:
            series = self._count_weeks(company, kind, weeks)
            periods = {subject: self._split(counts) for subject, counts in series.items()}
            for subject, movement in find_movements(periods, false_rate).items():
                if (kind, subject) not in known:
                    vals_list.append(
                        self._prepare_alert_vals(
                            company, kind, subject, weeks, movement, series[subject]
                        )
                    )
        # Only what was counted makes an alert; nobody enters one.
        alerts = self.env["service.alert"].sudo().create(vals_list)
        alerts._tell()
        return alerts

    # ---- weeks ----------------------------------------------------------------------------

    @api.model
    def _get_tz(self, company):
        # Whoever looks may know where the shop is, not its working hours.
        return company.sudo().resource_calendar_id.tz or "UTC"

    @api.model
    def _get_weeks(self, company):
        """Return the Mondays of the complete weeks that are looked at, the earliest first, and
        the Monday after them."""
        local = self.with_context(tz=self._get_tz(company))
        today = fields.Date.context_today(local)
        monday = today - timedelta(days=today.weekday())
        count = PAST_WEEKS + NOW_WEEKS
        return [monday - timedelta(weeks=count - index) for index in range(count + 1)]

    @api.model
    def _get_bounds(self, company, first, until):
        """Return when day ``first`` begins and day ``until`` begins, where the company is, as
        naive times in UTC."""
        zone = ZoneInfo(self._get_tz(company))
        return tuple(
            datetime.combine(day, time.min, zone).astimezone(UTC).replace(tzinfo=None)
            for day in (first, until)
        )

    @api.model
    def _split(self, counts):
        """Return the :class:`Period` of the present and of the past, of ``[(events, exposure)]``
        of each week."""
        sums = [
            Period(sum(events for events, _out_of in part), sum(out_of for _events, out_of in part))
            for part in (counts[-NOW_WEEKS:], counts[:-NOW_WEEKS])
        ]
        return tuple(sums)

    @api.model
    def _get_known(self, company, weeks):
        """Return ``{(kind, subject id)}`` of what is not raised again: it waits for a decision,
        or it was raised for some of these weeks."""
        alerts = self.env["service.alert"].search(
            Domain("company_id", "=", company.id)
            & (
                Domain("state", "=", "open")
                | Domain("period_to", ">=", weeks[-1] - timedelta(weeks=NOW_WEEKS))
            )
        )
        return {(alert.kind, alert._get_subject().id) for alert in alerts}

    @api.model
    def _prepare_alert_vals(self, company, kind, subject, weeks, movement, counts):
        return {
            "company_id": company.id,
            "kind": kind,
            SUBJECTS[kind]: subject,
            "period_from": weeks[-1 - NOW_WEEKS],
            "period_to": weeks[-1] - timedelta(days=1),
            "before_from": weeks[0],
            "events": movement.now.events,
            "exposure": movement.now.exposure,
            "before_events": movement.before.events,
            "before_exposure": movement.before.exposure,
            "chance": movement.chance,
            "series": {
                "weeks": [fields.Date.to_string(week) for week in weeks[:-1]],
                "events": [events for events, _out_of in counts],
                "expected": self._get_expected(movement, counts),
                "now": NOW_WEEKS,
            },
        }

    @api.model
    def _get_expected(self, movement, counts):
        """Return how many cases each week would have at the rate of the past."""
        rate = movement.before.rate or 0.0
        return [round(rate * out_of, 2) for _events, out_of in counts]

    # ---- counts ---------------------------------------------------------------------------

    @api.model
    def _count_weeks(self, company, kind, weeks):
        """Return ``{subject id: [(events, exposure) of each week]}`` of the subjects with cases.

        One query. Where a kind has one exposure for all (orders, for complaints), its rows have
        no subject.
        """
        start, stop = self._get_bounds(company, weeks[0], weeks[-1])
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT subject, week, events, exposure FROM (
                    SELECT subject, week, SUM(events)::int AS events,
                        SUM(exposure)::int AS exposure,
                        SUM(SUM(events)) OVER (PARTITION BY subject) AS total
                    FROM (%s) counted GROUP BY subject, week
                ) summed WHERE subject IS NULL OR total >= %s
                """,
                getattr(self, f"_count_{kind}")(company, start, stop),
                LEAST_EVENTS,
            )
        )
        index = {week: number for number, week in enumerate(weeks[:-1])}
        found = defaultdict(lambda: [[0, 0] for _week in index])
        for subject, week, events, exposure in rows:
            counts = found[subject][index[week]]
            counts[0] += events
            counts[1] += exposure
        common = found.pop(None, None)
        return {
            subject: [
                (events, common[number][1] if common else exposure)
                for number, (events, exposure) in enumerate(counts)
            ]
            for subject, counts in found.items()
        }

    @api.model
    def _week_of(self, company, column):
        """Return the SQL of the Monday of a UTC column, where the company is."""
        return SQL(
            "DATE_TRUNC('week', %s AT TIME ZONE 'UTC' AT TIME ZONE %s)::date",
            column, self._get_tz(company),
        )

    @api.model
    def _count_operation(self, company, start, stop):
        """Comebacks by the operation of the earlier job, out of the jobs handed over."""
        return SQL(
            """
            SELECT earlier.operation_id AS subject, %(returned)s AS week, 1 AS events,
                0 AS exposure
            FROM service_job job
            JOIN service_order visit ON visit.id = job.order_id
            JOIN service_job earlier ON earlier.id = job.comeback_of_id
            WHERE job.company_id = %(company)s AND job.state != 'cancelled'
                AND earlier.operation_id IS NOT NULL
                AND visit.checked_in_at >= %(start)s AND visit.checked_in_at < %(stop)s
            UNION ALL
            SELECT job.operation_id, %(left)s, 0, 1
            FROM service_order visit JOIN service_job job ON job.order_id = visit.id
            WHERE visit.company_id = %(company)s AND job.operation_id IS NOT NULL
                AND job.state NOT IN ('declined', 'cancelled') AND visit.state != 'cancelled'
                AND visit.delivered_at >= %(start)s AND visit.delivered_at < %(stop)s
            """,
            company=company.id, start=start, stop=stop,
            returned=self._week_of(company, SQL("visit.checked_in_at")),
            left=self._week_of(company, SQL("visit.delivered_at")),
        )

    @api.model
    def _count_part(self, company, start, stop):
        """Comebacks by the parts that the earlier job was given, out of the jobs handed over
        with the part."""
        fitted = SQL(
            """sale_order_line line ON line.service_job_id = job.id AND line.state = 'sale'
            JOIN product_product product ON product.id = line.product_id
            JOIN product_template template ON template.id = product.product_tmpl_id
                AND template.type = 'consu'"""
        )
        return SQL(
            """
            SELECT DISTINCT line.product_id AS subject, %(returned)s AS week, 1 AS events,
                0 AS exposure, back.id
            FROM service_job back
            JOIN service_order visit ON visit.id = back.order_id
            JOIN service_job job ON job.id = back.comeback_of_id
            JOIN %(fitted)s
            WHERE back.company_id = %(company)s AND back.state != 'cancelled'
                AND visit.checked_in_at >= %(start)s AND visit.checked_in_at < %(stop)s
            UNION ALL
            SELECT DISTINCT line.product_id, %(left)s, 0, 1, job.id
            FROM service_order visit
            JOIN service_job job ON job.order_id = visit.id
            JOIN %(fitted)s
            WHERE visit.company_id = %(company)s AND visit.state != 'cancelled'
                AND visit.delivered_at >= %(start)s AND visit.delivered_at < %(stop)s
            """,
            company=company.id, start=start, stop=stop, fitted=fitted,
            returned=self._week_of(company, SQL("visit.checked_in_at")),
            left=self._week_of(company, SQL("visit.delivered_at")),
        )

    @api.model
    def _count_inspection(self, company, start, stop):
        """Jobs that failed their first final inspection, out of those that had it; a red item
        that names no job sends back all of them, as in ``service.quality.score``."""
        return SQL(
            """
            SELECT job.operation_id AS subject, %(done)s AS week,
                (EXISTS (
                    SELECT 1 FROM service_inspection_line line
                    WHERE line.inspection_id = final.id AND line.result = 'red'
                        AND (line.failed_job_id IS NULL OR line.failed_job_id = job.id)
                ))::int AS events, 1 AS exposure
            FROM service_inspection final
            JOIN service_inspection_service_job_rel rel ON rel.service_inspection_id = final.id
            JOIN service_job job ON job.id = rel.service_job_id
            WHERE final.company_id = %(company)s AND final.kind = 'final'
                AND final.state = 'done' AND job.operation_id IS NOT NULL
                AND final.done_at >= %(start)s AND final.done_at < %(stop)s
                AND NOT EXISTS (
                    SELECT 1 FROM service_inspection_service_job_rel other
                    JOIN service_inspection first ON first.id = other.service_inspection_id
                    WHERE other.service_job_id = job.id AND first.kind = 'final'
                        AND first.state = 'done'
                        AND (first.done_at, first.id) < (final.done_at, final.id)
                )
            """,
            company=company.id, start=start, stop=stop,
            done=self._week_of(company, SQL("final.done_at")),
        )

    @api.model
    def _count_complaint(self, company, start, stop):
        """Complaints by category, out of the orders that became ready."""
        return SQL(
            """
            SELECT complaint.category_id AS subject, %(received)s AS week, 1 AS events,
                0 AS exposure
            FROM service_complaint complaint
            WHERE complaint.company_id = %(company)s AND complaint.category_id IS NOT NULL
                AND complaint.discarded_at IS NULL
                AND complaint.received_at >= %(start)s AND complaint.received_at < %(stop)s
            UNION ALL
            SELECT NULL, %(ready)s, 0, COUNT(*)
            FROM service_order visit
            WHERE visit.company_id = %(company)s AND visit.state != 'cancelled'
                AND visit.ready_at >= %(start)s AND visit.ready_at < %(stop)s
            GROUP BY 2
            """,
            company=company.id, start=start, stop=stop,
            received=self._week_of(company, SQL("complaint.received_at")),
            ready=self._week_of(company, SQL("visit.ready_at")),
        )
