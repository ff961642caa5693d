from datetime import timedelta

from dateutil.relativedelta import relativedelta
from odoo import Command, fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger
from psycopg2.errors import UniqueViolation

from .survey_common import SurveyCommon


class FollowupCommon(SurveyCommon):
    def _find(self, vehicle=None, **wanted):
        domain = [("vehicle_id", "=", (vehicle or self.vehicle).id)]
        return self.env["service.followup"].search(
            domain + [(name, "=", value) for name, value in wanted.items()]
        )

    def _find_visits(self):
        self._run("service.followup", "_cron_find_visits")

    def _look_at(self, *cars):
        for car in cars:
            car.followup_looked_on = False
        self._run("service.followup", "_cron_find_cars")

    def _call(self, kind="three_day", **vals):
        """Return a call that is due, as the advisor sees it."""
        return (
            self.env["service.followup"]
            .with_user(self.advisor)
            .create(
                {
                    "kind": kind,
                    "partner_id": self.customer.id,
                    "vehicle_id": self.vehicle.id,
                    **vals,
                }
            )
        )


@tagged("post_install", "-at_install")
class TestFound(FollowupCommon):
    """R4.4: the calls that are to be made are on the list by themselves, each once."""

    def test_after_visit(self):
        """R4.4: three days after the hand-over the advisor is to call."""
        order = self._deliver(1)
        self._find_visits()
        self._find_visits()
        [followup] = self._find(order_id=order.id)
        self.assertEqual((followup.kind, followup.user_id), ("three_day", self.advisor))
        self.assertEqual(
            followup.due_on, order._get_day(order.delivered_at) + timedelta(days=3)
        )
        order.followup_made_at = False
        with mute_logger("odoo.sql_db"):
            self._find_visits()
        self.assertEqual(self._find(order_id=order.id), followup, "the database keeps it single")

    def test_database_refuses_a_double(self):
        """R4.4: one open call of a kind and source, and one per visit ever."""
        order = self._deliver(1)
        first = self._call(order_id=order.id)
        with mute_logger("odoo.sql_db"), self.assertRaises(UniqueViolation):
            with self.env.cr.savepoint():
                self._call(order_id=order.id)
        first.action_drop()
        with mute_logger("odoo.sql_db"), self.assertRaises(UniqueViolation):
            with self.env.cr.savepoint():
                self._call(order_id=order.id)
        lost = self._call("lost")
        with mute_logger("odoo.sql_db"), self.assertRaises(UniqueViolation):
            with self.env.cr.savepoint():
                self._call("lost")
        lost.action_drop()
        self._call("lost")

    def test_declined_work(self):
        """R4.4: declined work is asked about on the customer's day, else after the shop's."""
        named = fields.Date.today() + timedelta(days=10)
        other = self._new_car(1)
        orders = []
        for car, day in ((self.vehicle, named), (other, False)):
            order = self._deliver(1, vehicle=car)
            order.job_ids = [
                Command.create({"concern": "Tyres worn", "state": "declined",
                                "followup_date": day}),
                Command.create({"concern": "Wipers", "state": "declined"}),
            ]
            orders.append(order)
        self._find_visits()
        [first] = self._find(kind="declined")
        self.assertEqual(first.due_on, named)
        self.assertEqual(first.job_ids, orders[0].job_ids)
        self.assertIn("Tyres worn", first.reason)
        [second] = self._find(other, kind="declined")
        day = orders[1]._get_day(orders[1].delivered_at)
        self.assertEqual(second.due_on, day + timedelta(days=30))

    def test_consent(self):
        """R4.4: who does not want a kind of calls gets none of it, but the other."""
        cars = [self._new_car(index) for index in range(3)]
        cars[0].owner_id.service_no_quality_call = True
        cars[1].owner_id.service_no_offer_call = True
        cars[2].owner_id.phone = False
        for car in cars:
            order = self._deliver(1, vehicle=car)
            order.job_ids = [Command.create({"concern": "Tyres", "state": "declined"})]
        self._find_visits()
        kinds = [set(self._find(car).mapped("kind")) for car in cars]
        self.assertEqual(kinds, [{"declined"}, {"three_day"}, set()])

    def test_settings(self):
        """R4.4: the company decides who calls, and what about."""
        self.company.write({"service_followup_user_id": self.reception.id,
                            "service_declined_days": 0})
        order = self._deliver(1)
        order.job_ids = [Command.create({"concern": "Tyres", "state": "declined"})]
        self._find_visits()
        followup = self._find()
        self.assertEqual((followup.kind, followup.user_id), ("three_day", self.reception))

    def test_lost(self):
        """R4.4: who stays away for months is called once, and not again before as many more."""
        gone, here, expected = (self._new_car(index) for index in range(3))
        for car, days in ((gone, 400), (here, 100), (expected, 400)):
            self._deliver(days, vehicle=car)
        self.env["service.order"].create(
            {"vehicle_id": expected.id, "partner_id": expected.owner_id.id}
        )
        self._look_at(gone, here, expected)
        self._look_at(gone, here, expected)
        [followup] = self._find(gone)
        self.assertEqual(followup.kind, "lost")
        self.assertFalse(self._find(here) | self._find(expected))
        followup.action_drop()
        self._look_at(gone)
        self.assertEqual(self._find(gone), followup, "called lately")
        followup.sudo().done_at -= relativedelta(months=13)
        self._look_at(gone)
        self.assertEqual(len(self._find(gone)), 2)

    def test_maintenance(self):
        """R4.4: the car's plan says when to call; what the visit has done is not due."""
        self.env["service.maintenance.plan"].create(
            {
                "name": "Plan",
                "model_ids": [Command.set(self.model.ids)],
                "line_ids": [
                    Command.create({"operation_id": self.operation.id, "every_months": 6})
                ],
            }
        )
        due, done = self._new_car(1), self._new_car(2)
        for car, days in ((due, 300), (done, 60)):
            order = self._deliver(days, vehicle=car)
            order.job_ids = [
                Command.create(
                    {
                        "concern": "Service",
                        "operation_id": self.operation.id,
                        "state": "qc",
                        "finished_at": order.ready_at,
                    }
                )
            ]
        self._look_at(due, done)
        [followup] = self._find(due)
        self.assertEqual(followup.kind, "maintenance")
        self.assertIn(self.operation.name, followup.reason)
        self.assertFalse(self._find(done))

    def test_recall(self):
        """R4.4: a recall is told to everybody it means, also to who wants no offers."""
        self.customer.service_no_offer_call = True
        recall = self.env["service.recall"].create(
            {
                "name": "R-1",
                "title": "Brake hose",
                "operation_id": self.operation.id,
                "vin_ids": [Command.create({"vin_from": self.vehicle.vin})],
            }
        )
        self._look_at(self.vehicle)
        [followup] = self._find()
        self.assertEqual((followup.kind, followup.recall_id), ("recall", recall))

    def test_visit_answers_it(self):
        """R4.4: who comes in need not be called to come in."""
        followup = self._call("lost")
        self._deliver(0)
        self._find_visits()
        self.assertEqual((followup.state, followup.closed_as), ("given_up", "dropped"))

    def test_complaint(self):
        """R4.2 R4.4: whether a complaint is settled, the customer is asked."""
        order = self._deliver(5)
        complaint = self.env["service.complaint"].create(
            {"order_id": order.id, "description": "Still squeals", "advisor_id": self.advisor.id}
        )
        complaint.resolved_at = self._now()
        self._find_visits()
        [followup] = self._find(kind="complaint")
        self.assertEqual((followup.complaint_id, followup.user_id), (complaint, self.advisor))
        followup = followup.with_user(self.advisor)
        followup.write({"csat": "1", "words": "No, it still does"})
        with self.assertRaisesRegex(UserError, "settled"):
            followup.action_done()
        followup.is_satisfied = "no"
        followup.action_done()
        self.assertEqual(complaint.state, "resolved")
        self.assertFalse(followup.opened_complaint_id, "it is the same complaint")
        contact = self.env["service.complaint.contact"].search(
            [("complaint_id", "=", complaint.id)]
        )
        self.assertIn("it still does", contact.words)
        self.assertTrue(complaint.contacted_at)
        again = self._call("complaint", complaint_id=complaint.id, csat="5", is_satisfied="yes")
        again.action_no_answer()
        self.assertEqual(len(complaint.attempt_ids), 1)
        again.action_done()
        self.assertEqual(complaint.state, "confirmed")

    def _count_queries(self, number, start):
        cars = self.env["service.vehicle"].union(
            *(self._new_car(start + index) for index in range(number))
        )
        for car in cars:
            self._deliver(400, vehicle=car)
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        self.env["service.followup"]._follow_cars(cars)
        self.env.flush_all()
        count = self.env.cr.sql_log_count - before
        made = self.env["service.followup"].search([("vehicle_id", "in", cars.ids)])
        self.assertEqual(made.vehicle_id, cars)
        return count

    def test_queries(self):
        """R4.4: to look at thirty cars costs the queries of three."""
        self._count_queries(2, 0)
        self.assertEqual(self._count_queries(3, 100), self._count_queries(30, 200))


