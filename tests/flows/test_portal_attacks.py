import json
import threading
from collections import defaultdict
from unittest.mock import patch

from odoo.addons.service_advisor_quality.tests.common import ServiceAdvisorQualityCommon
from odoo.exceptions import AccessError, UserError
from odoo.service.model import call_kw
from odoo.tests import HttpCase, get_db_name, new_test_user, tagged
from odoo.tools import mute_logger

from .planting import MAIL, OURS, PHONE, SECRET, Planter, our_models

CONCERN = "Planted concern of the car"
FORCED = json.dumps({"force_report_rendering": True})
# Routes that anybody may ask, and what decides there.
PUBLIC_ROUTES = {
    "/my/service-orders/<int:order_id>": "token of the order, or its customer",
    "/my/service-orders/<int:order_id>/progress": "token of the order, or its customer",
    "/my/service-orders/<int:order_id>/complaint": "token of the order, or its customer",
    "/my/service-proposals/<int:proposal_id>": "token of the proposal",
    "/my/service-proposals/<int:proposal_id>/answer": "token of the proposal",
    "/my/service-complaints/<int:complaint_id>": "token of the complaint, or its customer",
    "/my/service-complaints/<int:complaint_id>/write": "token of the complaint, or its customer",
    "/my/complaint-questions/<int:question_id>": "token of the question",
    "/my/complaint-questions/<int:question_id>/answer": "token of the question",
    "/service/survey/stop/<string:survey_token>/<string:answer_token>": "tokens of the answer",
}
READERS = {
    "search_read": [[]],
    "web_search_read": [[], {"display_name": {}, "create_uid": {"fields": {"login": {}}}}],
    "name_search": [""],
    "search_count": [[]],
    "formatted_read_group": [[], ["create_uid"], ["__count"]],
}


