"""Finding one car among many, beside a plain search of Odoo by an index.

``CARS`` cars, each with a customer of its own. The name search of a many2one and the box of the
walk-in find a car by its plate, a part of it, the end of its VIN, or the name of its owner;
beside it, in the same run and by turns, ``res.partner`` is searched by the whole name, which is
an index look-up. Run by ``./dev bench vehicle_search``; everything is rolled back.
"""

import time

CARS = 300000
ROUNDS = 5
# at most so many milliseconds for one search, over all the ways of typing
PROMISED = 200


def multiply(env, record, count, **columns):
    """Insert ``count`` copies of ``record``; ``columns`` are SQL of ``n``, the copy's number."""
    table = record._table
    env.flush_all()
    env.cr.execute(
        "SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0"
        " AND NOT attisdropped AND attname != 'id' AND attgenerated = ''", [table])
    names = [name for (name,) in env.cr.fetchall()]
    chosen = ", ".join(columns.get(name, f'"{name}"') for name in names)
    quoted = ", ".join(f'"{name}"' for name in names)
    env.cr.execute(
        f'INSERT INTO "{table}" ({quoted}) SELECT {chosen}'
        f' FROM "{table}", generate_series(1, {int(count)}) AS n WHERE "{table}".id = %s',
        [record.id])
    # As the database does by itself after a while: else the new rows are searched one by one.
    env.cr.execute(
        "SELECT gin_clean_pending_list(indexrelid) FROM pg_index JOIN pg_class ON oid = indexrelid"
        " WHERE indrelid = %s::regclass AND relam = (SELECT oid FROM pg_am WHERE amname = 'gin')",
        [table])
    env.cr.execute(f'ANALYZE "{table}"')


def fill(env):
    """Make the cars and return one in the middle, with its customer."""
    partner = env["res.partner"].create({"name": "Bench Owner", "phone": "+86 21 5555 0000"})
    name = "'Owner ' || md5(n::text)"
    multiply(env, partner, CARS, name=name, complete_name=name,
             phone="'+86 21 ' || n", phone_sanitized="'+8621' || n")
    car = env["service.vehicle"].create(
        {"plate": "BENCH-0", "vin": "LSVAL41Z882104202", "owner_id": partner.id})
    plate = "'B' || upper(substr(md5(n::text), 1, 4)) || n"
    multiply(env, car, CARS, plate=plate, plate_key=plate,
             vin="'WP0ZZZ99Z' || lpad(n::text, 8, '0')", owner_id=f"{partner.id} + n")
    env.invalidate_all()
    middle = env["service.vehicle"].search(
        [("vin", "=", f"WP0ZZZ99Z{CARS // 2:08}")])
    assert len(middle) == 1, middle
    return middle


def run(env):
    """Print milliseconds per search, and their ratio to the plain one."""
    car = fill(env)
    typed = {
        "plate": car.plate,
        "part of plate": car.plate[1:],
        "end of VIN": car.vin[-8:],
        "owner": car.owner_id.name,
    }
    Wizard = env["service.walkin.wizard"]

    def plain(_text):
        found = env["res.partner"].search([("name", "=", car.owner_id.name)], limit=8)
        assert found == car.owner_id, found

    def by_name(text):
        found = env["service.vehicle"].name_search(text, limit=8)
        assert car.id in [found_id for found_id, _name in found], (text, found)

    def box(text):
        found = Wizard.search_arrival(text)
        assert car.id in [row["id"] for row in found["vehicles"]], (text, found)

    ways = {"plain": plain, "name search": by_name, "walk-in box": box}
    spent = {}
    for rounds in range(ROUNDS + 1):  # the first one warms up
        for text in typed.values():
            for way, function in ways.items():
                env.invalidate_all()
                assert car.owner_id.name  # read before the clock runs
                start = time.perf_counter()
                function(text)
                if rounds:
                    spent.setdefault((way, text), []).append(time.perf_counter() - start)
    print(f"\n{CARS} cars{'':<22} ms   ratio to the plain search")
    slow = []
    for label, text in typed.items():
        beside = min(spent["plain", text])
        for way in ways:
            best = min(spent[way, text])
            print(f"{way:>14} {label:<14} {best * 1000:>6.1f} {best / beside:>6.1f}")
            if best * 1000 > PROMISED:
                slow.append(f"{way} by {label}: {best * 1000:.0f} ms")
    assert not slow, "; ".join(slow)
