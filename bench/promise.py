"""The promise of an order in a full workshop, and what it asks the database for.

``TECHNICIANS`` technicians and ``BAYS`` bays with ``BOOKINGS`` bookings over the next 30 days;
an order with ``JOBS`` jobs, each with a skill and a kind of bay. By turns:

* ``engine``: the plan, what limits it and the other ways, from the snapshot, in Python alone;
* ``promise``: all of ``service.order._compute_promises``, with reading the workshop;
* ``floor``: the simple rule of a shop that plans with nobody.

Run by ``./dev bench promise``. Asserts that the engine needs at most ``PROMISED`` milliseconds
and that the number of queries depends neither on the orders nor on the bookings.
"""

import random
import time
from datetime import timedelta

from odoo import Command, fields

TECHNICIANS = 40
BAYS = 20
BOOKINGS = 5000
JOBS = 5
ROUNDS = 10
# milliseconds of Python for the promise of one order
PROMISED = 50
DAYS = 30
SEED = 5


class Shop:
    """A workshop with its people, places and catalogue, and the orders that hold the time."""

    def __init__(self, env):
        self.env, self.draw = env, random.Random(SEED)
        self.company = env.company
        kind = env["hr.skill.type"].create(
            {
                "name": "Bench",
                "skill_ids": [Command.create({"name": f"Skill {n}"}) for n in range(6)],
                "skill_level_ids": [
                    Command.create({"name": f"Level {n}", "level_progress": n})
                    for n in (30, 60, 90)
                ],
            }
        )
        self.skills, self.levels = kind.skill_ids, kind.skill_level_ids
        self.bay_kinds = env["service.bay.kind"].create(
            [{"name": f"Bench {name}"} for name in ("lift", "alignment", "electric")]
        )
        self.make_resources(kind)
        self.operations = env["service.operation"].create(
            [
                {
                    "code": f"BENCH{n}",
                    "name": f"Bench {n}",
                    "allowed_hours": self.draw.choice([0.5, 1, 2, 3]),
                    "skill_id": self.skills[n % 6].id,
                    "skill_level_id": self.levels[n % 2].id,
                    "bay_kind_id": self.bay_kinds[n % 3].id,
                }
                for n in range(12)
            ]
        )
        partner = env["res.partner"].create({"name": "Bench Customer"})
        brand = env["fleet.vehicle.model.brand"].create({"name": "Bench"})
        model = env["fleet.vehicle.model"].create({"name": "Car", "brand_id": brand.id})
        self.cars = env["service.vehicle"].create(
            [
                {"plate": f"B {n}", "model_id": model.id, "owner_id": partner.id}
                for n in range(40)
            ]
        )

    def make_resources(self, kind):
        env, draw = self.env, self.draw
        self.technicians = env["hr.employee"].create(
            [
                {
                    "name": f"Bench Technician {n}",
                    "company_id": self.company.id,
                    "is_service_technician": True,
                }
                for n in range(TECHNICIANS)
            ]
        )
        env["hr.employee.skill"].create(
            [
                {
                    "employee_id": technician.id,
                    "skill_type_id": kind.id,
                    "skill_id": skill.id,
                    "skill_level_id": draw.choice(self.levels).id,
                    "valid_from": "2020-01-01",
                }
                for technician in self.technicians
                for skill in draw.sample(list(self.skills), 3)
            ]
        )
        self.bays = env["service.bay"].create(
            [
                {"name": f"Bench Bay {n}", "kind_ids": [Command.link(self.bay_kinds[n % 3].id)]}
                for n in range(BAYS)
            ]
        )

    def fill(self, count):
        """Book the time of everybody, tightly from now on, straight into the table: what refuses
        a booking is not what is measured."""
        env, draw = self.env, self.draw
        job = self.order(1).job_ids
        resources = self.technicians.resource_id | self.bays.resource_id
        now = fields.Datetime.now()
        spans = resources._get_work_spans(now, now + timedelta(days=DAYS))
        rows = []
        for resource in resources:
            pieces, wanted = [], count // len(resources) + 1
            for start, stop in spans[resource]:
                while start < stop and len(pieces) < wanted:
                    end = min(start + timedelta(minutes=draw.choice([30, 60, 120, 180])), stop)
                    pieces.append((job.id, resource.id, start, end))
                    start = end + timedelta(minutes=draw.choice([0, 0, 0, 10, 30]))
            rows += pieces
        rows = rows[:count]
        env.flush_all()
        env.cr.execute_values(
            "INSERT INTO service_booking"
            " (job_id, order_id, company_id, resource_id, start_at, stop_at, kind) VALUES %s",
            [
                (job_id, job.order_id.id, self.company.id, resource, start, stop, "technician")
                for job_id, resource, start, stop in rows
            ],
        )
        env.invalidate_all()
        return len(rows)

    def order(self, jobs):
        return self.env["service.order"].create(
            {
                "vehicle_id": self.draw.choice(self.cars).id,
                "odometer_in": 1,
                "job_ids": [
                    Command.create(
                        {
                            "concern": "Bench",
                            "operation_id": self.draw.choice(self.operations).id,
                        }
                    )
                    for _job in range(jobs)
                ],
            }
        )


