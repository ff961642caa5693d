from datetime import timedelta

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import ServiceAdvisorQualityCommon


class ComebackCommon(ServiceAdvisorQualityCommon):
    def _earlier(self, days=5, vehicle=None, **vals):
        """Return a job whose car left the shop ``days`` ago."""
        left = self._now() - timedelta(days=days)
        order = self.env["service.order"].create(
            {
                "vehicle_id": (vehicle or self.vehicle).id,
                "advisor_id": self.advisor.id,
                "odometer_in": 49990,
                "checked_in_at": left - timedelta(hours=8),
                "ready_at": left,
                "delivered_at": left,
                "odometer_out": 50000,
                "job_ids": [
                    Command.create(
                        {
                            "concern": "Squeals when braking",
                            "operation_id": self.operation.id,
                            "technician_id": self.employee.id,
                            "state": "done",
                            "finished_at": left,
                        }
                        | vals
                    )
                ],
            }
        )
        order.job_ids._start_warranty()
        return order.job_ids

    def _return(self, odometer=50100, vehicle=None, **vals):
        """Return a job of a car that the reception takes in now."""
        order = self._new_order(**{"operation_id": False, **vals})
        order.vehicle_id = vehicle or self.vehicle
        order.odometer_in = odometer
        order.with_user(self.reception).action_check_in()
        return order.job_ids


