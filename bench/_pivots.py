"""The standard pivot tables of the analyses, and bare SQL for the same questions.

Each query gives the columns of the rows and then numbers, named in the order of the columns;
``{period}`` is a condition on the moment of the analysis, and all are about one company.
"""

from typing import NamedTuple


class Pivot(NamedTuple):
    """``queries``: ``{names of numbers: (column of the row, SQL)}``; a measure that is made of
    numbers is a pair of names, numerator and denominator."""

    model: str
    moment: str
    rows: list
    queries: list
    made: dict


def ratio(above, below):
    return above, below


AGREED = """l.state = 'sale' AND l.display_type IS NULL AND l.is_downpayment IS NOT TRUE
    AND l.service_share_kind IS NULL AND l.service_claim_id IS NULL"""
# Labour of the house: few products, and each kind of line is found by what it hangs on.
SERVICES = """(SELECT p.id FROM product_product p JOIN product_template t
    ON t.id = p.product_tmpl_id WHERE t.type = 'service')"""
IN_COMPANY = "j.company_id = %(company)s"
BACK = """EXISTS (SELECT FROM service_job c JOIN service_order b ON b.id = c.order_id
    WHERE c.comeback_of_id = {job}.id AND c.state != 'cancelled'
        AND b.checked_in_at BETWEEN o.delivered_at AND o.delivered_at + interval '30 days')"""
OVER = "o.delivered_at + interval '30 days' <= now() AT TIME ZONE 'UTC'"

ORDERS = Pivot("service.order.report", "ready_at", ["advisor_id"], [
    (("on_time_current", "on_time_counted", "on_time_first", "orders", "due"), "o.advisor_id", f"""
        SELECT {{row}}, avg((ready_at <= promised_at)::int),
            avg((ready_at <= coalesce(counted_promise_at, first_promised_at))::int),
            avg((ready_at <= first_promised_at)::int), count(*), count(*) FILTER (WHERE {OVER})
        FROM service_order o WHERE company_id = %(company)s AND state != 'cancelled' AND {{period}}
    """),
    (("passed", "inspected"), "o.advisor_id", """
        SELECT {row}, count(*) FILTER (WHERE good), count(*) FROM (
            SELECT o.advisor_id, bool_and(i.result != 'red') AS good FROM service_order o
            JOIN service_inspection i ON i.order_id = o.id AND i.kind = 'final'
                AND i.state = 'done' AND i.attempt = 1
            WHERE o.company_id = %(company)s AND o.state != 'cancelled' AND {period}
            GROUP BY o.id) o
    """),
    (("back",), "o.advisor_id", f"""
        SELECT {{row}}, count(DISTINCT o.id) FROM service_job c JOIN service_job j
            ON j.id = c.comeback_of_id JOIN service_order o ON o.id = j.order_id
        JOIN service_order b ON b.id = c.order_id
        WHERE o.company_id = %(company)s AND o.state != 'cancelled' AND c.state != 'cancelled'
            AND {OVER} AND b.checked_in_at BETWEEN o.delivered_at
                AND o.delivered_at + interval '30 days' AND {{period}}
    """),
    (("job_count",), "o.advisor_id", """
        SELECT {row}, count(*) FROM service_order o JOIN service_job j ON j.order_id = o.id
        WHERE o.company_id = %(company)s AND o.state != 'cancelled' AND j.state != 'cancelled'
            AND {period}
    """),
    (("hours",), "o.advisor_id", f"""
        SELECT {{row}}, sum(l.product_uom_qty) FROM service_order o
        JOIN sale_order s ON s.service_order_id = o.id JOIN sale_order_line l ON l.order_id = s.id
        WHERE o.company_id = %(company)s AND o.state != 'cancelled' AND {AGREED}
            AND (l.product_id IN {SERVICES}) IS TRUE AND {{period}}
    """),
    (("amount_untaxed",), "o.advisor_id", """
        SELECT {row}, sum(s.amount_untaxed / coalesce(nullif(s.currency_rate, 0), 1))
        FROM service_order o JOIN sale_order s ON s.service_order_id = o.id AND s.state = 'sale'
        WHERE o.company_id = %(company)s AND o.state != 'cancelled' AND {period}
    """),
], {"first_pass": ratio("passed", "inspected"), "hours_per_order": ratio("hours", "orders"),
    "fixed_first": ratio(("due", "back"), "due"), "on_time_current": None, "on_time_counted": None,
    "on_time_first": None, "job_count": None, "amount_untaxed": None})

