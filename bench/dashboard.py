"""The manager's dashboard of a house of a million orders, beside the best bare SQL.

A chain of two companies is filled, see ``_million``. ``service.dashboard.get_dashboard`` is called
as the browser calls it, by a manager, for last month and for the year, of the company and of one
advisor; bare SQL answers the same charts and the figures of both periods, and no names, targets or
domains. Attended hours come from calendars and have no bare SQL, so what they take is ours alone.
Run by ``./dev bench dashboard``; ``--set ORDERS=200000`` makes a smaller house.
"""

from dateutil.relativedelta import relativedelta
from odoo import Command, fields
from odoo.tools import SQL

from bench._filling import compare
from bench._million import fill
from bench.kpi import BARE, COUNTS, OF

ORDERS = 1000000
PROMISED = 200
ROUNDS = 5

CHARTS = {
    "orders": """
        SELECT date_trunc('month', ready_at AT TIME ZONE 'UTC' AT TIME ZONE %(zone)s)::date,
            count(*), 100.0 * count(*) FILTER (
                WHERE ready_at <= coalesce(counted_promise_at, first_promised_at))
                / nullif(count(coalesce(counted_promise_at, first_promised_at)), 0)
        FROM service_order o WHERE company_id = %(company)s AND ready_at >= %(year)s
            AND ready_at < %(end)s AND state != 'cancelled' AND {mine} GROUP BY 1 ORDER BY 1""",
    "sales": """
        SELECT service_pay_type, sum(amount_untaxed / coalesce(nullif(currency_rate, 0), 1))
        FROM service_order o JOIN sale_order s ON s.service_order_id = o.id AND s.state = 'sale'
        WHERE o.company_id = %(company)s AND ready_at >= %(start)s AND ready_at < %(stop)s
            AND o.state != 'cancelled' AND {mine} GROUP BY 1 ORDER BY 2 DESC""",
    "wip": """
        SELECT width_bucket(extract(epoch FROM %(now)s - checked_in_at) / 86400,
            ARRAY[0, 4, 8, 16, 31]::float[]), count(*)
        FROM service_order o WHERE company_id = %(company)s AND {mine} AND state IN (
            'checked_in', 'quoted', 'authorised', 'in_work', 'quality_check', 'ready', 'delivered')
            AND checked_in_at <= %(now)s GROUP BY 1 ORDER BY 1""",
    "complaints": """
        SELECT category_id, count(*) FROM service_complaint c
        LEFT JOIN service_order v ON v.id = c.order_id
        WHERE c.company_id = %(company)s AND received_at >= %(start)s AND received_at < %(stop)s
            AND discarded_at IS NULL AND {of_complaint} GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT 10""",
    "comebacks": """
        SELECT e.operation_id, count(*) FROM service_order b JOIN service_job c
            ON c.order_id = b.id AND c.comeback_of_id IS NOT NULL AND c.state != 'cancelled'
        JOIN service_job e ON e.id = c.comeback_of_id JOIN service_order o ON o.id = e.order_id
        WHERE c.company_id = %(company)s AND b.checked_in_at >= %(start)s
            AND b.checked_in_at < %(stop)s AND {mine} GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT 10""",
    "satisfaction": """
        SELECT date_trunc('month', create_date AT TIME ZONE 'UTC' AT TIME ZONE %(zone)s)::date,
            100.0 * count(*) FILTER (WHERE service_score_overall >= 4)
                / nullif(count(*) FILTER (WHERE service_score_overall > 0), 0),
            100.0 * count(*) FILTER (WHERE state = 'done') / count(*)
        FROM survey_user_input WHERE service_order_id IS NOT NULL AND test_entry IS NOT TRUE
            AND service_company_id = %(company)s AND create_date >= %(year)s
            AND create_date < %(end)s AND {of_survey} GROUP BY 1 ORDER BY 1""",
    "lost": """
        SELECT width_bucket(last_at,
            ARRAY[%(m36)s, %(m24)s, %(m18)s, %(m12)s, %(m6)s]::timestamp[]), count(*)
        FROM (SELECT max(checked_in_at) AS last_at FROM service_order
              WHERE company_id = %(company)s AND state != 'cancelled'
                AND checked_in_at IS NOT NULL GROUP BY partner_id) visits
        WHERE last_at < %(m6)s GROUP BY 1 ORDER BY 1 DESC""",
}


