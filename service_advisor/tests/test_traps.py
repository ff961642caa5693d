from datetime import timedelta
from unittest.mock import patch

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from .common import ServiceAdvisorCommon


# Until ready: before any addon that adds a gate there is loaded, so at_install.
@tagged("at_install", "-post_install")
class TestEstimates(ServiceAdvisorCommon):
    def _two_payers(self):
        order = self._new_order(jobs=2)
        warranty = order.job_ids[1]
        warranty.write({"pay_type": "warranty", "payer_id": self.manufacturer.id})
        order.action_check_in()
        order.action_quote()
        return order

    def test_one_estimate_per_payer(self):
        """R1.6: two payers are two estimates, and each carries the lines of its jobs only."""
        order = self._two_payers()
        self.assertEqual(order.estimate_ids.partner_id, self.customer | self.manufacturer)
        self.assertEqual(order.estimate_count, 2)
        for estimate in order.estimate_ids:
            job = estimate.order_line.service_job_id
            self.assertEqual(job.payer_id, estimate.partner_id)
            self.assertEqual(len(estimate.order_line), 4, "section, labour and two parts")
        # The manufacturer's prices never reach the customer's portal page.
        self.assertEqual(order._get_customer_estimates().partner_id, self.customer)

    def test_references_stay_apart(self):
        """R2.2: cancelling one payer's estimate leaves the parts of the others alone."""
        order = self._two_payers()
        order.action_approve()
        self.assertEqual(len(order.picking_ids), 2)
        self.assertEqual(len(order.estimate_ids.stock_reference_ids), 2)
        warranty = order.estimate_ids.filtered(lambda e: e.partner_id == self.manufacturer)
        warranty.with_user(self.manager)._action_cancel()
        states = {p.sale_id: p.state for p in order.picking_ids}
        self.assertEqual(states[warranty], "cancel")
        self.assertEqual(states[order.estimate_ids - warranty], "assigned")
        self.assertEqual(order.picking_ids.service_order_id, order)

    def test_warranty_invoice_is_not_split_by_customer(self):
        """R2.6: one invoice per manufacturer whoever owns the cars; one per order for others."""
        other = self.env["res.partner"].create({"name": "Second Customer"})
        orders = self.env["service.order"]
        for customer in (self.customer, other):
            vals = {"pay_type": "warranty", "payer_id": self.manufacturer.id}
            order = self._new_order(jobs=0)
            order.partner_id = customer
            order.job_ids = [
                Command.create({"concern": "Recall", "operation_id": self.operation.id} | vals),
                Command.create({"concern": "Service", "operation_id": self.operation.id}),
            ]
            orders |= order
        for step in ("action_check_in", "action_quote", "action_approve"):
            getattr(orders, step)()
        for order in orders:
            self._work(order)
        self._issue_parts(orders)
        self._ready(orders)
        orders.with_user(self.accountant).action_create_invoices()
        invoices = orders.sudo().invoice_ids
        self.assertEqual(len(invoices), 3)
        warranty = invoices.filtered(lambda i: i.partner_id == self.manufacturer)
        self.assertEqual(len(warranty), 1)
        self.assertEqual(warranty.service_order_ids, orders)

    def test_all_kinds_invoiced_with_one_click(self):
        """R2.6: Odoo's own button on a list of estimates of all payers and of retail orders makes
        the same invoices as ours, and mixes nothing with retail."""
        orders = self._new_order(jobs=2) | self._new_order(jobs=2)
        for order, customer in zip(
            orders, (self.customer, self.customer.copy({"name": "Second Customer"})), strict=True
        ):
            order.partner_id = customer
            order.job_ids[1].write({"pay_type": "warranty", "payer_id": self.manufacturer.id})
        for step in ("action_check_in", "action_quote", "action_approve"):
            getattr(orders, step)()
        self._issue_parts(orders)
        for order in orders:
            self._work(order)
            self._ready(order)
        service = self.env["product.product"].create(
            {"name": "Wash", "type": "service", "invoice_policy": "order", "list_price": 10.0}
        )
        retail = self.env["sale.order"].create(
            {
                "partner_id": self.customer.id,
                "order_line": [Command.create({"product_id": service.id})],
            }
        )
        retail.action_confirm()
        everything = retail | orders.sudo().estimate_ids
        wizard = self.env["sale.advance.payment.inv"].with_context(
            active_model="sale.order", active_ids=everything.ids
        )
        wizard.create({"advance_payment_method": "delivered"}).create_invoices()
        invoices = everything.invoice_ids
        self.assertEqual(len(invoices), 4, "retail, one per customer and one of the manufacturer")
        warranty = invoices.filtered(lambda i: i.partner_id == self.manufacturer)
        self.assertEqual(warranty.service_order_ids, orders)
        self.assertFalse(retail.invoice_ids.service_order_ids)
        with self.assertRaisesRegex(UserError, "No items are available"):
            everything._create_invoices()

    def test_labour_is_sold_hours(self):
        """R2.3 R2.6: what is invoiced is the hours that were sold; the clocked ones are apart."""
        order = self._authorised_order()
        job = order.job_ids
        job.with_user(self.technician).action_start()
        job.clocking_ids.sudo().start_at -= timedelta(hours=4)
        line = job.line_ids.filtered(lambda line: line.product_id == self.labour)
        self.assertEqual((line.qty_delivered_method, line.qty_delivered), ("manual", 0))
        self._finish(job.with_user(self.technician))
        self.assertEqual((line.qty_delivered, line.qty_to_invoice), (1.5, 1.5))
        self.assertAlmostEqual(job.actual_hours, 4.0, 1)

    def test_part_added_on_the_transfer_becomes_a_proposal(self):
        """R2.4: a part nobody approved is never billed silently; the customer is asked."""
        order = self._authorised_order()
        extra = self._new_part("Wear sensor", 30.0)
        self._put_on_shelf(extra, 5)
        picking = order.picking_ids.with_user(self.storekeeper)
        with Form(picking) as form, form.move_ids.new() as line:
            line.product_id = extra
            line.product_uom_qty = 1
        picking.move_ids.filtered(lambda move: move.product_id == extra).quantity = 1
        picking.move_ids.picked = True
        picking.button_validate()
        approved = order.estimate_ids.filtered(lambda estimate: estimate.state == "sale")
        self.assertNotIn(extra, approved.order_line.product_id)
        proposal = order.job_ids.filtered(lambda job: job.state == "proposed")
        self.assertEqual(proposal.line_ids.product_id, extra)
        self.assertEqual(proposal.estimate_id.state, "draft")
        self.assertIn(self.advisor, proposal.activity_ids.user_id)
        # Approved, it is billed once and issued no second time.
        order.action_quote()
        order.action_approve()
        line = proposal.line_ids.filtered("product_id")
        self.assertEqual((line.qty_delivered, line.qty_to_invoice), (1, 1))
        self.assertEqual(len(line.move_ids), 1)

    def test_supplement_is_a_new_round(self):
        """R1.6: work found later is a further round and reopens nothing that was approved."""
        order = self._authorised_order()
        first = order.estimate_ids
        order.job_ids = [
            Command.create({"concern": "Worn disc", "operation_id": self.operation.id})
        ]
        self.assertEqual(len(order.estimate_ids), 2)
        self.assertEqual((order.estimate_ids - first).service_round, 2)
        self.assertEqual(first.state, "sale")
        self.assertEqual(order.job_ids[0].state, "approved")

    def test_answer_job_by_job(self):
        """R1.6: declined work keeps its price, open work is asked again, approved work goes on."""
        order = self._new_order(jobs=3)
        order.action_check_in()
        order.action_quote()
        approved, declined, thinking = order.job_ids
        wizard = self.env["service.approval.wizard"].with_user(self.advisor).create(
            {"order_id": order.id, "channel": "phone", "person": "Wife of Li"}
        )
        wizard.line_ids[1].answer = "declined"
        wizard.line_ids[2].answer = "open"
        with self.assertRaisesRegex(UserError, "why the customer declined"):
            wizard.action_confirm()
        wizard.line_ids[1].decline_reason = "Too expensive"
        wizard.action_confirm()
        self.assertEqual(order.job_ids.mapped("state"), ["approved", "declined", "quoted"])
        self.assertEqual(approved.authorised_name, "Wife of Li")
        self.assertEqual(declined.decline_reason, "Too expensive")
        self.assertEqual(approved.estimate_id.state, "sale")
        self.assertEqual(declined.estimate_id.state, "cancel")
        self.assertEqual(thinking.estimate_id.state, "sent")
        self.assertEqual(declined.amount_total, approved.amount_total, "the price is kept")
        self.assertEqual(order.picking_ids.move_ids.service_job_id, approved)

    def test_everything_declined(self):
        """R1.6: where all is declined, the estimate is cancelled and no empty one is left."""
        order = self._new_order(jobs=2)
        order.action_check_in()
        order.action_quote()
        wizard = self.env["service.approval.wizard"].with_user(self.advisor).create(
            {"order_id": order.id}
        )
        wizard.line_ids.write({"answer": "declined", "decline_reason": "Sells the car"})
        wizard.action_confirm()
        self.assertEqual(order.estimate_ids.mapped("state"), ["cancel"])
        self.assertEqual(order.job_ids.line_ids.order_id, order.estimate_ids)
        self.assertFalse(order._get_customer_estimates())
        self.assertEqual(order.state, "quality_check", "checked and given back")

    def test_work_that_has_begun_is_frozen(self):
        """R1.6: once the work has begun, what was agreed can not be changed any more."""
        job = self._authorised_order().job_ids
        job.with_user(self.technician).action_start()
        line = job.line_ids.filtered("product_id")[0]
        for change in (
            lambda: line.write({"price_unit": 1}),
            lambda: line.unlink(),
            lambda: job.write({"line_ids": [Command.create({"product_id": self.pads.id})]}),
            lambda: job.write({"operation_id": False}),
            lambda: job.write({"pay_type": "insurance"}),
        ):
            with self.assertRaisesRegex(UserError, "was approved by Li Customer"):
                change()

    def test_signed_on_the_estimate_itself(self):
        """R1.6: confirming or signing the estimate in Odoo's own way is an answer as well."""
        order = self._new_order()
        order.action_check_in()
        order.action_quote()
        order.estimate_ids.action_confirm()
        self.assertEqual(order.job_ids.state, "approved")
        self.assertEqual(order.state, "authorised")

    def test_changed_payer_and_customer(self):
        """R1.4: a job without payer waits with a clear word; a new payer is priced anew."""
        order = self._new_order()
        order.action_check_in()
        order.job_ids.pay_type = "insurance"
        with self.assertRaisesRegex(UserError, "has no payer"):
            order.action_quote()
        order.job_ids.payer_id = self.manufacturer
        self.assertEqual(order.job_ids.estimate_id.partner_id, self.manufacturer)
        self.assertEqual(len(order.job_ids.line_ids), 4)

    def test_language_of_the_payer(self):
        """R1.7: the estimate speaks the language of who pays, whatever the advisor speaks."""
        self.env["res.lang"]._activate_lang("zh_CN")
        self.operation.with_context(lang="zh_CN").name = "更换前刹车片"
        self.customer.lang = "zh_CN"
        job = self._new_order().job_ids
        section = job.line_ids.filtered("display_type")
        self.assertEqual(section.name, "更换前刹车片")
        self.assertEqual(job.display_name, "Replace front brake pads")

    def test_operation_swapped(self):
        """R1.3: another operation replaces its own lines and keeps those added by hand."""
        order = self._new_order()
        job = order.job_ids
        washer = self._new_part("Washer", 1.0)
        job.line_ids = [Command.create({"product_id": washer.id, "product_uom_qty": 3})]
        hand_made = job.line_ids.filtered(lambda line: line.product_id == washer)
        self.assertTrue(hand_made.order_id, "a line added on the job finds its estimate")
        other = self.env["service.operation"].create(
            {
                "code": "X",
                "name": "Other",
                "product_id": self.env["product.product"]
                .create({"name": "Body labour", "type": "service"})
                .id,
            }
        )
        job.operation_id = other
        self.assertIn(hand_made, job.line_ids)
        self.assertIn(other.product_id, job.line_ids.product_id)


