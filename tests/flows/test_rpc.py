from datetime import timedelta
from xmlrpc.client import Fault

from odoo import fields
from odoo.addons.service_advisor.tests.common import SIGNATURE
from odoo.addons.service_advisor_quality.tests.common import ServiceAdvisorQualityCommon
from odoo.tests import HttpCase, get_db_name, tagged
from odoo.tools import mute_logger


class RemoteError(Exception):
    """What the server answered instead of a result."""


class JsonRpc:
    """A program that calls public methods over /jsonrpc with login and password."""

    def __init__(self, test, user):
        user.password = user.login
        self.test, self.login = test, user.login
        self.uid = self._ask("common", "authenticate", [get_db_name(), user.login, user.login, {}])
        test.assertEqual(self.uid, user.id)

    def _ask(self, service, method, args):
        answer = self.test.url_open(
            "/jsonrpc",
            json={
                "jsonrpc": "2.0",
                "method": "call",
                "params": {"service": service, "method": method, "args": args},
            },
            timeout=60,
        ).json()
        if "error" in answer:
            raise RemoteError(answer["error"]["data"]["message"])
        return answer.get("result")

    def __call__(self, model, method, ids=None, **kwargs):
        # Odoo wants the values of a creation by place, all else may be named.
        args = [kwargs.pop("vals_list")] if method == "create" else [ids] if ids else []
        call = [get_db_name(), self.uid, self.login, model, method, args, kwargs]
        return self._ask("object", "execute_kw", call)


class XmlRpc(JsonRpc):
    """The same over /xmlrpc/2, which knows no None: every action has to answer something."""

    def _ask(self, service, method, args):
        proxy = {"common": self.test.xmlrpc_common, "object": self.test.xmlrpc_object}[service]
        try:
            return getattr(proxy, method)(*args)
        except Fault as fault:
            raise RemoteError(fault.faultString) from fault


class Json2:
    """A program that calls public methods over /json/2 with a key of the user."""

    def __init__(self, test, user):
        tomorrow = fields.Datetime.now() + timedelta(days=1)
        keys = test.env["res.users.apikeys"].with_user(user).sudo()
        self.test, self.key = test, keys._generate("rpc", "Flow", tomorrow)

    def __call__(self, model, method, ids=None, **kwargs):
        body = kwargs if ids is None else dict(kwargs, ids=ids)
        answer = self.test.url_open(
            f"/json/2/{model}/{method}",
            json=body,
            headers={"Authorization": f"Bearer {self.key}"},
            timeout=60,
            method="POST",
        )
        result = answer.json()
        if answer.status_code != 200:
            raise RemoteError(result["message"])
        return result


