from datetime import timedelta

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import ServiceAdvisorCommon


class PartsCommon(ServiceAdvisorCommon):
    """Orders for a part that is not on the shelf, and the ways it may come."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.supplier = cls.env["res.partner"].create({"name": "Parts Supplier"})
        cls.sensor = cls._new_part("Rare sensor", 30.0)
        cls.sensor.seller_ids = [
            Command.create({"partner_id": cls.supplier.id, "delay": 5, "price": 10})
        ]
        cls.sensor_job = cls.env["service.operation"].create(
            {
                "code": "SENS",
                "name": "Replace sensor",
                "allowed_hours": 1,
                "product_id": cls.labour.id,
                "part_ids": [Command.create({"product_id": cls.sensor.id, "quantity": 1})],
            }
        )

    def _order_for(self, *operations, user=None):
        order = self._new_order(jobs=0, user=user)
        order.job_ids = [
            Command.create({"concern": "Needs work", "operation_id": operation.id})
            for operation in operations
        ]
        return order

    def _approve(self, orders):
        for step in ("action_check_in", "action_quote", "action_approve"):
            getattr(orders, step)()
        return orders

    def _line(self, order, product):
        self.env.invalidate_all()
        return order.job_ids.line_ids.filtered(lambda line: line.product_id == product)

    def _buy(self, product, quantity=1):
        """Return a confirmed purchase order of the storekeeper's company."""
        purchase = self.env["purchase.order"].create(
            {
                "partner_id": self.supplier.id,
                "order_line": [
                    Command.create({"product_id": product.id, "product_qty": quantity})
                ],
            }
        )
        purchase.button_confirm()
        return purchase

    def _receive(self, purchase):
        for picking in purchase.picking_ids.filtered(lambda p: p.state == "assigned"):
            picking.move_ids.picked = True
            picking.button_validate()