# Until ready: before any addon that adds a gate there is loaded, so at_install.
@tagged("at_install", "-post_install")
class TestParts(ServiceAdvisorCommon):
    def test_workshop_issue_of_every_warehouse(self):
        """R2.2: one step from the shelf to the car, also where deliveries take three."""
        warehouse = self.env["stock.warehouse"].create(
            {"name": "Branch", "code": "BR", "delivery_steps": "pick_pack_ship"}
        )
        self.assertEqual(warehouse.workshop_issue_type_id.sequence_code, "WSI")
        self.assertEqual(len(warehouse.workshop_route_id.rule_ids), 1)
        self.assertTrue(self.warehouse.workshop_route_id, "existing warehouses have it too")
        self._put_on_shelf(self.pads, 5, warehouse)
        self._put_on_shelf(self.fluid, 5, warehouse)
        order = self._new_order()
        order.sudo().warehouse_id = warehouse
        order.sudo().estimate_ids.warehouse_id = warehouse
        order.action_check_in()
        order.action_quote()
        order.action_approve()
        picking = order.picking_ids
        self.assertEqual(picking.picking_type_id, warehouse.workshop_issue_type_id)
        self.assertEqual(picking.location_id, warehouse.lot_stock_id)
        self.assertEqual(picking.location_dest_id.usage, "customer")
        self._issue_parts(order)
        wizard = self.env["stock.return.picking"].create({"picking_id": picking.id})
        wizard.product_return_moves.quantity = 1
        returned = self.env["stock.picking"].browse(wizard.action_create_returns()["res_id"])
        returned.move_ids.picked = True
        returned.button_validate()
        line = order.job_ids.line_ids.filtered(lambda line: line.product_id == self.pads)
        self.assertEqual((line.qty_delivered, returned.state), (0, "done"))

    def test_issue_is_no_delivery(self):
        """R2.2: parts issued to the workshop send the customer no word of a delivery, whatever the
        company tells its retail customers."""
        self.company.stock_move_email_validation = True
        order = self._authorised_order()
        picking = order.sudo().picking_ids
        seen = []
        Picking = type(self.env["stock.picking"])
        hook = Picking._pre_action_done_hook

        def spy(pickings):
            seen.append(pickings.env.context.get("skip_sms"))
            return hook(pickings)

        before = picking.message_ids
        with patch.object(Picking, "_pre_action_done_hook", spy):
            self._issue_parts(order)
        self.assertEqual((picking.state, seen), ("done", [True]))
        told = (picking.message_ids - before).filtered(lambda m: m.message_type == "comment")
        self.assertFalse(told + (picking.message_ids - before).filtered("notified_partner_ids"))

    def test_missing_part_limits_the_promise(self):
        """R1.4: a part that is not on the shelf delays the promise and is named as the limit."""
        supplier = self.env["res.partner"].create({"name": "Parts Supplier"})
        missing = self._new_part("Rare sensor", 30.0)
        missing.seller_ids = [Command.create({"partner_id": supplier.id, "delay": 5})]
        self.operation.part_ids = [Command.create({"product_id": missing.id, "quantity": 1})]
        order = self._new_order()
        order.action_check_in()
        order.action_quote()
        self.assertIn("Rare sensor", order.promise_limit)
        self.assertGreaterEqual((order.promised_at - self._now()).days, 4)

    def test_part_not_needed_after_all(self):
        """R2.4: a cancelled transfer leaves labour to invoice, and the car may go."""
        order = self._authorised_order()
        self._work(order)
        order.picking_ids.with_user(self.storekeeper).action_cancel()
        self._ready(order)
        self.assertFalse(order.is_settled)
        self._invoice(order)
        self.assertAlmostEqual(order.sudo().invoice_ids.amount_untaxed, 150.0)
        self.assertTrue(order.is_settled)
        self._hand_over(order)
        self.assertEqual(order.state, "delivered")

    def test_line_without_a_job(self):
        """R1.6: nothing gets on an estimate past the jobs the customer is asked about."""
        order, other = self._authorised_order(), self._new_order()
        vals = {"order_id": order.estimate_ids.id, "product_id": self.fluid.id}
        for estimate in (order.estimate_ids, other.estimate_ids):
            with self.assertRaisesRegex(UserError, "belongs to none of its jobs"):
                self.env["sale.order.line"].with_user(self.advisor).create(
                    dict(vals, order_id=estimate.id)
                )
        with self.assertRaisesRegex(UserError, "belongs to none of its jobs"):
            other.job_ids.line_ids.order_id = order.estimate_ids

    def test_more_than_approved(self):
        """R1.6: what was issued or typed beyond the approval is not billed, and keeps the car until
        the parts are back."""
        order = self._authorised_order()
        moves = order.sudo().picking_ids.move_ids.with_user(self.storekeeper)
        moves.filtered(lambda move: move.product_id == self.pads).quantity = 4
        self._issue_parts(order)
        self._work(order)
        labour = order.job_ids.line_ids.filtered(lambda line: line.product_id == self.labour)
        labour.qty_delivered = 10
        self.assertEqual(
            [line.qty_to_invoice for line in order.job_ids.line_ids if not line.display_type],
            [1.5, 1.0, 2.0],
        )
        with self.assertRaisesRegex(UserError, "More of Brake pads was issued"):
            order._check_parts_approved()
        self._return(order, self.pads, 3)
        order._check_parts_approved()

    def test_parts_of_declined_work_come_back(self):
        """R1.6: parts issued on an approval that was taken back and declined do not leave with the
        car unpaid."""
        order = self._authorised_order()
        self._issue_parts(order)
        order.job_ids.action_reopen()
        order.action_quote()
        order._record_answer({"declined": order.job_ids}, {"authorised_via": "phone"})
        with self.assertRaisesRegex(UserError, "than is approved"):
            order.action_ready()
        self._return(order, self.pads, 1)
        self._return(order, self.fluid, 2)
        order.action_ready()

    def _return(self, order, product, quantity):
        picking = order.sudo().picking_ids.filtered(lambda p: p.state == "done")[:1]
        wizard = self.env["stock.return.picking"].with_user(self.storekeeper).create(
            {"picking_id": picking.id}
        )
        for line in wizard.product_return_moves:
            line.quantity = quantity if line.product_id == product else 0
        back = wizard._create_return()
        back.move_ids.picked = True
        back.button_validate()

    def test_draft_invoice_keeps_the_car(self):
        """R2.6: the car does not leave before the invoice is posted."""
        order = self._authorised_order()
        self._work(order)
        self._issue_parts(order)
        self._ready(order)
        with self.assertRaisesRegex(UserError, "is not settled"):
            order.action_open_handover()
        order.with_user(self.accountant).action_create_invoices()
        with self.assertRaisesRegex(UserError, "is not settled"):
            order.action_open_handover()

    def test_open_transfer_keeps_the_car(self):
        """R2.2: a car is not ready while its parts are neither issued nor cancelled."""
        order = self._authorised_order()
        self._work(order)
        with self.assertRaisesRegex(UserError, "is still open"):
            order.action_ready()


