"""Ten thousand customers are asked how their visit was, by the scheduled action.

``CUSTOMERS`` customers with a car and a visit each, handed over two days ago, beside ``CLOSED``
visits of years before. The action is run as Odoo's scheduler calls it and killed in its batch
number ``KILLED``, before that is committed; then run again to its end, and once more when nobody
is left to be asked. Seconds, queries and invitations per second are printed; each customer gets
one survey and one e-mail in the queue. Run by ``./dev bench survey``.
"""

from datetime import timedelta
from unittest.mock import patch

from odoo import fields

from bench._filling import measure, multiply

CUSTOMERS = 10000
CLOSED = 50000
# customers of one batch, and the batch in which the action is killed
BATCH, KILLED = 50, 40
# at most so many queries for a batch, and for a run that finds nobody
BATCH_QUERIES, RUN_QUERIES = 40, 20
# at least so many invitations per second
PER_SECOND = 10


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
    # What follows the making of customers and orders is no part of what is measured.
    env.cr.commit()
    return orders


class Killed(BaseException):
    """The server is stopped: no ``except Exception`` catches it."""


def run_killed(env):
    """Run the action and kill it in the middle of a batch that it has done all for."""
    Order = env["service.order"]
    ask, batches = type(Order)._ask_customers, []

    def ask_and_die(orders):
        ask(orders)
        batches.append(orders)
        if len(batches) == KILLED:
            raise Killed

    with patch.object(type(Order), "_ask_customers", ask_and_die):
        try:
            Order._cron_ask_customers()
        except Killed:
            env.cr.rollback()
    done = (KILLED - 1) * BATCH
    asked = env["survey.user_input"].search_count([("service_order_id", "!=", False)])
    assert asked == done, f"{asked} were asked before the action was killed, and not {done}"
    return done


def run(env):
    """Print seconds and queries of the action; assert that everybody was asked once."""
    # The action commits; the database of the benchmark is thrown away with what it wrote.
    orders = fill(env)
    ask = env["service.order"]._cron_ask_customers
    left = CUSTOMERS - run_killed(env)
    allowed = -(-left // BATCH) * BATCH_QUERIES + RUN_QUERIES
    seconds, queries = measure(env, f"ask the other {left}", ask)
    per_second = left / seconds
    spent = queries * BATCH / left
    print(f"{per_second:.0f} invitations per second, {spent:.0f} queries for {BATCH} of them")
    _seconds, nothing = measure(env, "nobody is left", ask)
    check(env, orders)
    assert queries <= allowed, f"{queries} queries; {allowed} are allowed"
    assert nothing <= RUN_QUERIES, f"{nothing} queries for nobody; {RUN_QUERIES} are allowed"
    assert per_second >= PER_SECOND, f"{per_second:.1f} invitations per second"


def check(env, orders):
    """Assert that each of ``orders`` was asked about once, by one e-mail to its own customer."""
    answers = env["survey.user_input"].search([("service_order_id", "!=", False)])
    assert len(answers) == CUSTOMERS, len(answers)
    assert answers.service_order_id == orders, len(answers.service_order_id)
    assert len(set(answers.mapped("access_token"))) == CUSTOMERS
    assert all(answer.partner_id == answer.service_order_id.partner_id for answer in answers)
    assert set(orders.mapped("survey_status")) == {"asked"}, set(orders.mapped("survey_status"))
    mails = env["mail.mail"].search([("model", "=", "survey.user_input")])
    assert len(mails) == CUSTOMERS, len(mails)
    assert set(mails.mapped("state")) == {"outgoing"}, set(mails.mapped("state"))
    assert set(mails.mapped("res_id")) == set(answers.ids)
    partners = {answer.id: answer.partner_id for answer in answers}
    assert all(mail.recipient_ids == partners[mail.res_id] for mail in mails)
    print(f"{CUSTOMERS} asked once each, killed after {(KILLED - 1) * BATCH} of them")
