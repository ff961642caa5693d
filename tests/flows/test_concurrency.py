from datetime import timedelta

from odoo import SUPERUSER_ID, Command, api, fields
from odoo.tests import tagged

from .meetings import MEETINGS, MeetingsCommon


@tagged("post_install", "-at_install")
class TestConcurrency(MeetingsCommon):
    """Two people act on the same records at once, each in a transaction of their own.

    What is tested is committed, as in real requests, and deleted afterwards. A request that
    the database refuses is repeated by Odoo's own ``retrying``.
    """

    @classmethod
    def _make_shop(cls, env):
        # What is tested is who comes first, with or without parts on the shelf.
        env.company.service_kit_gate = "warn"
        prefix = "service_advisor.group_"
        cls.advisors = [cls._make_user(env, name, prefix + "advisor") for name in ("ann", "ben")]
        cls.technicians = [
            cls._make_user(env, name, prefix + "technician") for name in ("tom", "tim")
        ]
        cls.accountants = [
            cls._make_user(env, name, "account.group_account_invoice", prefix + "seat")
            for name in ("eva", "eli")
        ]
        cls.storekeepers = [
            cls._make_user(env, name, "stock.group_stock_user", prefix + "seat")
            for name in ("sam", "sue")
        ]
        cls.employees = [
            cls._make(env, "hr.employee", {"name": "Technician", "user_id": uid}).id
            for uid in cls.technicians
        ]
        customer = cls._make(env, "res.partner", {"name": f"Customer {cls.mark}"})
        labour = cls._make(
            env, "product.product", {"name": "Labour", "type": "service", "list_price": 100}
        )
        part = cls._make(
            env, "product.product", {"name": "Part", "type": "consu", "is_storable": True}
        )
        operation = {"name": "Work", "allowed_hours": 1, "product_id": labour.id}
        cls.labour_only = cls._make(
            env, "service.operation", dict(operation, code=f"L{cls.mark}")
        ).id
        parts = [Command.create({"product_id": part.id, "quantity": 2})]
        cls.with_part = cls._make(
            env, "service.operation", dict(operation, code=f"P{cls.mark}", part_ids=parts)
        ).id
        cls.vehicle = cls._make(
            env, "service.vehicle", {"plate": f"T {cls.mark}", "owner_id": customer.id}
        ).id

    # ---- orders ---------------------------------------------------------------------------

    def _new_order(self, upto, jobs=1, operation=None):
        """Return the id of a committed order that went through the steps before ``upto``.

        Orders made before are deleted, so that nobody is clocked on one of them any more.
        """
        self.doCleanups()
        with self.registry.cursor() as cr:
            env = api.Environment(cr, self.advisors[0], {})
            job = {"concern": "Squeals", "operation_id": operation or self.with_part}
            order = env["service.order"].create(
                {
                    "vehicle_id": self.vehicle,
                    "odometer_in": 1000,
                    "job_ids": [Command.create(dict(job)) for _index in range(jobs)],
                }
            )
            self.addCleanup(self._delete_order, order.id)
            for step in ("action_check_in", "action_quote", "action_approve"):
                if step == upto:
                    break
                getattr(order, step)()
        return order.id

    def _delete_order(self, order_id):
        """Take the order back to its beginning and delete it with all that hangs on it."""
        with self.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {"tracking_disable": True})
            order = env["service.order"].browse(order_id)
            order.invoice_ids.unlink()
            order.proposal_ids.unlink()  # nobody may delete a job that was answered
            order.job_ids.clocking_ids.unlink()
            order.job_ids.state = "proposed"
            order.estimate_ids.filtered(lambda e: e.state != "cancel")._action_cancel()
            order.picking_ids.unlink()
            order.job_ids.state = "proposed"
            order.write({"checked_in_at": False, "ready_at": False})
            order.unlink()

    def _look(self, order_id):
        """Return the order as it was committed."""
        cr = self.registry.cursor()
        self.addCleanup(cr.close)
        return api.Environment(cr, SUPERUSER_ID, {})["service.order"].browse(order_id)

    # ---- tests ----------------------------------------------------------------------------

    def _answer_wizard(self, order_id, uid, answer):
        """Return the id of the open dialog in which ``uid`` has chosen ``answer``."""
        with self.registry.cursor() as cr:
            env = api.Environment(cr, uid, {})
            wizard = env["service.approval.wizard"].create(
                {"order_id": order_id}
            )
            wizard.line_ids.write({"answer": answer, "decline_reason": "Too expensive"})
        return wizard.id

    def _test_two_answers(self, answers):
        for meeting in MEETINGS:
            with self.subTest(meeting):
                order_id = self._new_order("action_approve", jobs=2)
                requests = []
                for uid, answer in zip(self.advisors, answers, strict=True):
                    wizard = self._answer_wizard(order_id, uid, answer)
                    requests.append((uid, self._confirm(wizard)))
                results = self._meet(meeting, *requests)
                order = self._look(order_id)
                self._assert_one_refused(meeting, results, order.name, "Work", "Reload the order")
                winner = results.index(None)
                jobs = order.job_ids
                self.assertEqual(set(jobs.mapped("state")), {answers[winner]})
                self.assertEqual(jobs.authorised_by_id.id, self.advisors[winner])
                self._assert_estimates_match(order)

    def _assert_estimates_match(self, order):
        """No job is approved on a cancelled estimate, nor declined on a confirmed one."""
        states = {"approved": "sale", "declined": "cancel"}
        for job in order.job_ids:
            self.assertEqual(job.line_ids.order_id.mapped("state"), [states[job.state]])
        parts = order.picking_ids.filtered(lambda p: p.state != "cancel").move_ids
        approved = order.job_ids.filtered(lambda job: job.state == "approved")
        self.assertEqual(parts.service_job_id, approved)
        self.assertEqual(sum(parts.mapped("product_uom_qty")), 2 * len(approved))

    def test_one_approves_and_one_declines(self):
        """R1.6: two advisors answer for the customer at once: one answer stands, whole."""
        self._test_two_answers(("approved", "declined"))

    def test_one_declines_and_one_approves(self):
        """R1.6: the same the other way round: nothing declined is ordered or reserved."""
        self._test_two_answers(("declined", "approved"))

    def test_both_approve(self):
        """R1.6, R2.2: two approvals at once reserve the parts once."""
        self._test_two_answers(("approved", "approved"))

    def test_estimate_signed_while_declined(self):
        """R1.6: the customer signs the estimate while the advisor takes down a refusal."""
        for meeting in ("stale", "open"):
            for signed_first in (True, False):
                with self.subTest(meeting, signed_first=signed_first):
                    order_id = self._new_order("action_approve")
                    wizard = self._answer_wizard(order_id, self.advisors[1], "declined")
                    estimate_id = self._look(order_id).estimate_ids.id
                    sign = self._press("sale.order", estimate_id, "action_confirm")
                    requests = [
                        (self.advisors[0], sign),
                        (self.advisors[1], self._confirm(wizard)),
                    ]
                    results = self._meet(meeting, *requests[::1 if signed_first else -1])
                    order = self._look(order_id)
                    self.assertIsNone(results[0])
                    self.assertEqual(
                        order.job_ids.state, "approved" if signed_first else "declined"
                    )
                    self._assert_estimates_match(order)
                    if signed_first:
                        self._assert_one_refused(meeting, results, order.name, "Reload the order")

    def _change_price(self, order_id, price):
        """Return the function of an environment that changes the price of the part."""

        def change(env):
            lines = env["service.order"].browse(order_id).job_ids.line_ids
            lines.filtered(lambda line: line.product_id.type == "consu").price_unit = price

        return change

    def _assert_approved_as_seen(self, order):
        """No approval stands on lines that the customer did not see."""
        for job in order.job_ids:
            standing = job.proposal_line_ids._get_standing()
            self.assertEqual(bool(standing), job.state == "approved")
            self.assertTrue(all(line.is_intact for line in standing))

    def test_approved_while_changed(self):
        """R1.6: one advisor approves while another changes the price of the same job: no
        approval survives on lines it did not see, and whoever comes second is told."""
        for meeting in MEETINGS:
            for approved_first in (True, False):
                with self.subTest(meeting, approved_first=approved_first):
                    order_id = self._new_order("action_approve")
                    wizard = self._answer_wizard(order_id, self.advisors[0], "approved")
                    requests = [
                        (self.advisors[0], self._confirm(wizard)),
                        (self.advisors[1], self._change_price(order_id, 7)),
                    ]
                    results = self._meet(meeting, *requests[::1 if approved_first else -1])
                    order = self._look(order_id)
                    self._assert_approved_as_seen(order)
                    self.assertEqual(order.job_ids.state, "proposed")
                    part = order.job_ids.line_ids.filtered(
                        lambda line: line.product_id.type == "consu"
                    )
                    self.assertEqual(part.price_unit, 7)
                    self.assertNotIn("assigned", order.picking_ids.mapped("state"))
                    answer = results[0 if approved_first else 1]
                    if answer:  # the change came first: the approval is refused
                        self.assertIn("Reload the order", answer)
                    else:  # the approval came first: it was given, and is void by now
                        void = order.proposal_ids.line_ids.filtered("voided_at")
                        self.assertEqual(void.answer, "approved")
                        self.assertIn("is void", " ".join(order.message_ids.mapped("body")))
                        self.assertEqual(order.activity_ids.user_id.id, self.advisors[0])

    def test_answered_twice_on_the_portal(self):
        """R1.6: the customer sends the answer from two windows: it is taken once."""
        for meeting in MEETINGS:
            with self.subTest(meeting):
                order_id = self._new_order("action_approve")

                def answer(env, order_id=order_id):
                    order = env["service.order"].browse(order_id)
                    proposal = order.proposal_ids.sorted("version")[:1]
                    given = {job: {"answer": "approved"} for job in order.job_ids}
                    proposal._answer_on_portal(given, "Customer", False)

                results = self._meet(
                    meeting, (SUPERUSER_ID, answer), (SUPERUSER_ID, answer)
                )
                order = self._look(order_id)
                refused = [result for result in results if result]
                self.assertEqual(len(refused), 1, results)
                self.assertEqual(order.job_ids.state, "approved")
                self.assertEqual(len(order.proposal_ids), 1)
                self._assert_approved_as_seen(order)
                self._assert_estimates_match(order)

    def test_check_in_pressed_twice(self):
        """R1.2: two receptionists take in the same car: once, and the second is told."""
        for meeting in MEETINGS:
            with self.subTest(meeting):
                order_id = self._new_order("action_check_in")
                check_in = self._press("service.order", order_id, "action_check_in")
                results = self._meet(meeting, *[(uid, check_in) for uid in self.advisors])
                order = self._look(order_id)
                self._assert_one_refused(meeting, results, order.name, "Checked In")
                self.assertEqual(order.state, "checked_in")

    def test_two_technicians_start_the_same_job(self):
        """R2.3: both work on it, each on a clock of their own; the job is the first one's."""
        for meeting in MEETINGS:
            with self.subTest(meeting):
                order_id = self._new_order(None)
                job_id = self._look(order_id).job_ids.id
                start = self._press("service.job", job_id, "action_start")
                results = self._meet(meeting, *[(uid, start) for uid in self.technicians])
                self.assertEqual(results, (None, None))
                job = self._look(order_id).job_ids
                self.assertEqual(job.state, "in_work")
                self.assertCountEqual(job.clocking_ids.employee_id.ids, self.employees)
                self.assertEqual(len(job.clocking_ids), 2)
                self.assertIn(job.technician_id.id, self.employees)
                if meeting != "free":
                    self.assertEqual(job.technician_id.id, self.employees[0])

    def test_double_click_on_start(self):
        """R2.3: two clicks are one clock and no error, also on a job that was paused."""
        for meeting in MEETINGS:
            for paused in (False, True):
                with self.subTest(meeting, paused=paused):
                    order_id = self._new_order(None)
                    job_id = self._look(order_id).job_ids.id
                    uid = self.technicians[0]
                    start = self._press("service.job", job_id, "action_start")
                    if paused:
                        self._request(uid, start)
                        self._request(uid, self._press("service.job", job_id, "action_pause"))
                    results = self._meet(meeting, *[(uid, start)] * 2)
                    self.assertEqual(results, (None, None))
                    clockings = self._look(order_id).job_ids.clocking_ids
                    running = clockings.filtered(lambda clocking: not clocking.stop_at)
                    self.assertEqual(len(running), 1)
                    self.assertEqual(len(clockings), 2 if paused else 1)

    def test_one_technician_starts_two_jobs(self):
        """R2.3: a person works on one job at a time, from two screens as well."""
        for meeting in MEETINGS:
            with self.subTest(meeting):
                order_id = self._new_order(None, jobs=2)
                jobs = self._look(order_id).job_ids
                order_name, uid = jobs.order_id.name, self.technicians[0]
                starts = [self._press("service.job", job.id, "action_start") for job in jobs]
                results = self._meet(meeting, *[(uid, start) for start in starts])
                self._assert_one_refused(meeting, results, "is clocked on job", order_name)
                jobs = self._look(order_id).job_ids
                self.assertEqual(len(jobs.clocking_ids), 1)
                self.assertCountEqual(jobs.mapped("state"), ["approved", "in_work"])

    def test_invoices_created_twice(self):
        """R2.6: two accountants invoice the same order at once: one invoice, of the whole."""
        for meeting in MEETINGS:
            with self.subTest(meeting):
                order_id = self._new_order(None, operation=self.labour_only)
                self._finish(order_id)
                invoice = self._press("service.order", order_id, "action_create_invoices")
                results = self._meet(meeting, *[(uid, invoice) for uid in self.accountants])
                order = self._look(order_id)
                self._assert_one_refused(meeting, results, order.name, "Nothing is left")
                self.assertEqual(len(order.invoice_ids), 1)
                self.assertEqual(order.invoice_ids.amount_untaxed, 100)
                self.assertEqual(order.job_ids.line_ids.mapped("qty_invoiced"), [0, 1])

    def test_monthly_invoice_made_twice(self):
        """R2.2: two accountants start the monthly run at once: every order is billed once."""
        with self.registry.cursor() as cr:
            payer = api.Environment(cr, SUPERUSER_ID, {})["service.vehicle"].browse(
                self.vehicle
            ).owner_id
            payer.service_monthly_invoice = True
            period = {
                "period_end": fields.Date.add(fields.Date.today(), days=1),
                "payer_ids": [Command.set(payer.ids)],
            }
        for meeting in MEETINGS:
            with self.subTest(meeting):
                order_id = self._new_order(None, operation=self.labour_only)
                self._finish(order_id)

                def run(env):
                    env["service.monthly.invoice.wizard"].create(period).action_create()

                results = self._meet(meeting, *[(uid, run) for uid in self.accountants])
                self._assert_one_refused(meeting, results, "Nothing is left to invoice")
                order = self._look(order_id)
                self.assertEqual(len(order.invoice_ids), 1)
                self.assertEqual(order.invoice_ids.amount_untaxed, 100)
        with self.registry.cursor() as cr:
            partner = api.Environment(cr, SUPERUSER_ID, {})["res.partner"].browse(payer.id)
            partner.service_monthly_invoice = False

    def _finish(self, order_id):
        """Put the order where it can be invoiced, whatever gates other addons add."""
        with self.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {"tracking_disable": True})
            order = env["service.order"].browse(order_id)
            order.job_ids._deliver_labour()
            order.ready_at = fields.Datetime.now()

    def test_owner_changed_twice(self):
        """R5.1: two people change owner and plate at once: one owner and one plate are current."""
        with self.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {"tracking_disable": True})
            buyers = env["res.partner"].create([{"name": f"B{n} {self.mark}"} for n in range(2)])
            first_owner = env["service.vehicle"].browse(self.vehicle).owner_id
        for meeting in MEETINGS:
            with self.subTest(meeting):
                results = self._meet(
                    meeting,
                    *[
                        (uid, self._sell(buyer.id, f"{meeting} {buyer.id}"))
                        for uid, buyer in zip(self.advisors, buyers, strict=True)
                    ],
                )
                self.assertEqual(results, (None, None))
                self._assert_one_current()
        with self.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {"tracking_disable": True})
            env["service.vehicle"].browse(self.vehicle).owner_id = first_owner.id
            env["service.vehicle.owner"].search([("partner_id", "in", buyers.ids)]).unlink()
            env["res.partner"].browse(buyers.ids).unlink()

    def _sell(self, buyer, plate):
        """Return the function of an environment that gives the car another owner and plate."""
        return lambda env: env["service.vehicle"].browse(self.vehicle).write(
            {"owner_id": buyer, "plate": f"{plate} {self.mark}"}
        )

    def _assert_one_current(self):
        with self.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            car = env["service.vehicle"].browse(self.vehicle)
            owner = car.owner_ids.filtered(lambda row: not row.date_to)
            plate = car.plate_ids.filtered(lambda row: not row.date_to)
            self.assertEqual(owner.partner_id, car.owner_id)
            self.assertEqual(plate.plate, car.plate)
            self.assertEqual((len(owner), len(plate)), (1, 1))

    def test_two_answer_one_part_request(self):
        """R2.4: two of the warehouse answer one request at once: one supplement, one is told."""
        for meeting in MEETINGS:
            with self.subTest(meeting):
                order_id = self._new_order(None)
                with self.registry.cursor() as cr:
                    env = api.Environment(cr, self.technicians[0], {})
                    job = env["service.order"].browse(order_id).job_ids
                    product = job.operation_id.part_ids.product_id
                    request_id = env["service.part.request"].create(
                        {"job_id": job.id, "product_id": product.id}
                    ).id
                answer = self._press("service.part.request", request_id, "action_answer")
                results = self._meet(
                    meeting, *((uid, answer) for uid in self.storekeepers)
                )
                order = self._look(order_id)
                self._assert_one_refused(meeting, results, order.name, "has answered", "Part")
                self.assertEqual(len(order.job_ids), 2)
                request = order.job_ids.request_ids
                self.assertEqual(request.closed_by_id.id, self.storekeepers[results.index(None)])

    def test_finish_and_pause_at_once(self):
        """R2.3: one technician finishes while the other pauses for parts: the job is finished
        and waits for nothing, whoever comes first."""
        for meeting in MEETINGS:
            for swapped in (False, True):
                with self.subTest(meeting, swapped=swapped):
                    order_id = self._new_order(None)
                    job_id = self._look(order_id).job_ids.id
                    uid, mate = self.technicians
                    self._request(uid, self._press("service.job", job_id, "action_start"))

                    def finish(env, job_id=job_id):
                        job = env["service.job"].browse(job_id)
                        job.write({"cause": "Worn", "correction": "Replaced"})
                        job.action_finish()

                    def pause(env, job_id=job_id):
                        env["service.job"].browse(job_id)._pause_for("parts", "Axle nut")

                    requests = [(mate, finish), (uid, pause)]
                    if swapped:
                        requests.reverse()
                    results = self._meet(meeting, *requests)
                    job = self._look(order_id).job_ids
                    self.assertTrue(job.finished_at, results)
                    self.assertFalse(job.hold_reason)
                    self.assertTrue(all(job.hold_ids.mapped("stop_at")))
                    self.assertTrue(job.clocking_ids.stop_at)
                    refused = [answer for answer in results if answer]
                    self.assertLessEqual(len(refused), 1)
                    for answer in refused:
                        self.assertIn("can be put on hold", answer)

    def test_two_put_a_job_on_hold(self):
        """R2.3: two advisors put a job on hold at once: it waits once, and nobody sees an
        error of the database."""
        for meeting in MEETINGS:
            with self.subTest(meeting):
                order_id = self._new_order(None)
                job_id = self._look(order_id).job_ids.id

                def hold(env, job_id=job_id):
                    env["service.job"].browse(job_id)._hold("customer")

                results = self._meet(meeting, *[(uid, hold) for uid in self.advisors])
                self.assertEqual(results, (None, None))
                holds = self._look(order_id).job_ids.hold_ids
                self.assertEqual(len(holds.filtered(lambda hold: not hold.stop_at)), 1)

    def test_two_workers_stop_forgotten_clocks(self):
        """R2.3: two workers stop the same forgotten clock: it is stopped and told once."""
        for meeting in MEETINGS:
            with self.subTest(meeting):
                order_id = self._new_order(None)
                job_id = self._look(order_id).job_ids.id
                uid = self.technicians[0]
                self._request(uid, self._press("service.job", job_id, "action_start"))
                with self.registry.cursor() as cr:
                    env = api.Environment(cr, SUPERUSER_ID, {})
                    clock = env["service.job"].browse(job_id).clocking_ids
                    clock.start_at -= timedelta(days=3)
                    clock_id = clock.id

                def stop(env, clock_id=clock_id):
                    Clocking = env["service.clocking"]
                    ends = Clocking._find_forgotten()
                    if clock_id in ends:
                        Clocking._close_batch([clock_id], ends)

                results = self._meet(meeting, *[(SUPERUSER_ID, stop)] * 2)
                self.assertEqual(results, (None, None))
                job = self._look(order_id).job_ids
                self.assertTrue(job.clocking_ids.closed_by_system)
                told = job.activity_ids.mapped("user_id")
                self.assertEqual(len(job.activity_ids), len(told))