class Question:
    """What is asked of a dashboard, and the bare answer to it."""

    def __init__(self, env, company, period, by, subject):
        self.env, self.company, self.by, self.subject = env, company, by, subject
        self.filters = {"period": period, "by": by, "subject_id": subject, "step": "month"}
        now = fields.Datetime.now()
        dashboard = env["service.dashboard"]
        asked = dashboard._read_filters(self.filters)
        get_period = env["service.kpi"]._get_period
        self.spans = [get_period(company, *asked[name]) for name in ("span", "before")]
        last = asked["span"].last.replace(day=1) + relativedelta(months=1, days=-1)
        first = last.replace(day=1) - relativedelta(months=11)
        year, end = get_period(company, first, last)
        self.values = {
            "company": company.id, "now": now, "year": year, "end": end,
            "zone": env["service.kpi"]._get_zone(company).key,
            "hours": f"{env.ref('uom.product_uom_hour').id}/%",
            **{f"m{months}": now - relativedelta(months=months) for months in (6, 12, 18, 24, 36)},
        }
        mine = {"company": "TRUE", "advisor": "{}.advisor_id = %(subject)s"}[by]
        self.values["subject"] = subject
        self.names = {
            "mine": mine.format("o"), "of_complaint": mine.format("c"),
            "of_survey": "TRUE" if by == "company" else "service_advisor_id = %(subject)s",
        }

    def ask(self):
        return self.env["service.dashboard"].get_dashboard(self.filters)

    def ask_bare(self):
        answer = {"figures": [self.get_figures(*span) for span in self.spans]}
        values = {**self.values, "start": self.spans[0][0], "stop": self.spans[0][1]}
        for name, query in CHARTS.items():
            self.env.cr.execute(query.format(**self.names), values)
            answer[name] = self.env.cr.fetchall()
        answer["advisors"] = {}
        for codes in (("on_time", "on_time_first", "orders_completed"),
                      ("csat", "response_rate", "nps")):
            self.env.cr.execute(BARE[codes].format(**OF["advisor"]), values)
            answer["advisors"][codes[0]] = self.env.cr.fetchall()
        return answer

    def get_figures(self, start, stop):
        """Return ``{code: (numerator, denominator)}`` of the subject."""
        found, values = {}, {**self.values, "start": start, "stop": stop}
        for codes, query in BARE.items():
            names = OF["advisor"]
            if self.by == "company":
                names = dict.fromkeys(names, "1")
            # Only the subject is looked at: the condition stands beside that on the company.
            self.env.cr.execute(query.format(**names), values)
            for subject, *numbers in self.env.cr.fetchall():
                if self.by == "company" or subject == self.subject:
                    for index, code in enumerate(codes):
                        found[code] = numbers[2 * index], numbers[2 * index + 1]
        return found

    def assert_same(self, ours, bare):
        """The figures of both periods and the values of all charts are the same."""
        for tile in ours["tiles"]:
            code, counted = tile["code"], bare["figures"][0].get(tile["code"], (0, 0))
            if code != "productivity":
                assert abs(tile["numerator"] - float(counted[0] or 0)) < 0.01, (tile, counted)
                if code not in COUNTS:
                    below = tile["denominator"] - float(counted[1] or 0)
                    assert abs(below) < 0.01, (tile, counted)
        for chart in ours["charts"]:
            if chart["key"] == "advisors":
                continue
            values = [series["values"] for series in chart["series"]]
            mine = sorted(round(float(value or 0), 2) for one in values for value in one if value)
            rows = bare[chart["key"]]
            theirs = sorted(
                round(float(value), 2) for row in rows for value in row[1:] if value)
            assert mine == theirs, (chart["key"], mine, theirs)


def run(env):
    """Print the time of the dashboard, of bare SQL, the ratio and our queries; assert it."""
    fill(env, ORDERS)
    company = env.company
    manager = env["res.users"].with_context(no_reset_password=True).create(
        {"name": "Manager", "login": "bench_manager", "company_ids": [Command.set(company.ids)],
         "group_ids": [Command.set([env.ref("service_advisor.group_manager").id])]})
    env.cr.execute(SQL(
        "SELECT advisor_id FROM service_order WHERE company_id = %s AND ready_at IS NOT NULL"
        " GROUP BY 1 ORDER BY count(*) DESC LIMIT 1", company.id))
    [advisor] = env.cr.fetchone()
    env = env(user=manager.id, su=False)
    slow = []
    print(f"\n{'':<44} {'ours':>12} {'bare SQL':>12} {'ratio':>6}")
    for period in ("last_month", "quarter", "year"):
        for by, subject in (("company", company.id), ("advisor", advisor)):
            question = Question(env, company.with_env(env), period, by, subject)
            ratio = compare(env, f"dashboard of the {by}, {period}", question.ask,
                            question.ask_bare, ROUNDS, question.assert_same)
            if 100 * ratio > PROMISED:
                slow.append(f"{by}, {period}: {ratio:.2f}")
    assert not slow, f"over {PROMISED} % of bare SQL: {'; '.join(slow)}"