@tagged("post_install", "-at_install")
class TestRpc(HttpCase, ServiceAdvisorQualityCommon):
    """The whole flow by a program: public methods only, each role with its own rights only."""

    def _clients(self, client):
        return {
            name: client(self, getattr(self, name))
            for name in ("advisor", "technician", "storekeeper", "inspector", "accountant")
        }

    def _read(self, client, model, record_id, *names):
        [values] = client(model, "read", [record_id], fields=list(names))
        return [values[name] for name in names]

    def _run_flow(self, client):
        people = self._clients(client)
        advisor, technician = people["advisor"], people["technician"]
        order_id = self._reception(advisor)
        self._refusals(people, order_id)
        advisor("service.order", "action_check_in", [order_id])
        advisor("service.order", "action_quote", [order_id])
        total, promised = self._read(
            advisor, "service.order", order_id, "amount_total", "promised_at"
        )
        self.assertEqual(total, 297.0)
        self.assertTrue(promised)
        self._approval(advisor, order_id)
        self._work_on(technician, order_id)
        self._issue(people["storekeeper"], order_id)
        self._inspection(people["inspector"], order_id)
        advisor("service.order", "action_ready", [order_id])
        self._invoices(people["accountant"], order_id)
        self._handover(advisor, order_id)
        advisor("service.order", "action_close", [order_id])
        self._assert_closed(order_id)

    def _reception(self, advisor):
        """A known car is found by a part of its plate; the customer comes with it."""
        [[car, _name]] = advisor("service.vehicle", "name_search", name="沪a123")
        [order_id] = advisor(
            "service.order",
            "create",
            vals_list=[
                {
                    "vehicle_id": car,
                    "odometer_in": 50000,
                    "job_ids": [
                        [0, 0, {"concern": "Squeals", "operation_id": self.operation.id}]
                    ],
                }
            ],
        )
        return order_id

    def _refusals(self, people, order_id):
        """Neither private methods nor the steps of another role are to be had."""
        with mute_logger("odoo.http", "odoo.addons.rpc.controllers.json2"):
            with self.assertRaisesRegex(RemoteError, "private|does not exist|[Pp]rivate method"):
                people["advisor"](
                    "service.order", "_deliver", [order_id], name="x", signature="", odometer_out=1
                )
            for name in ("technician", "storekeeper", "inspector", "accountant"):
                with self.subTest(name), self.assertRaisesRegex(RemoteError, "not allowed"):
                    people[name]("service.order", "action_check_in", [order_id])
            with self.assertRaisesRegex(RemoteError, "Check in the car first"):
                people["advisor"]("service.order", "action_quote", [order_id])

    def _approval(self, advisor, order_id):
        action = advisor("service.order", "action_open_approval", [order_id])
        [wizard] = advisor(action["res_model"], "create", vals_list=[{}], context=action["context"])
        [person, lines] = self._read(advisor, action["res_model"], wizard, "person", "line_ids")
        self.assertEqual((person, len(lines)), ("Li Customer", 1))
        advisor(action["res_model"], "action_confirm", [wizard])

    def _work_on(self, technician, order_id):
        jobs = technician(
            "service.job",
            "search_read",
            domain=[["order_id", "=", order_id], ["state", "=", "approved"]],
            fields=["concern"],
        )
        [job] = [job["id"] for job in jobs]
        technician("service.job", "action_start", [job])
        technician("service.job", "write", [job], vals={"cause": "Worn", "correction": "Replaced"})
        technician("service.job", "action_finish", [job])

    def _issue(self, storekeeper, order_id):
        [picking] = storekeeper(
            "stock.picking", "search", domain=[["service_order_id", "=", order_id]]
        )
        self.assertIs(storekeeper("stock.picking", "button_validate", [picking]), True)

    def _inspection(self, inspector, order_id):
        action = inspector("service.order", "action_final_inspection", [order_id])
        [items] = self._read(inspector, action["res_model"], action["res_id"], "line_ids")
        inspector("service.inspection.line", "action_green", items)
        inspector(action["res_model"], "action_done", [action["res_id"]])

    def _invoices(self, accountant, order_id):
        accountant("service.order", "action_create_invoices", [order_id])
        [invoices] = self._read(accountant, "service.order", order_id, "invoice_ids")
        self.assertEqual(len(invoices), 1)
        accountant("account.move", "action_post", invoices)
        context = {"active_model": "account.move", "active_ids": invoices}
        [payment] = accountant(
            "account.payment.register", "create", vals_list=[{}], context=context
        )
        accountant(
            "account.payment.register", "action_create_payments", [payment], context=context
        )

    def _handover(self, advisor, order_id):
        action = advisor("service.order", "action_open_handover", [order_id])
        [wizard] = advisor(
            action["res_model"],
            "create",
            vals_list=[
                {
                    "signature": SIGNATURE.decode(),
                    "odometer_out": 50003,
                    "old_parts": "shop",
                }
            ],
            context=action["context"],
        )
        advisor(action["res_model"], "action_confirm", [wizard])

    def _assert_closed(self, order_id):
        order = self.env["service.order"].browse(order_id)
        order.invalidate_recordset()
        self.assertEqual(order.state, "closed")
        self.assertEqual(order.advisor_id, self.advisor)
        self.assertEqual(order.handover_name, "Li Customer")
        self.assertTrue(order.handover_signature)
        self.assertEqual(order.vehicle_id.odometer, 50003)
        self.assertEqual(order.job_ids.state, "done")
        self.assertEqual(order.job_ids.technician_id, self.employee)
        self.assertTrue(order.job_ids.clocking_ids.stop_at)
        self.assertEqual(order.picking_ids.state, "done")
        self.assertEqual(self.pads.with_context(warehouse_id=self.warehouse.id).qty_available, 9)
        self.assertEqual(order.inspection_ids.inspector_id, self.inspector_employee)
        self.assertEqual(order.invoice_ids.state, "posted")
        self.assertEqual(order.invoice_ids.amount_total, 297.0)
        self.assertTrue(order.is_settled)

    def test_flow_over_jsonrpc(self):
        """R1.1 R1.4 R1.6 R2.2 R2.3 R2.6 R3.1: reception to close over /jsonrpc."""
        self._run_flow(JsonRpc)

    def test_flow_over_xmlrpc(self):
        """R1.1 R1.4 R1.6 R2.2 R2.3 R2.6 R3.1: the same over /xmlrpc/2."""
        self._run_flow(XmlRpc)

    def test_flow_over_json2(self):
        """R1.1 R1.4 R1.6 R2.2 R2.3 R2.6 R3.1: the same over /json/2 with keys."""
        self._run_flow(Json2)
