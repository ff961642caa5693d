"""Key figures of a month in a house of a million orders, beside the best bare SQL.

A chain of two companies is filled, see ``_million``. Figures of the scorecards of all 50 advisors,
of the branches and of the technicians, for a month a year ago and for the quarter around it, are
reckoned by ``service.kpi`` and by queries written for nothing else, one per kind of record and not
one per figure. Both have to answer the same; ours may take ``PROMISED`` per cent of the time.
Here every approved job says when it was approved, so bare SQL asks nothing about others. Run by
``./dev bench kpi``; ``--set ORDERS=200000`` makes a smaller house.
"""

from datetime import date, timedelta

from odoo import fields

from bench._filling import compare
from bench._million import fill

ORDERS = 1000000
PROMISED = 200
ROUNDS = 5

# Each answers (subject, *numbers) by subject ``{by}`` for company, start and stop.
BARE = {
    ("on_time", "on_time_first", "orders_completed"): """
        SELECT {by}, sum((ready_at <= coalesce(counted_promise_at, first_promised_at))::int),
            count(first_promised_at), sum((ready_at <= first_promised_at)::int),
            count(first_promised_at), count(*), NULL
        FROM service_order o WHERE company_id = %(company)s AND ready_at >= %(start)s
            AND ready_at < %(stop)s AND state != 'cancelled' GROUP BY 1""",
    ("csat", "response_rate", "nps"): """
        SELECT {survey}, count(*) FILTER (WHERE service_score_overall >= 4),
            count(*) FILTER (WHERE service_score_overall > 0),
            count(*) FILTER (WHERE state = 'done'), count(*),
            count(*) FILTER (WHERE service_recommend_kind = 'promoter')
                - count(*) FILTER (WHERE service_recommend_kind = 'detractor'),
            count(service_recommend_kind)
        FROM survey_user_input WHERE service_company_id = %(company)s
            AND create_date >= %(start)s AND create_date < %(stop)s
            AND service_order_id IS NOT NULL AND test_entry IS NOT TRUE GROUP BY 1""",
    ("first_contact",): """
        SELECT {complaint},
            sum(coalesce(contacted_at <= received_at + interval '1 day', false)::int), count(*)
        FROM service_complaint c LEFT JOIN service_order o ON o.id = c.order_id
        WHERE c.company_id = %(company)s AND received_at >= %(start)s - interval '1 day'
            AND received_at < least(%(stop)s, %(now)s) - interval '1 day'
            AND discarded_at IS NULL GROUP BY 1""",
    ("major_complaints",): """
        SELECT {complaint}, count(*), NULL
        FROM service_complaint c LEFT JOIN service_order o ON o.id = c.order_id
        WHERE c.company_id = %(company)s AND received_at >= %(start)s AND received_at < %(stop)s
            AND severity = 'major' AND discarded_at IS NULL AND verdict IS DISTINCT FROM 'not'
        GROUP BY 1""",
    ("qc_first_pass",): """
        WITH seen AS MATERIALIZED (
            SELECT DISTINCT s.service_job_id AS job FROM service_inspection p
            JOIN service_inspection_service_job_rel s ON s.service_inspection_id = p.id
            WHERE p.kind = 'final' AND p.state = 'done' AND p.company_id = %(company)s
                AND p.done_at >= %(start)s AND p.done_at < %(stop)s
        ), final AS (
            SELECT DISTINCT ON (seen.job) seen.job, i.id, i.done_at FROM seen
            JOIN service_inspection_service_job_rel r ON r.service_job_id = seen.job
            JOIN service_inspection i ON i.id = r.service_inspection_id
                AND i.kind = 'final' AND i.state = 'done'
            ORDER BY seen.job, i.done_at, i.id
        )
        SELECT {by}, count(*) FILTER (WHERE NOT EXISTS (
                SELECT FROM service_inspection_line l WHERE l.inspection_id = final.id
                    AND l.result = 'red' AND coalesce(l.failed_job_id, final.job) = final.job)),
            count(*)
        FROM final JOIN service_job j ON j.id = final.job JOIN service_order o ON o.id = j.order_id
        WHERE final.done_at >= %(start)s AND final.done_at < %(stop)s GROUP BY 1""",
    ("fixed_first_time",): """
        WITH visit AS (
            SELECT id, delivered_at, {by} AS subject FROM service_order o
            WHERE company_id = %(company)s AND delivered_at >= %(start)s - interval '30 days'
                AND delivered_at < least(%(stop)s, %(now)s) - interval '30 days'
                AND state != 'cancelled'
        ), back AS (
            SELECT DISTINCT visit.id FROM visit JOIN service_job e ON e.order_id = visit.id
            JOIN service_job c ON c.comeback_of_id = e.id AND c.state != 'cancelled'
            JOIN service_order b ON b.id = c.order_id AND b.checked_in_at BETWEEN
                visit.delivered_at AND visit.delivered_at + interval '30 days'
        )
        SELECT subject, count(*) - count(back.id), count(*)
        FROM visit LEFT JOIN back USING (id) GROUP BY 1""",
    ("efficiency", "labour_rate"): """
        WITH work AS MATERIALIZED (
            SELECT j.id, {by} AS subject
            FROM service_job j JOIN service_order o ON o.id = j.order_id
            WHERE j.company_id = %(company)s AND finished_at >= %(start)s AND finished_at < %(stop)s
                AND j.state IN ('qc', 'done')
        ), line AS MATERIALIZED (
            SELECT subject, order_id, product_id, product_uom_id, product_uom_qty, price_subtotal
            FROM work JOIN sale_order_line l ON l.service_job_id = work.id AND l.state = 'sale'
                AND l.service_share_kind IS NULL AND l.service_claim_id IS NULL
                AND l.display_type IS NULL AND l.is_downpayment IS NOT TRUE
        ), sold AS (
            SELECT subject, sum(product_uom_qty * u.factor) AS hours,
                sum(price_subtotal / coalesce(nullif(s.currency_rate, 0), 1)) AS amount
            FROM line l JOIN sale_order s ON s.id = l.order_id
            JOIN product_product p ON p.id = l.product_id
            JOIN product_template t ON t.id = p.product_tmpl_id AND t.type = 'service'
            JOIN uom_uom u ON u.id = l.product_uom_id AND u.parent_path LIKE %(hours)s
            GROUP BY 1
        ), clocked AS (
            SELECT subject, sum(hours) AS hours FROM work
            JOIN service_clocking c ON c.job_id = work.id GROUP BY 1
        )
        SELECT subject, sold.hours, clocked.hours, amount, sold.hours
        FROM sold FULL JOIN clocked USING (subject)""",
    ("hours_per_order",): """
        WITH visit AS MATERIALIZED (
            SELECT id, {by} AS subject FROM service_order o WHERE company_id = %(company)s
                AND ready_at >= %(start)s AND ready_at < %(stop)s AND state != 'cancelled'
        ), line AS MATERIALIZED (
            SELECT subject, product_id, product_uom_id, product_uom_qty
            FROM visit JOIN service_job j ON j.order_id = visit.id
            JOIN sale_order_line l ON l.service_job_id = j.id AND l.state = 'sale'
                AND l.service_share_kind IS NULL AND l.service_claim_id IS NULL
                AND l.display_type IS NULL AND l.is_downpayment IS NOT TRUE
        ), sold AS (
            SELECT subject, sum(product_uom_qty * u.factor) AS hours
            FROM line l JOIN product_product p ON p.id = l.product_id
            JOIN product_template t ON t.id = p.product_tmpl_id AND t.type = 'service'
            JOIN uom_uom u ON u.id = l.product_uom_id AND u.parent_path LIKE %(hours)s
            GROUP BY 1
        )
        SELECT subject, hours, visits FROM sold
        RIGHT JOIN (SELECT subject, count(*) AS visits FROM visit GROUP BY 1) v
            USING (subject)""",
    ("parts_fill_rate",): """
        SELECT {by}, sum(served), count(*) FROM (
            SELECT (first_supply = 'served')::int AS served, j.order_id
            FROM service_job j JOIN sale_order_line l ON l.service_job_id = j.id
                AND l.state = 'sale' AND first_supply IS NOT NULL
                AND part_origin IS DISTINCT FROM 'customer'
            WHERE j.company_id = %(company)s
                AND j.authorised_at >= %(start)s AND j.authorised_at < %(stop)s
            UNION ALL
            SELECT 0, d.order_id FROM service_lost_demand d
            LEFT JOIN sale_order_line l ON l.id = d.sale_line_id AND l.state = 'sale'
            WHERE d.company_id = %(company)s AND lost_at >= %(start)s AND lost_at < %(stop)s
                AND l.id IS NULL
        ) asked JOIN service_order o ON o.id = asked.order_id GROUP BY 1""",
}
OF = {
    "advisor": {"by": "o.advisor_id", "survey": "service_advisor_id", "complaint": "c.advisor_id"},
    "branch": {"by": "o.warehouse_id", "survey": "service_warehouse_id",
               "complaint": "o.warehouse_id"},
    "technician": {"by": "j.technician_id"},
}
# Attended hours are no rows: nothing bare answers them, so they are left out on both sides.
CODES = [code for codes in BARE for code in codes]
COUNTS = ("orders_completed", "major_complaints")
OF_TECHNICIANS = ("qc_first_pass", "efficiency", "labour_rate")