@tagged("post_install", "-at_install")
class TestCall(FollowupCommon):
    """R4.4: the caller works off the list."""

    def test_no_answer(self):
        """R4.4: again tomorrow, and given up after the company's attempts."""
        call = self._call()
        call.action_no_answer()
        self.assertEqual(call.due_on, fields.Date.context_today(call) + timedelta(days=1))
        self.assertNotIn(call, call.search(call._get_due_domain()))
        call.action_no_answer()
        self.assertEqual(call.state, "open")
        call.action_no_answer()
        self.assertEqual((call.state, call.closed_as), ("given_up", "not_reached"))
        self.assertEqual(call.attempt_ids.mapped("result"), ["no_answer"] * 3)
        self.assertEqual(call.attempt_ids.user_id, self.advisor)

    def test_call_back(self):
        """R4.4: at the customer's time, not before; and it is no try in vain."""
        call = self._call()
        with self.assertRaisesRegex(UserError, "Call Again At"):
            call.action_call_back()
        call.call_again_at = self._now() + timedelta(hours=2)
        call.action_call_back()
        self.assertNotIn(call, call.search(call._get_due_domain()))
        call.call_again_at = self._now() - timedelta(minutes=1)
        self.assertIn(call, call.search(call._get_due_domain()))
        self.assertEqual(call.attempt_ids.result, "call_back")

    def test_refused(self):
        """R4.4: the customer's no holds for all calls of the purpose."""
        call, offer, other = self._call(), self._call("lost"), self._call("maintenance")
        offer.action_refused()
        self.assertTrue(self.customer.service_no_offer_call)
        self.assertFalse(self.customer.service_no_quality_call)
        self.assertEqual((other.state, other.closed_as), ("given_up", "refused"))
        self.assertEqual(call.state, "open")
        recall = self._call("recall")
        recall.action_refused()
        self.assertEqual(call.state, "open")
        with self.assertRaisesRegex(ValidationError, "does not want such calls"):
            self._call("lost")
        # Told at the desk, where the customer's page has it.
        self.customer.with_user(self.advisor).service_no_quality_call = True
        self.assertEqual((call.state, call.closed_as), ("given_up", "refused"))

    def test_done(self):
        """R4.4: what the customer says is kept, and then stands."""
        call = self._call()
        with self.assertRaisesRegex(UserError, "1 to 5"):
            call.action_done()
        call.write({"csat": "4", "recommend": "9", "is_satisfied": "yes", "words": "Thanks"})
        call.action_done()
        self.assertEqual((call.state, call.closed_as, call.done_by_id),
                         ("done", "answered", self.advisor))
        self.assertEqual((call.attempt_ids.result, call.attempt_ids.words),
                         ("reached", "Thanks"))
        self.assertFalse(call.opened_complaint_id)
        for vals in ({"csat": "5"}, {"words": "More"}):
            with self.assertRaisesRegex(UserError, "It is over"):
                call.write(vals)
        with self.assertRaises(AccessError):
            call.write({"state": "open"})
        with self.assertRaisesRegex(UserError, "It is over"):
            call.action_no_answer()
        with self.assertRaises(UserError):
            call.with_user(self.manager).unlink()

    def test_low_score(self):
        """R4.1 R4.4: a low score is a complaint, one."""
        order = self._deliver(3)
        call = self._call(order_id=order.id)
        call.write({"csat": "2", "words": "Brakes squeal again"})
        call.action_done()
        complaint = call.opened_complaint_id
        self.assertEqual((complaint.channel, complaint.order_id), ("followup", order))
        self.assertIn("Brakes squeal again", complaint.description)
        high = self._call("declined", csat="2")
        self.company.service_survey_limit = 1
        high.action_done()
        self.assertFalse(high.opened_complaint_id)

    def test_open_complaint(self):
        """R4.1 R4.4: a caller who hears of a defect opens the complaint during the call."""
        call = self._call()
        with self.assertRaisesRegex(UserError, "words"):
            call.action_open_complaint()
        call.words = "Oil on the drive"
        call.action_open_complaint()
        complaint = call.opened_complaint_id
        self.assertEqual(call.action_open_complaint()["res_id"], complaint.id)
        call.csat = "1"
        call.action_done()
        self.assertEqual(call.opened_complaint_id, complaint, "no second one for the score")

    def test_book(self):
        """R4.4: the appointment the call brings is linked, with the declined work on it."""
        order = self._deliver(30)
        order.job_ids = [
            Command.create({"concern": "Pads", "operation_id": self.operation.id,
                            "state": "declined"})
        ]
        call = self._call("declined", order_id=order.id, job_ids=[Command.set(order.job_ids.ids)])
        action = call.action_book()
        booked = call.resulting_order_id
        self.assertEqual(action["res_id"], booked.id)
        self.assertEqual((booked.state, booked.vehicle_id, booked.partner_id),
                         ("booked", self.vehicle, self.customer))
        self.assertEqual(booked.job_ids.operation_id, self.operation)
        self.assertEqual(call.action_book()["res_id"], booked.id)
        call.action_done()
        self.assertEqual((call.state, call.closed_as), ("done", "booked"))

    def test_next(self):
        """R4.4: one call after the other, each caller the own and nobody's, until none is left."""
        first, second = self._call(due_on="2020-01-01"), self._call("lost", due_on="2020-01-02")
        nobody = self._call("declined", due_on="2020-01-03", user_id=False)
        self._call("maintenance", due_on="2020-01-01", user_id=self.reception.id)
        self.assertEqual(first.action_no_answer()["res_id"], second.id)
        self.assertEqual(second.action_drop(), True)
        self.assertEqual(second.action_next_call()["res_id"], nobody.id)
        nobody.action_drop()
        self.assertNotIn("res_id", {k: v for k, v in nobody.action_next_call().items() if v})

    def test_script(self):
        """R4.4: the script names customer, car, day and what it is about."""
        order = self._deliver(3)
        call = self._call("declined", order_id=order.id, reason="Brake pads")
        script = self.env.ref("service_advisor_quality.followup_script_declined")
        script.text = "{customer} {car} {day} {reason} {caller} {unknown}"
        day = order._get_day(order.delivered_at)
        self.assertEqual(
            call.script,
            f"Li Customer {self.vehicle.display_name} {day} Brake pads Advisor {{unknown}}",
        )

    def test_form(self):
        """R4.4: a call for another reason is entered by the visit."""
        order = self._deliver(3)
        with Form(self.env["service.followup"].with_user(self.advisor)) as form:
            form.order_id = order
            form.reason = "Ask about the noise"
        call = form.record
        self.assertEqual((call.partner_id, call.vehicle_id), (self.customer, self.vehicle))

    def test_rights(self):
        """R4.4: technicians call nobody; nobody writes attempts by hand."""
        call = self._call()
        with self.assertRaises(AccessError):
            call.with_user(self.technician).read(["words"])
        with self.assertRaises(AccessError):
            self.env["service.followup.attempt"].with_user(self.manager).create(
                {"followup_id": call.id, "result": "reached"}
            )
        with self.assertRaises(AccessError):
            self._call(state="done")
        other = self.env["res.company"].create({"name": "Other"})
        theirs = self.env["service.followup"].create(
            {"kind": "lost", "partner_id": self.customer.id, "company_id": other.id}
        )
        with self.assertRaises(AccessError):
            theirs.with_user(self.reception).read(["words"])
