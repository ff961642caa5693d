"""The customer database report of ``ROWS`` cars as a workbook, from the button to the file.

Beside bare ``xlsxwriter`` in constant memory, fed with the same rows by a server-side cursor, and
Odoo's own export of a list of ``PEER`` cars with as many columns of the same kind. Each runs
``ROUNDS`` times, taking turns, after a small run that loads the code. Printed are seconds, and by
how much memory grew at its highest; Odoo's seconds are per ``ROWS``, too.
Run by ``./dev bench xlsx``, for instance with ``--set ROWS=300000``.
"""

import os
import statistics
import time
from tempfile import TemporaryDirectory
from types import SimpleNamespace
from unittest.mock import patch

import openpyxl
import xlsxwriter
from odoo.tools import SQL

from bench._filling import multiply

ROWS = 300000
PEER = 30000
ROUNDS = 3
# At most so many times the seconds of the bare writer, and so many megabytes.
PROMISED = (1.25, 30)
EXPORTED = [
    "plate", "vin", "model_id/display_name", "model_year", "energy", "odometer", "owner_id/name",
    "owner_id/phone", "owner_id/email", "owner_id/city", "invoice_date", "inspection_due",
    "insurance_until", "data_score", "create_date", "usage", "colour",
]


def fill(env):
    """Fill the database with owners, cars, and two visits of each but every tenth."""
    partner = env["res.partner"].create(
        {"name": "Owner", "phone": "+86 21 5550 0000", "email": "o@bench.example",
         "city": "Shanghai"})
    brand = env["fleet.vehicle.model.brand"].create({"name": "Bench"})
    models = env["fleet.vehicle.model"].create(
        [{"name": f"Model {number}", "brand_id": brand.id} for number in range(40)])
    car = env["service.vehicle"].create(
        {"plate": "BENCH 0", "owner_id": partner.id, "model_id": models[0].id, "energy": "petrol",
         "model_year": "2020", "vin": "WP0ZZZ99ZTS392124", "invoice_date": "2020-05-01"})
    order = env["service.order"].create({"vehicle_id": car.id})
    partners = multiply(env, partner, ROWS, name="'Owner ' || n", email="'o' || n || '@x.example'",
                        phone="'+86 21 ' || n")
    first = f"{partners[:1].id} + n - 1"
    ids = ",".join(map(str, models.ids))
    cars = multiply(
        env, car, ROWS - 1, plate="'B' || n", plate_key="'B' || n", owner_id=first,
        model_id=f"(ARRAY[{ids}])[mod(n, {len(models)}) + 1]", data_score="mod(n, 101)",
        data_scored_at="now()", odometer="n", model_year="(2010 + mod(n, 15))::text",
        vin="'WP0ZZZ' || lpad(n::text, 11, '0')")
    first_car = f"{cars[:1].id} + n - 1"
    for months in (3, 20):
        multiply(
            env, order, ROWS * 9 // 10, name=f"'B{months}-' || n", access_token="NULL",
            vehicle_id=first_car, partner_id=first, state="'closed'",
            checked_in_at=f"now() - interval '{months} months' - n * interval '1 minute'",
            delivered_at=f"now() - interval '{months} months' - n * interval '1 minute'")
    env.cr.commit()
    env.invalidate_all()


def peak(act):
    """Call ``act``; return ``(seconds, megabytes by which memory grew at its highest)``."""
    with open("/proc/self/clear_refs", "w") as refs:
        refs.write("5")  # the highest is from now on
    before = memory("VmRSS")
    start = time.perf_counter()
    act()
    return time.perf_counter() - start, memory("VmHWM") - before


def memory(name):
    with open("/proc/self/status") as status:
        line = next(line for line in status if line.startswith(name))
    return int(line.split()[1]) / 1024


