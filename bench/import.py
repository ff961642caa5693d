"""Taking in the cars of another system, each with its owner and a visit, beside Odoo's import.

``ROWS`` rows of a CSV, one car with owner and visit each, one in a hundred bad, are checked, taken
in by the scheduled action as in the shop, and taken in once more, which must bring nothing new.
Beside it Odoo's own import (``base_import``) takes ``SAMPLE`` other cars of the same kind in, as
its screen does: customers, then cars, then visits, joined by external ids. Rows per second, and
queries per batch of 1 000. Run by ``./dev bench import``, for a whole shop with
``--set ROWS=100000``. Asserts what is there in the end, and that a row takes no longer than Odoo's.
"""

import base64
import csv
import io
import resource
import time

ROWS = 5000
SAMPLE = 1000
BAD = 100  # one of so many rows
FIGURES = ["state", "done_rows", "car_count", "customer_count", "visit_count", "known_count",
           "refused_count", "stop_reason"]
# queries for a batch of 1 000 rows, whatever is in them
QUERIES = 450


def table(rows):
    """Return a CSV of ``rows`` as bytes."""
    out = io.StringIO()
    csv.writer(out).writerows(rows)
    return out.getvalue().encode()


def the_rows(first, count):
    """Yield ``(plate, vin, owner, phone, make, model, order no., day, km, work, amount)``."""
    for n in range(first, first + count):
        bad = n % BAD == BAD - 1
        yield (
            f"BE {n:07}", f"WVWZZZ1KZ{n:08}", f"Bench Owner {n}", f"+86 139 {n:08}",
            "Benchmobil", f"Saloon {n % 50}", f"OLD-{n}", "soon" if bad else "2024-05-06",
            20000 + n % 90000, "Oil and filter changed", f"{100 + n % 900}.50")


def take_in(env, content):
    """Run one import to its end; return it and the seconds it took."""
    record = env["service.import"].create({"name": "b.csv", "file": base64.b64encode(content)})
    env.flush_all()
    start = time.perf_counter()
    record.action_start()
    while record.state == "running":
        env["service.import"]._cron_import()
        record.invalidate_recordset()
    assert record.state == "done", record.stop_reason
    return record, time.perf_counter() - start


def by_odoo(env, model, header, fields, rows):
    """Import ``rows`` as Odoo's own screen does; return the records."""
    wizard = env["base_import.import"].create({
        "res_model": model, "file": table([header, *rows]), "file_name": "b.csv",
        "file_type": "text/csv"})
    options = {"has_headers": True, "quoting": '"', "separator": ",", "encoding": "utf-8",
               "date_format": "%Y-%m-%d", "datetime_format": "", "float_thousand_separator": ",",
               "float_decimal_separator": ".", "advanced": True, "keep_matches": False,
               "limit": 2000, "skip": 0}
    result = wizard.with_context(tracking_disable=True).execute_import(fields, header, options)
    assert not result["messages"], result["messages"][:3]
    return env[model].browse(result["ids"])


def odoos_import(env):
    """Take ``SAMPLE`` cars in by Odoo's import; return the seconds."""
    rows = [row for row in the_rows(9_000_000, SAMPLE + SAMPLE // BAD + 1) if row[7] != "soon"]
    rows = rows[:SAMPLE]
    models = {row[5]: 0 for row in rows}
    for model in env["fleet.vehicle.model"].search([("name", "in", list(models))]):
        models[model.name] = model.id
    start = time.perf_counter()
    owners = by_odoo(
        env, "res.partner", ["External ID", "Name", "Phone"], ["id", "name", "phone"],
        [[f"b.o{row[6]}", row[2], row[3]] for row in rows])
    cars = by_odoo(
        env, "service.vehicle",
        ["External ID", "Plate", "VIN", "Owner", "Model", "Odometer"],
        ["id", "plate", "vin", "owner_id/id", "model_id/.id", "odometer"],
        [[f"b.c{row[6]}", row[0], row[1], f"b.o{row[6]}", models[row[5]], row[8]] for row in rows])
    visits = by_odoo(
        env, "service.history",
        ["Vehicle", "Order No.", "Date", "Odometer", "Work", "Amount"],
        ["vehicle_id/id", "number", "date", "odometer", "work", "amount"],
        [[f"b.c{row[6]}", row[6], row[7], row[8], row[9], row[10]] for row in rows])
    env.flush_all()
    spent = time.perf_counter() - start
    assert len(owners) == len(cars) == len(visits) == SAMPLE
    assert cars.owner_id == owners and visits.vehicle_id == cars
    assert all(cars.mapped("odometer"))
    return spent


def run(env):
    """Print rows per second of the check, the import, the import once more, and Odoo's."""
    env.company.country_id = env.ref("base.cn")
    header = ("Plate", "VIN", "Owner", "Phone", "Make", "Model", "Order No.", "Date", "km", "Work",
              "Amount")
    content = table([header, *the_rows(0, ROWS)])
    bad = ROWS // BAD
    warm, _spent = take_in(env, table([header, *the_rows(8_000_000, BAD - 1)]))
    assert warm.car_count == BAD - 1, warm.read(FIGURES)

    trial = env["service.import"].create({"name": "b.csv", "file": base64.b64encode(content)})
    start = time.perf_counter()
    trial.action_check()
    while trial.state == "checking":
        env["service.import"]._cron_import()
        trial.invalidate_recordset()
    checked = time.perf_counter() - start
    assert (trial.car_count, trial.refused_count) == (ROWS - bad, bad), trial.read(FIGURES)

    before = env.cr.sql_log_count
    record, spent = take_in(env, content)
    queries = (env.cr.sql_log_count - before) / max(ROWS / 1000, 1)
    good = ROWS - bad
    assert record.done_rows == record.row_count == ROWS
    made = (record.car_count, record.customer_count, record.visit_count)
    assert made == (good, good, good), record.read(FIGURES)
    assert record.refused_count == len(record.row_ids) == bad
    cars = env["service.vehicle"].search([("import_id", "=", record.id)])
    assert len(cars) == good == len(cars.owner_id)
    visits = env["service.history"].search_count([("import_id", "=", record.id)])
    readings = env["service.vehicle.odometer"].search_count(
        [("vehicle_id", "in", cars.ids), ("source", "=", "import")])
    assert visits == readings == good
    env.invalidate_all()

    again, repeated = take_in(env, content)
    assert (again.known_count, again.refused_count) == (good, bad), again.read(FIGURES)
    assert not (again.car_count or again.customer_count or again.visit_count)
    odoos = odoos_import(env)

    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"\n{'':<28}{'rows':>9}{'seconds':>10}{'rows/s':>9}")
    for label, rows, seconds in (("check only", ROWS, checked), ("import", ROWS, spent),
                                 ("import once more", ROWS, repeated),
                                 ("Odoo's import, 3 files", SAMPLE, odoos)):
        print(f"{label:<28}{rows:>9}{seconds:>10.1f}{rows / seconds:>9.0f}")
    print(f"queries per 1 000 rows: {queries:.0f}; memory at most {memory:.0f} MB")
    ratio = (rows / seconds) / (ROWS / spent)
    assert ratio <= 1, f"a row takes {ratio:.2f} times as long as with Odoo's import"
    assert queries <= QUERIES, f"{queries:.0f} queries per 1 000 rows, promised {QUERIES}"
