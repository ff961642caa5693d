from datetime import timedelta

from freezegun import freeze_time
from odoo import Command, fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from .common import ServiceAdvisorCommon


@tagged("post_install", "-at_install")
class TestSuggestion(ServiceAdvisorCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["service.maintenance.plan"].search([]).action_archive()
        cls.env["service.recall"].search([]).action_archive()
        cls.today = fields.Date.today()
        cls.oil = cls.env["service.operation"].create({"code": "OIL", "name": "Oil change"})
        cls.large = cls.env["service.operation"].create(
            {"code": "LARGE", "name": "Large service", "component_ids": cls.oil.ids}
        )
        cls.vehicle.first_registration_date = cls.today - timedelta(days=100)

    def _check_in(self, odometer=50000, **vals):
        order = self._new_order(**({"operation_id": False} | vals))
        order.odometer_in = odometer
        order.with_user(self.reception).action_check_in()
        return order

    def _earlier(self, days_ago=20, odometer=40000, **job_vals):
        """Return the job of an earlier visit, done and delivered unless ``job_vals`` differ."""
        left = self._now() - timedelta(days=days_ago)
        with freeze_time(left):
            order = self._new_order(**{"concern": "Earlier"} | job_vals)
            order.odometer_in = odometer
            order.action_check_in()
        order.job_ids.sudo().write({"state": "qc", "finished_at": left})
        order.sudo().write({"ready_at": left, "delivered_at": left, "odometer_out": odometer})
        order.suggestion_ids.sudo().unlink()
        return order.job_ids

    def _decline(self, days_ago=20, reason="Too expensive", **vals):
        job = self._earlier(days_ago, **{k: v for k, v in vals.items() if k == "operation_id"})
        job.sudo().write(
            {
                "state": "declined",
                "decline_reason": reason,
                "authorised_at": self._now() - timedelta(days=days_ago),
                "authorised_name": "Mr Former Owner",
                **vals,
            }
        )
        return job

    def _plan(self, *lines):
        return self.env["service.maintenance.plan"].create(
            {
                "name": "Every car",
                "line_ids": [
                    Command.create({"operation_id": operation.id, "every_km": km})
                    for operation, km in lines
                ],
            }
        )

    def _recall(self, **vals):
        return self.env["service.recall"].create(
            {
                "name": "R-1",
                "title": "Airbag",
                "operation_id": self.oil.id,
                "vin_ids": [Command.create({"vin_from": self.vehicle.vin})],
                **vals,
            }
        )

    def _found(self, order, kind):
        return order.suggestion_ids.filtered(lambda found: found.kind == kind)

    # ---- maintenance ----------------------------------------------------------------------

    def test_maintenance_due(self):
        """R1.3: due work is suggested at the check-in, added with one click, and never twice."""
        self._plan((self.oil, 10000), (self.operation, 60000))
        order = self._check_in(12000)
        found = self._found(order, "maintenance")
        self.assertEqual(found.operation_id, self.oil)
        self.assertIn("Due since 10,000 km (2,000 km over)", found.reason)
        self.assertIn("no record of it here", found.reason)
        found.with_user(self.reception).action_add()
        self.assertEqual((found.state, found.job_id.operation_id), ("added", self.oil))
        found.with_user(self.reception).action_add()
        order.action_refresh_suggestions()
        self.assertEqual(self._found(order, "maintenance"), found)
        self.assertEqual(len(order.job_ids), 2)

    def test_maintenance_nearly_due(self):
        """R1.3: nearly due work is suggested as well, and says how much is left."""
        plan = self._plan((self.oil, 10000))
        plan.remind_km = 500
        order = self._check_in(9500)
        self.assertIn(
            "Due in 500 km (at 10,000 km)", self._found(order, "maintenance").reason
        )
        order.odometer_in = 9499
        self.assertFalse(self._found(order, "maintenance"))

    def test_maintenance_done_inside_a_package(self):
        """R1.3: what a package included counts as done from then on."""
        self._plan((self.oil, 10000))
        self._earlier(odometer=40000, operation_id=self.large.id)
        order = self._check_in(48000)
        self.assertFalse(self._found(order, "maintenance"))
        order.odometer_in = 50000
        self.assertIn("last done", self._found(order, "maintenance").reason)

    def test_package_stands_for_its_components(self):
        """R1.3: where the large service is due, the small one inside is not asked for too."""
        self._plan((self.oil, 10000), (self.large, 20000))
        order = self._check_in(25000)
        self.assertEqual(self._found(order, "maintenance").operation_id, self.large)

    def test_not_what_the_customer_asks_for(self):
        """R1.3: work that is on the order already is not suggested."""
        self._plan((self.oil, 10000))
        order = self._check_in(25000, operation_id=self.large.id)
        self.assertFalse(order.suggestion_ids)

    # ---- declined before ------------------------------------------------------------------

    def test_declined_before(self):
        """R1.3 R1.6: declined work comes back with its reason and without the person's name."""
        self._decline(reason="Too expensive")
        order = self._check_in()
        found = self._found(order, "declined")
        self.assertEqual((found.name, found.is_urgent), (self.operation.name, False))
        self.assertIn("Too expensive", found.reason)
        self.assertNotIn("Former", found.reason)
        self.assertNotIn(self.customer.name, found.reason)
        found.action_add()
        self.assertEqual(found.job_id.operation_id, self.operation)

    def test_ask_again(self):
        """R1.6: work whose day or odometer to ask again has come is urgent and stands first."""
        self._decline(operation_id=self.large.id, followup_odometer=60000)
        self._decline(followup_odometer=49000)
        self._decline(operation_id=self.oil.id, followup_date=self.today + timedelta(days=9))
        found = self._found(self._check_in(), "declined").sorted()
        self.assertEqual(found.mapped("is_urgent"), [True, False, False])
        self.assertEqual(found[0].operation_id, self.operation)

    def test_declined_and_done_since(self):
        """R1.3: work that was done after all is not offered again."""
        self._decline(30)
        self._earlier(10)
        order = self._check_in()
        self.assertFalse(self._found(order, "declined"))

    def test_declined_twice_is_asked_once(self):
        """R1.3: the last refusal counts, and due maintenance joins it in one line."""
        self._plan((self.operation, 30000))
        self._decline(60, "First time")
        self._decline(10, "Second time")
        order = self._check_in()
        self.assertIn("Second time", order.suggestion_ids.reason)
        self.assertIn("Due since 30,000 km", order.suggestion_ids.reason)

    def test_declined_without_operation(self):
        """R1.3: a concern without an operation is offered in the words of that day."""
        job = self._earlier(operation_id=False)
        job.sudo().write({"state": "declined", "concern": "Scratch on the door"})
        found = self._found(self._check_in(), "declined")
        found.action_add()
        self.assertEqual(found.job_id.concern, "Scratch on the door")

    # ---- recalls --------------------------------------------------------------------------

    def test_recall_done(self):
        """R1.3: a recall is matched by VIN, added, done by its job, and not asked for again."""
        self._recall()
        order = self._check_in()
        found = self._found(order, "recall")
        self.assertEqual((found.outcome, found.is_urgent), ("open", False))
        found.with_user(self.reception).action_add()
        found.job_id.sudo().state = "qc"
        self.assertEqual(found.outcome, "done")
        order.action_refresh_suggestions()
        self.assertEqual(self._found(order, "recall"), found)
        self.assertFalse(self._check_in(50010).suggestion_ids)

    def test_recall_on_the_order_already(self):
        """R1.3: the work typed in by hand counts as the recall's."""
        recall = self._recall()
        order = self._check_in(operation_id=self.oil.id)
        found = self._found(order, "recall")
        self.assertEqual((found.recall_id, found.state), (recall, "added"))
        self.assertEqual(found.job_id, order.job_ids)

    def test_do_not_drive_keeps_the_car(self):
        """R1.3: no hand-over before the recall is done or refused, with the customer's reason."""
        recall = self._recall(do_not_drive=True)
        order = self._check_in()
        self.assertIn("must not be driven", order.need_warning)
        order.sudo().ready_at = self._now()
        with self.assertRaisesRegex(UserError, "R-1 Airbag.*Suggested Work"):
            order.action_open_handover()
        with self.assertRaisesRegex(UserError, "R-1 Airbag"):
            self._hand_over(order)
        found = self._found(order, "recall")
        action = found.with_user(self.advisor).action_dismiss()
        self.assertEqual(found.state, "open", "a recall is not put aside with one click")
        wizard = self.env[action["res_model"]].with_user(self.advisor)
        wizard = Form(wizard.with_context(**action["context"]))
        wizard.reason = "   "
        with self.assertRaisesRegex(UserError, "why the recall is not done"):
            wizard.save().action_confirm()
        self.assertEqual(found.state, "open", "blanks are no reason")
        wizard.reason = "Wants to have it done at home"
        wizard.save().action_confirm()
        self.assertEqual((found.outcome, found.dismissal), ("refused", "refused"))
        self.assertEqual(found.dismiss_reason, "Wants to have it done at home")
        order.action_open_handover()
        self._hand_over(order)
        self.assertEqual(order.state, "delivered")
        self.assertEqual(recall.suggestion_ids, found)
        again = self._check_in(50010)
        self.assertEqual(self._found(again, "recall").state, "open", "asked at the next visit")

    def test_do_not_drive_before_ready(self):
        """R1.3: the car is not ready either, so that the work can still be added."""
        self._recall(do_not_drive=True)
        order = self._check_in()
        order.job_ids.sudo().state = "declined"
        with self.assertRaisesRegex(UserError, "R-1 Airbag"):
            order.action_ready()
        found = self._found(order, "recall")
        found.action_add()
        found.job_id.sudo().state = "declined"
        self.assertEqual(found.outcome, "refused", "refused in the customer's answer")
        order.action_ready()

    def test_recall_published_while_the_car_is_here(self):
        """R1.3: a recall entered after the check-in keeps the car as well."""
        order = self._check_in()
        order.sudo().ready_at = self._now()
        self._recall(do_not_drive=True)
        with self.assertRaisesRegex(UserError, "press Look Again"):
            order.action_open_handover()
        order.with_user(self.advisor).action_refresh_suggestions()
        self._found(order, "recall")._dismiss("elsewhere", "Done at Dealer West on 1 May")
        order.action_open_handover()
        self.assertFalse(self._found(self._check_in_other_day(order), "recall"))

    def _check_in_other_day(self, order):
        order.sudo().delivered_at = self._now() - timedelta(days=100)
        return self._check_in(50010)

    def test_recall_job_taken_off(self):
        """R1.3: deleting the job of a recall opens the recall again."""
        self._recall(do_not_drive=True)
        order = self._check_in()
        found = self._found(order, "recall")
        found.action_add()
        found.job_id.with_user(self.reception).unlink()
        self.assertEqual((found.state, found.outcome), ("open", "open"))

    # ---- repair warranty ------------------------------------------------------------------

    def test_recall_job_cancelled(self):
        """R1.3: a recall whose estimate was cancelled is open again after another look; before,
        nothing on the screen could let the car go."""
        self._recall(do_not_drive=True)
        order = self._check_in()
        found = self._found(order, "recall")
        found.action_add()
        found.job_id.estimate_id._action_cancel()
        order.action_refresh_suggestions()
        self.assertEqual((found.state, found.job_id.id), ("open", False))
        found._dismiss("refused", "No time")
        self.assertFalse(order._get_unanswered_recalls()[order])

    def test_repair_warranty(self):
        """R1.3: an earlier repair under warranty is shown and becomes a comeback job."""
        earlier = self._earlier(8, odometer=49000)
        order = self._check_in(49340)
        found = self._found(order, "repair_warranty")
        self.assertEqual(found.source_job_id, earlier)
        self.assertIn("Done 8 days and 340 km ago", found.reason)
        self.assertIn("51,000 km", found.reason)
        found.with_user(self.reception).action_add()
        job = found.job_id
        self.assertEqual((job.origin_job_id, job.operation_id.id), (earlier, False))
        self.assertIn("Under repair warranty", job.concern)
        self.assertIn(earlier.order_id.name, job.concern)
        order.action_refresh_suggestions()
        self.assertEqual(self._found(order, "repair_warranty"), found)

    def test_repair_warranty_of_the_same_work(self):
        """R1.3: where the customer's job is the same work, it becomes the comeback."""
        earlier = self._earlier(8, odometer=49000)
        order = self._check_in(49340, operation_id=self.operation.id)
        self._found(order, "repair_warranty").action_add()
        self.assertEqual(order.job_ids.origin_job_id, earlier)

    def test_repair_warranty_over(self):
        """R1.3: the class of the operation decides; days or km, whichever comes first."""
        self._earlier(11, odometer=49000)
        order = self._check_in(49340)
        self.assertFalse(self._found(order, "repair_warranty"))
        self.operation.repair_class = "level_2"
        order.action_refresh_suggestions()
        self.assertTrue(self._found(order, "repair_warranty"))
        order.odometer_in = 54001
        self.assertFalse(self._found(order, "repair_warranty"))

    # ---- the panel ------------------------------------------------------------------------

    def test_dismiss(self):
        """R1.3: one click puts work aside for this visit, not for the next."""
        self._plan((self.oil, 10000))
        order = self._check_in()
        found = order.suggestion_ids.with_user(self.advisor)
        self.assertIs(found.action_dismiss(), True)
        self.assertEqual((found.state, found.dismissal), ("dismissed", "later"))
        self.assertTrue(found.dismiss_reason)
        order.action_refresh_suggestions()
        self.assertEqual(order.suggestion_ids, found)
        self.assertFalse(order.open_suggestion_ids)
        self.assertEqual(self._check_in().open_suggestion_ids.operation_id, self.oil)

    def test_another_car(self):
        """R1.3: a car chosen by mistake takes its open suggestions along; answers stay."""
        self._plan((self.oil, 10000), (self.operation, 10000))
        order = self._new_order(operation_id=False)
        order.odometer_in = 20000
        dismissed, left = order.suggestion_ids
        dismissed.action_dismiss()
        other = self.env["service.vehicle"].create({"plate": "沪B77777"})
        order.odometer_in = 5000
        self.assertFalse(left.exists())
        order.vehicle_id = other
        self.assertEqual(order.suggestion_ids, dismissed)
        self.assertEqual(dismissed.vehicle_id, self.vehicle)

    def test_text_is_kept_up_to_date(self):
        """R1.3: an open suggestion follows the odometer."""
        self._plan((self.oil, 10000))
        order = self._check_in(20000)
        found = order.suggestion_ids
        self.assertIn("10,000 km over", found.reason)
        order.odometer_in = 21000
        self.assertIn("11,000 km over", found.reason)

    def test_same_work_is_one_job(self):
        """R1.3: a recall and due maintenance for the same work are added together."""
        self._plan((self.oil, 10000))
        self._recall()
        order = self._check_in()
        self.assertEqual(len(order.suggestion_ids), 2)
        order.suggestion_ids.action_add()
        self.assertEqual(len(order.job_ids), 2)
        self.assertEqual(set(order.suggestion_ids.mapped("state")), {"added"})

    def test_not_after_the_work(self):
        """R1.3: nothing is added to an order that is ready; the next step is named."""
        self._plan((self.oil, 10000))
        order = self._check_in()
        order.sudo().ready_at = self._now()
        with self.assertRaisesRegex(UserError, "Ready.*propose jobs"):
            order.suggestion_ids.action_add()

    def test_form(self):
        """R1.3: the order's screen shows the open suggestions and everybody may open it."""
        self._plan((self.oil, 10000))
        order = self._check_in()
        for user in (self.reception, self.advisor, self.technician, self.storekeeper):
            with self.subTest(user.name):
                form = Form(order.with_user(user))
                self.assertEqual(len(form.open_suggestion_ids), 1)
                self.assertEqual(form.suggestion_count, 1)
        action = order.action_view_suggestions()
        self.assertEqual(self.env[action["res_model"]].search(action["domain"]).order_id, order)

    def test_roles(self):
        """R5.3: the desk adds, everybody in the shop reads, nobody writes one by hand."""
        self._plan((self.oil, 10000))
        found = self._check_in().suggestion_ids
        for user in (self.technician, self.storekeeper):
            self.assertTrue(found.with_user(user).reason)
            with self.assertRaises(AccessError):
                found.with_user(user).action_add()
        with self.assertRaises(AccessError):
            found.with_user(self.salesperson).read(["reason"])
        for vals in ({"state": "dismissed"}, {"reason": "x"}, {"job_id": False}):
            with self.assertRaisesRegex(AccessError, "by hand"):
                found.with_user(self.manager).write(vals)
        with self.assertRaises(AccessError):
            found.with_user(self.manager).unlink()
        recall = self._recall(do_not_drive=True)
        with self.assertRaises(AccessError):
            self.env["service.suggestion.wizard"].with_user(self.reception).create(
                {"suggestion_id": found.id, "reason": "x"}
            )
        other = self.env["res.company"].create({"name": "Other Dealer"})
        stranger = self.manager.copy({"company_id": other.id, "company_ids": [(6, 0, other.ids)]})
        recall.company_id = self.company
        for record in (found, recall, recall.vin_ids):
            self.assertFalse(record.with_user(stranger).search([("id", "in", record.ids)]))

    # ---- cost -----------------------------------------------------------------------------

    def _many_orders(self, count):
        """Orders of as many cars, each with something of every kind."""
        cars = self.env["service.vehicle"].create(
            [
                {
                    "plate": f"沪C{self._next_plate():05d}",
                    "first_registration_date": self.today - timedelta(days=400),
                    "owner_id": self.customer.id,
                }
                for _index in range(count)
            ]
        )
        left = self._now() - timedelta(days=5)
        earlier = self.env["service.order"].create(
            [
                {
                    "vehicle_id": car.id,
                    "odometer_in": 49500,
                    "job_ids": [
                        Command.create({"concern": "a", "operation_id": self.operation.id}),
                        Command.create({"concern": "b", "operation_id": self.large.id}),
                    ],
                }
                for car in cars
            ]
        )
        for order in earlier:
            done, declined = order.job_ids
            done.sudo().write({"state": "qc", "finished_at": left})
            declined.sudo().write({"state": "declined", "authorised_at": left})
        earlier.sudo().write({"checked_in_at": left, "ready_at": left, "delivered_at": left})
        return self.env["service.order"].create(
            [
                {
                    "vehicle_id": car.id,
                    "odometer_in": 50000,
                    "job_ids": [Command.create({"concern": "c"})],
                }
                for car in cars
            ]
        )

    def _next_plate(self):
        self.plates = getattr(self, "plates", 0) + 1
        return self.plates

    def test_many_orders_cost_as_much_as_two(self):
        """R1.3: refreshing forty orders takes the queries of two, the first time and again."""
        self._plan((self.oil, 10000), (self.operation, 400))
        counts = []
        for count in (2, 2, 40):  # the first round fills the caches
            orders = self._many_orders(count)
            taken = []
            for _round in range(2):
                self.env.flush_all()
                self.env.invalidate_all()
                before = self.env.cr.sql_log_count
                orders._refresh_suggestions()
                self.env.flush_all()
                taken.append(self.env.cr.sql_log_count - before)
            self.assertEqual(
                set(orders.suggestion_ids.mapped("kind")),
                {"repair_warranty", "maintenance", "declined"},
            )
            counts.append(taken)
        # Odoo inserts and updates a hundred rows at a time.
        for two, forty in zip(counts[1], counts[2], strict=True):
            self.assertLessEqual(forty, two + 4)

    def test_opening_an_order_stays_constant(self):
        """R1.3: an order with many suggestions opens with as many queries as one with few."""
        names = ["open_suggestion_ids", "suggestion_count", "need_warning", "guarantee_status"]

        def queries(order):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            order = order.with_user(self.advisor)
            order.read(names)
            order.open_suggestion_ids.read(["name", "reason", "kind", "is_urgent"])
            return self.env.cr.sql_log_count - before

        self._plan((self.oil, 10000))
        few = self._check_in()
        queries(few)
        expected = queries(few)
        operations = self.env["service.operation"].create(
            [{"code": f"N{index}", "name": f"Work {index}"} for index in range(30)]
        )
        self._plan(*((operation, 1000) for operation in operations))
        self.env["service.maintenance.plan"].search([])[:1].action_archive()
        many = self._check_in()
        self.assertGreater(len(many.open_suggestion_ids), 25)
        self.assertEqual(queries(many), expected)
