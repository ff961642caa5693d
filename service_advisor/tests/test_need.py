from datetime import timedelta

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger
from psycopg2.errors import CheckViolation

from .common import ServiceAdvisorCommon


@tagged("post_install", "-at_install")
class TestPackages(ServiceAdvisorCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.bleed = cls.env["service.operation"].create(
            {
                "code": "BRK-FL",
                "name": "Replace brake fluid",
                "allowed_hours": 0.8,
                "part_ids": [Command.create({"product_id": cls.fluid.id, "quantity": 1})],
            }
        )
        cls.package = cls.env["service.operation"].create(
            {
                "code": "BRK-JOB",
                "name": "Brake job",
                "allowed_hours": 0,
                "component_ids": [Command.set([cls.operation.id, cls.bleed.id])],
            }
        )

    def _quantities(self, job):
        return {
            line.product_id: line.product_uom_qty
            for line in job.line_ids
            if not line.display_type
        }

    def test_one_job_with_everything(self):
        """R1.3: a package is one job with the labour and parts of all it includes."""
        job = self._new_order(operation_id=self.package.id).job_ids
        self.assertAlmostEqual(job.allowed_hours, 2.3)
        found = self._quantities(job)
        self.assertEqual(set(found), {self.labour, self.pads, self.fluid})
        self.assertAlmostEqual(found[self.labour], 2.3)
        self.assertEqual((found[self.pads], found[self.fluid]), (1, 3))

    def test_own_hours_come_first(self):
        """R1.3: a package with hours of its own takes those, else the sum of its components."""
        self.assertTrue(self.package.is_package)
        self.assertAlmostEqual(self.package.job_hours, 2.3)
        outer = self.env["service.operation"].create(
            {"code": "O", "name": "Outer", "allowed_hours": 0, "component_ids": self.package.ids}
        )
        self.assertAlmostEqual(outer.job_hours, 2.3)
        self.package.allowed_hours = 2
        self.assertEqual((self.package.job_hours, outer.job_hours), (2, 2))
        self.assertEqual(self._new_order(operation_id=outer.id).job_ids.allowed_hours, 2)

    def test_labour_at_different_rates(self):
        """R1.4: components sold at another rate keep it, in proportion to the hours agreed."""
        special = self.labour.copy({"name": "Special Labour", "list_price": 300})
        self.bleed.product_id = special
        job = self._new_order(operation_id=self.package.id, allowed_hours=4.6).job_ids
        found = self._quantities(job)
        self.assertAlmostEqual(found[self.labour], 3.0)
        self.assertAlmostEqual(found[special], 1.6)

    def test_archived_components_are_skipped(self):
        """R1.3: what is no longer offered does not come with a package."""
        self.bleed.action_archive()
        self.assertAlmostEqual(self.package.job_hours, 1.5)
        found = self._quantities(self._new_order(operation_id=self.package.id).job_ids)
        self.assertEqual(found[self.fluid], 2)

    def test_another_operation_takes_the_whole_package_away(self):
        """R1.6: changing the operation of a job removes all lines of the package, and only
        those."""
        job = self._new_order(operation_id=self.package.id).job_ids
        extra = self._new_part("Grease", 5)
        job.line_ids = [
            Command.create({"order_id": job.estimate_id.id, "product_id": extra.id})
        ]
        job.operation_id = self.bleed
        self.assertEqual(set(self._quantities(job)), {self.labour, self.fluid, extra})

    def test_no_cycles(self):
        """R1.3: a package never includes itself, not even through another one."""
        with self.assertRaisesRegex(ValidationError, "would include itself"):
            self.bleed.component_ids = self.package
        with self.assertRaisesRegex(ValidationError, "would include itself"):
            self.package.component_ids = self.package

    def test_found_inside_a_package(self):
        """R1.3: work that comes inside a package on the order is not proposed once more."""
        order = self._new_order(operation_id=self.package.id)
        self.assertEqual(order._find_open_job(self.bleed), order.job_ids)
        self.assertFalse(order._find_open_job(self.operation.copy({"code": "X"})))

    def test_needed_skill(self):
        """R2.1: whoever assigns a job sees the skill it needs."""
        skills = self.env["hr.skill.type"].create(
            {
                "name": "Workshop",
                "skill_ids": [Command.create({"name": "High voltage"})],
                "skill_level_ids": [Command.create({"name": "Certified", "level_progress": 100})],
            }
        )
        self.operation.skill_id = skills.skill_ids
        job = self._new_order().job_ids
        self.assertEqual(job.with_user(self.technician).skill_id, skills.skill_ids)

    def test_search(self):
        """R1.3: packages are found among the operations."""
        Operation = self.env["service.operation"]
        found = Operation.search([("component_ids", "!=", False)])
        self.assertIn(self.package, found)
        self.assertNotIn(self.bleed, found)


@tagged("post_install", "-at_install")
class TestSymptoms(ServiceAdvisorCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.check = cls.env["service.operation"].create({"code": "CHK", "name": "Brake check"})
        cls.symptom = cls.env["service.symptom"].create(
            {
                "name": "Squeals",
                "section": "brakes",
                "question_ids": [
                    Command.create({"name": "Metal on metal?", "kind": "yes_no"}),
                    Command.create(
                        {
                            "name": "From which wheels?",
                            "kind": "choice",
                            "choice_ids": [
                                Command.create({"name": "Front"}),
                                Command.create({"name": "Rear"}),
                            ],
                        }
                    ),
                    Command.create({"name": "Since when?", "kind": "text"}),
                ],
            }
        )
        cls.metal, cls.wheels, cls.since = cls.symptom.question_ids
        cls.yes, cls.no = cls.metal.choice_ids
        cls.front, cls.rear = cls.wheels.choice_ids
        cls.symptom.cause_ids = [
            Command.create({"name": "Not clear", "operation_id": cls.check.id, "sequence": 1}),
            Command.create(
                {
                    "name": "Front pads worn",
                    "operation_id": cls.operation.id,
                    "sequence": 2,
                    "choice_ids": [Command.set([cls.front.id, cls.yes.id])],
                }
            ),
        ]
        cls.unclear, cls.worn = cls.symptom.cause_ids

    def _new_job(self, **vals):
        return self._new_order(operation_id=False, symptom_id=self.symptom.id, **vals).job_ids

    def _answer(self, job, question, choice):
        job.answer_ids.filtered(lambda answer: answer.question_id == question).choice_id = choice

    def test_questions_come_with_the_symptom(self):
        """R1.3: choosing a symptom brings its questions, and they stay as they were asked."""
        job = self._new_job()
        self.assertEqual(
            job.answer_ids.mapped("name"), ["Metal on metal?", "From which wheels?", "Since when?"]
        )
        self._answer(job, self.metal, self.yes)
        job.answer_ids[2].text = "Since Monday"
        self.assertEqual(job.answer_ids.mapped("answer"), ["Yes", False, "Since Monday"])
        self.metal.name = "Rewritten"
        self.yes.name = "Rewritten"
        self.assertEqual(job.answer_ids[0].name, "Metal on metal?")
        self.assertEqual(job.answer_ids[0].answer, "Yes")
        self.since.unlink()
        self.assertEqual(job.answer_ids[2].name, "Since when?")

    def test_another_symptom_keeps_what_was_answered(self):
        """R1.3: questions nobody answered go with their symptom, answers stay."""
        job = self._new_job()
        self._answer(job, self.metal, self.no)
        job.symptom_id = self.env["service.symptom"].create(
            {"name": "Pulls", "question_ids": [Command.create({"name": "Which side?"})]}
        )
        self.assertEqual(set(job.answer_ids.mapped("name")), {"Metal on metal?", "Which side?"})
        job.symptom_id = self.symptom
        self.assertEqual(len(job.answer_ids), 3, "a question is asked once")

    def test_yes_and_no_in_every_language(self):
        """R1.3: a question for yes or no has both answers, in each language that is used."""
        self.env["res.lang"]._activate_lang("zh_CN")
        question = self.env["service.symptom.question"].create(
            {"name": "Only when cold?", "symptom_id": self.symptom.id}
        )
        self.assertEqual(question.choice_ids.mapped("name"), ["Yes", "No"])
        question.kind = "text"
        question.kind = "yes_no"
        self.assertEqual(len(question.choice_ids), 2)

    def test_causes_are_ranked_by_the_answers(self):
        """R1.3: the cause that the most answers point to comes first."""
        job = self._new_job()
        self.assertEqual(job.cause_ids.ids, [self.unclear.id, self.worn.id])
        self._answer(job, self.wheels, self.front)
        self._answer(job, self.metal, self.yes)
        self.assertEqual(job.cause_ids.ids, [self.worn.id, self.unclear.id])
        self.assertEqual(job.likely_cause_ids, self.worn)
        self._answer(job, self.metal, self.no)
        self._answer(job, self.wheels, self.rear)
        self.assertEqual(job.cause_ids.ids, [self.unclear.id, self.worn.id])
        self.assertFalse(job.likely_cause_ids)

    def test_propose_is_one_click_and_never_twice(self):
        """R1.3: a likely cause becomes the operation of the job, the next one a job of its own."""
        job = self._new_job(concern="It squeals")
        worn = self.worn.with_user(self.reception).with_context(service_job_id=job.id)
        worn.action_propose()
        self.assertEqual(job.operation_id, self.operation)
        self.assertIn(self.pads, job.line_ids.product_id)
        self.assertEqual(job.proposed_cause_ids, self.worn)
        worn.action_propose()
        self.assertEqual(len(job.order_id.job_ids), 1)
        self.unclear.with_context(service_job_id=job.id).action_propose()
        added = job.order_id.job_ids - job
        self.assertEqual((added.operation_id, added.concern), (self.check, "It squeals"))
        self.unclear.with_context(service_job_id=job.id).action_propose()
        self.assertEqual(len(job.order_id.job_ids), 2)

    def test_not_when_the_work_is_over(self):
        """R1.3: nothing is proposed on an order that is cancelled; it is named."""
        job = self._new_job()
        job.order_id.action_cancel()
        with self.assertRaisesRegex(UserError, job.order_id.name):
            self.worn.with_context(service_job_id=job.id).action_propose()

    def test_form(self):
        """R1.3: on the screen the questions stand there as soon as the symptom is chosen."""
        order = self._new_order(operation_id=False)
        with Form(order.job_ids) as form:
            form.symptom_id = self.symptom
            self.assertEqual(len(form.answer_ids), 3)
            with form.answer_ids.edit(0) as answer:
                answer.choice_id = self.yes
            self.assertEqual(form.likely_cause_ids.ids, self.worn.ids, "marked before saving")
        self.assertEqual(order.job_ids.answer_ids.mapped("answer"), ["Yes", False, False])

    def test_roles(self):
        """R5.3: technicians read and give answers, seats read, managers keep the guide."""
        job = self._new_job()
        answer = job.answer_ids[0]
        answer.with_user(self.technician).choice_id = self.yes
        self.assertEqual(answer.with_user(self.storekeeper).answer, "Yes")
        with self.assertRaises(AccessError):
            answer.with_user(self.accountant).text = "x"
        with self.assertRaises(AccessError):
            answer.with_user(self.salesperson).read(["answer"])
        for record in (self.symptom, self.metal, self.yes, self.worn):
            record.with_user(self.manager).write({"sequence": 5})
            with self.assertRaises(AccessError):
                record.with_user(self.advisor).write({"sequence": 6})

    def test_companies_apart(self):
        """R5.3: another company sees neither our symptoms nor our answers."""
        other = self.env["res.company"].create({"name": "Other Dealer"})
        stranger = self.manager.copy({"company_id": other.id, "company_ids": [(6, 0, other.ids)]})
        self.symptom.company_id = self.company
        job = self._new_job()
        for record in (
            self.symptom, self.metal, self.yes, self.worn, job.answer_ids,
        ):
            self.assertFalse(record.with_user(stranger).search([("id", "in", record.ids)]))


@tagged("post_install", "-at_install")
class TestMaintenancePlan(ServiceAdvisorCommon):
    def test_most_specific_plan(self):
        """R1.3: a plan for the model beats one for the make, and that one for the energy."""
        Plan = self.env["service.maintenance.plan"]
        Plan.search([]).action_archive()
        self.vehicle.energy = "petrol"
        electric = Plan.create({"name": "Electric", "energy": "electric"})
        self.assertFalse(Plan._get_by_vehicle(self.vehicle))
        general = Plan.create({"name": "Every car"})
        self.assertEqual(Plan._get_by_vehicle(self.vehicle), {self.vehicle: general})
        petrol = Plan.create({"name": "Petrol", "energy": "petrol"})
        self.assertEqual(Plan._get_by_vehicle(self.vehicle), {self.vehicle: petrol})
        make = Plan.create({"name": "Make", "brand_id": self.model.brand_id.id})
        self.assertEqual(Plan._get_by_vehicle(self.vehicle), {self.vehicle: make})
        model = Plan.create({"name": "Model", "model_ids": self.model.ids})
        self.assertEqual(Plan._get_by_vehicle(self.vehicle), {self.vehicle: model})
        own = model.copy({"company_id": self.company.id})
        self.assertEqual(Plan._get_by_vehicle(self.vehicle), {self.vehicle: own})
        self.vehicle.energy = "electric"
        own.energy = "petrol"
        model.energy = "petrol"
        make.action_archive()
        self.assertEqual(Plan._get_by_vehicle(self.vehicle), {self.vehicle: electric})

    def test_an_interval_is_needed(self):
        """R1.3: work of a plan has km, months or both."""
        with mute_logger("odoo.sql_db"), self.assertRaises(CheckViolation):
            self.env["service.maintenance.plan"].create(
                {"name": "x", "line_ids": [Command.create({"operation_id": self.operation.id})]}
            )


@tagged("post_install", "-at_install")
class TestRecall(ServiceAdvisorCommon):
    # Cars of one series: the check digit, position 9, differs from car to car.
    SERIES = ("LSVAL41Z882104202", "LSVAL41Z682104201", "LSVAL41ZX82104203")

    def _recall(self, *lines, **vals):
        return self.env["service.recall"].create(
            {
                "name": "R-1",
                "title": "Airbag",
                "operation_id": self.operation.id,
                "vin_ids": [Command.create(line) for line in lines],
                **vals,
            }
        )

    def _means(self, *lines, **vals):
        recall = self._recall(*lines, **vals)
        found = self.env["service.recall"]._match(self.vehicle)
        means = recall in found[self.vehicle]
        recall.unlink()
        return means

    def test_by_vin(self):
        """R1.3: a recall means a car by its VIN, however that was typed."""
        self.assertTrue(self._means({"vin_from": " lsval41z8-82104202"}))
        self.assertFalse(self._means({"vin_from": self.SERIES[1]}))

    def test_by_range(self):
        """R1.3: ranges compare serial numbers of the same series, whatever the check digits."""
        first, last = self.SERIES[1], self.SERIES[2]
        self.assertTrue(self._means({"vin_from": first, "vin_to": last}))
        self.assertTrue(self._means({"vin_from": self.SERIES[0], "vin_to": last}))
        self.assertFalse(self._means({"vin_from": last, "vin_to": "LSVAL41Z882109999"}))
        # another plant, with serial numbers around ours
        self.assertFalse(
            self._means({"vin_from": "LSVAL41Z881000000", "vin_to": "LSVAL41Z881999999"})
        )

    def test_ranges_that_are_none(self):
        """R1.3: a range from one series to another, or backwards, is refused and explained."""
        for first, last in (
            (self.SERIES[2], self.SERIES[1]),
            (self.SERIES[1], "LFV6A24G2D3041348"),
        ):
            with self.assertRaisesRegex(ValidationError, "is no range"):
                self._recall({"vin_from": first, "vin_to": last}, name=last)
        with self.assertRaisesRegex(ValidationError, "is no VIN"):
            self._recall({"vin_from": "LSVAL41Z8"}, name="R-2")

    def test_not_yet_begun(self):
        """R1.3: a campaign counts from its start on, and only where it belongs."""
        line = {"vin_from": self.vehicle.vin}
        tomorrow = fields.Date.today() + timedelta(days=2)
        self.assertFalse(self._means(line, start_date=tomorrow))
        other = self.env["res.company"].create({"name": "Other Dealer"})
        self.operation.company_id = False
        self.assertFalse(self._means(line, company_id=other.id))
        self.assertTrue(self._means(line, company_id=self.company.id))

    def test_found_by_an_index(self):
        """R1.3: many campaigns cost one query, and cars without a VIN none of their own."""
        self._recall({"vin_from": self.vehicle.vin})
        cars = self.env["service.vehicle"].create(
            [{"plate": f"沪B{number:05d}"} for number in range(20)]
        )
        self.env.flush_all()
        with self.assertQueryCount(1):
            found = self.env["service.recall"]._match(cars)
        self.assertFalse(found)

    def test_roles(self):
        """R5.3: everybody reads recalls and warranty periods, managers keep them."""
        recall = self._recall({"vin_from": self.vehicle.vin})
        warranty = self.env["service.repair.warranty"].search([], limit=1)
        plan = self.env["service.maintenance.plan"].create({"name": "x"})
        for record in (recall, recall.vin_ids, warranty, plan):
            record.with_user(self.technician).read(["display_name"])
            with self.assertRaises(AccessError):
                record.with_user(self.advisor).write({"create_uid": self.advisor.id})
        recall.with_user(self.manager).title = "Airbag, driver"
        warranty.with_user(self.manager).days = 40
        plan.with_user(self.manager).name = "Petrol"


@tagged("post_install", "-at_install")
class TestRepairWarrantyData(ServiceAdvisorCommon):
    def test_periods_of_the_law(self):
        """R1.3: shipped with the least the law asks for; a company may promise more."""
        Warranty = self.env["service.repair.warranty"]
        self.assertEqual(
            Warranty._get_terms(self.company.id),
            {
                "small": (10, 2000, False),
                "level_1": (10, 2000, False),
                "level_2": (30, 5000, True),
                "overhaul": (100, 20000, True),
                "vehicle": (100, 20000, True),
            },
        )
        Warranty.create(
            {"repair_class": "small", "days": 365, "km": 10000, "company_id": self.company.id}
        )
        with self.assertRaisesRegex(ValidationError, "can not promise less than 10 days"):
            Warranty.create(
                {"repair_class": "level_1", "days": 9, "km": 2000, "company_id": self.company.id}
            )
        other = self.env["res.company"].create({"name": "Other Dealer"})
        self.assertEqual(Warranty._get_terms(self.company.id)["small"], (365, 10000, False))
        self.assertEqual(Warranty._get_terms(other.id)["small"].days, 10)
        Warranty.search(
            [("repair_class", "=", "small"), ("company_id", "=", False)]
        ).km = 30000
        self.assertEqual(
            Warranty._get_terms(self.company.id)["small"], (365, 30000, False), "never shorter"
        )


@tagged("post_install", "-at_install")
class TestThreeGuarantees(ServiceAdvisorCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.country_id = cls.env.ref("base.cn")
        cls.vehicle.write(
            {"usage": "household", "invoice_date": fields.Date.today() - timedelta(days=300)}
        )

    def _visit(self, days_ago, length):
        """A delivered order with one warranty job, ``length`` days in repair."""
        order = self._new_order(pay_type="warranty", payer_id=self.manufacturer.id)
        came = self._now() - timedelta(days=days_ago)
        left = came + timedelta(days=length)
        order.job_ids.sudo().write({"state": "qc", "finished_at": left})
        order.sudo().write({"checked_in_at": came, "ready_at": left, "delivered_at": left})
        return order

    def _kinds(self, order):
        return set(order.suggestion_ids.mapped("kind"))

    def test_counters(self):
        """R1.3: days and repairs of the same problem are counted; 3 repairs warn, 4 are red."""
        self._visit(100, 2)
        order = self._new_order(operation_id=False)
        order.odometer_in = 9500
        order.action_check_in()
        self.assertIn("Exchange until", order.guarantee_status)
        self.assertNotIn("guarantee", self._kinds(order))
        self._visit(60, 2)
        self._visit(30, 2)
        order.action_refresh_suggestions()
        warning = order.suggestion_ids.filtered(lambda found: found.kind == "guarantee")
        self.assertIn("repaired 3 times, 6 days", warning.name)
        self.assertFalse(warning.is_urgent)
        self.assertIn(warning.name, order.need_warning)
        order.job_ids.write(
            {
                "operation_id": self.operation.id,
                "pay_type": "warranty",
                "payer_id": self.manufacturer.id,
            }
        )
        order.action_refresh_suggestions()
        self.assertIn("repaired 4 times, 7 days", warning.name, "this visit counts")
        self.assertTrue(warning.is_urgent)

    def test_days_alone(self):
        """R1.3: 20 days in repair warn, 30 are red, also for different problems."""
        self._visit(100, 20)
        order = self._new_order(operation_id=False)
        order.odometer_in = 9500
        order.action_check_in()
        warning = order.suggestion_ids.filtered(lambda found: found.kind == "guarantee")
        self.assertEqual((len(warning), warning.is_urgent), (1, False))
        self._visit(50, 10)
        order.action_refresh_suggestions()
        self.assertTrue(warning.is_urgent)

    def test_only_household_cars_in_china(self):
        """R1.3: neither commercial cars nor dealers elsewhere are told of a Chinese law."""
        self._visit(100, 40)
        order = self._new_order(operation_id=False)
        order.odometer_in = 9500
        order.action_check_in()
        self.assertIn("guarantee", self._kinds(order))
        self.assertTrue(order.guarantee_status)
        for change in (
            lambda: self.vehicle.write({"usage": "commercial"}),
            lambda: self.vehicle.write({"usage": "household", "invoice_date": False}),
        ):
            change()
            order.action_refresh_suggestions()
            order.invalidate_recordset(["guarantee_status"])
            self.assertNotIn("guarantee", self._kinds(order))
            self.assertFalse(order.guarantee_status)
        self.vehicle.invoice_date = fields.Date.today() - timedelta(days=300)
        self.company.country_id = self.env.ref("base.de")
        order.action_refresh_suggestions()
        self.assertNotIn("guarantee", self._kinds(order))

    def test_period_over(self):
        """R1.3: past 2 years or 50 000 km nothing is warned of, past the third nothing shown."""
        self._visit(100, 40)
        order = self._new_order(operation_id=False)
        order.odometer_in = 50001
        order.action_check_in()
        self.assertNotIn("guarantee", self._kinds(order))
        self.assertIn("Free repair until", order.guarantee_status)
        order.odometer_in = 60001
        self.assertFalse(order.guarantee_status)

    def test_form(self):
        """R1.3: the form shows it while the odometer is typed, and counts no visit twice."""
        self._visit(100, 2)
        order = self._new_order(
            operation_id=False, pay_type="warranty", payer_id=self.manufacturer.id
        )
        order.odometer_in = 9500
        before = order.guarantee_status
        with Form(order) as form:
            form.odometer_in = 9600
            self.assertEqual(form.guarantee_status, before)