JOB_FROM = """service_job j JOIN service_order o ON o.id = j.order_id"""
JOBS = Pivot("service.job.report", "checked_in_at", ["operation_id"], [
    (("due", "back"), "j.operation_id", f"""
        SELECT {{row}}, count(*), count(*) FILTER (WHERE returned) FROM (
            SELECT j.operation_id, {BACK.format(job="j")} AS returned FROM {JOB_FROM}
            WHERE {IN_COMPANY} AND j.state IN ('qc', 'done') AND {OVER} AND {{period}}) j
    """),
    (("clocked_hours",), "j.operation_id", f"""
        SELECT {{row}}, sum(k.hours) FROM {JOB_FROM} JOIN service_clocking k ON k.job_id = j.id
        WHERE {IN_COMPANY} AND j.state != 'cancelled' AND {{period}}
    """),
    (("sold_hours", "labour_amount"), "j.operation_id", f"""
        SELECT {{row}}, sum(l.product_uom_qty),
            sum(l.price_subtotal / coalesce(nullif(s.currency_rate, 0), 1))
        FROM {JOB_FROM} JOIN sale_order_line l ON l.service_job_id = j.id
        JOIN sale_order s ON s.id = l.order_id
        WHERE {IN_COMPANY} AND j.state != 'cancelled' AND {AGREED}
            AND (l.product_id IN {SERVICES}) IS TRUE AND {{period}}
    """),
    (("declined_amount",), "j.operation_id", f"""
        SELECT {{row}}, sum(l.price_subtotal / coalesce(nullif(s.currency_rate, 0), 1))
        FROM {JOB_FROM} JOIN sale_order_line l ON l.service_job_id = j.id
        JOIN sale_order s ON s.id = l.order_id
        WHERE {IN_COMPANY} AND j.state = 'declined' AND {{period}}
    """),
    (("inspected", "passed"), "j.operation_id", f"""
        SELECT {{row}}, count(*), count(*) FILTER (WHERE good) FROM (
            SELECT DISTINCT ON (j.id) j.operation_id, i.result != 'red' OR NOT EXISTS (
                SELECT FROM service_inspection_line l WHERE l.inspection_id = i.id
                    AND l.result = 'red' AND coalesce(l.failed_job_id, j.id) = j.id) AS good
            FROM {JOB_FROM} JOIN service_inspection_service_job_rel r ON r.service_job_id = j.id
            JOIN service_inspection i ON i.id = r.service_inspection_id
                AND i.kind = 'final' AND i.state = 'done'
            WHERE {IN_COMPANY} AND j.state != 'cancelled' AND {{period}}
            ORDER BY j.id, i.done_at, i.id) j
    """),
], {"sold_hours": None, "clocked_hours": None, "labour_amount": None, "declined_amount": None,
    "efficiency": ratio("sold_hours", "clocked_hours"), "first_pass": ratio("passed", "inspected"),
    "labour_rate": ratio("labour_amount", "sold_hours"),
    "fixed_first": ratio(("due", "back"), "due")})

HOURS = Pivot("service.hours.report", "date", ["employee_id"], [
    (("clocked_hours",), "k.employee_id", """
        SELECT {row}, sum(hours) FROM service_clocking k
        WHERE company_id = %(company)s AND stop_at IS NOT NULL AND {clock_period}
    """),
    (("spent_hours",), "j.technician_id", f"""
        SELECT {{row}}, sum(k.hours) FROM service_job j JOIN service_clocking k ON k.job_id = j.id
        WHERE {IN_COMPANY} AND j.state IN ('qc', 'done') AND j.finished_at IS NOT NULL
            AND {{job_period}}
    """),
    (("sold_hours", "labour_amount"), "j.technician_id", f"""
        SELECT {{row}}, sum(l.product_uom_qty),
            sum(l.price_subtotal / coalesce(nullif(s.currency_rate, 0), 1))
        FROM service_job j JOIN sale_order_line l ON l.service_job_id = j.id
        JOIN sale_order s ON s.id = l.order_id
        WHERE {IN_COMPANY} AND j.state IN ('qc', 'done') AND j.finished_at IS NOT NULL
            AND {AGREED} AND (l.product_id IN {SERVICES}) IS TRUE AND {{job_period}}
    """),
], {"clocked_hours": None, "spent_hours": None, "sold_hours": None, "labour_amount": None,
    "efficiency": ratio("sold_hours", "spent_hours"),
    "labour_rate": ratio("labour_amount", "sold_hours")})

