from odoo import Command
from odoo.addons.service_advisor.tests.common import ServiceAdvisorCommon


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
