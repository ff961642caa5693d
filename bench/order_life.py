"""Life of an order beside Odoo's own flows, interleaved in one run.

One labour line and three parts from the shelf, from the first record to the posted invoice:

* ``sale``: quotation, confirmation, transfer, invoice - the plain flow our order stands on;
* ``repair``: repair order, parts, quotation, invoice - Odoo's own workshop;
* ``service``: service order with one job, check-in, promise, approval, clocking, transfer,
  ready, invoice; the final inspection, which the others have not, is shown on a row of its own.

Run by ``./dev bench order_life``. Counts SQL queries and seconds after a warm-up, single (the
median of ``ROUNDS`` rounds in which each flow takes its turn) and in a batch, asserts that every
flow ends in a posted invoice over the same amount, and that the service order costs at most
``PROMISED`` times the plain flow. A flow yields after each click: there the transaction is flushed
with its mail tracking and the cache emptied, as between two requests. ``--set BATCH=50`` makes a
smaller batch, ``--set CLICKS=1`` prints each click.
"""

import gc
import time
from collections import defaultdict
from statistics import median

from odoo import Command

MODULES = ["repair"]
BATCH = 200
INSPECTION = "inspection"
START, END = object(), object()
ROUNDS = 15
CLICKS = 0
# at most so many times the queries and the seconds of the plain flow
PROMISED = (1.15, 1.2)


class Shop:
    """What every flow needs, made once."""

    def __init__(self, env):
        self.env = env
        self.partner = env["res.partner"].create({"name": "Bench Customer"})
        self.labour = env.ref("service_advisor.product_labour")
        self.labour.list_price = 100
        self.parts = env["product.product"].create(
            [
                {
                    "name": f"Bench Part {number}",
                    "type": "consu",
                    "is_storable": True,
                    "list_price": 10.0 * (number + 1),
                    "standard_price": 5.0,
                    "invoice_policy": "delivery",
                }
                for number in range(3)
            ]
        )
        self.warehouse = env["stock.warehouse"].search(
            [("company_id", "=", env.company.id)], limit=1
        )
        for part in self.parts:
            env["stock.quant"]._update_available_quantity(
                part, self.warehouse.lot_stock_id, 100000
            )
        self.operation = env["service.operation"].create(
            {
                "code": "BENCH",
                "name": "Bench operation",
                "allowed_hours": 1,
                "product_id": self.labour.id,
                "part_ids": [
                    Command.create({"product_id": part.id, "quantity": 1}) for part in self.parts
                ],
            }
        )
        brand = env["fleet.vehicle.model.brand"].create({"name": "Bench"})
        self.model = env["fleet.vehicle.model"].create({"name": "Car", "brand_id": brand.id})
        self.cars = env["service.vehicle"].create(
            [
                {"plate": f"B {number}", "model_id": self.model.id, "owner_id": self.partner.id}
                for number in range(BATCH)
            ]
        )
        # One technician per car: nobody works on two at a time, the manager starts them all.
        self.technicians = env["hr.employee"].create(
            [{"name": f"Bench Technician {number}"} for number in range(BATCH)]
        )
        # The inspector is somebody else.
        env["hr.employee"].create({"name": "Bench Inspector", "user_id": env.uid})
        self.amount = sum(self.parts.mapped("list_price")) + 100

    def issue(self, pickings):
        pickings.move_ids.picked = True
        pickings.button_validate()

    def post(self, invoices, count):
        invoices.action_post()
        assert set(invoices.mapped("state")) == {"posted"}, invoices.mapped("state")
        total = sum(invoices.mapped("amount_untaxed"))
        assert abs(total - count * self.amount) < 0.01, (total, count * self.amount)


def sale_flow(shop, count):
    """Plain sale.order with the same lines."""
    lines = [(shop.labour, 1), *((part, 1) for part in shop.parts)]
    orders = shop.env["sale.order"].create(
        [
            {
                "partner_id": shop.partner.id,
                "order_line": [
                    Command.create({"product_id": product.id, "product_uom_qty": quantity})
                    for product, quantity in lines
                ],
            }
            for _number in range(count)
        ]
    )
    yield
    orders.action_quotation_sent()
    yield
    orders.action_confirm()
    yield
    shop.issue(orders.picking_ids)
    yield
    for line in orders.order_line.filtered(lambda line: line.product_id == shop.labour):
        line.qty_delivered = 1
    yield
    invoices = orders._create_invoices(grouped=True)
    yield
    shop.post(invoices, count)


