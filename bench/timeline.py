"""The history of a car with ``VISITS`` visits: the first page, all of it, and the customer's page.

Beside bare SQL that reads no more than visits and jobs. The number of queries must not depend on
how much has happened. Run by ``./dev bench timeline``.
"""

import time
from datetime import timedelta

from odoo import Command, fields

VISITS = 300
QUERIES = 60


def fill(env):
    """Return an advisor, and cars with a tenth of the visits and with all."""
    advisor = env["res.users"].with_context(no_reset_password=True).create(
        {
            "name": "Bench Advisor", "login": "bench_advisor", "email": "a@bench.example",
            "group_ids": [Command.set(env.ref("service_advisor.group_advisor").ids)],
        }
    )
    customer = env["res.partner"].create({"name": "Bench Customer"})
    short, long = env["service.vehicle"].create(
        [{"plate": f"BENCH {n}", "owner_id": customer.id} for n in range(2)]
    )
    env["service.order"].create(
        [
            prepare_visit(car, advisor, days)
            for car, count in ((short, VISITS // 10), (long, VISITS))
            for days in range(1, count + 1)
        ]
    )
    # Half of the long one is a former owner's.
    env["service.vehicle.owner"].create(
        {
            "vehicle_id": long.id, "date_from": "2000-01-01",
            "partner_id": env["res.partner"].create({"name": "Former"}).id,
            "date_to": fields.Date.today() - timedelta(days=VISITS // 2),
        }
    )
    env.flush_all()
    return advisor, short, long


def prepare_visit(car, advisor, days):
    """Return the values of a visit of so many days ago, one job done and one declined."""
    then = fields.Datetime.now() - timedelta(days=days)
    done = {"correction": "Done", "state": "done", "finished_at": then, "authorised_at": then}
    declined = {"state": "declined", "decline_reason": "Later", "authorised_at": then}
    return {
        "vehicle_id": car.id, "advisor_id": advisor.id, "odometer_in": 100000 - days,
        "checked_in_at": then, "ready_at": then, "delivered_at": then, "closed_at": then,
        "job_ids": [
            Command.create({"concern": f"Concern {days}", **vals}) for vals in (done, declined)
        ],
    }


def run(env):
    """Print seconds and queries; assert that queries do not grow with the visits."""
    advisor, short, long = fill(env)

    def measure(label, act):
        env.flush_all()
        env.invalidate_all()
        queries, start = env.cr.sql_log_count, time.perf_counter()
        rows = act()
        spent, queries = time.perf_counter() - start, env.cr.sql_log_count - queries
        print(f"{label:<42} {spent * 1000:>8.1f} ms {queries:>5} queries {rows:>5} rows")
        return queries

    def page(car, limit):
        return len(car.with_user(advisor).read_timeline(limit=limit)["rows"])

    def bare():
        env.cr.execute(
            "SELECT o.name, o.checked_in_at, o.odometer_in, j.concern, j.correction, j.state"
            "  FROM service_order o LEFT JOIN service_job j ON j.order_id = o.id"
            " WHERE o.vehicle_id = %s ORDER BY o.checked_in_at DESC",
            [long.id],
        )
        return len(env.cr.fetchall())

    page(short, 40)  # what is read once per process
    measure("bare SQL, visits and jobs alone", bare)
    first = measure(f"first page, {VISITS // 10} visits", lambda: page(short, 40))
    same = measure(f"first page, {VISITS} visits", lambda: page(long, 40))
    whole = measure(f"all of {VISITS} visits", lambda: page(long, 1000))
    owner = long.owner_id.with_user(advisor)
    measure("the customer's page", lambda: len(owner.read_service_overview()["cars"]))
    assert max(first, same, whole) <= QUERIES, (first, same, whole)
    # The long one has a former owner; that is all the difference.
    assert whole <= same + 5, (same, whole)