# Until ready: before any addon that adds a gate there is loaded, so at_install.
@tagged("at_install", "-post_install")
class TestPartsStatus(PartsCommon):
    def _words(self, order):
        self.env.invalidate_all()
        return order.parts_state, order.job_ids.mapped("parts_state")

    def test_from_short_to_issued(self):
        """R2.2: each part has one word, and the order one for the whole; the date comes from
        the purchase that is under way."""
        order = self._approve(self._order_for(self.operation, self.sensor_job))
        self.assertEqual(self._words(order), ("short", ["ready", "short"]))
        self.assertIn("Rare sensor", order.parts_note)
        self.assertNotIn("Brake pads", order.parts_note)
        pads, sensor = (self._line(order, p) for p in (self.pads, self.sensor))
        self.assertEqual((pads.part_state, pads.part_reserved), ("ready", 1))
        self.assertEqual((sensor.part_state, sensor.part_reserved), ("short", 0))
        purchase = self._buy(self.sensor)
        self.assertEqual(self._words(order), ("expected", ["ready", "expected"]))
        expected = self._line(order, self.sensor).part_expected_at
        self.assertEqual(expected, purchase.picking_ids.move_ids.date)
        self.assertEqual(order.parts_expected_at, expected)
        self._receive(purchase)
        self.assertEqual(self._words(order), ("ready", ["ready", "ready"]))
        self._issue_parts(order)
        self.assertEqual(self._words(order), ("issued", ["issued", "issued"]))
        self.assertEqual(self._line(order, self.sensor).part_issued, 1)

    def test_date_in_the_readers_words(self):
        """R2.4: the expected day is that of the reader's time zone and language."""
        self.env["res.lang"]._activate_lang("de_DE")
        order = self._approve(self._order_for(self.sensor_job))
        purchase = self._buy(self.sensor)
        purchase.picking_ids.move_ids.date = "2031-03-01 20:00:00"
        self.env.invalidate_all()
        shanghai = order.with_context(lang="de_DE", tz="Asia/Shanghai")
        self.assertIn("02.03.2031", shanghai.parts_note)
        self.assertIn("03/01/2031", order.with_context(lang="en_US", tz="UTC").parts_note)

    def test_nothing_to_tell(self):
        """R2.2: an order without approved parts, and one whose transfer was cancelled, waits for
        nothing."""
        order = self._order_for(self.operation)
        self.assertEqual(self._words(order), ("none", ["none"]))
        self._approve(order)
        order.picking_ids.with_user(self.storekeeper).action_cancel()
        self.assertEqual(self._words(order), ("none", ["none"]))
        self.assertFalse(order.parts_note)

    def test_proposed_parts_say_what_is_on_the_shelf(self):
        """R1.4: before the approval the advisor sees what is on the shelf, for the whole order:
        two jobs do not count the same piece twice."""
        last = self._new_part("Last one", 5.0)
        self._put_on_shelf(last, 1)
        operation = self.sensor_job.copy({"code": "LAST"})
        operation.part_ids = [Command.clear(), Command.create({"product_id": last.id})]
        order = self._order_for(operation, operation, self.sensor_job)
        lines = self._line(order, last)
        self.assertEqual(sorted(lines.mapped("part_state")), ["shelf", "short"])
        self.assertEqual(self._line(order, self.sensor).part_state, "short")
        purchase = self._buy(self.sensor)
        sensor = self._line(order, self.sensor)
        self.assertEqual(sensor.part_state, "expected")
        self.assertEqual(sensor.part_expected_at, purchase.picking_ids.move_ids.date)
        self.assertEqual(order.part_line_ids, lines | sensor)
        brought = lines[0]
        brought.part_origin = "customer"
        self.assertFalse(self._line(order, last).filtered(lambda x: x == brought).part_state)

    def test_search(self):
        """R2.4: orders and jobs are found by the word they show."""
        orders = {
            "none": self._order_for(self.operation),
            "short": self._approve(self._order_for(self.sensor_job)),
            "ready": self._approve(self._order_for(self.operation)),
            "issued": self._approve(self._order_for(self.operation)),
        }
        self._issue_parts(orders["issued"])
        other = self._new_part("Expected sensor", 5.0)
        operation = self.sensor_job.copy({"code": "EXP"})
        operation.part_ids = [Command.clear(), Command.create({"product_id": other.id})]
        self._buy(other)
        orders["expected"] = self._approve(self._order_for(operation))
        returned = self._approve(self._order_for(self.operation))
        self._issue_parts(returned)
        returned.picking_ids.with_user(self.storekeeper).action_return_unused()
        self.env.invalidate_all()
        everything = self.env["service.order"].union(*orders.values(), returned)
        for model, found in (("service.order", everything), ("service.job", everything.job_ids)):
            Model = self.env[model].with_user(self.storekeeper)
            ours = [("id", "in", found.ids)]
            for word in orders:
                expected = found.filtered(lambda r, word=word: r.parts_state == word)
                self.assertTrue(expected, word)
                self.assertEqual(
                    Model.search([*ours, ("parts_state", "=", word)]), expected.sorted(), word
                )
                self.assertEqual(
                    Model.search([*ours, ("parts_state", "!=", word)]),
                    (found - expected).sorted(),
                )
            waiting = Model.search([*ours, ("parts_state", "in", ("short", "expected"))])
            self.assertEqual(
                waiting, found.filtered(lambda r: r.parts_state in ("short", "expected")).sorted()
            )
        self.assertEqual(returned.parts_state, "none")

    def test_constant_queries(self):
        """R2.4: a list of many orders costs no more queries than one of two."""
        orders = self._approve(
            self.env["service.order"].union(
                *(self._order_for(self.operation, self.sensor_job) for _index in range(13))
            )
        )
        self._buy(self.sensor, 3)
        names = ["parts_state", "parts_expected_at", "parts_note", "part_line_ids"]
        lines = ["part_state", "part_reserved", "part_issued", "part_returned",
                 "part_expected_at", "is_out", "has_substitutes"]

        def count(some):
            some = some.browse(some.ids)  # nothing is fetched along with them
            self.env.invalidate_all()
            some.with_user(self.advisor).read(["name"])  # rights are cached
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            some.with_user(self.advisor).read(names)
            some.part_line_ids.with_user(self.advisor).read(lines)
            some.with_user(self.storekeeper).read(["purchase_count"])
            return self.env.cr.sql_log_count - before

        # The forecast looks at the orders outside the list as well: there are some in both.
        count(orders)
        # Of what the forecast needs besides, a long list has more at hand already.
        self.assertLessEqual(count(orders[:12]), count(orders[:2]))

    def test_every_role_reads_it(self):
        """R2.4: advisor, technician, warehouse and accountant see where the parts are."""
        order = self._approve(self._order_for(self.sensor_job))
        for user in (self.reception, self.technician, self.storekeeper, self.accountant):
            record = order.with_user(user)
            self.assertEqual(record.parts_state, "short")
            self.assertEqual(record.job_ids.parts_state, "short")
            self.assertEqual(record.part_line_ids.part_state, "short")
            self.assertEqual(record.job_ids.part_line_ids, record.part_line_ids)
            self.assertTrue(record.has_parts)