def repair_flow(shop, count):
    """Odoo's repair order, its quotation and invoice."""
    repairs = shop.env["repair.order"].create(
        [
            {
                "partner_id": shop.partner.id,
                "picking_type_id": shop.warehouse.repair_type_id.id,
                "move_ids": [
                    Command.create(
                        {"product_id": part.id, "product_uom_qty": 1, "repair_line_type": "add"}
                    )
                    for part in shop.parts
                ],
            }
            for _number in range(count)
        ]
    )
    yield
    repairs._action_repair_confirm()
    yield
    for repair in repairs:  # it opens the one it made, so it takes one at a time
        repair.action_create_sale_order()
    yield
    orders = repairs.sale_order_id
    shop.env["sale.order.line"].create(
        [{"order_id": order.id, "product_id": shop.labour.id} for order in orders]
    )
    yield
    orders.action_confirm()
    yield
    repairs.action_repair_start()
    yield
    repairs.move_ids.picked = True
    repairs.action_repair_end()
    yield
    for line in orders.order_line.filtered(lambda line: line.product_id == shop.labour):
        line.qty_delivered = 1
    yield
    invoices = orders._create_invoices(grouped=True)
    yield
    shop.post(invoices, count)


def service_flow(shop, count):
    """The service order, every step of it up to the posted invoice."""
    orders = shop.env["service.order"].create(
        [
            {
                "vehicle_id": car.id,
                "odometer_in": car.odometer + 1,
                "job_ids": [
                    Command.create(
                        {
                            "concern": "Bench concern",
                            "operation_id": shop.operation.id,
                            "technician_id": technician.id,
                        }
                    )
                ],
            }
            for car, technician in zip(shop.cars[:count], shop.technicians, strict=False)
        ]
    )
    yield
    orders.action_check_in()
    yield
    orders.action_quote()
    yield
    orders.action_approve()
    yield
    jobs = shop.env["service.job"].browse(orders.job_ids.ids)
    jobs.action_start()
    yield
    # A technician writes it in the dialog that ends in Finish.
    jobs.write({"cause": "Bench cause", "correction": "Bench correction"})
    jobs.action_finish()
    yield
    shop.issue(orders.picking_ids)
    yield
    inspect(orders)
    yield INSPECTION
    orders.action_ready()
    yield
    orders.action_create_invoices()
    yield
    shop.post(orders.invoice_ids, count)


def inspect(orders):
    """The final inspection that the quality addon asks for; the other flows have none."""
    for order in orders:  # an inspector stands at one car at a time
        order.action_final_inspection()
    finals = orders.inspection_ids
    finals.line_ids.write({"result": "green"})
    finals.action_done()


FLOWS = {"sale": sale_flow, "repair": repair_flow, "service": service_flow}


def measure(shop, flow, count):
    """Return ``({label: [queries, seconds]}, queries of each click)`` of one run of ``flow``,
    rolled back afterwards.

    The label is what the flow yields after a click: None for its own steps.
    """
    env = shop.env
    env.flush_all()
    env.invalidate_all()
    gc.collect()  # what one flow leaves behind is not collected in the time of the next
    env.cr.execute("SAVEPOINT bench")
    spent, each = defaultdict(lambda: [0, 0.0]), []
    clicks = flow(shop, count)
    label = START
    while label is not END:
        queries, start = env.cr.sql_log_count, time.perf_counter()
        label = next(clicks, END)
        env.cr.flush()
        env.invalidate_all()
        row = spent[None if label is END else label]
        each.append(env.cr.sql_log_count - queries)
        row[0] += each[-1]
        row[1] += time.perf_counter() - start
    env.cr.execute("ROLLBACK TO SAVEPOINT bench")
    env.invalidate_all()
    return spent, each


def run(env):
    """Print a table of queries and seconds, and the ratio to the plain flow."""
    shop, broken = Shop(env), []
    for flow in FLOWS.values():
        measure(shop, flow, 1)
    for count, rounds in ((1, ROUNDS), (BATCH, 1)):
        rows, clicks = defaultdict(list), {}
        for _round in range(rounds):
            for name, flow in FLOWS.items():
                spent, clicks[name] = measure(shop, flow, count)
                for label, row in spent.items():
                    rows[label or name].append(row)
        typical = {name: [median(column) for column in zip(*runs, strict=True)]
                   for name, runs in rows.items()}
        print(f"\n{count} order(s)   queries  per order  ratio   seconds  ratio")
        for name, (queries, seconds) in typical.items():
            print(
                f"{name:>12} {queries:>9g} {queries / count:>10.1f}"
                f" {queries / typical['sale'][0]:>6.2f}"
                f" {seconds:>9.2f} {seconds / typical['sale'][1]:>6.2f}"
            )
        for name, each in clicks.items() if CLICKS else ():
            print(f"{name:>12} per click {each}")
        pairs = zip(typical["service"], typical["sale"], strict=True)
        ratios = [ours / plain for ours, plain in pairs]
        broken += [
            f"{what} of {count} order(s): {ratio:.2f} times the plain flow; {most} are promised"
            for what, ratio, most in zip(("queries", "seconds"), ratios, PROMISED, strict=True)
            if ratio > most
        ]
    assert not broken, "; ".join(broken)