INSPECTIONS = Pivot("service.inspection.report", "done_at", ["operation_id"], [
    (("row_count", "failed_count", "red_count"), "j.operation_id", """
        SELECT {row}, count(*), count(*) FILTER (WHERE red > 0), coalesce(sum(red), 0) FROM (
            SELECT j.operation_id, CASE WHEN i.result = 'red' THEN (
                SELECT count(*) FROM service_inspection_line l WHERE l.inspection_id = i.id
                    AND l.result = 'red' AND (r.service_job_id IS NULL OR l.failed_job_id IS NULL
                        OR l.failed_job_id = r.service_job_id)) ELSE 0 END AS red
            FROM service_inspection i
            LEFT JOIN service_inspection_service_job_rel r ON r.service_inspection_id = i.id
            LEFT JOIN service_job j ON j.id = r.service_job_id
            WHERE i.company_id = %(company)s AND i.state = 'done' AND {period}) j
    """),
    (("item_count",), "j.operation_id", """
        SELECT {row}, count(*) FROM service_inspection i
        JOIN service_inspection_line l ON l.inspection_id = i.id
            AND l.result IN ('green', 'yellow', 'red')
        LEFT JOIN service_inspection_service_job_rel r ON r.service_inspection_id = i.id
        LEFT JOIN service_job j ON j.id = r.service_job_id
        WHERE i.company_id = %(company)s AND i.state = 'done' AND {period}
    """),
], {"row_count": None, "failed_count": None, "red_count": None, "item_count": None,
    "fail_rate": ratio("red_count", "item_count"),
    "pass_rate": ratio(("row_count", "failed_count"), "row_count")})

COMPLAINTS = Pivot("service.complaint.report", "received_at", ["category_id"], [
    (("major_count", "due_count", "contacted", "contact_hours", "reopen_count"), "category_id", """
        SELECT {row},
            count(*) FILTER (WHERE severity = 'major' AND verdict IS DISTINCT FROM 'not'),
            count(*) FILTER (WHERE over), count(*) FILTER (
                WHERE over AND contacted_at <= received_at + interval '1 day'),
            avg(extract(epoch FROM contacted_at - received_at) / 3600), sum(reopen_count)
        FROM (SELECT *, received_at + interval '1 day' <= now() AT TIME ZONE 'UTC' AS over
              FROM service_complaint WHERE company_id = %(company)s AND discarded_at IS NULL
                AND {period}) k
    """),
], {"major_count": None, "due_count": None, "contact_hours": None, "reopen_count": None,
    "first_contact": ratio("contacted", "due_count")})

ANSWERS = Pivot("service.survey.result", "sent_at", ["advisor_id"], [
    (("sent_count", "answer_count", "valid_count", "satisfied_count", "points", "rated"),
     "service_advisor_id", """
        SELECT {row}, count(*), count(*) FILTER (WHERE state = 'done'),
            count(*) FILTER (WHERE service_score_overall > 0),
            count(*) FILTER (WHERE service_score_overall >= 4),
            100 * count(*) FILTER (WHERE state = 'done' AND service_recommend_kind = 'promoter')
                - 100 * count(*) FILTER (
                    WHERE state = 'done' AND service_recommend_kind = 'detractor'),
            count(service_recommend_kind) FILTER (WHERE state = 'done')
        FROM survey_user_input WHERE service_order_id IS NOT NULL AND test_entry IS NOT TRUE
            AND service_company_id = %(company)s AND {period}
    """),
], {"sent_count": None, "answer_count": None, "valid_count": None, "satisfied_count": None,
    "response_rate": ratio("answer_count", "sent_count"),
    "csat": ratio("satisfied_count", "valid_count"), "nps": ratio("points", "rated")})