def timed(env, function, cold=True):
    """Return ``(milliseconds of Python, queries, result)``; cold as at the start of a request."""
    if cold:
        env.invalidate_all()
    # Of this process alone: others on the same machine do not count.
    queries, start = env.cr.sql_log_count, time.process_time()
    result = function()
    return (time.process_time() - start) * 1000, env.cr.sql_log_count - queries, result


def count_queries(env, order, more):
    """Return the queries of the promise of one order, and of many."""
    return [timed(env, orders._compute_promises)[1] for orders in (order, order | more)]


def run(env):
    """Print milliseconds and queries, and the promise with its reason."""
    shop = Shop(env)
    order = shop.order(JOBS)
    more = env["service.order"].union(*(shop.order(1) for _order in range(19)))
    planner = env["service.planner"]
    order._compute_promises()  # warms up
    empty = count_queries(env, order, more)
    booked = shop.fill(BOOKINGS)
    full = count_queries(env, order, more)
    spent = {}
    for _round in range(ROUNDS):
        spent.setdefault("floor", []).append(timed(env, order._compute_plain_promises))
        spent.setdefault("promise", []).append(timed(env, order._compute_promises))
        env.invalidate_all()
        seen = planner._get_shop(order.company_id, order.job_ids, fields.Datetime.now())
        chains = planner._prepare_jobs(seen, order)
        planner._get_rank(order)  # read before the clock runs
        spent.setdefault("engine", []).append(
            timed(
                env,
                lambda seen=seen, chains=chains: planner._plan_chains(seen, chains, True),
                cold=False,
            )
        )
    print(f"\n{TECHNICIANS} technicians, {BAYS} bays, {booked} bookings, {JOBS} jobs")
    print(f"{'':>10}   best ms   worst ms   queries")
    for name, rounds in spent.items():
        times = [milliseconds for milliseconds, _queries, _result in rounds]
        print(f"{name:>10} {min(times):>9.1f} {max(times):>10.1f} {rounds[-1][1]:>9}")
    print(f"   queries of 1 and 20 orders: empty shop {empty}, full shop {full}")
    moment, words = spent["promise"][-1][2][order]
    print(f"   promised {moment} UTC: {words}")
    best = min(milliseconds for milliseconds, _queries, _result in spent["engine"])
    assert len({*empty, *full}) == 1, f"queries depend on orders or bookings: {empty}, {full}"
    assert best <= PROMISED, f"{best:.0f} ms for a promise; {PROMISED} are promised"
    assert spent["engine"][-1][1] == 0, "the engine asks the database"