# Until ready: before any addon that adds a gate there is loaded, so at_install.
@tagged("at_install", "-post_install")
class TestShortages(PartsCommon):
    def _assert_issued_by_workshop(self, order, product):
        """The part came, is reserved for the order, and leaves by a Workshop Issue."""
        self.env.invalidate_all()
        self.assertEqual(order.parts_state, "ready")
        move = order.job_ids.move_ids.filtered(
            lambda m: m.product_id == product and m.location_dest_id.usage == "customer"
        )
        self.assertEqual(len(move), 1)
        self.assertEqual(move.picking_type_id, order.warehouse_id.workshop_issue_type_id)
        self.assertEqual(move.picking_id.service_order_id, order)
        self._issue_parts(order)
        self.assertEqual(self._line(order, product).qty_delivered, 1)

    def test_bought_for_the_order(self):
        """R2.2: a part made to order is bought for the order, and both documents know each
        other."""
        self.env.ref("stock.route_warehouse0_mto").active = True
        buy = self.env.ref("purchase_stock.route_warehouse0_buy")
        self.sensor.route_ids = self.env.ref("stock.route_warehouse0_mto") | buy
        order = self._approve(self._order_for(self.sensor_job))
        self.assertEqual(order.parts_state, "short", "a request for quotation promises nothing")
        self.assertEqual(order.with_user(self.storekeeper).purchase_count, 1)
        action = order.with_user(self.storekeeper).action_view_purchases()
        purchase = self.env["purchase.order"].browse(action["res_id"])
        self.assertEqual(purchase.order_line.product_id, self.sensor)
        self.assertIn(order.name, purchase.origin)
        self.assertEqual(purchase.with_user(self.storekeeper).service_order_ids, order)
        buyer = self.env["res.users"].create(
            {
                "name": "Buyer",
                "login": "test_buyer",
                "group_ids": [
                    Command.link(self.env.ref("purchase.group_purchase_user").id),
                    Command.link(self.env.ref("service_advisor.group_seat").id),
                ],
            }
        )
        self.assertEqual(purchase.with_user(buyer).service_order_count, 1)
        action = purchase.with_user(buyer).action_view_service_orders()
        self.assertEqual(action["res_id"], order.id)
        self.assertEqual(order.with_user(buyer).purchase_count, 1)
        purchase.button_confirm()
        self.env.invalidate_all()
        self.assertEqual(order.parts_state, "expected")
        self._receive(purchase)
        self._assert_issued_by_workshop(order, self.sensor)

    def test_reordering_rule(self):
        """R2.2: a reordering rule buys what an approved job lacks; it reaches the job."""
        self.env["stock.warehouse.orderpoint"].create(
            {
                "product_id": self.sensor.id,
                "location_id": self.warehouse.lot_stock_id.id,
                "product_min_qty": 0,
                "product_max_qty": 0,
                "trigger": "auto",
                "route_id": self.env.ref("purchase_stock.route_warehouse0_buy").id,
            }
        )
        order = self._approve(self._order_for(self.sensor_job))
        purchase = self.env["purchase.order.line"].search(
            [("product_id", "=", self.sensor.id)]
        ).order_id
        self.assertEqual(len(purchase), 1)
        purchase.button_confirm()
        self.env.invalidate_all()
        self.assertEqual(order.parts_state, "expected")
        self._receive(purchase)
        self._assert_issued_by_workshop(order, self.sensor)

    def test_resupplied_by_another_warehouse(self):
        """R2.2: a part comes from the central store by a standard transfer."""
        central = self.env["stock.warehouse"].create({"name": "Central", "code": "CTR"})
        self._put_on_shelf(self.sensor, 1, central)
        self.warehouse.resupply_wh_ids = central
        route = self.warehouse.resupply_route_ids
        self.env["stock.warehouse.orderpoint"].create(
            {
                "product_id": self.sensor.id,
                "location_id": self.warehouse.lot_stock_id.id,
                "product_min_qty": 0,
                "product_max_qty": 0,
                "trigger": "auto",
                "route_id": route.id,
            }
        )
        order = self._approve(self._order_for(self.sensor_job))
        self.assertEqual(order.parts_state, "expected")
        for _leg in range(2):
            moves = self.env["stock.move"].search(
                [
                    ("product_id", "=", self.sensor.id),
                    ("state", "=", "assigned"),
                    ("location_dest_id.usage", "!=", "customer"),
                ]
            )
            moves.picked = True
            moves.picking_id.button_validate()
        self._assert_issued_by_workshop(order, self.sensor)


