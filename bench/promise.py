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
from datetime import datetime, timedelta

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
        self.company.service_promise_share = 80
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


def timed(env, function):
    """Return ``(milliseconds, queries, result)``."""
    env.invalidate_all()
    queries, start = env.cr.sql_log_count, time.perf_counter()
    result = function()
    return (time.perf_counter() - start) * 1000, env.cr.sql_log_count - queries, result


def run(env):
    """Print milliseconds and queries, and the promise with its reason."""
    shop = Shop(env)
    few = shop.fill(60)
    order = shop.order(JOBS)
    planner = env["service.planner"]
    counts = {}
    order._compute_promises()  # warms up
    counts["few bookings"] = timed(env, order._compute_promises)[1]
    booked = few + shop.fill_more(BOOKINGS - few) if hasattr(shop, "fill_more") else few
    print(booked, planner, datetime.now())