@tagged("post_install", "-at_install")
class TestPortalAttacks(HttpCase, ServiceAdvisorQualityCommon):
    """R5.3: a customer sees own cars, orders and documents, and nothing else, whatever is tried.

    The victim's shop has a record of every model of ours; a stranger with an account, a visitor
    without one and a customer of another company try ids, tokens, attachments, reports and calls.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.customer.write({"name": SECRET, "phone": PHONE, "email": MAIL})
        cls.owner = new_test_user(
            cls.env,
            "attack_owner",
            "base.group_portal",
            partner_id=cls.customer.id,
            name=SECRET,
            email=MAIL,
        )
        cls.stranger = new_test_user(cls.env, "attack_stranger", "base.group_portal")
        cls.order = cls._signed_order().sudo()
        cls.planted = Planter(
            cls.env,
            **{
                "service.order": cls.order,
                "service.job": cls.order.job_ids[0],
                "service.vehicle": cls.vehicle,
                "res.partner": cls.customer,
            },
        ).plant_all()
        cls.secrets = (SECRET, CONCERN, PHONE, MAIL, cls.order.name, "A·12345", "LSVAL41Z882104202")

    @classmethod
    def _signed_order(cls):
        """Return an order with a filed sheet, photos and a note of the house."""
        order = cls.env["service.order"].with_user(cls.advisor).create(
            {
                "vehicle_id": cls.vehicle.id,
                "odometer_in": 50000,
                "job_ids": [(0, 0, {"concern": CONCERN, "operation_id": cls.operation.id})],
            }
        )
        order.action_check_in()
        order.action_quote()
        order.message_post(body=f"{SECRET} of the house")
        order.sudo().message_post(body=f"{SECRET} told", message_type="comment")
        cls.sheet = cls.env["ir.attachment"].create(
            {"name": "sheet.pdf", "raw": b"%PDF SIGNED SHEET", "mimetype": "application/pdf",
             "res_model": "service.order", "res_id": order.id}
        )
        cls.env["service.handover"].sudo().create(
            {"content": {"customer": SECRET}, "document_id": cls.sheet.id}
            | Planter(cls.env)._values(cls.env["service.handover"], 4)
            | {"order_id": order.id}
        )
        return order

    def _tells(self, answer):
        """Return what of the victim's data an answer contains."""
        told = [secret for secret in self.secrets if secret in answer.text]
        return told + (["the sheet"] if b"SIGNED SHEET" in answer.content else [])

    def _attackers(self):
        for login in (None, "attack_stranger"):
            self.authenticate(login, login)
            yield login or "public"

    def _get(self, url):
        with mute_logger("odoo.http", "odoo.addons.base.models.ir_rule"):
            return self.url_open(url)

    # ---- routes ---------------------------------------------------------------------------

    def _our_routes(self):
        # As in a request, whose thread knows its database.
        with patch.object(threading.current_thread(), "dbname", get_db_name(), create=True):
            rules = list(self.env["ir.http"].routing_map().iter_rules())
        for rule in rules:
            endpoint = rule.endpoint
            if endpoint.func.__module__.startswith(f"odoo.addons.{OURS}"):
                yield rule.rule, endpoint.routing

    def test_routes_are_decided(self):
        """R5.3: every route of ours asks for a user, or is listed with what decides there; what
        changes something is a POST with the token of its form."""
        routes = dict(self._our_routes())
        self.assertGreater(len(routes), 10)
        public = {rule for rule, routing in routes.items() if routing["auth"] != "user"}
        self.assertEqual(public, set(PUBLIC_ROUTES))
        for rule, routing in routes.items():
            with self.subTest(rule):
                self.assertIn(routing["auth"], ("user", "public"))
                self.assertNotEqual(routing.get("csrf"), False)
                self.assertFalse(routing.get("cors"))

    def test_ids_and_tokens(self):
        """R5.3: guessed ids, no, short, long, tampered and foreign tokens tell nothing."""
        models = {
            "order_id": "service.order",
            "proposal_id": "service.proposal",
            "complaint_id": "service.complaint",
            "question_id": "service.complaint.question",
        }
        foreign = self.planted["service.complaint"]._portal_ensure_token()
        for _attacker in self._attackers():
            for rule in PUBLIC_ROUTES:
                [name] = [n for n in models if n in rule] or [None]
                if not name:
                    continue
                record = self.planted[models[name]]
                token = record._portal_ensure_token()
                self.assertTrue(record, rule)
                tokens = ["", token[:-1], f"{token}0", token[::-1], "%00", "x" * 3000, "\u00e9"]
                tokens += [self.order.access_token] if name != "order_id" else [foreign]
                path = rule.replace(f"<int:{name}>", str(record.id))
                for given in tokens:
                    for more in ("", "&report_type=html", "&report_type=pdf&settlement=1"):
                        with self.subTest(rule, token=given[:40], more=more):
                            answer = self._get(f"{path}?access_token={given}{more}")
                            self.assertFalse(self._tells(answer))

    # ---- files ----------------------------------------------------------------------------

    def test_attachments(self):
        """R5.3: photos, signatures and filed documents are files of a record, none is public, and
        nobody else gets one by its id, with or without somebody's token."""
        files = self.env["ir.attachment"].sudo().search(
            [("res_model", "in", our_models(self.env)), ("res_field", "!=", None)]
        ) | self.sheet | self.env["ir.attachment"].sudo().search(
            [("res_model", "in", our_models(self.env)), ("res_field", "=", False)]
        )
        self.assertGreater(len(files), 5)
        self.assertFalse(files.filtered("public"))
        self.assertTrue(all(file.res_id for file in files))
        mine = self.env["ir.attachment"].create({"name": "mine", "raw": b"x"})
        token = mine.generate_access_token()[0]
        for _attacker in self._attackers():
            for file in files:
                record = f"{file.res_model}/{file.res_id}/{file.res_field or 'datas'}"
                for url in (
                    f"/web/content/{file.id}",
                    f"/web/content/{file.id}?access_token={token}",
                    f"/web/image/{file.id}",
                    f"/web/content/{record}",
                    f"/web/image/{record}",
                    f"/web/image/{record}?access_token={self.order.access_token or 'x'}",
                ):
                    answer = self._get(url)
                    with self.subTest(url, model=file.res_model):
                        self.assertNotEqual(answer.content, file.raw)

    # ---- reports --------------------------------------------------------------------------

    def test_reports(self):
        """R5.3: no report of ours prints for a stranger or without an account, and the papers of
        the house not even for the customer whose order it is."""
        reports = self.env["ir.actions.report"].search([("report_name", "=like", f"{OURS}%")])
        self.assertGreater(len(reports), 10)
        for attacker in ("attack_stranger", None, "attack_owner"):
            self.authenticate(attacker, attacker)
            for report in reports:
                record = self.planted.get(report.model) or self.env[report.model].search(
                    [], limit=1
                )
                for kind in ("html", "pdf", "text"):
                    url = f"/report/{kind}/{report.report_name}/{record.id}?context={FORCED}"
                    with self.subTest(url, attacker=attacker):
                        told = self._tells(self._get(url))
                        own = {"the sheet", SECRET} if attacker == "attack_owner" else set()
                        self.assertFalse(set(told) - own)

    # ---- calls ----------------------------------------------------------------------------

    def _call(self, user, model, method, args):
        with mute_logger("odoo.http", "odoo.addons.base.models.ir_rule"):
            return call_kw(self.env(user=user.id)[model], method, args, {})

    def test_calls(self):
        """R5.3: a stranger's calls on every model of ours read nothing of the victim and change
        nothing."""
        victims = defaultdict(list)
        for model in our_models(self.env, with_views=True):
            record = (self.planted.get(model) or self.env[model]).exists()
            for method, args in READERS.items():
                try:
                    with self.env.cr.savepoint():
                        result = self._call(self.stranger, model, method, args)
                except AccessError:
                    continue
                if any(secret in repr(result) for secret in self.secrets) or (
                    method == "search_count" and result
                ):
                    victims[model].append(method)
            for method, args in (
                ("read", [record.ids, ["display_name"]]),
                ("web_read", [record.ids, {"display_name": {}}]),
                ("write", [record.ids, {"create_uid": 1}]),
                ("unlink", [record.ids]),
                ("copy", [record.ids]),
            ):
                if record:
                    with self.assertRaises(AccessError, msg=f"{model} {method}"):
                        with self.env.cr.savepoint():
                            self._call(self.stranger, model, method, args)
            # Some say what is missing before they ask who creates; AccessError is one of them.
            with self.assertRaises(UserError, msg=f"{model} create"):
                self._call(self.stranger, model, "create", [{}])
        self.assertFalse(dict(victims))

    def test_own_customer_over_http(self):
        """R5.3: over HTTP the owner reads the own order, the stranger gets an error."""
        for login, allowed in (("attack_owner", True), ("attack_stranger", False)):
            self.authenticate(login, login)
            answer = self.url_open(
                "/web/dataset/call_kw/service.order/read",
                json={
                    "params": {
                        "model": "service.order",
                        "method": "read",
                        "args": [self.order.ids, ["name"]],
                        "kwargs": {},
                    }
                },
            )
            self.assertEqual(self.order.name in answer.text, allowed)

    def test_domains_tell_nothing(self):
        """R5.3: what may not be read can not be asked for in a filter either."""
        for domain in (
            [("vehicle_id.owner_id.phone", "=", PHONE)],
            [("message_ids.body", "ilike", "of the house")],
            [("promise_change_ids.reason", "!=", False)],
            [("handover_ids.document_id", "!=", False)],
        ):
            with self.subTest(domain):
                try:
                    found = self.env["service.order"].with_user(self.owner).search_count(domain)
                except AccessError:
                    continue
                self.assertFalse(found)

    def test_notes_of_the_house(self):
        """R5.3: the customer's thread has no internal notes, a stranger's has nothing."""
        for login in ("attack_owner", "attack_stranger", None):
            self.authenticate(login, login)
            with mute_logger("odoo.http"):
                answer = self.url_open(
                    "/mail/thread/messages",
                    json={
                        "params": {
                            "thread_model": "service.order",
                            "thread_id": self.order.id,
                        }
                    },
                )
            self.assertNotIn("of the house", answer.text, login)
            if login != "attack_owner":
                self.assertNotIn(SECRET, answer.text)

    def test_other_company(self):
        """R5.3: an employee of another company of the group sees nothing of this one."""
        other = self.env["res.company"].create({"name": "Other Branch"})
        spy = new_test_user(
            self.env,
            "attack_branch",
            "service_advisor.group_manager",
            company_id=other.id,
            company_ids=[(6, 0, other.ids)],
        )
        seen = []
        for model in our_models(self.env):
            record = (self.planted.get(model) or self.env[model]).exists()
            if record._transient:
                continue  # read by whoever made it alone, as Odoo has it
            if record and "company_id" in record._fields and record.company_id == self.company:
                spied = self.env[model].with_user(spy)
                if spied.has_access("read") and spied.search_count([("id", "in", record.ids)]):
                    seen.append(model)
        self.assertFalse(seen)
