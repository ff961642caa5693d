from contextlib import contextmanager
from datetime import timedelta

from freezegun import freeze_time
from odoo import Command, fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .test_comeback import ComebackCommon


class ImprovementCommon(ComebackCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.today = fields.Date.today()

    def _improvement(self, **vals):
        """Return an improvement of the manager with one action of the technician."""
        return self.env["service.improvement"].with_user(self.manager).create(
            {
                "problem": "Pads squeal",
                "operation_id": self.operation.id,
                "due_date": self.today + timedelta(days=7),
                "root_cause": "No grease",
                "action_ids": [
                    Command.create(
                        {
                            "name": "Grease the pads",
                            "owner_id": self.technician.id,
                            "due_date": self.today + timedelta(days=5),
                        }
                    )
                ],
            }
            | vals
        )

    def _verify(self, improvement):
        """Take an improvement to the wait for its check."""
        improvement.action_start()
        improvement.action_ids.with_user(self.technician)._answer("Done")
        improvement.action_actions_done()
        improvement.write(
            {
                "check_date": self.today + timedelta(days=30),
                "check_user_id": self.inspector.id,
                "check_measure": "No comeback in 30 days",
            }
        )
        improvement.action_plan_check()

    def _closed(self, **vals):
        improvement = self._improvement(**vals)
        self._verify(improvement)
        with freeze_time(self.today + timedelta(days=30)):
            improvement._record_check("passed", "None came back")
        improvement.sudo().closed_at = self._now()
        return improvement

    @contextmanager
    def _refused(self, words):
        # assertRaises takes back what was written, as the failed request would
        with self.assertRaises(UserError) as error:
            yield
        self.assertIn(words, str(error.exception))


@tagged("post_install", "-at_install")
class TestImprovement(ImprovementCommon):
    def test_from_failure_to_closed(self):
        """R3.2: from a failed inspection to a check that passed, in the order of the steps."""
        order = self._finished_order()
        final = self._fail(order)
        action = final.with_user(self.inspector).action_improve()
        improvement = self.env["service.improvement"].browse(action["res_id"])
        improvement = improvement.with_user(self.inspector)
        self.assertEqual(
            (improvement.source, improvement.operation_id, improvement.technician_id),
            ("inspection", self.operation, self.employee),
        )
        self.assertIn("Squeals still", improvement.problem)
        again = final.with_user(self.manager).action_improve()
        self.assertEqual(again["res_id"], improvement.id, "one of each")
        with self._refused("owner and when it is due"):
            improvement.action_start()
        improvement.write({"owner_id": self.manager.id, "due_date": self.today})
        improvement.action_start()
        with self._refused("root cause"):
            improvement.action_actions_done()
        improvement.why_ids = [
            Command.create({"answer": "The pads were dry"}),
            Command.create({"answer": "No grease in the kit"}),
        ]
        self.assertEqual(improvement.root_cause, "No grease in the kit")
        self.assertEqual(
            improvement.why_ids.mapped("question"),
            [f"Why: {improvement.problem}?", "Why: The pads were dry?"],
        )
        with self._refused("at least one action"):
            improvement.action_actions_done()
        improvement.action_ids = [
            Command.create(
                {
                    "name": "Put grease into the kit",
                    "owner_id": self.technician.id,
                    "due_date": self.today,
                }
            )
        ]
        self.assertEqual(improvement.activity_ids.user_id, self.technician)
        with self._refused("is not done yet. Technician answers it"):
            improvement.action_actions_done()
        improvement.action_ids.with_user(self.technician)._answer("Every kit has a tube now")
        self.assertFalse(improvement.activity_ids)
        improvement.action_actions_done()
        with self._refused("who checks"):
            improvement.action_plan_check()
        improvement.write(
            {
                "check_date": self.today,
                "check_user_id": self.advisor.id,
                "check_measure": "First-pass rate",
            }
        )
        with self._refused("later than today"):
            improvement.action_plan_check()
        improvement.check_date = self.today + timedelta(days=30)
        improvement.action_plan_check()
        self.assertEqual(improvement.deadline, improvement.check_date)
        with self._refused("later day than the last action"):
            improvement.check_date = self.today
        with self._refused("not before"):
            improvement._record_check("passed", "x")
        with freeze_time(improvement.check_date):
            with self._refused("evidence"):
                improvement._record_check("passed", " ")
            with self._refused("whether the actions worked"):
                improvement._record_check(False, "8 of 8")
            improvement.with_user(self.advisor)._record_check("passed", "8 of 8")
        self.assertEqual((improvement.state, improvement.checked_by_id),
                         ("closed", self.advisor))
        self.assertFalse(improvement.activity_ids)

    def test_failed_check_reopens(self):
        """R3.2: what did not work is open again, and the same actions do not end it."""
        improvement = self._improvement()
        self._verify(improvement)
        with freeze_time(improvement.check_date):
            improvement._record_check("failed", "3 of 8 squeal")
            self.assertEqual((improvement.state, improvement.reopen_count), ("progress", 1))
            self.assertGreater(improvement.due_date, fields.Date.today())
            self.assertIn("3 of 8 squeal", improvement.message_ids[0].body)
            self.assertEqual(improvement.activity_ids.user_id, self.manager)
            with self._refused("at least one action"):
                improvement.action_actions_done()

    def test_fault_recurs(self):
        """R3.2: the same operation and technician failing again within the days watched opens a
        closed improvement; another operation, another technician or later does not."""
        same = self._closed(technician_id=self.employee.id)
        anybody = self._closed()
        others = self._closed(technician_id=self.inspector_employee.id)
        late = self._closed()
        late.sudo().closed_at = self._now() - timedelta(days=91)
        nothing = self._closed(operation_id=False)
        order = self._finished_order()
        self._fail(order)
        self.assertEqual((same.state, anybody.state), ("progress", "progress"))
        self.assertEqual((others | late | nothing).mapped("state"), ["closed"] * 3)
        self.assertEqual(same.reopen_count, 1)
        self.assertIn(order.name, same.message_ids[0].body)
        order.job_ids.with_user(self.technician).action_start()
        order.job_ids.with_user(self.technician).action_finish()
        self._fail(order)
        self.assertEqual(same.reopen_count, 1, "open already")

    def test_comeback_recurs(self):
        """R3.2: a comeback opens what was improved about the earlier job; Improve names it."""
        improvement = self._closed(technician_id=self.employee.id)
        self._earlier()
        job = self._return()
        self.assertEqual(improvement.state, "progress")
        new = self.env["service.improvement"].browse(
            job.with_user(self.manager).action_improve()["res_id"]
        )
        self.assertEqual((new.source, new.job_id, new.technician_id),
                         ("comeback", job, self.employee))
        with self._refused("is no comeback"):
            other = self._return(concern="Wiper")
            other.with_user(self.manager).action_improve()

    def test_nothing_to_improve(self):
        """R3.2: an inspection that passed has nothing to improve."""
        final = self._pass(self._finished_order())
        with self._refused("nothing to improve"):
            final.with_user(self.manager).action_improve()

    def test_who_may(self):
        """R3.2 R5.3: owner, managers and inspectors change it; technicians read what is about
        them and answer what is theirs; others see nothing of it."""
        improvement = self._improvement(technician_id=self.employee.id)
        improvement.action_start()
        action = improvement.action_ids
        mine = improvement.with_user(self.technician)
        self.assertEqual(mine.problem, "Pads squeal")
        for change in ({"problem": "x"}, {"due_date": self.today}):
            with self.assertRaises(AccessError):
                mine.write(change)
        for values in ({"name": "x"}, {"due_date": self.today}):
            with self.assertRaises(AccessError):
                action.with_user(self.technician).write(values)
        with self.assertRaises(AccessError):
            mine._cancel("No")
        with self.assertRaises(AccessError):
            mine.create({"problem": "x"})
        with self.assertRaises(AccessError):
            improvement.with_user(self.advisor).read(["problem"])
        with self.assertRaises(AccessError):
            improvement.with_user(self.storekeeper).read(["problem"])
        improvement.with_user(self.inspector).severity = "major"
        improvement.owner_id = self.advisor
        improvement.with_user(self.advisor).problem = "Pads squeal in the cold"
        other = improvement.copy({"technician_id": False, "owner_id": self.manager.id})
        with self.assertRaises(AccessError):
            other.with_user(self.technician).read(["problem"])

    def test_answer_of_another(self):
        """R3.2: an action is answered by whom it is for, with words, once, while it runs."""
        improvement = self._improvement(technician_id=self.employee.id)
        action = improvement.action_ids.with_user(self.technician)
        with self._refused("answer its actions"):
            action._answer("Too early")
        improvement.action_start()
        with self._refused("Say what was done"):
            action._answer("")
        improvement.action_ids.owner_id = self.advisor
        with self._refused("is answered by Advisor"):
            action._answer("Not mine")
        self.env["service.improvement.wizard"].with_user(self.advisor).create(
            {
                "improvement_id": improvement.id,
                "action_id": action.id,
                "step": "answer",
                "words": "Greased",
            }
        ).action_confirm()
        self.assertEqual((action.answer, action.done_by_id), ("Greased", self.advisor))
        with self._refused("done and stays"):
            improvement.action_ids.name = "Something else"
        with self._refused("done and stays"):
            improvement.action_ids.unlink()
        with self._refused("is done already"):
            action.with_user(self.manager)._answer("Twice")

    def test_steps_only(self):
        """R3.2 R5.3: nobody types a state, a result or an answer."""
        improvement = self._improvement()
        for vals in ({"state": "closed"}, {"check_result": "passed"}, {"reopen_count": 0},
                     {"escalation": "manager"}):
            with self.assertRaises(AccessError):
                improvement.write(vals)
        with self.assertRaises(AccessError):
            improvement.action_ids.write({"done_at": self._now()})
        with self.assertRaises(AccessError):
            improvement.create({"problem": "x", "state": "closed"})
        improvement.action_start()
        with self._refused("has begun and is kept"):
            improvement.unlink()
        with self._refused("Say why"):
            improvement._cancel("")
        improvement._cancel("Part was withdrawn")
        self.assertEqual(improvement.state, "cancelled")
        with self._refused("change its actions"):
            improvement.action_ids = [Command.clear()]

    def test_checker_only(self):
        """R3.2: whoever is to check it records the check, or inspectors and managers."""
        improvement = self._improvement(technician_id=self.employee.id)
        self._verify(improvement)
        with freeze_time(improvement.check_date), self._refused("Its check is done by Inspector"):
            improvement.with_user(self.technician)._record_check("passed", "Mine are good")

    def test_numbers(self):
        """R3.2: each company counts its own improvements."""
        other = self.env["res.company"].create({"name": "Other Dealer"})
        Improvement = self.env["service.improvement"]
        one, two = Improvement.create([{"problem": "a"}, {"problem": "b"}])
        foreign = Improvement.with_company(other).create(
            {"problem": "c", "company_id": other.id}
        )
        self.assertEqual(int(two.name[2:]), int(one.name[2:]) + 1)
        self.assertEqual(foreign.name, "IM00001")
        with self.assertRaises(AccessError):
            foreign.with_user(self.manager).read(["problem"])

    # ---- late -----------------------------------------------------------------------------

    def _escalate(self):
        with self.enter_registry_test_mode():
            self.env.ref(
                "service_advisor_quality.ir_cron_escalate_improvements"
            ).method_direct_trigger()
        self.env.invalidate_all()

    def test_escalation(self):
        """R3.2: the owner is reminded once, the managers after so many days, once; a new date
        is a new start."""
        group = self.env.ref("service_advisor.group_manager")
        others = group.all_user_ids - self.manager
        others.group_ids = [Command.unlink(group.id)]
        improvement = self._improvement(owner_id=self.advisor.id, due_date=self.today)
        improvement.action_start()
        improvement.activity_ids.unlink()
        self._escalate()
        self.assertFalse(improvement.activity_ids, "due today is not late")
        with freeze_time(self.today + timedelta(days=1)):
            self.assertTrue(improvement.is_overdue)
            self.assertIn(improvement, improvement.search([("is_overdue", "=", True)]))
            self._escalate()
            self._escalate()
            self.assertEqual(improvement.activity_ids.mapped("user_id"), self.advisor)
            self.assertEqual(len(improvement.activity_ids), 1)
        with freeze_time(self.today + timedelta(days=3)):
            self._escalate()
            self.assertEqual(improvement.escalation, "owner")
        with freeze_time(self.today + timedelta(days=4)):
            self._escalate()
            self._escalate()
            self.assertEqual(improvement.escalation, "manager")
            self.assertEqual(len(improvement.activity_ids), 2)
            self.assertIn(self.manager, improvement.activity_ids.user_id)
            improvement.due_date = self.today + timedelta(days=5)
            self.assertEqual(improvement.escalation, "none")
        with freeze_time(self.today + timedelta(days=6)):
            self._escalate()
            self.assertEqual(improvement.escalation, "owner")

    def test_escalation_queries(self):
        """R3.2: as many queries for twenty late improvements as for two."""
        queries = []
        for count in (2, 2, 20):
            found = self.env["service.improvement"].create(
                [
                    {"problem": f"p{index}", "due_date": self.today - timedelta(days=9)}
                    for index in range(count)
                ]
            )
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            found._escalate("owner")
            found._escalate("manager")
            self.env.flush_all()
            queries.append(self.env.cr.sql_log_count - before)
        self.assertEqual(queries[1], queries[2])

    def test_today_of_the_company(self):
        """R3.2: late is what is late where the company is."""
        improvement = self._improvement(due_date="2026-03-01")
        self.company.resource_calendar_id.tz = "Asia/Shanghai"
        with freeze_time("2026-03-01 15:59:00"):
            self.assertFalse(improvement.is_overdue)
            self.assertNotIn(improvement, improvement.search([("is_overdue", "=", True)]))
        improvement.invalidate_recordset()
        with freeze_time("2026-03-01 16:01:00"):
            self.assertTrue(improvement.is_overdue)
            self.assertIn(improvement, improvement.search([("is_overdue", "=", True)]))