PARTS = Pivot("service.part.report", "requested_at", ["categ_id"], [
    (("line_count", "served_count", "lost_count"), "t.categ_id", """
        SELECT {row}, count(*), sum(served), sum(lost) FROM (
            SELECT l.product_id, (first_supply = 'served')::int AS served, 0 AS lost,
                coalesce(j.authorised_at, l.create_date) AS asked_at
            FROM service_job j JOIN sale_order_line l ON l.service_job_id = j.id
                AND l.state = 'sale' AND first_supply IS NOT NULL
                AND part_origin IS DISTINCT FROM 'customer'
            WHERE j.company_id = %(company)s
            UNION ALL
            SELECT d.product_id, 0, 1, lost_at FROM service_lost_demand d
            LEFT JOIN sale_order_line l ON l.id = d.sale_line_id AND l.state = 'sale'
            WHERE d.company_id = %(company)s AND l.id IS NULL
        ) asked JOIN product_product p ON p.id = asked.product_id
        JOIN product_template t ON t.id = p.product_tmpl_id WHERE {period}
    """),
], {"line_count": None, "served_count": None, "lost_count": None,
    "fill_rate": ratio("served_count", "line_count")})

FAULTS = Pivot("service.fault.report", "checked_in_at", ["model_id", "operation_id"], [
    (("vehicle_id",), "v.model_id, j.operation_id", """
        SELECT {row}, count(DISTINCT o.vehicle_id) FROM service_job j
        JOIN service_order o ON o.id = j.order_id JOIN service_vehicle v ON v.id = o.vehicle_id
        JOIN service_operation op ON op.id = j.operation_id AND op.is_routine IS NOT TRUE
        WHERE o.company_id = %(company)s AND o.state != 'cancelled'
            AND j.state IN ('approved', 'in_work', 'qc', 'done') AND {period}
    """),
    (("served",), "v.model_id", """
        SELECT {row}, count(DISTINCT o.vehicle_id) FROM service_order o
        JOIN service_vehicle v ON v.id = o.vehicle_id WHERE o.company_id = %(company)s
            AND o.state != 'cancelled' AND o.checked_in_at IS NOT NULL AND {period}
    """),
], {"vehicle_id": None})

LOST = Pivot("service.lost.report", "", ["since_band"], [
    (("car_count", "partner_id", "year_amount"), "band", """
        WITH last AS (
            SELECT DISTINCT ON (vehicle_id) o.* FROM service_order o
            WHERE state != 'cancelled' AND checked_in_at IS NOT NULL
            ORDER BY vehicle_id, checked_in_at DESC, id DESC
        ), car AS (
            SELECT last.*, coalesce(v.owner_id, last.partner_id) AS owner, CASE
                WHEN months < 3 THEN 'm03' WHEN months < 6 THEN 'm06' WHEN months < 9 THEN 'm09'
                WHEN months < 12 THEN 'm12' WHEN months < 18 THEN 'm18' WHEN months < 24 THEN 'm24'
                ELSE 'm99' END AS band
            FROM last JOIN service_vehicle v ON v.id = last.vehicle_id AND v.active
            CROSS JOIN LATERAL (SELECT extract(year FROM since) * 12 + extract(month FROM since)
                AS months FROM age(now() AT TIME ZONE 'UTC',
                    coalesce(delivered_at, now() AT TIME ZONE 'UTC')) since) ago
            WHERE last.company_id = %(company)s
        ), spent AS (
            SELECT car.id, sum(s.amount_untaxed / coalesce(nullif(s.currency_rate, 0), 1)) AS amount
            FROM car JOIN service_order y ON y.vehicle_id = car.vehicle_id
                AND y.state != 'cancelled'
                AND y.checked_in_at > car.checked_in_at - interval '1 year'
            JOIN sale_order s ON s.service_order_id = y.id AND s.state = 'sale' GROUP BY 1
        )
        SELECT {row}, count(*), count(DISTINCT owner), sum(amount)
        FROM car LEFT JOIN spent USING (id) WHERE {period}
    """),
], {"car_count": None, "partner_id": None, "year_amount": None})

PIVOTS = (ORDERS, JOBS, HOURS, INSPECTIONS, COMPLAINTS, ANSWERS, PARTS, FAULTS, LOST)
# The column of the moment in bare SQL.
MOMENTS = {
    "service.order.report": "o.ready_at", "service.job.report": "o.checked_in_at",
    "service.inspection.report": "i.done_at", "service.complaint.report": "received_at",
    "service.survey.result": "create_date", "service.part.report": "asked_at",
    "service.fault.report": "o.checked_in_at",
}
