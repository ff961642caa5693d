"""The data of many customers and cars is scored, beside a bare SQL of the same checks.

``SMALL`` and then ``LARGE`` customers with a car, three readings and a visit each; every tenth
lacks a phone, every seventh has one that is none, every fifth car has no VIN, and so on. The
scheduled action scores them all in its batches, then looks at them again, when nothing is new.
Printed are records per second, queries per 1 000 records, and how the time per record grows from
the smaller size to the larger. The bare SQL finds the same gaps, as far as SQL can tell, and
writes the same score; it keeps no findings. Run by ``./dev bench data_score``.
"""

import time

from odoo.tools import SQL

from bench._filling import multiply

SMALL = 10000
LARGE = 100000
# at most so many queries for a batch of 1 000, and so much more time per record in the larger size
PROMISED = (20, 1.5)

BARE = """
    UPDATE res_partner p SET service_data_score = 100
        - CASE WHEN COALESCE(p.phone, '') = '' THEN 22 ELSE 0 END
        - CASE WHEN p.phone != '' AND p.phone_sanitized IS NULL THEN 22 ELSE 0 END
        - CASE WHEN COALESCE(p.email, '') = '' THEN 5 ELSE 0 END
        - CASE WHEN p.email != '' AND (p.email_normalized IS NULL OR p.message_bounce > 0 OR EXISTS
            (SELECT FROM mail_blacklist b WHERE b.email = p.email_normalized AND b.active))
          THEN 11 ELSE 0 END
        - CASE WHEN p.street IS NULL OR p.city IS NULL OR p.country_id IS NULL THEN 11 ELSE 0 END
        - CASE WHEN NOT p.is_company
            AND NOT EXISTS (SELECT FROM service_vehicle v WHERE v.owner_id = p.id AND v.active)
          THEN 11 ELSE 0 END
     WHERE p.id = ANY(%s);
    UPDATE service_vehicle v SET data_score = 100
        - CASE WHEN v.owner_id IS NULL THEN 20 ELSE 0 END
        - CASE WHEN EXISTS (SELECT FROM res_partner p WHERE p.id = v.owner_id
                             AND COALESCE(p.phone, '') = '') THEN 12 ELSE 0 END
        - CASE WHEN v.vin IS NULL OR v.vin !~ '^[A-HJ-NPR-Z0-9]{17}$' THEN 16 ELSE 0 END
        - CASE WHEN v.model_id IS NULL THEN 8 ELSE 0 END
        - CASE WHEN v.first_registration_date IS NULL AND v.invoice_date IS NULL
          THEN 4 ELSE 0 END
        - CASE WHEN EXISTS (SELECT FROM (SELECT value, reason, lag(value) OVER (ORDER BY date, id)
                AS before FROM service_vehicle_odometer WHERE vehicle_id = v.id
                AND is_superseded IS NOT TRUE) r WHERE r.value < r.before AND r.reason IS NULL)
          THEN 12 ELSE 0 END
        - CASE WHEN COALESCE((SELECT max(date) FROM service_vehicle_odometer
                WHERE vehicle_id = v.id), v.create_date) < now() - interval '400 days'
          THEN 4 ELSE 0 END
     WHERE v.id = ANY(%s)
"""


def fill(env, size):
    """Return ``size`` customers and their cars, nobody scored yet."""
    mark = f"b{size}"
    letter = "S" if size == SMALL else "L"
    partner = env["res.partner"].create(
        {"name": f"Owner {mark}", "phone": "+86 21 5550 0000", "street": "1 Bench Road",
         "city": "Shanghai", "country_id": env.ref("base.cn").id,
         "email": f"{mark}@mail.example"})
    car = env["service.vehicle"].create({"plate": f"{mark}-0", "owner_id": partner.id})
    order = env["service.order"].create({"vehicle_id": car.id})
    reading = env["service.vehicle.odometer"].create(
        {"vehicle_id": car.id, "value": 1, "source": "import"})
    email = f"CASE WHEN mod(n, 3) > 0 THEN '{mark}' || n || '@mail.example' END"
    partners = multiply(
        env, partner, size, email=email, email_normalized=email,
        phone="CASE WHEN mod(n, 10) > 0 THEN '+86 21 ' || n END",
        phone_sanitized="CASE WHEN mod(n, 10) > 0 AND mod(n, 7) > 0 THEN '+8621' || n END",
        street="CASE WHEN mod(n, 4) > 0 THEN 'Road ' || n END")
    first = f"{partners[:1].id} + n - 1"
    cars = multiply(
        env, car, size, plate=f"'{mark}-' || n", plate_key=f"upper('{mark}') || n",
        owner_id=f"CASE WHEN mod(n, 50) > 0 THEN {first} END",
        vin=f"CASE WHEN mod(n, 5) > 0 THEN 'WP0ZZ{letter}' || lpad(n::text, 11, '0') END")
    first_car = f"{cars[:1].id} + n - 1"
    values = ("n", "n + 5000", "CASE WHEN mod(n, 9) > 0 THEN n + 9000 ELSE n END")
    for index, value in enumerate(values):
        multiply(env, reading, size, vehicle_id=first_car, value=value,
                 date=f"now() - interval '{500 - index * 200} days'")
    multiply(env, order, size, name=f"'{mark}-' || n", access_token="NULL",
             vehicle_id=first_car, partner_id=first)
    env.cr.commit()
    env.invalidate_all()
    return partners, cars


def measure(env, label, records, run, *, promised=None):
    """Print what ``run`` costs for so many ``records``; return seconds per record."""
    env.flush_all()
    env.invalidate_all()
    queries, start = env.cr.sql_log_count, time.perf_counter()
    run()
    spent, queries = time.perf_counter() - start, env.cr.sql_log_count - queries
    per_batch = queries * 1000 / records
    print(f"{label:<34}{records:>8} records {spent:>8.2f} s {records / spent:>8.0f} per s"
          f" {per_batch:>7.1f} queries per 1 000")
    assert not promised or per_batch <= promised, f"{per_batch:.1f} queries per 1 000"
    return spent / records


def run(env):
    """Print the speed of the scheduled action for each size, and how it grows."""
    # The action commits; the database of the benchmark is thrown away with what it wrote.
    Score = env["service.data.score"]
    Score._cron_score()  # what was there before
    spent = {}
    for size in (SMALL, LARGE):
        partners, cars = fill(env, size)
        count = 2 * size
        spent[size] = measure(
            env, f"{size} customers and cars, new", count, Score._cron_score, promised=PROMISED[0])
        assert not env["res.partner"].search_count(
            [("id", "in", partners.ids), ("service_data_scored_at", "=", False)])
        env.cr.execute("UPDATE res_partner SET service_data_scored_at = '2020-01-01'"
                       " WHERE id = ANY(%s)", [partners.ids])
        env.cr.execute("UPDATE service_vehicle SET data_scored_at = '2020-01-01'"
                       " WHERE id = ANY(%s)", [cars.ids])
        env.cr.commit()
        measure(env, "again, nothing new", count, Score._cron_score, promised=PROMISED[0])
        bare = SQL(BARE, partners.ids, cars.ids)
        measure(env, "bare SQL, no findings kept", count, lambda bare=bare: env.cr.execute(bare))
        env.cr.execute("ANALYZE res_partner; ANALYZE service_vehicle")
        env.cr.commit()
    growth = spent[LARGE] / spent[SMALL]
    print(f"time per record, {LARGE} beside {SMALL}: {growth:.2f}")
    assert growth <= PROMISED[1], growth
