from odoo import api, models
from odoo.tools import SQL

# A technician and a day make one number: so many days are more than a century.
DAYS = 65536
FIRST_DAY = "2000-01-01"
# More than a day has minutes.
MINUTES = 2048


class ServiceHoursReport(models.Model):
    """The rows of attended hours: the calendars say so, day by day."""

    _inherit = "service.hours.report"

    @api.model
    def _get_attended_rows(self):
        """Return SQL: one row per stretch of working hours, time off taken out.

        Whoever clocks is there from the first clocked day on; until today, or until the last
        clocked day where somebody is a technician no more.
        """
        return self._get_rows(
            "attended",
            SQL(
                """(e.id::int8 * %s + (day.at::date - %s::date)) * %s
                + ROUND(a.hour_from * 60)::int""",
                DAYS, FIRST_DAY, MINUTES,
            ),
            {
                "company_id": SQL("e.company_id"),
                "warehouse_id": SQL("e.service_warehouse_id"),
                "advisor_id": SQL("NULL"),
                "order_id": SQL("NULL"),
                "date": SQL(
                    "(day.at + INTERVAL '12 hours') AT TIME ZONE r.tz AT TIME ZONE 'UTC'"
                ),
                "employee_id": SQL("e.id"),
                "attended_hours": SQL(
                    """EXTRACT(EPOCH FROM span.stop - span.start) / 3600 - COALESCE((%s), 0)""",
                    self._get_time_off(),
                ),
            },
            self._get_attended_from(),
            SQL("span.start < span.stop"),
        )

    @api.model
    def _get_attended_from(self):
        """Return SQL of the technicians ``e``, their days, and their hours on these days."""
        return SQL(
            """hr_employee e
            JOIN resource_resource r ON r.id = e.resource_id
            LEFT JOIN res_company c ON c.id = e.company_id
            CROSS JOIN LATERAL (
                SELECT
                    (SELECT MIN(start_at) FROM service_clocking WHERE employee_id = e.id)
                        AT TIME ZONE 'UTC' AT TIME ZONE r.tz AS first,
                    CASE WHEN e.active AND e.is_service_technician THEN NOW() ELSE
                        (SELECT MAX(start_at) FROM service_clocking WHERE employee_id = e.id)
                        AT TIME ZONE 'UTC'
                    END AT TIME ZONE r.tz AS last
            ) known
            CROSS JOIN LATERAL generate_series(
                date_trunc('day', known.first), known.last, INTERVAL '1 day'
            ) day(at)
            JOIN resource_calendar_attendance a
                ON a.calendar_id = (%s)
                AND a.dayofweek = (EXTRACT(ISODOW FROM day.at) - 1)::int::text
                AND a.display_type IS NULL
                AND COALESCE(a.day_period, '') != 'lunch'
                AND (
                    a.week_type IS NULL
                    OR a.week_type = ((day.at::date - '0001-01-01'::date) / 7 %% 2)::text
                )
            CROSS JOIN LATERAL (
                SELECT
                    (day.at + a.hour_from * INTERVAL '1 hour')
                        AT TIME ZONE r.tz AT TIME ZONE 'UTC' AS start,
                    LEAST(
                        (day.at + a.hour_to * INTERVAL '1 hour')
                            AT TIME ZONE r.tz AT TIME ZONE 'UTC',
                        NOW() AT TIME ZONE 'UTC'
                    ) AS stop
            ) span""",
            self._get_calendar(),
        )

    @api.model
    def _get_calendar(self):
        """Return SQL: by which calendar the technician works on that day: that of the contract,
        where there are contracts."""
        return SQL(
            """CASE WHEN EXISTS (
                SELECT FROM hr_version hv
                WHERE hv.employee_id = e.id AND hv.contract_date_start IS NOT NULL
            ) THEN (
                SELECT hv.resource_calendar_id FROM hr_version hv
                WHERE hv.employee_id = e.id AND hv.active AND hv.date_version <= day.at
                    AND hv.contract_date_start <= day.at
                    AND COALESCE(hv.contract_date_end >= day.at, TRUE)
                ORDER BY hv.date_version DESC LIMIT 1
            ) ELSE r.calendar_id END"""
        )

    @api.model
    def _get_time_off(self):
        """Return SQL: the hours of the stretch that are time off, of the technician or of the
        whole house; where two overlap, they count once."""
        return SQL(
            """SELECT SUM(GREATEST(
                EXTRACT(EPOCH FROM off.stop - GREATEST(off.start, off.before)), 0
            )) / 3600
            FROM (
                SELECT cut.*, MAX(cut.stop) OVER (
                    ORDER BY cut.start, cut.stop
                    ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
                ) AS before
                FROM (
                    SELECT GREATEST(f.date_from, span.start) AS start,
                        LEAST(f.date_to, span.stop) AS stop
                    FROM resource_calendar_leaves f
                    WHERE f.time_type = 'leave'
                        AND f.date_from < span.stop AND f.date_to > span.start
                        AND (
                            f.resource_id = r.id
                            OR f.resource_id IS NULL
                            AND (f.company_id IS NULL OR f.company_id = r.company_id)
                            AND (f.calendar_id IS NULL OR f.calendar_id = a.calendar_id)
                        )
                ) cut
            ) off"""
        )

    @api.model
    def _get_attending(self, number):
        """Return the employee of whom a row is, by the number that it has within its kind."""
        return self.env["hr.employee"].browse(number // MINUTES // DAYS)
