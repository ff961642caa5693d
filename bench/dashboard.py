"""The manager's dashboard in a house of a million orders, beside the best bare SQL.

A chain of two companies is filled, see ``_million``. The whole dashboard of one company, for a
month a year ago, is asked for by the call of the web client, and by queries written for nothing
else: the figures as ``kpi`` does, for the month and the one before, and one query per chart, of
numbers alone, without names, targets and the records that they open. Printed are both times, their
ratio and our queries; ours may take ``PROMISED`` per cent of the time. Looking for alerts is told
beside it. Run by ``./dev bench dashboard``; ``--set ORDERS=200000`` makes a smaller house.
"""

import time
from datetime import timedelta

from dateutil.relativedelta import relativedelta
from odoo import fields

from bench import kpi
from bench._filling import compare
from bench._million import fill

ORDERS = 1000000
PROMISED = 200
ROUNDS = 5

READY = "o.company_id = %(company)s AND o.ready_at >= %(start)s AND o.ready_at < %(stop)s" \
    " AND o.state != 'cancelled'"
CHARTS = [
    """SELECT date_trunc('month', ready_at), count(*), count(first_promised_at),
        sum((ready_at <= coalesce(counted_promise_at, first_promised_at))::int)
    FROM service_order WHERE company_id = %(company)s AND ready_at >= %(year)s
        AND ready_at < %(stop)s AND state != 'cancelled' GROUP BY 1""",
    f"""SELECT service_pay_type, sum(amount_untaxed / currency_rate)
    FROM service_order o JOIN sale_order e ON e.service_order_id = o.id AND e.state = 'sale'
    WHERE {READY} GROUP BY 1""",
    """SELECT width_bucket(extract(epoch FROM %(now)s - checked_in_at) / 86400,
        '{0,4,8,16,31}'::float[]), count(*)
    FROM service_order WHERE company_id = %(company)s AND state IN ('checked_in', 'quoted',
        'authorised', 'in_work', 'quality_check', 'ready', 'delivered') GROUP BY 1""",
    """SELECT category_id, count(*) FROM service_complaint WHERE company_id = %(company)s
        AND received_at >= %(start)s AND received_at < %(stop)s AND discarded_at IS NULL
    GROUP BY 1 ORDER BY 2 DESC LIMIT 10""",
    """SELECT e.operation_id, count(*) FROM service_job c
    JOIN service_order o ON o.id = c.order_id JOIN service_job e ON e.id = c.comeback_of_id
    WHERE c.company_id = %(company)s AND c.state != 'cancelled'
        AND o.checked_in_at >= %(start)s AND o.checked_in_at < %(stop)s
    GROUP BY 1 ORDER BY 2 DESC LIMIT 10""",
    """SELECT date_trunc('month', create_date), count(*), count(*) FILTER (WHERE state = 'done'),
        count(*) FILTER (WHERE service_score_overall > 0),
        count(*) FILTER (WHERE service_score_overall >= 4)
    FROM survey_user_input WHERE service_company_id = %(company)s AND create_date >= %(year)s
        AND create_date < %(stop)s AND service_order_id IS NOT NULL AND test_entry IS NOT TRUE
    GROUP BY 1""",
    """SELECT width_bucket(last_at, %(lost)s::timestamp[]), count(*) FROM (
        SELECT partner_id, max(checked_in_at) AS last_at FROM service_order
        WHERE company_id = %(company)s AND state != 'cancelled' GROUP BY 1
    ) visit GROUP BY 1""",
]


def ask_bare(env, company, first, last):
    """Count everything that the dashboard of a company shows; return the orders of the year."""
    Kpi = env["service.kpi"]
    start, stop = Kpi._get_period(company, first, last)
    now = fields.Datetime.now()
    values = {
        "company": company.id, "start": start, "stop": stop, "now": now,
        "year": Kpi._get_period(company, first - relativedelta(months=11), last)[0],
        "lost": [now - relativedelta(months=months) for months in (36, 24, 18, 12, 6)],
    }
    before = first - relativedelta(months=1)
    figures = kpi.ask_bare(env, company, first, last, "branch")
    kpi.ask_bare(env, company, before, first - timedelta(days=1), "branch")
    found = []
    for query in CHARTS:
        env.cr.execute(query, values)
        found.append(env.cr.fetchall())
    of_branches = [pair for (code, _branch), pair in figures.items() if code == "orders_completed"]
    return sum(row[1] for row in found[0]), sum(done for done, _none in of_branches)


def ask_ours(env, company, first, last):
    data = env["service.dashboard"].with_company(company).get_dashboard({
        "period": "custom", "date_from": fields.Date.to_string(first),
        "date_to": fields.Date.to_string(last),
    })
    [chart] = [chart for chart in data["charts"] if chart["key"] == "orders"]
    [tile] = [tile for tile in data["tiles"] if tile["code"] == "orders_completed"]
    return sum(chart["series"][0]["values"]), tile["value"]


def assert_same(ours, bare):
    assert tuple(map(int, ours)) == tuple(map(int, bare)), (ours, bare)


def run(env):
    """Print the time of the dashboard, of bare SQL, the ratio and our queries; assert the
    ratio."""
    fill(env, ORDERS)
    company = env["res.company"].search([], order="id", limit=1)
    env = env(user=env.ref("base.user_admin"))
    company = company.with_env(env)
    first, last = kpi.get_month()
    ratio = compare(
        env, "dashboard of a month",
        lambda: ask_ours(env, company, first, last), lambda: ask_bare(env, company, first, last),
        ROUNDS, assert_same)
    began = time.perf_counter()
    env["service.alert.find"].sudo()._look_at(company)
    env.flush_all()
    print(f"alerts of {ORDERS} orders looked for in {time.perf_counter() - began:.1f} s")
    assert 100 * ratio <= PROMISED, f"{100 * ratio:.0f} % of bare SQL, {PROMISED} % promised"