def get_month():
    """Return the first and the last day of the month a year ago."""
    last = (fields.Date.today() - timedelta(days=365)).replace(day=1) - timedelta(days=1)
    return last.replace(day=1), last


def ask_bare(env, company, first, last, by):
    """Answer as ``service.kpi._get_figures`` does, ``(numerator, denominator)`` by figure."""
    start, stop = env["service.kpi"]._get_period(company, first, last)
    hour = env.ref("uom.product_uom_hour").id
    values = {"company": company.id, "start": start, "stop": stop, "now": fields.Datetime.now(),
              "hours": f"{hour}/%"}
    found = {}
    for codes, query in BARE.items():
        if by == "technician" and codes[0] not in OF_TECHNICIANS:
            continue
        env.cr.execute(query.format(**{"by": "", "survey": "", "complaint": "", **OF[by]}), values)
        for subject, *numbers in env.cr.fetchall():
            for index, code in enumerate(codes):
                found[code, subject or False] = numbers[2 * index], numbers[2 * index + 1]
    return found


def ask_ours(env, company, first, last, by):
    codes = [code for code in CODES if by != "technician" or code in OF_TECHNICIANS]
    return env["service.kpi"]._get_figures(company, first, last, codes=codes, by=by)


def assert_same(ours, bare):
    """Every figure of ours is what bare SQL counts; without records there is none."""
    for key in ours.keys() | bare.keys():
        figure = ours.get(key, {"numerator": 0, "denominator": 0})
        counted = bare.get(key, (0, 0))
        pairs = zip((figure["numerator"], figure["denominator"]), counted, strict=True)
        for mine, theirs in pairs:
            assert abs(float(mine or 0) - float(theirs or 0)) < 0.01, (key, figure, counted)


def run(env):
    """Print the time of our figures, of bare SQL, the ratio and our queries; assert the ratio."""
    fill(env, ORDERS)
    companies = env["res.company"].search([], order="id")
    first, last = get_month()
    periods = {
        "month": (first, last), "quarter": ((first - timedelta(days=40)).replace(day=1), last),
        "year": (date(last.year - 1, 1, 1), date(last.year - 1, 12, 31)),
    }
    slow = []
    print(f"\n{'':<44} {'ours':>12} {'bare SQL':>12} {'ratio':>6}")
    for name, (start, stop) in periods.items():
        for by in OF:
            ratio = compare(
                env, f"figures by {by}, a {name}",
                lambda args=(start, stop, by): merge(env, ask_ours, companies, *args),
                lambda args=(start, stop, by): merge(env, ask_bare, companies, *args),
                ROUNDS, assert_same)
            if 100 * ratio > PROMISED:
                slow.append(f"by {by}, a {name}: {ratio:.2f}")
    assert not slow, f"over {PROMISED} % of bare SQL: {'; '.join(slow)}"


def merge(env, ask, companies, *args):
    """Return the figures of all ``companies``, whose subjects are different ones."""
    found = {}
    for company in companies:
        found |= ask(env, company, *args)
    return found