@tagged("post_install", "-at_install")
class TestRoles(ServiceAdvisorCommon):
    def test_retail_and_service_do_not_mix(self):
        """R5.3: salespeople do not meet service estimates, nor advisors retail orders."""
        order = self._authorised_order()
        estimate = order.estimate_ids
        retail = self.env["sale.order"].create({"partner_id": self.customer.id})
        SaleOrder = self.env["sale.order"]
        self.assertNotIn(estimate, SaleOrder.with_user(self.salesperson).search([]))
        self.assertNotIn(retail, SaleOrder.with_user(self.advisor).search([]))
        self.assertIn(estimate, SaleOrder.with_user(self.accountant).search([]))
        # Nor does the analysis of sales, which has rules of its own.
        wash = self.env["product.product"].create({"name": "Wash", "list_price": 10.0})
        retail.order_line = [Command.create({"product_id": wash.id})]
        report = self.env["sale.report"].with_user(self.salesperson)
        self.assertEqual(report.search([("partner_id", "=", self.customer.id)]).name, retail.name)
        report = self.env["sale.report"].with_user(
            self.salesperson.copy({"group_ids": [(4, self.env.ref(
                "sales_team.group_sale_manager").id)]})
        )
        found = report.search([("partner_id", "=", self.customer.id)])
        self.assertEqual(set(found.mapped("name")), {retail.name, estimate.name})
        self.assertFalse(estimate.team_id)
        with self.assertRaises(AccessError):
            order.with_user(self.salesperson).read(["name"])

    def test_each_role_keeps_to_its_part(self):
        """R5.3: reading and writing follow the role, not the stock or sales rights."""
        order = self._new_order()
        for user in (self.technician, self.storekeeper, self.accountant):
            order.with_user(user).read(["name", "state", "vehicle_id"])
            with self.assertRaises(AccessError):
                order.with_user(user).write({"odometer_in": 1})
        with self.assertRaises(AccessError):
            order.with_user(self.storekeeper).job_ids.write({"concern": "x"})
        with self.assertRaises(AccessError):
            order.estimate_ids.order_line.with_user(self.technician).write({"price_unit": 1})

    def test_companies_are_apart(self):
        """R5.3: nobody sees the cars and orders of a company that is not theirs."""
        order = self._new_order()
        other = self.env["res.company"].create({"name": "Other Dealer"})
        stranger = self.manager.copy({"company_id": other.id, "company_ids": [(6, 0, other.ids)]})
        for record in (order, order.job_ids, self.vehicle):
            self.assertFalse(record.with_user(stranger).search([("id", "in", record.ids)]))
            with self.assertRaises(AccessError):
                record.with_user(stranger).read(["display_name"])

    def test_technician_clocks_one_job_at_a_time(self):
        """R2.3: a second job is refused and the running one is named."""
        first, second = self._authorised_order(jobs=2).job_ids.with_user(self.technician)
        first.action_start()
        first.action_start()  # two clicks are one clock
        self.assertEqual(len(first.clocking_ids), 1)
        with self.assertRaisesRegex(UserError, "is clocked on job"):
            second.action_start()
        first.action_pause()
        second.action_start()
        self.assertEqual((first.is_running, second.is_running), (False, True))

    def test_two_technicians_on_one_job(self):
        """R2.3: each pauses the own clock; whoever finishes ends the job for both."""
        mate = self.technician.copy({"login": "test_mate", "name": "Mate"})
        self.env["hr.employee"].create({"name": "Mate", "user_id": mate.id})
        job = self._authorised_order().job_ids
        for user in (self.technician, mate):
            job.with_user(user).action_start()
        job.with_user(self.storekeeper).action_pause()
        running = job.clocking_ids.filtered(lambda clocking: not clocking.stop_at)
        self.assertEqual(len(running), 2, "others stop nobody's clock")
        job.with_user(mate).action_pause()
        running = job.clocking_ids.filtered(lambda clocking: not clocking.stop_at)
        self.assertEqual(running.employee_id, self.employee)
        with self.assertRaises(AccessError):
            job.with_user(self.storekeeper).action_finish()
        self._finish(job.with_user(mate))
        self.assertTrue(all(job.clocking_ids.mapped("stop_at")))

    def test_manager_starts_the_planned_technician(self):
        """R2.3: a manager starts the clock of whoever is planned, for many jobs at once."""
        jobs = self._authorised_order(jobs=2).job_ids.with_user(self.manager)
        with self.assertRaisesRegex(UserError, "is no employee"):
            jobs.action_start()
        other = self.env["hr.employee"].create({"name": "Second Technician"})
        jobs[0].technician_id, jobs[1].technician_id = self.employee, other
        jobs.action_start()
        self.assertEqual(jobs.clocking_ids.employee_id, self.employee | other)
        self.assertEqual(set(jobs.mapped("state")), {"in_work"})