def bare(env, query, columns, path, folder):
    """Write the rows of ``query`` as xlsxwriter's documentation does it."""
    book = xlsxwriter.Workbook(
        path, {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False,
               "tmpdir": folder})
    sheet = book.add_worksheet()
    formats = [
        book.add_format({"num_format": {"day": "yyyy-mm-dd", "money": "#,##0.00"}.get(
            column.kind, "#,##0")}) if column.kind != "text" else None for column in columns
    ]
    for index, column in enumerate(columns):
        sheet.write(0, index, column.label)
    env.cr.execute("SET LOCAL cursor_tuple_fraction = 1")
    env.cr.execute(SQL("DECLARE bare NO SCROLL CURSOR FOR %s", query))
    row = 1
    while True:
        env.cr.execute("FETCH FORWARD 2000 FROM bare")
        chunk = env.cr.fetchall()
        if not chunk:
            break
        for values in chunk:
            for index, value in enumerate(values):
                if value is not None:
                    labels = columns[index].labels
                    sheet.write(row, index, labels.get(value) if labels else value, formats[index])
            row += 1
    env.cr.execute("CLOSE bare")
    book.close()


def export(env, count):
    """Export so many cars as the button "Export" of a list does."""
    from odoo.addons.web.controllers import export as core

    cars = env["service.vehicle"].search([], limit=count)
    fields = [{"type": env["service.vehicle"]._fields[name.split("/")[0]].type}
              for name in EXPORTED]
    with patch.object(core, "request", SimpleNamespace(env=env)):
        rows = cars.export_data(EXPORTED)["datas"]
        with core.ExportXlsxWriter(fields, EXPORTED, len(rows)) as writer:
            for number, values in enumerate(rows):
                for index, value in enumerate(values):
                    writer.write_cell(number + 1, index, value)
    assert writer.value


def check(job):
    """The file has each car once."""
    path = job.env["ir.attachment"]._full_path(job.xlsx_id.store_fname)
    with open(path, "rb") as file:
        sheet = openpyxl.load_workbook(file, read_only=True)["Cars"]
        plates = [row[0] for row in sheet.iter_rows(min_row=2, max_col=1, values_only=True)]
    count = job.env["service.vehicle"].search_count([("company_id", "=", job.company_id.id)])
    assert len(plates) == len(set(plates)) == count, (len(plates), count)
    return os.path.getsize(path) / 1e6


def run(env):
    """Print seconds and memory of each; assert that the product keeps what is promised."""
    env = env(context={"lang": "en_US"})
    small = env["service.report.job"].create({"kind": "customers", "wants_pdf": False})
    small.action_make()  # loads what is loaded once
    assert small.state == "done"
    fill(env)
    spent = {"product": [], "bare": [], "Odoo": []}
    grown = {name: [] for name in spent}

    def note(name, act, factor=1):
        env.invalidate_all()
        seconds, megabytes = peak(act)
        spent[name].append(seconds * factor)
        grown[name].append(megabytes)
        print(f"  {name:<10}{seconds * factor:>9.1f} s {megabytes:>9.1f} MB", flush=True)

    for _round in range(ROUNDS):
        job = env["service.report.job"].create({"kind": "customers", "wants_pdf": False})
        job.action_make()
        assert job.state == "queued"
        env.cr.commit()
        note("product", env["service.report.job"]._cron_make)
        assert job.state == "done" and job.row_count >= ROWS, (job.state, job.fail_reason)
        kind = env["service.report.customers"]
        columns = [column for column, _sql in kind._get_columns(job)]
        with TemporaryDirectory() as folder:
            path = os.path.join(folder, "bare.xlsx")
            query = kind._get_row_query(job)
            note("bare", lambda p=path, q=query, c=columns, f=folder: bare(env, q, c, p, f))
    note("Odoo", lambda: export(env, min(PEER, ROWS)), ROWS / min(PEER, ROWS))
    size = check(job)
    middle = {name: statistics.median(found) for name, found in spent.items()}
    for name, seconds in middle.items():
        print(f"{name:<10}{seconds:>9.1f} s {seconds / middle['bare']:>6.2f} of bare"
              f" {max(grown[name]):>9.1f} MB")
    print(f"{ROWS} rows, {len(columns)} columns, {size:.1f} MB")
    ratio = middle["product"] / middle["bare"]
    assert ratio <= PROMISED[0], f"{ratio:.2f} of the bare writer"
    assert max(grown["product"]) <= PROMISED[1], f"{max(grown['product']):.1f} MB"
