from datetime import timedelta
from unittest.mock import patch

from odoo import Command
from odoo.fields import Domain
from odoo.tests import tagged
from odoo.tools import mute_logger
from psycopg2.errors import CheckViolation

from ..tools.sampling import draw
from .common import ServiceAdvisorQualityCommon


@tagged("post_install", "-at_install")
class TestSampling(ServiceAdvisorQualityCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for part in cls.pads | cls.fluid:
            cls._put_on_shelf(part, 100)

    def _in_work(self, count=1, **kwargs):
        order = self._authorised_order(jobs=count, **kwargs)
        for job in order.job_ids.with_user(self.technician):
            job.action_start()
            job.action_pause()
        self.env.flush_all()
        return order.job_ids

    def _cron(self, jobs):
        """Run the scheduled action on ``jobs`` alone: others' work is none of this test's."""
        only = Domain("id", "in", jobs.ids)
        sampling = type(self.env["service.sampling"])
        domain = sampling._get_undecided_domain
        with (
            patch.object(sampling, "_get_undecided_domain", lambda self: domain(self) & only),
            self.enter_registry_test_mode(),
        ):
            self.env.ref("service_advisor_quality.ir_cron_plan_checks").method_direct_trigger()
        self.env.invalidate_all()

    def _decision(self, job):
        return self.env["service.sampling"].search([("job_id", "=", job.id)])

    def test_each_job_once(self):
        """R3.1: a job in work is decided on once, with a lot that can be drawn again."""
        jobs = self._in_work(3)
        waiting = self._authorised_order().job_ids
        self._cron(jobs | waiting)
        decisions = self._decision(jobs[0]) + self._decision(jobs[1]) + self._decision(jobs[2])
        self.assertEqual(decisions.job_id, jobs)
        self.assertFalse(self._decision(waiting), "not in work yet")
        for decision in decisions:
            lot = draw(self.company.service_sampling_seed, decision.job_id.id)
            self.assertAlmostEqual(decision.lot, lot, 2)
            self.assertEqual(decision.is_drawn, lot < decision.rate)
            self.assertEqual(len(decision.inspection_ids), int(decision.is_drawn))
        before = {decision.id: decision.write_date for decision in decisions}
        self._cron(jobs)
        after = self.env["service.sampling"].search([("job_id", "in", jobs.ids)])
        self.assertEqual({d.id: d.write_date for d in after}, before)

    def _finished(self, count=1):
        """Return jobs that were finished before the scheduled action came by."""
        order = self._authorised_order(jobs=count)
        self._work(order)
        self._issue_parts(order)
        self.env.flush_all()
        return order.job_ids

    def test_short_work_is_drawn(self):
        """R3.1: work that was over before the action came by is drawn at the same rate, and what
        is drawn is checked before the car is ready."""
        self.company.service_sampling_base = 100
        [job] = self._finished()
        self.assertFalse(job.process_state)
        self._cron(job)
        self.assertEqual((self._decision(job).rate, job.process_state), (100, "planned"))
        [check] = self._decision(job).inspection_ids
        self.assertTrue(check.is_mandatory)
        self._pass(job.order_id)
        self.assertEqual(job.process_state, "planned", "a final inspection is none in process")
        with self._refused("still to be done"):
            job.order_id.action_ready()
        check = self._check(job)
        self._answer_good(check)
        check.action_done()
        job.order_id.action_ready()
        self.assertEqual(job.order_id.state, "ready")

    def test_short_work_at_the_rate(self):
        """R3.1: short work has the rate that work in progress has, and a lot of its own; what
        was over days ago is left alone."""
        self.company.write(
            {"service_sampling_base": 7, "service_sampling_new": 0, "service_sampling_failures": 0}
        )
        short, long = self._finished(4), self._in_work(4)
        self._cron(short | long)
        decisions = self.env["service.sampling"].search([("job_id", "in", (short | long).ids)])
        self.assertEqual(decisions.job_id, (short | long).sorted("id", reverse=True))
        self.assertEqual(set(decisions.mapped("rate")), {7})
        for decision in decisions:
            lot = draw(self.company.service_sampling_seed, decision.job_id.id)
            self.assertEqual(decision.is_drawn, lot < 7)
        [old] = self._finished()
        old._keep({"finished_at": self._now() - timedelta(days=2)})
        self.env.flush_all()
        self._cron(old)
        self.assertFalse(self._decision(old))

    def test_ready_before_anybody_drew(self):
        """R3.1: where the car was ready before, what was drawn counts as missed: the statistics
        tell of it, and the customer does not wait."""
        self.company.service_sampling_base = 100
        [job] = self._finished()
        self._pass(job.order_id)
        job.order_id.action_ready()
        self.env.flush_all()
        self._cron(job)
        self.assertTrue(self._decision(job).is_drawn)
        self.assertEqual(job.process_state, "missed")
        self.assertEqual(self._decision(job).inspection_ids.state, "missed")
        self.assertEqual(job.order_id.state, "ready")

    def test_draw_at_finish(self):
        """R3.1: a company may have all work drawn at the moment it is finished; a rate of 0
        draws nothing."""
        self.company.write(
            {"service_sampling_at_finish": True, "service_sampling_base": 100}
        )
        [job] = self._finished()
        self.assertEqual(job.process_state, "planned")
        self.assertTrue(self._decision(job).inspection_ids.is_mandatory)
        self.company.write(
            {"service_sampling_base": 0, "service_sampling_new": 0, "service_sampling_failures": 0}
        )
        [job] = self._finished()
        self.assertFalse(job.process_state)
        self.assertEqual(self._decision(job).rate, 0)

    def test_risks(self):
        """R3.1: new technicians and earlier failures raise the rate, for as long as configured;
        brakes are always drawn, in words."""
        [job] = self._in_work()
        risks = job._get_sampling_risks()
        self.assertEqual(risks[job], {"new_technician"})
        decision = self._decide(job)
        self.assertEqual((decision.rate, decision.risk), (30, "new_technician"))
        self.assertEqual(decision.reason, "All work 10 %, New Technician +20 %")
        job.sudo().clocking_ids.write({"start_at": self._now() - timedelta(days=91)})
        failed = self._finished_order()
        self._fail(failed)
        [job] = self._in_work()
        self.assertEqual(job._get_sampling_risks()[job], {"failures"})
        decision = self._decide(job)
        self.assertEqual((decision.rate, decision.risk), (35, "failures"))
        self.company.service_sampling_failure_days = 0
        self.assertEqual(job._get_sampling_risks()[job], set())
        self.operation.is_safety_critical = True
        [job] = self._in_work()
        decision = self._decide(job)
        self.assertEqual((decision.rate, decision.is_drawn), (100, True))
        self.assertIn("Brakes", decision.reason)
        self.assertTrue(decision.inspection_ids.is_mandatory)

    def test_others_add_risks(self):
        """R3.1: what other parts of the system know of a job raises its rate too."""
        [job] = self._in_work()
        known = dict.fromkeys(job, {"difficult", "comeback"})
        with patch.object(type(job), "_get_sampling_risks", lambda self: known):
            decision = self._decide(job)
        self.assertEqual((decision.rate, decision.risk), (65, "several"))
        self.assertIn("Comeback +40 %", decision.reason)

    def test_critical_work_is_found(self):
        """R3.1: high voltage counts as brakes and steering do, also inside a package."""
        package = self.env["service.operation"].create(
            {"code": "PCK", "name": "Package", "component_ids": [Command.set(self.operation.ids)]}
        )
        self.assertFalse(package.is_always_checked)
        self.operation.is_safety_critical = True
        self.assertTrue(package.is_always_checked)
        self.operation.write({"is_safety_critical": False, "is_high_voltage": True})
        self.assertTrue(package.is_always_checked)
        self.operation.is_high_voltage = False
        self.assertFalse(package.is_always_checked)

    def test_never_zero(self):
        """R3.1: no setting leaves brakes, steering and high voltage unchecked."""
        for vals in ({"service_sampling_floor": 0}, {"service_sampling_base": 101}):
            with (
                mute_logger("odoo.sql_db"),
                self.assertRaises(CheckViolation),
            ):
                self.company.write(vals)
                self.env.flush_all()

    def test_checklists(self):
        """R3.1: the procedure of the operation goes first, then high voltage, then the class of
        the repair, then the general one; the company's own before the shared ones."""
        def sop(**vals):
            return self.env["service.checklist"].create({"name": "x", "kind": "process"} | vals)

        def chosen():
            return self.env["service.checklist"]._get_by_job("process", job)[job]

        [job] = self._in_work()
        general = self.env.ref("service_advisor_quality.checklist_process")
        self.assertEqual(chosen(), general)
        own = sop(company_id=self.company.id, sequence=90)
        self.assertEqual(chosen(), own)
        by_class = sop(scope="class", repair_class="small")
        self.assertEqual(chosen(), by_class)
        self.operation.repair_class = "level_1"
        self.assertEqual(
            chosen(), self.env.ref("service_advisor_quality.checklist_sop_maintenance")
        )
        job.is_high_voltage = True
        self.assertEqual(
            chosen(), self.env.ref("service_advisor_quality.checklist_sop_high_voltage")
        )
        by_operation = sop(scope="operation", operation_ids=[Command.set(self.operation.ids)])
        self.assertEqual(chosen(), by_operation)
        self.assertEqual(by_operation.used_for, self.operation.name)
        by_operation.active = False
        self.assertNotEqual(chosen(), by_operation)

    def test_final_checklists_of_all_jobs(self):
        """R3.1: a final inspection goes through the procedures of every job, each once."""
        brakes = self.env["service.checklist"].create(
            {
                "name": "Brakes",
                "kind": "final",
                "scope": "operation",
                "operation_ids": [Command.set(self.operation.ids)],
                "item_ids": [Command.create({"section": "Brakes", "name": "Road test"})],
            }
        )
        order = self._finished_order(jobs=2)
        final = self._open_final(order)
        self.assertEqual(final.checklist_id, brakes)
        self.assertEqual(final.line_ids.mapped("name"), ["Road test"])
        wiper = self.operation.copy({"code": "WIP", "name": "Wiper"})
        order.job_ids = [Command.create({"concern": "Wiper", "operation_id": wiper.id})]
        order.action_quote()
        order.action_approve()
        self._work(order)
        self._open_final(order)
        general = self.env.ref("service_advisor_quality.checklist_final").item_ids
        self.assertEqual(
            set(final.line_ids.mapped("name")), {"Road test", *general.mapped("name")}
        )

    def test_queries_do_not_grow(self):
        """R3.1: deciding and planning costs the same for two jobs and for many, and nothing is
        asked of jobs that are decided on."""
        self.operation.is_safety_critical = True
        queries = []
        for count in (2, 2, 8):  # the first round fills the caches
            jobs = self._in_work(count)
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            with self.assertQueryCount(queries[-1] if queries else 120):
                self._decide(jobs)
                self.env.flush_all()
            queries.append(self.env.cr.sql_log_count - before)

    def test_queue_does_not_grow(self):
        """R3.1: the queue is read with the same number of questions whatever waits in it."""
        self.operation.is_safety_critical = True
        queries, Queue = [], self.env["service.inspection.queue"].with_user(self.inspector)
        specification = {"work": {}, "reason": {}, "waited": {}, "vehicle_id": {}}
        for count in (1, 1, 4):
            for _index in range(count):
                self._decide(self._in_work(2))
                self._finished_order()
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            with self.assertQueryCount(queries[-1] if queries else 60):
                Queue.web_search_read([], specification)
            queries.append(self.env.cr.sql_log_count - before)
