"""Watching the promises of the open orders of a big shop, beside reading those orders once.

``CLOSED`` closed and ``OPEN`` open orders, each open one with two approved jobs, a third of them
with a running or stopped clock; the promises lie around now, so that some are at risk and some
late. The scheduled action is run three times as Odoo's scheduler calls it: the first time it
raises what is in danger, later there is little new. Seconds and queries are printed beside the
floor, a plain read of the open orders, their jobs and their clocks. Run by ``./dev bench watch``.
"""

from datetime import timedelta

from odoo import fields
from odoo.tools import SQL

from bench._filling import measure, multiply

CLOSED = 100000
OPEN = 2000
# at most so many queries for a batch of orders with nothing new to say, and once for all
BATCH_QUERIES, RUN_QUERIES = 30, 20


def fill(env):
    """Make the orders; return the open ones."""
    now = fields.Datetime.now()
    partner = env["res.partner"].create({"name": "Bench Owner"})
    car = env["service.vehicle"].create({"plate": "BENCH-W", "owner_id": partner.id})
    day = timedelta(days=1)
    order = env["service.order"].create({"vehicle_id": car.id})
    order.write({"checked_in_at": now - day, "promised_at": now, "first_promised_at": now,
                 "counted_promise_at": now})
    job = env["service.job"].create({"order_id": order.id, "concern": "Bench",
                                     "allowed_hours": 1})
    job.state = "approved"
    technician = env["hr.employee"].create({"name": "Bench"})
    clocking = env["service.clocking"].create({
        "job_id": job.id, "employee_id": technician.id, "start_at": now - day,
        "stop_at": now - day + timedelta(hours=0.4)})
    env.flush_all()
    multiply(env, order, CLOSED, name="'C' || n", state="'closed'",
             ready_at="now() - n * interval '1 minute'", closed_at="now()",
             promised_at="now() - n * interval '1 minute'", access_token="NULL")
    orders = multiply(env, order, OPEN, name="'O' || n", access_token="NULL",
                      promised_at="now() + (n %% 400 - 100) * interval '15 minutes'")
    first = orders[:1].id
    jobs = multiply(env, job, 2 * OPEN, order_id=f"{first} + (n - 1) / 2", access_token="NULL")
    multiply(env, clocking, OPEN // 3, job_id=f"{jobs[:1].id} + n * 3",
             order_id=f"{first} + n * 3 / 2")
    env.invalidate_all()
    return orders


def run(env):
    """Print seconds and queries of the action and of the floor; assert what it found."""
    # The action commits; the database of the benchmark is thrown away with what it wrote.
    orders = fill(env)
    Order = env["service.order"]
    query = Order._search(Order._get_watched_domain(), order="promised_at, id").select()
    plan = "\n".join(line for (line,) in env.execute_query(
        SQL("EXPLAIN %s", query)))
    assert "watch_idx" in plan, plan

    def floor():
        found = Order.search(Order._get_watched_domain())
        found.job_ids.clocking_ids.mapped("stop_at")

    print(f"\n{CLOSED} closed and {OPEN} open orders")
    measure(env, "floor: read the open orders", floor)
    measure(env, "the action, first run", Order._cron_watch_promises)
    for label in ("the action, second run", "the action, third run"):
        _seconds, spent = measure(env, label, Order._cron_watch_promises)
    batches = -(-len(orders) // 500) + 1
    allowed = RUN_QUERIES + batches * BATCH_QUERIES
    assert spent <= allowed, f"{spent} queries for {batches} batches; {allowed} are allowed"
    check(env, orders)


def check(env, orders):
    """Assert what the action left: each open order judged, each danger raised once."""
    now = fields.Datetime.now()
    late = orders.filtered(lambda order: order.promised_at < now - timedelta(minutes=5))
    assert late and set(late.mapped("risk")) == {"late"}, set(late.mapped("risk"))
    safe = orders.filtered(lambda order: order.risk == "none")
    assert safe and all(order.projected_at <= order.promised_at for order in safe)
    alerts = env["service.promise.alert"].search([("order_id", "in", orders.ids)])
    assert alerts.order_id == orders - safe, (len(alerts.order_id), len(orders - safe))
    late_twice = alerts.filtered(lambda alert: alert.level == "late").grouped("order_id")
    assert all(len(found) == 1 for found in late_twice.values())
    env.cr.execute("SELECT count(*) FROM service_order WHERE state = 'closed' AND"
                   " (projected_at IS NOT NULL OR risk != 'none')")
    assert env.cr.fetchone() == (0,)
    print(f"{len(late)} late, {len(safe)} on time, {len(alerts)} dangers raised once each")
