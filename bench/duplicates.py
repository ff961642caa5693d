"""Searching for duplicates over a whole database, and whether the cost grows with its square.

``FEW`` customers and as many cars, then ``MANY``; in each, ``PLANTED`` pairs of every kind: the
same phone, the same e-mail, a similar name at the same address, a VIN typed wrong, a plate with
O for 0, and a car known once by its VIN and once by its plate. A telephone that ``CROWD``
customers have is no duplicate. The whole search is run, then once more over what changed
since, where 100 customers and 100 cars were written to. Seconds and queries are printed with
the growth from few to many. Run by ``./dev bench duplicates``; everything is rolled back.
"""

import time
from datetime import timedelta

from odoo import fields

from bench._filling import multiply

FEW = 30000
MANY = 300000
PLANTED = 100
CROWD = 300
# Ten times the records cost ten times as much, and what a machine full of them adds.
GROWTH = 20


def fill(env, size, mark):
    """Make ``size`` customers and cars that are all different; return the customers' ids."""
    person = env["res.partner"].create({"name": "Bench", "phone": "+86 21 5550 0000"})
    name = f"md5('{mark}' || n) || ' ' || md5('x{mark}' || n)"
    old = "now() - interval '2 days'"
    people = multiply(
        env, person, size, name=name, complete_name=name, write_date=old,
        phone=f"'+86 {mark} ' || n", phone_sanitized=f"'+86{mark}' || n",
        email=f"'{mark}' || n || '@x.example'", email_normalized=f"'{mark}' || n || '@x.example'",
        street=f"md5('s{mark}' || n)", city="'Shanghai'").ids
    model = env["fleet.vehicle.model"].search([], limit=1) or env["fleet.vehicle.model"].create(
        {"name": "Bench", "brand_id": env["fleet.vehicle.model.brand"].create({"name": "B"}).id})
    car = env["service.vehicle"].create(
        {"plate": f"BENCH{mark}", "model_id": model.id, "owner_id": person.id})
    plate = f"'{mark}' || upper(substr(md5('{mark}' || n), 1, 4)) || n"
    multiply(
        env, car, size, plate=plate, plate_key=plate, write_date=old,
        vin=f"'WP0ZZZ9{mark}' || lpad(n::text, 8, '0')", owner_id=f"{people[0]} + n - 1")
    return people


def plant(env, people, mark):
    """Make pairs of every kind; return ``{kind: set of pairs of ids}``."""
    Partner, Vehicle = env["res.partner"], env["service.vehicle"]
    model = env["fleet.vehicle.model"].search([], limit=1)
    from odoo.addons.service_advisor.tools.vin import check_digit

    def right(number):
        vin = f"LSVNV418{0}E{mark[:1]}{number:06}"
        return vin[:8] + check_digit(vin) + vin[9:]

    def twice(Model, one, other):
        first = Model.create([one(n) for n in range(PLANTED)])
        second = Model.create([other(n) for n in range(PLANTED)])
        return set(zip(first.ids, second.ids, strict=True))

    def vin_slip(number):
        vin = right(number)
        return vin[:16] + ("1" if vin[16] != "1" else "2")

    def base(n):
        return {"model_id": model.id, "owner_id": people[n]}

    planted = {
        "phone": twice(
            Partner, lambda n: {"name": f"P{mark} {n}", "phone": f"+86 21 66{mark[:2]} {n:04}"},
            lambda n: {"name": f"Q{n} {mark}", "phone": f"+862166{mark[:2]}{n:04}"}),
        "email": twice(
            Partner, lambda n: {"name": f"E{mark} {n}", "email": f"e{n}@{mark}.example"},
            lambda n: {"name": f"E{mark} {n}", "email": f"E{n}@{mark}.EXAMPLE"}),
        "address": twice(
            Partner, lambda n: {"name": f"Address {mark} {n}", "street": f"Road {mark} {n}",
                                "city": "Suzhou"},
            lambda n: {"name": f"Adress {mark} {n}", "street": f"ROAD {mark}, {n}",
                       "city": "Suzhou"}),
        "vin": twice(
            Vehicle, lambda n: {"vin": right(n)},
            lambda n: {"vin": vin_slip(n), "vin_override_reason": "so read"}),
        "plate": twice(
            Vehicle, lambda n: {"plate": f"Z{mark} 0{n:05}"},
            lambda n: {"plate": f"Z{mark} O{n:05}"}),
        "gap": twice(
            Vehicle, lambda n: base(n) | {"vin": f"WVWZZZ{mark}{n:09}"},
            lambda n: base(n) | {"plate": f"GAP{mark} {n}"}),
    }
    Partner.create([{"name": f"Crowd {n}", "phone": f"+86 21 7777 {mark[:2]}00"}
                    for n in range(CROWD)])
    env.flush_all()
    return planted


def measure(env, function):
    """Return seconds and queries of ``function``."""
    env.flush_all()
    env.invalidate_all()
    queries, start = env.cr.sql_log_count, time.perf_counter()
    function()
    env.flush_all()
    return time.perf_counter() - start, env.cr.sql_log_count - queries


def search(env, size, mark):
    """Fill, plant and search; return the figures of the whole search and of the next one."""
    people = fill(env, size, mark)
    planted = plant(env, people, mark)
    Pair = env["service.duplicate"]
    env["ir.cron"].flush_model()
    whole = measure(env, Pair._find_all)
    for kind, pairs in planted.items():
        name = "partner_id" if kind in ("phone", "email", "address") else "vehicle_id"
        found = {
            (pair[name].id, pair[f"other_{name}"].id)
            for pair in Pair.search([(name, "in", [one for one, _other in pairs])])
        }
        assert pairs <= found, f"{kind}: {len(pairs - found)} of {len(pairs)} were not found"
    assert not Pair.search_count([("partner_id.name", "like", "Crowd")]), "a crowd is no pair"
    last = env["service.duplicate.pass"].search([], limit=1)
    sizes = last.group_ids.filtered(lambda group: group.rule == "phone").mapped("size")
    assert CROWD in sizes, sizes
    assert Pair.search_count([]) < 3 * len(planted) * PLANTED, "pairs that nobody planted"
    # The planted ones were written to in this transaction; let them be of another day.
    for table in ("res_partner", "service_vehicle"):
        env.cr.execute(f"UPDATE {table} SET write_date = now() - interval '2 days'")
        env.cr.execute(
            f"UPDATE {table} SET write_date = now() WHERE id IN"
            f" (SELECT id FROM {table} ORDER BY id DESC LIMIT 100)")
        env.cr.execute(f"ANALYZE {table}")
    since = fields.Datetime.now() - timedelta(days=1)

    def changed():
        found = env["service.duplicate.pass"].create({"since": since, "done": []})
        for step in STEPS:
            Pair._run_step(step, found)

    from odoo.addons.service_advisor_reports.models.service_duplicate_search import STEPS

    return whole, measure(env, changed)


def run(env):
    """Print seconds and queries, and the growth from few to many."""
    few = search(env, FEW, "31")
    many = search(env, MANY - FEW, "45")
    print(f"\n{'':<24}{FEW:>10}{MANY:>10}   growth  queries")
    for label, one, other in zip(("everything", "200 changed records"), few, many, strict=True):
        print(f"{label:<24}{one[0]:>8.2f} s{other[0]:>8.2f} s{other[0] / one[0]:>9.1f}"
              f"{one[1]:>9}{other[1]:>9}")
    growth = many[0][0] / few[0][0]
    assert growth < GROWTH, f"ten times the records cost {growth:.0f} times as much"
    assert many[0][1] < 2 * few[0][1], "queries grow with the records"