@tagged("post_install", "-at_install")
class TestVehicle(ServiceAdvisorCommon):
    def test_found_however_typed(self):
        """R1.1: any part of plate or VIN finds the car, in any spelling of it."""
        search = self.env["service.vehicle"].with_user(self.reception).name_search
        for typed in ("沪A12345", "沪a·123", " 12345", "２３４５", "104202", "lsval41z"):
            with self.subTest(typed):
                self.assertIn(self.vehicle.id, [car_id for car_id, _name in search(typed)])
        self.assertEqual(self.vehicle.plate, "沪A·12345")

    def test_vin(self):
        """R1.1: a misread VIN is refused with the reason; an exception needs one too."""
        with self.assertRaisesRegex(UserError, "17 characters"):
            self.vehicle.vin = "LSVAL41Z88210420"
        with self.assertRaisesRegex(UserError, "check digit"):
            self.vehicle.vin = "1M8GDM9A1KP042788"
        self.vehicle.write(
            {"vin": "1m8gdm9a1kp042788", "vin_override_reason": "so printed on the plate"}
        )
        self.assertEqual(self.vehicle.vin, "1M8GDM9A1KP042788")
        self.vehicle.write({"vin": "WP0ZZZ99ZTS392124", "vin_override_reason": False})

    def test_odometer_never_falls_unnoticed(self):
        """R1.2: a reading below the last one stops the check-in."""
        self.vehicle.odometer = 60000
        with self.assertRaisesRegex(UserError, "60000"):
            self._new_order().action_check_in()

    def test_deleted_only_before_arrival(self):
        """R5.1: an order with a history can not be deleted, a booking can."""
        order = self._new_order()
        order.action_check_in()
        with self.assertRaisesRegex(UserError, "Cancel it instead"):
            order.unlink()
        booking = self._new_order()
        estimate = booking.estimate_ids
        booking.unlink()
        self.assertFalse(estimate.exists())

    def test_cancel(self):
        """R2.3: cancelling takes estimates, jobs and reservations along."""
        order = self._authorised_order()
        self.env.invalidate_all()  # as in a request of its own
        order.action_cancel()
        self.assertEqual(order.state, "cancelled")
        self.assertEqual(order.estimate_ids.state, "cancel")
        self.assertEqual(order.picking_ids.state, "cancel")
        self.assertEqual(order.job_ids.state, "cancelled")

    def test_evidence_is_not_typed_in(self):
        """R1.6 R5.3: nobody writes an approval, a promise or a state by hand or over RPC."""
        order = self._new_order()
        job = order.job_ids
        for record, vals in (
            (job, {"state": "approved"}),
            (job, {"authorised_at": self._now()}),
            (order, {"promised_at": self._now()}),
            (order, {"ready_at": self._now()}),
        ):
            with self.assertRaisesRegex(AccessError, "can not be entered by hand"):
                record.with_user(self.manager).write(vals)
        with self.assertRaisesRegex(AccessError, "can not be entered by hand"):
            job.with_user(self.manager).create(
                {"order_id": order.id, "concern": "x", "state": "approved"}
            )
        # Actions write them, for those only who may write the record.
        with self.assertRaises(AccessError):
            order.with_user(self.technician).action_check_in()
