"""Ten thousand customers are asked how their visit was, by the scheduled action.

``CUSTOMERS`` customers with a car and a visit each, handed over two days ago, beside ``CLOSED``
visits of years before. The action is run as Odoo's scheduler calls it, then once more, when nobody
is left to be asked. Seconds and queries are printed; each customer gets one survey and one e-mail
in the queue. Run by ``./dev bench survey``.
"""

import time
from datetime import timedelta

from odoo import fields

CUSTOMERS = 10000
CLOSED = 50000
# at most so many queries for a batch of 50
BATCH_QUERIES = 45


def fill(env):
    """Make customers, cars and visits; return the visits that are asked about."""
    partner = env["res.partner"].create(
        {"name": "Bench Owner", "email": "bench@mail.example", "phone": "+86 21 5550 0000"})
    car = env["service.vehicle"].create({"plate": "BENCH-S", "owner_id": partner.id})
    order = env["service.order"].create({"vehicle_id": car.id})
    then = fields.Datetime.now() - timedelta(days=2)
    order.write({"checked_in_at": then, "ready_at": then, "delivered_at": then})
    env.flush_all()
    multiply(env, order, CLOSED, name="'C' || n", state="'closed'", access_token="NULL",
             delivered_at="now() - n * interval '1 hour' - interval '60 days'")
    email = "'bench' || n || '@mail.example'"
    partners = multiply(env, partner, CUSTOMERS, email=email, email_normalized=email)
    cars = multiply(env, car, CUSTOMERS, plate="'B' || n", plate_key="'B' || n",
                    owner_id=f"{partners[:1].id} + n - 1")
    orders = multiply(env, order, CUSTOMERS, name="'O' || n", access_token="NULL",
                      vehicle_id=f"{cars[:1].id} + n - 1",
                      partner_id=f"{partners[:1].id} + n - 1")
    order.survey_status = "internal"
    env.invalidate_all()
    return orders


def run(env):
    """Print seconds and queries of the action; assert that everybody was asked once."""
    # The action commits; the database of the benchmark is thrown away with what it wrote.
    orders = fill(env)
    Order = env["service.order"]
    allowed = CUSTOMERS // 50 * BATCH_QUERIES + 20
    for label, most in (("ask them all", allowed), ("nobody is left", 20)):
        env.flush_all()
        env.invalidate_all()
        queries, start = env.cr.sql_log_count, time.perf_counter()
        Order._cron_ask_customers()
        spent, queries = time.perf_counter() - start, env.cr.sql_log_count - queries
        print(f"{label:<20} {spent:>8.2f} s {queries:>8} queries")
        assert queries <= most, f"{queries} queries; {most} are allowed"
    answers = env["survey.user_input"].search([("service_order_id", "in", orders.ids)])
    assert len(answers) == len(answers.service_order_id) == CUSTOMERS, len(answers)
    mails = env["mail.mail"].search_count([("model", "=", "survey.user_input"),
                                           ("res_id", "in", answers.ids)])
    assert mails == CUSTOMERS, mails