@tagged("post_install", "-at_install")
class TestComeback(ComebackCommon):
    def test_found_at_check_in(self):
        """R3.2 R1.3: the same concern within the repair warranty is linked to the first order,
        its technician and operation, and the advisor is told."""
        earlier = self._earlier()
        job = self._return(concern="Brakes squeal again")
        self.assertEqual((job.comeback_of_id, job.comeback_kind), (earlier, "concern"))
        self.assertTrue(job.is_comeback_covered)
        note = job.order_id.with_user(self.advisor).comeback_note
        for word in (earlier.order_id.name, "Technician", "Free of charge", "unless"):
            self.assertIn(word, note)
        row = self.env["service.comeback"].with_user(self.manager).search(
            [("job_id", "=", job.id)]
        )
        self.assertEqual(
            (row.earlier_order_id, row.technician_id, row.operation_id, row.model_id, row.days),
            (earlier.order_id, self.employee, self.operation, self.model, 5),
        )
        found = self.env["service.order"].search([("job_ids.comeback_of_id", "!=", False)])
        self.assertIn(job.order_id, found)

    def test_other_concern(self):
        """R3.2: another concern and operation is no comeback, nor is that of another car."""
        self._earlier()
        self.assertFalse(self._return(concern="Wiper smears").comeback_of_id)
        other = self.vehicle.copy({"plate": "沪A54321", "vin": False})
        job = self._return(concern="Squeals when braking", vehicle=other)
        self.assertFalse(job.comeback_of_id)

    def test_found_when_written(self):
        """R3.2: what is written after the check-in is compared at once, and again when it
        changes: concern, operation, symptom."""
        symptom = self.env["service.symptom"].create({"name": "Squeals"})
        earlier = self._earlier(symptom_id=symptom.id)
        job = self._return(concern="Wiper smears").with_user(self.advisor)
        job.operation_id = self.operation
        self.assertEqual((job.comeback_of_id, job.comeback_kind), (earlier, "operation"))
        job.operation_id = False
        self.assertFalse(job.comeback_of_id)
        job.symptom_id = symptom
        self.assertEqual((job.comeback_of_id, job.comeback_kind), (earlier, "concern"))
        job.symptom_id = False
        job.order_id.job_ids = [Command.create({"concern": "Squeals when braking!"})]
        self.assertEqual(job.order_id.job_ids.mapped("comeback_of_id"), earlier)
        self.assertFalse(job.comeback_of_id)

    def test_routine_is_no_comeback(self):
        """R3.2: an oil change that is due again has nothing to do with a fault."""
        routine = self.operation.copy({"code": "OIL", "is_routine": True})
        self._earlier(operation_id=routine.id, concern="Oil change")
        job = self._return(operation_id=routine.id, concern="Oil change")
        self.assertFalse(job.comeback_of_id)

    def test_how_long(self):
        """R1.3: free within days and kilometres of the repair warranty; after it a comeback for
        30 days, and none later."""
        self._earlier(5)
        self.assertFalse(self._return(odometer=52001).is_comeback_covered, "2 000 km")
        for days, linked, covered in ((10, True, True), (11, True, False), (29, True, False),
                                      (31, False, False)):
            with self.subTest(days=days):
                car = self.vehicle.copy({"plate": f"X {days}", "vin": False})
                self._earlier(days, vehicle=car)
                job = self._return(vehicle=car)
                self.assertEqual((bool(job.comeback_of_id), job.is_comeback_covered),
                                 (linked, covered))
                self.assertEqual("warranty is over" in (job.comeback_note or ""),
                                 linked and not covered)

    def test_the_last_repair_counts(self):
        """R3.2: of several repairs of the same fault the last one is the earlier job."""
        self._earlier(9)
        last = self._earlier(2)
        self.assertEqual(self._return().comeback_of_id, last)

    def test_added_from_suggested_work(self):
        """R1.3 R3.2: what the desk adds as under repair warranty is a comeback by its word."""
        earlier = self._earlier()
        order = self._return(concern="Noise in front").order_id
        suggestion = order.suggestion_ids.filtered(lambda s: s.kind == "repair_warranty")
        suggestion.with_user(self.reception).action_add()
        self.assertEqual(suggestion.job_id.comeback_of_id, earlier)

    def test_dismissed_with_a_reason(self):
        """R3.2: an advisor says why it is none; it is not proposed again, and both are kept."""
        earlier = self._earlier()
        job = self._return().with_user(self.advisor)
        with self.assertRaisesRegex(UserError, "Say why"):
            job._dismiss_comeback(" ")
        wizard = self.env["service.comeback.wizard"].with_user(self.advisor).create(
            {"job_id": job.id, "answer": "dismiss", "reason": "Stone in the disc"}
        )
        wizard.action_confirm()
        self.assertFalse(job.comeback_of_id)
        self.assertEqual(job.comeback_dismissed_ids, earlier)
        self.assertIn("Stone in the disc", job.message_ids[0].body)
        job.order_id.action_refresh_suggestions()
        job.concern = "Squeals when braking!"
        self.assertFalse(job.comeback_of_id)
        with self.assertRaisesRegex(UserError, "linked to no earlier job"):
            job._dismiss_comeback("Once more")

    def test_linked_by_a_person(self):
        """R3.2: an advisor links what the words do not show, of this car only; it stays."""
        earlier = self._earlier()
        job = self._return(concern="Strange sound").with_user(self.advisor)
        other = self._earlier(vehicle=self.vehicle.copy({"plate": "沪A5", "vin": False}))
        with self.assertRaisesRegex(UserError, "no finished work of an earlier visit"):
            job._link_comeback(other, "Same")
        job._link_comeback(earlier, "The same disc")
        self.assertEqual((job.comeback_kind, job.comeback_reason), ("manual", "The same disc"))
        self.assertTrue(job.is_comeback_covered)
        job.concern = "Another word"
        self.assertEqual(job.comeback_of_id, earlier)

    def test_by_no_other_way(self):
        """R3.2 R5.3: nobody writes the link by hand; technicians can not dismiss it."""
        earlier = self._earlier()
        job = self._return()
        for user in (self.reception, self.technician, self.manager):
            with self.assertRaises(AccessError):
                job.with_user(user).comeback_of_id = False
        with self.assertRaises(AccessError):
            self.env["service.comeback.wizard"].with_user(self.technician).create(
                {"job_id": job.id, "answer": "dismiss", "reason": "x"}
            )
        with self.assertRaises(AccessError):
            self._new_order().job_ids.with_user(self.advisor).create(
                {"order_id": job.order_id.id, "concern": "x", "comeback_of_id": earlier.id}
            )

    def test_free_of_charge(self):
        """R1.3: covered rework is billed to the shop itself in one click, and nothing else is."""
        self._earlier()
        job = self._return().with_user(self.advisor)
        self.assertEqual(job.pay_type, "customer", "a person decides")
        self.company.service_internal_partner_id = False
        with self.assertRaisesRegex(UserError, "Internal Payer"):
            job.action_comeback_free()
        job.pay_type = "customer"
        self.company.service_internal_partner_id = self.company.partner_id
        job.action_comeback_free()
        self.assertEqual((job.pay_type, job.payer_id), ("internal", self.company.partner_id))
        other = self._return(concern="Wiper smears").with_user(self.advisor)
        with self.assertRaisesRegex(UserError, "no comeback within the repair warranty"):
            other.action_comeback_free()

    def test_companies_are_apart(self):
        """R5.3: work of another company is no earlier job of ours."""
        earlier = self._earlier()
        other = self.env["res.company"].create({"name": "Other Dealer"})
        self.env.cr.execute(
            "UPDATE service_job SET company_id = %s WHERE id = %s", [other.id, earlier.id]
        )
        self.env.invalidate_all()
        self.assertFalse(self._return().comeback_of_id)

    def test_queries_do_not_grow(self):
        """R3.2: as many queries for many jobs as for two, and none for a car's first visit."""
        cars = [
            self.vehicle.copy({"plate": f"Q {index}", "vin": False}) for index in range(14)
        ]
        for car in cars:
            self._earlier(vehicle=car)
        jobs = self.env["service.job"].union(*(self._return(vehicle=car) for car in cars))
        self.assertEqual(len(jobs.filtered("comeback_of_id")), len(cars))
        counts = []
        for some in (jobs[:2], jobs[:2], jobs):
            self.env.cr.execute(
                "UPDATE service_job SET comeback_of_id = NULL, comeback_kind = NULL "
                "WHERE id = ANY(%s)", [jobs.ids]
            )
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            some._look_for_comebacks()
            self.env.flush_all()
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(counts[2], counts[1])
        first = self._new_order(operation_id=False)
        first.vehicle_id = self.vehicle.copy({"plate": "NEW 1", "vin": False})
        history = first._get_car_history()
        first.sudo().checked_in_at = self._now()
        self.env.flush_all()
        with self.assertQueryCount(0):
            first._after_history_read(history)
