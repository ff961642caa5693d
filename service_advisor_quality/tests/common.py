from contextlib import contextmanager

from odoo import Command
from odoo.addons.service_advisor.tests.common import ServiceAdvisorCommon
from odoo.exceptions import UserError


class ServiceAdvisorQualityCommon(ServiceAdvisorCommon):
    """The small shop with one inspector more."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        group = cls.env.ref("service_advisor_quality.group_inspector")
        cls.inspector = (
            cls.env["res.users"]
            .with_context(no_reset_password=True)
            .create(
                {
                    "name": "Inspector",
                    "login": "test_inspector",
                    "email": "inspector@shop.example",
                    "group_ids": [Command.set(group.ids)],
                }
            )
        )
        cls.inspector_employee = cls.env["hr.employee"].create(
            {"name": "Inspector", "user_id": cls.inspector.id, "company_id": cls.company.id}
        )

    @contextmanager
    def _refused(self, *words):
        # assertRaises takes back what was written, as the failed request would
        with self.assertRaises(UserError) as error:
            yield
        for word in words:
            self.assertIn(word, str(error.exception))

    def _finished_order(self, **kwargs):
        """Return an order whose jobs wait for the final inspection, all parts issued."""
        order = self._authorised_order(**kwargs)
        self._work(order)
        self._issue_parts(order)
        return order

    def _open_final(self, order, user=None):
        user = user or self.inspector
        action = order.with_user(user).action_final_inspection()
        return self.env["service.inspection"].browse(action["res_id"]).with_user(user)

    def _pass(self, order):
        """Let the inspector find everything good."""
        final = self._open_final(order)
        final.line_ids.action_green()
        final.action_done()
        return final

    def _fail(self, order, note="Squeals still", job=None):
        """Let the inspector find one item bad, on ``job`` only or on all of them."""
        final = self._open_final(order)
        final.line_ids.action_green()
        final.line_ids[0].write({"result": "red", "note": note, "failed_job_id": job and job.id})
        final.action_done()
        return final

    # ---- checks of work under way ---------------------------------------------------------

    def _critical_order(self, **kwargs):
        """Return an order whose jobs are brake work that the technician has begun; the first
        job of a technician runs on the clock, the others wait."""
        self.operation.is_safety_critical = True
        order = self._authorised_order(**kwargs)
        for job in order.job_ids.with_user(self.technician):
            job.action_start()
            job.action_pause()
        return order

    def _decide(self, jobs):
        """Let the scheduled action decide on ``jobs``, as the system does."""
        return self.env["service.sampling"]._decide(jobs.with_env(self.env))

    def _get_checks(self, job, *states):
        return self.env["service.inspection"].search(
            [
                ("kind", "=", "process"),
                ("job_ids", "in", job.ids),
                ("state", "in", states or ("planned", "draft")),
            ]
        )

    def _check(self, job, user=None):
        """Let the inspector begin the check that waits for ``job``."""
        check = self._get_checks(job).with_user(user or self.inspector)
        check.action_inspect()
        return check

    def _answer_good(self, check):
        """Answer every item as good; numbers lie inside their limits."""
        for line in check.line_ids:
            if line.answer == "measure":
                line.value = line.min_limit or line.max_limit
            else:
                line.result = "green"

    def _fail_check(self, job, note="Pin missing"):
        check = self._check(job)
        self._answer_good(check)
        check.line_ids[0].write({"result": "red", "note": note})
        check.action_done()
        return check
