"""R4.1 R4.2: the next step of a complaint is obvious."""

from lxml import etree
from odoo.tests import tagged
from odoo.tools.safe_eval import safe_eval

from .test_complaint_handling import ComplaintHandlingCommon


@tagged("at_install", "-post_install")
class TestComplaintHeader(ComplaintHandlingCommon):
    def _read_buttons(self, complaint, user):
        """Return ``[(name, whether it is the primary one)]`` of the buttons that ``user`` sees on
        top of ``complaint``, in their order."""
        seen = complaint.with_user(user)
        arch = etree.fromstring(seen.get_view(view_type="form")["arch"])
        shown = {field.get("name") for field in arch.iterfind(".//field")}
        # As the browser has them: a record by its id, records by their ids.
        values = {"id": complaint.id} | {
            name: seen[name] if not field.relational
            else seen[name].ids if field.type.endswith("2many") else seen[name].id
            for name, field in complaint._fields.items()
            if name in shown
        }
        return [
            (button.get("name"), "btn-primary" in (button.get("class") or ""))
            for button in arch.iterfind("./header/button")
            if not safe_eval(button.get("invisible") or "False", dict(values))
        ]

    def _check(self, complaint, next_step, state):
        """Assert that everybody has three or four buttons at most, the next step first."""
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertEqual(complaint.state, state)
        for user in (self.reception, self.advisor, self.inspector, self.manager):
            buttons = self._read_buttons(complaint, user)
            with self.subTest(state=state, user=user.name, buttons=buttons):
                self.assertLessEqual(len(buttons), 4)
                names = [name for name, _primary in buttons]
                self.assertEqual(len(set(names)), len(names))
                self.assertLessEqual(sum(primary for _name, primary in buttons), 1)
                primary = [name for name, primary in buttons if primary]
                self.assertEqual(primary, names[:1] if primary else [])
        buttons = dict(self._read_buttons(complaint, self.advisor))
        self.assertEqual(buttons.get(next_step), bool(next_step) or None, buttons)

    def test_few_and_the_next_step_first(self):
        """R4.1 R4.2: in each state at most four buttons, the next step first and alone primary."""
        complaint = self._new_complaint()
        self._check(complaint, "action_log_call", "new")
        complaint._log_talk("call", "We look into it")
        self._check(complaint, "action_investigate", "contacted")
        complaint.action_investigate()
        self._check(complaint, "action_finish_analysis", "investigating")
        self._give_statements(complaint)
        complaint.write(
            {
                "cause_kind": "work",
                "root_cause": "Old clips",
                "verdict": "justified",
                "department_ids": self.department.ids,
            }
        )
        complaint.action_finish_analysis()
        self._check(complaint, "action_propose", "investigating")
        remedy = self._add_remedy(complaint)
        self._propose(complaint)
        self._check(complaint, "action_record_answer", "proposed")
        self._record(complaint, kind="offer", answer="yes")
        self._check(complaint, "action_resolve", "proposed")
        remedy.action_done()
        complaint.action_resolve()
        self._check(complaint, "action_call_back", "resolved")
        self._call_back(complaint, "satisfied")
        self._check(complaint, "action_close", "confirmed")
        complaint.action_close()
        self._check(complaint, None, "closed")

    def test_approval_comes_first(self):
        """R4.2: a manager whose approval is missing is asked for that, and for nothing else."""
        complaint = self._analysed()
        self._add_remedy(complaint, amount=900)
        self.env.flush_all()
        self.env.invalidate_all()
        manager = self._read_buttons(complaint, self.manager)
        self.assertEqual([name for name, primary in manager if primary],
                         ["action_approve_compensation"])
        self.assertLessEqual(len(manager), 4)

    def test_cog(self):
        """R4.1 R4.2: what is seldom done is under the cog of those who may do it."""
        complaint = self._under_review()
        bindings = self.env["ir.actions.actions"]
        all_steps = {
            "wait", "call_back", "withdraw", "approve_compensation", "close_without", "reopen",
        }
        for user, missing in (
            (self.reception, {"wait", "approve_compensation", "close_without"}),
            (self.advisor, {"approve_compensation", "close_without"}),
            (self.manager, set()),
        ):
            offered = bindings.with_user(user).get_bindings(complaint._name).get("action", [])
            offered = {action["id"] for action in offered}
            there = {step for step in all_steps if self._get_cog(step).id in offered}
            self.assertEqual(all_steps - there, missing, user.name)
        opened = self._run_cog("withdraw", complaint)
        self.assertEqual(opened["res_model"], "service.complaint.step.wizard")
        with self._refused(complaint.name, "nothing to reopen"):
            self._run_cog("reopen", complaint)

    def _get_cog(self, step):
        return self.env.ref(f"service_advisor_quality.service_complaint_action_{step}")

    def _run_cog(self, step, complaint):
        context = {
            "active_model": complaint._name,
            "active_id": complaint.id,
            "active_ids": complaint.ids,
        }
        action = self._get_cog(step).with_user(self.advisor)
        return action.with_context(**context).run()