# Until ready: before any addon that adds a gate there is loaded, so at_install.
@tagged("at_install", "-post_install")
class TestPartialIssue(PartsCommon):
    def test_backorder_keeps_order_and_job(self):
        """R2.2: what could not be issued yet stays with its order and its job."""
        order = self._approve(self._order_for(self.operation, self.sensor_job))
        picking = order.picking_ids.with_user(self.storekeeper)
        picking.move_ids.filtered(lambda m: m.product_id == self.pads).picked = True
        picking.with_context(skip_backorder=True).button_validate()
        backorder = order.picking_ids - picking
        self.assertEqual(backorder.backorder_id, picking)
        self.assertEqual(backorder.picking_type_id, picking.picking_type_id)
        self.assertEqual(backorder.move_ids.service_job_id, order.job_ids)
        self.env.invalidate_all()
        self.assertEqual(order.parts_state, "short")
        self.assertEqual(self._line(order, self.pads).part_state, "issued")
        self.assertEqual(self._line(order, self.fluid).part_state, "ready")

    def test_two_jobs_share_one_transfer(self):
        """R2.2: the parts of two jobs of one payer leave together, each on its own job."""
        order = self._approve(self._order_for(self.operation, self.sensor_job))
        self.assertEqual(len(order.picking_ids), 1)
        by_job = {m.product_id: m.service_job_id for m in order.picking_ids.move_ids}
        self.assertEqual(by_job[self.pads], order.job_ids[0])
        self.assertEqual(by_job[self.sensor], order.job_ids[1])

    def test_second_round_stands_alone(self):
        """R2.2: a supplement of the same payer has a reference of its own: cancelling it leaves
        the parts of the first round reserved."""
        order = self._approve(self._order_for(self.operation))
        first = order.estimate_ids
        order.job_ids = [
            Command.create({"concern": "More", "operation_id": self.operation.id})
        ]
        order.action_quote()
        order.action_approve()
        second = order.estimate_ids - first
        self.assertFalse(first.stock_reference_ids & second.stock_reference_ids)
        second.with_user(self.manager)._action_cancel()
        self.assertEqual(first.picking_ids.move_ids.mapped("state"), ["assigned"] * 2)

    def test_substitute(self):
        """R2.2: another origin takes the place of a part; the approval is taken back and the
        customer is asked again; in work it stays as it was agreed."""
        equal = self._new_part("Brake pads, equivalent", 50.0)
        equal.service_part_origin = "equivalent"
        self._put_on_shelf(equal, 3)
        self.pads.service_substitute_ids = equal
        order = self._approve(self._order_for(self.operation))
        line = self._line(order, self.pads).with_user(self.advisor)
        self.assertTrue(line.has_substitutes)
        action = line.action_open_substitutes()
        wizard = self.env[action["res_model"]].with_user(self.advisor).browse(action["res_id"])
        choice = wizard.substitute_ids
        self.assertEqual(
            (choice.product_id, choice.origin, choice.free_qty, choice.price),
            (equal, "equivalent", 3, 50),
        )
        choice.action_choose()
        self.assertEqual((line.product_id, line.price_unit), (equal, 50))
        self.assertEqual(line.part_origin, "equivalent")
        self.assertEqual(order.job_ids.state, "proposed")
        self.assertEqual(self._line(order, equal).part_state, "shelf")
        order.action_quote()
        order.action_approve()
        self.assertEqual(self._line(order, equal).part_state, "ready")
        equal.service_substitute_ids = self.pads
        order.job_ids.with_user(self.technician).action_start()
        with self.assertRaisesRegex(UserError, "the work has begun"):
            line.action_open_substitutes()

    def test_no_substitute_known(self):
        """R2.2: where the catalogue knows no other part, it says where to enter one."""
        order = self._order_for(self.sensor_job)
        line = self._line(order, self.sensor).with_user(self.advisor)
        self.assertFalse(line.has_substitutes)
        with self.assertRaisesRegex(UserError, f"{order.name}.*knows no substitute"):
            line.action_open_substitutes()


