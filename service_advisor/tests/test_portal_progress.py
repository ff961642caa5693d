from datetime import datetime, timedelta
from itertools import count

from odoo.tests import HttpCase, new_test_user, tagged

from ..controllers.portal_progress import ServicePortalProgress
from .common import ServiceAdvisorCommon


@tagged("post_install", "-at_install")
class TestPortalProgress(HttpCase, ServiceAdvisorCommon):
    """R2.3: the customer follows the car in plain words, and nobody else does."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.resource_calendar_id.tz = "Asia/Shanghai"
        cls.owner = new_test_user(
            cls.env, "test_owner", "base.group_portal", partner_id=cls.customer.id
        )
        cls.stranger = new_test_user(cls.env, "test_stranger", "base.group_portal")
        cls.order = cls._new_order(cls)
        cls.url = f"/my/service-orders/{cls.order.id}/progress"

    def _ask(self, **params):
        return self.make_jsonrpc_request(self.url, params)

    def _states(self):
        return [step["state"] for step in self.order.sudo()._get_customer_progress()["steps"]]

    def test_steps(self):
        """R2.3: from reception to hand-over the page says where the car is."""
        order = self.order
        self.assertEqual(set(self._states()), {"todo"})
        order.action_check_in()
        self.assertEqual(self._states()[0], "now")
        order.action_quote()
        self.assertEqual(self._states()[:3], ["done", "done", "now"])
        order.action_approve()
        work = order.sudo()._get_customer_progress()["steps"][3]
        self.assertEqual((work["state"], work["note"]), ("now", "Waits for its turn"))
        order.job_ids.with_user(self.technician).action_start()
        work = order.sudo()._get_customer_progress()["steps"][3]
        self.assertEqual((work["state"], work["note"]), ("now", "0 of 1 jobs"))
        order.sudo().ready_at = self._now()
        self.assertEqual(self._states()[5:], ["now", "todo"])
        order.sudo().delivered_at = self._now()
        self.assertEqual(set(self._states()), {"done"})

    def test_live(self):
        """R2.3: the page asks again and gets the present state, by account or by link."""
        order = self.order
        order.action_check_in()
        order.action_quote()
        token = order.sudo()._portal_ensure_token()
        self.authenticate("test_owner", "test_owner")
        page = self.url_open(f"/my/service-orders/{order.id}").text
        self.assertIn("o_service_progress", page)
        self.assertIn(self.url, page)
        self.assertIn("We wait for your answer", self._ask()["html"])
        order.action_approve()
        self.authenticate(None, None)
        html = self._ask(access_token=token)["html"]
        self.assertNotIn("We wait for your answer", html)
        self.assertIn("Waits for its turn", html)

    def test_page_keeps_itself_true(self):
        """R2.3: the open page shows what is new without being loaded again, on a phone too."""
        self.order.action_check_in()
        token = self.order.sudo()._portal_ensure_token()
        looks = count(1)
        self.patch(type(self.order), "_format_clock", lambda _o, _m: f"look {next(looks)}")
        self.browser_js(
            f"/my/service-orders/{self.order.id}?access_token={token}",
            """
            const page = document.querySelector(".o_service_progress");
            if (!page.innerText.includes("look 1")) {
                console.error("not as it was loaded");
            }
            const timer = setInterval(() => {
                document.dispatchEvent(new Event("visibilitychange"));
                if (/look [2-9]/.test(page.innerText)) {
                    clearInterval(timer);
                    console.log("test successful");
                }
            }, 300);
            """,
            # the chatter loads its assets after the page: closed while it does, it complains
            ready="document.readyState === 'complete'"
            " && document.querySelector('#chatterRoot')?.shadowRoot?.childElementCount > 0",
        )

    def test_refused(self):
        """R5.3: neither a stranger nor a wrong, foreign or odd token learns anything."""
        self.order.action_check_in()
        token = self.order.sudo()._portal_ensure_token()
        other = self._new_order().sudo()._portal_ensure_token()
        self.authenticate("test_stranger", "test_stranger")
        self.assertEqual(self._ask(), {})
        self.authenticate(None, None)
        for odd in (None, "", token[:-1], other, "é", 7, ["x"]):
            self.assertEqual(self._ask(access_token=odd), {}, odd)
        self.url = "/my/service-orders/999999999/progress"
        self.assertEqual(self._ask(access_token=token), {})

    def test_polite(self):
        """R2.3: what the house knows of the danger stays in the house."""
        order = self.order
        order.action_check_in()
        order.action_quote()
        order.action_approve()
        order.job_ids.technician_id = self.employee
        self.employee.name = "Wang Secret"
        order._move_promise(
            self._now() + timedelta(days=2), "Wang Secret broke the disc", "workshop"
        )
        order.sudo().write({"risk": "at_risk", "risk_kind": "overrun",
                            "risk_limit": {"kind": "overrun", "jobs": order.job_ids.ids}})
        self.assertIn("hours sold", order.sudo().risk_cause)
        token = order.sudo()._portal_ensure_token()
        html = self._ask(access_token=token)["html"]
        for secret in ("Wang", "broke", "hours sold", "overrun"):
            self.assertNotIn(secret, html)
        self.assertIn("First promised", html)

    def test_waiting(self):
        """R2.3: a part that is awaited is named by its day only, a late car is not glossed over."""
        order = self.order
        order.action_check_in()
        order.action_quote()
        order.action_approve()
        order.job_ids.sudo().with_user(self.advisor)._hold("parts", "Supplier Zhang is on strike")
        notice = order.sudo()._get_customer_progress()["notice"]
        self.assertIn("We wait for a part", notice)
        self.assertNotIn("Zhang", notice)
        order.job_ids.action_lift_hold()
        self.assertFalse(order.sudo()._get_customer_progress()["notice"])
        order.sudo().promised_at = self._now() - timedelta(hours=1)
        order.invalidate_recordset()
        self.assertIn("tell you a new time", order.sudo()._get_customer_progress()["notice"])

    def test_time_and_language(self):
        """R2.3: the customer reads the shop's time in the own language."""
        self.env["res.lang"]._activate_lang("fr_FR")
        order = self.order.sudo()
        order.write({"checked_in_at": self._now(), "promised_at": datetime(2026, 3, 2, 1, 30)})
        progress = order.with_context(lang="fr_FR")._get_customer_progress()
        self.assertEqual(progress["promise"], "lundi 2 mars, 09:30")

    def test_read_only(self):
        """R2.3: asking changes nothing, so a replica can answer."""
        route = ServicePortalProgress.portal_service_order_progress
        self.assertTrue(route.original_routing["readonly"])