# Until ready: before any addon that adds a gate there is loaded, so at_install.
@tagged("at_install", "-post_install")
class TestUnfitted(PartsCommon):
    def _find(self, user=None):
        self.env.flush_all()
        self.env.invalidate_all()
        Model = self.env["service.part.unfitted"].with_user(user or self.storekeeper)
        return Model.search([("product_id", "in", (self.sensor | self.pads | self.fluid).ids)])

    def _make_to_order(self):
        mto = self.env.ref("stock.route_warehouse0_mto")
        mto.active = True
        self.sensor.route_ids = mto | self.env.ref("purchase_stock.route_warehouse0_buy")

    def test_bought_and_declined(self):
        """R2.4: a part that was bought for a job that is off is listed until it is used or sent
        back, before and after it comes."""
        self._make_to_order()
        order = self._approve(self._order_for(self.sensor_job))
        purchase = order.sudo()._get_purchases()
        purchase.button_confirm()
        self.assertFalse(self._find(), "it is on its way to its job")
        order.action_cancel()
        row = self._find()
        self.assertEqual((row.reason, row.received_at), ("declined", False))
        self._receive(purchase)
        row = self._find()
        self.assertEqual((row.product_id, row.quantity, row.reason), (self.sensor, 1, "declined"))
        self.assertEqual((row.order_id, row.job_id), (order, order.job_ids))
        self.assertEqual(row.purchase_id, purchase)
        self.assertEqual(row.age, 0)
        self.assertTrue(row.received_at)
        for user in (self.reception, self.manager):
            self.assertEqual(self._find(user), row)
        # Used up by another order, it is nobody's worry any more.
        other = self._order_for(self.sensor_job)
        self.sensor.route_ids = [Command.clear()]
        self._approve(other)
        self._issue_parts(other)
        self.assertFalse(self._find())

    def test_waits_for_long(self):
        """R2.4: what was received or put aside and is not issued is listed after some days."""
        self._make_to_order()
        order = self._approve(self._order_for(self.sensor_job))
        purchase = order.sudo()._get_purchases()
        purchase.button_confirm()
        self._receive(purchase)
        other = self._approve(self._order_for(self.operation))
        self.assertFalse(self._find())
        old = self._now() - timedelta(days=9)
        purchase.picking_ids.move_ids.date = old
        other.job_ids.move_ids.date = old
        rows = self._find()
        self.assertEqual(set(rows.mapped("reason")), {"waiting"})
        self.assertEqual(rows.mapped("age"), [9, 9, 9])
        self.assertEqual(rows.order_id, order | other)
        self.assertEqual(rows.purchase_id, purchase)
        self.company.service_unfitted_days = 30
        self.assertFalse(self._find())
        self.company.service_unfitted_days = 5
        self._issue_parts(order)
        self.assertEqual(self._find().order_id, other, "fitted parts leave the list")

    def test_companies_are_apart(self):
        """R5.3: nobody sees the parts of another company."""
        self._make_to_order()
        order = self._approve(self._order_for(self.sensor_job))
        order.sudo()._get_purchases().button_confirm()
        order.action_cancel()
        self.assertTrue(self._find())
        other = self.env["res.company"].create({"name": "Other Dealer"})
        stranger = self.manager.copy({"company_id": other.id, "company_ids": [(6, 0, other.ids)]})
        self.assertFalse(self._find(stranger))
