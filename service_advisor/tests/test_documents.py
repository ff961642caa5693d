from datetime import date, timedelta
from unittest.mock import patch

from freezegun import freeze_time
from odoo import Command, fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, HttpCase, new_test_user, tagged

from ..tools.evidence import fingerprint
from .common import SIGNATURE
from .test_settlement_list import SettlementListCommon

SERVICE, RECORD, SHEET = (
    f"service_order_report_{name}" for name in ("service", "record", "confirmation")
)


class DocumentsCommon(SettlementListCommon):
    """A visit with a job done, one declined and one that the manufacturer pays."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["service.maintenance.plan"].search([]).action_archive()
        cls.pads.write({"default_code": "BP-1", "service_part_origin": "original"})

    def _visit(self):
        order = self._new_order(jobs=3)
        done, declined, recall = order.job_ids
        declined.concern = "Tyres worn"
        recall.write(
            {
                "pay_type": "warranty",
                "payer_id": self.manufacturer.id,
                "concern": "Airbag",
                "operation_id": False,
            }
        )
        recall.line_ids = [
            Command.create({"product_id": self.fluid.id, "price_unit": 61.37})
        ]
        order.belongings = "child seat"
        order.damage_ids = [Command.create({"kind": "dent", "place": "rear", "note": "old"})]
        order.action_check_in()
        order.action_quote()
        order._record_answer(
            {"approved": done | recall, "declined": declined},
            {"authorised_via": "phone", "authorised_name": "Mrs Li"},
            refusals={
                declined: {"decline_reason": "Too expensive", "followup_odometer": 60000}
            },
        )
        done.with_user(self.technician).write(
            {"cause": "Pads worn to 2 mm", "correction": "Pads replaced, brakes bled"}
        )
        self._work(order)
        self._issue_parts(order)
        self._return(order, self.fluid, 1)
        self._ready(order)
        return order

    def _settled_visit(self):
        order = self._visit()
        self._invoice(order)
        return order

    def _run_cron(self, name):
        with self.enter_registry_test_mode():
            self.env.ref(f"service_advisor.{name}").method_direct_trigger()
        self.env.invalidate_all()


@tagged("post_install", "-at_install")
class TestServiceReport(DocumentsCommon):
    def test_what_the_customer_reads(self):
        """R2.6: cause, correction, parts really fitted with their origin, hours, what was
        declined and when to think of it again; not who did it and what others pay."""
        order = self._visit()
        html = self._render(order, SERVICE, user=self.advisor)
        for words in (order.name, order.plate, self.vehicle.vin, "Pads worn to 2 mm",
                      "Pads replaced, brakes bled", "BP-1", "Original", "Too expensive",
                      "at 60,000 km", "Airbag", self.advisor.name,
                      "10 days or 2,000 km from the hand-over"):
            self.assertIn(words, html)
        for secret in ("61.37", "Carmaker", self.employee.name + ":", "clocked"):
            self.assertNotIn(secret, html)
        self.assertRegex(html, r"Labour:\s*1\.50")

    def test_parts_issued_minus_returned(self):
        """R2.6: what came back unused is not said to be in the car; what the customer brought
        is."""
        order = self._visit()
        done, _declined, recall = order.job_ids

        def fitted(job):
            return {part["name"]: part["quantity"] for part in job._get_fitted_parts()}

        self.assertEqual(
            (fitted(done), fitted(recall)),
            ({"Brake pads": 1, "Brake fluid": 2}, {}),
        )
        other = self._new_order()
        other.job_ids.line_ids.filtered(
            lambda line: line.product_id == self.pads
        ).part_origin = "customer"
        other.action_check_in()
        other.action_quote()
        self.assertFalse(fitted(other.job_ids), "nothing is fitted yet")
        other.action_approve()
        [brought] = other.job_ids._get_fitted_parts()
        self.assertEqual(brought["origin"], "Brought by the Customer")

    def test_health_check(self):
        """R2.6: counts by colour, what is red or yellow by name, the red ones first; an item
        nobody checked is told as such."""
        order = self._authorised_order()
        check = self.env["service.inspection"].create(
            {
                "order_id": order.id,
                "kind": "health",
                "checklist_id": self.env["service.checklist"].create({"name": "Short"}).id,
                "line_ids": [
                    Command.create({"section": "S", "name": name, "result": result, "note": note})
                    for name, result, note in (
                        ("Lamps", "green", ""), ("Wipers", "yellow", "streaks"),
                        ("Tyres", "red", "1.4 mm"), ("Spare wheel", "na", "has none"),
                    )
                ],
            }
        )
        self.assertEqual(order._get_health_summary(), {}, "it is not done")
        check.action_done()
        health = order._get_health_summary()
        self.assertEqual(
            health["counts"], {"green": 1, "yellow": 1, "red": 1, "na": 1, "not_checked": 0}
        )
        self.assertEqual(health["lines"].mapped("name"), ["Tyres", "Wipers"])
        html = self._render(order, SERVICE, user=self.advisor)
        self.assertIn("1.4 mm", html)
        self.assertNotIn("Lamps", html)
        record = self._render(order, RECORD, user=self.advisor)
        self.assertIn("Lamps", record)

    def test_due_next(self):
        """R2.6: the next maintenance, with the work of this visit counted."""
        self.env["service.maintenance.plan"].create(
            {
                "name": "Every car",
                "line_ids": [
                    Command.create({"operation_id": self.operation.id, "every_km": 15000})
                ],
            }
        )
        order = self._new_order()
        self.assertEqual(
            order._get_next_maintenance(),
            [(self.operation.name, "now, it was due at 15,000 km")],
        )
        order.action_check_in()
        order.action_quote()
        order.action_approve()
        self._work(order)
        self.assertEqual(order._get_next_maintenance(), [(self.operation.name, "at 65,000 km")])

    def test_language_and_time_of_the_shop(self):
        """R2.6: in the customer's language and the time of the workshop, whoever prints."""
        self.env["res.lang"]._activate_lang("zh_CN")
        self.operation.with_context(lang="zh_CN").name = "更换前刹车片"
        self.company.resource_calendar_id.tz = "Asia/Shanghai"
        self.customer.lang = "zh_CN"
        with freeze_time("2026-03-02 01:30:00"):
            order = self._authorised_order()
        self._work(order)
        for report in (SERVICE, SHEET):
            html = self._render(order, report, user=self.advisor)
            self.assertIn("更换前刹车片", html)
            self.assertRegex(html, r"\D0?9:30")

    def test_rights(self):
        """R5.3: the desk, the workshop and the read-only seats read the report and the record,
        technicians no bill, other companies nothing."""
        order = self._settled_visit()
        for user in (self.advisor, self.technician, self.accountant, self.storekeeper):
            self.assertIn("BP-1", self._render(order, SERVICE, user=user))
            self.assertIn("BP-1", self._render(order, RECORD, user=user))
        with self.assertRaises(AccessError):
            self._render(order, SHEET, user=self.technician)
        company = self.env["res.company"].create({"name": "Other Dealer"})
        stranger = new_test_user(
            self.env, "other_desk", "service_advisor.group_advisor",
            company_id=company.id, company_ids=[Command.set(company.ids)],
        )
        for report in (SERVICE, RECORD, SHEET):
            with self.assertRaises(AccessError):
                self._render(order, report, user=stranger)


@tagged("post_install", "-at_install")
class TestRepairRecord(DocumentsCommon):
    def test_who_did_what(self):
        """R2.6: technicians with clocked and allowed hours, fault codes, serials, parts."""
        with freeze_time("2026-03-02 08:00:00"):
            order = self._authorised_order()
        with freeze_time("2026-03-02 09:00:00"):
            order.job_ids.with_user(self.technician).action_start()
        with freeze_time("2026-03-02 11:30:00"):
            self._finish_job(order.job_ids.with_user(self.technician))
        self._issue_parts(order)
        claim = self.env["service.claim"].create(
            {
                "job_id": order.job_ids.id,
                "manufacturer_id": self.manufacturer.id,
                "currency_id": order.currency_id.id,
                "fault_code": "C1200",
            }
        )
        html = self._render(order, RECORD, user=self.advisor)
        for words in ("C1200", "BP-1", "1.50 allowed", "1.50 sold"):
            self.assertIn(words, " ".join(html.split()).replace("</t>", ""))
        self.assertRegex(" ".join(html.split()), r"Technician: *2\.50 h clocked")
        self.assertNotIn(claim.name, html)

    def test_waits_and_moved_promises(self):
        """R2.6: what the work waited for, and how the promised time moved and why."""
        order = self._authorised_order()
        order.job_ids._hold("parts", "Comes with the afternoon delivery")
        later = order.promised_at + timedelta(days=1)
        order.with_user(self.advisor)._move_promise(later, "The supplier was late", "parts")
        html = self._render(order, RECORD, user=self.advisor)
        self.assertIn("Parts, Comes with the afternoon delivery", html)
        self.assertIn("The supplier was late", html)

    def test_serial_numbers(self):
        """R2.6: the serial number that was fitted, not the one that came back."""
        self.pads.tracking = "serial"
        Lot = self.env["stock.lot"]
        lots = Lot.create([{"name": n, "product_id": self.pads.id} for n in ("SN-1", "SN-2")])
        Quant = self.env["stock.quant"]
        Quant.search([("product_id", "=", self.pads.id)]).sudo().unlink()
        for lot in lots:
            Quant._update_available_quantity(
                self.pads, self.warehouse.lot_stock_id, 1, lot_id=lot
            )
        order = self._new_order()
        line = order.job_ids.line_ids.filtered(lambda line: line.product_id == self.pads)
        line.product_uom_qty = 2
        order.action_check_in()
        order.action_quote()
        order.action_approve()
        self._work(order)
        self._issue_parts(order)
        self.assertIn("SN-1, SN-2", self._render(order, RECORD, user=self.advisor))
        self._return(order, self.pads, 1)
        [pads] = [p for p in order.job_ids._get_fitted_parts() if p["code"] == "BP-1"]
        back = order.sudo().picking_ids.move_ids.filtered("origin_returned_move_id")
        gone = back.move_line_ids.lot_id.filtered(lambda lot: lot in lots)
        self.assertEqual(pads["serials"], (lots - gone).name)
        self.assertEqual(pads["quantity"], 1)


@tagged("post_install", "-at_install")
class TestConfirmation(DocumentsCommon):
    def _wizard(self, order, **vals):
        action = order.with_user(self.advisor).action_open_handover()
        Wizard = self.env[action["res_model"]].with_user(self.advisor)
        vals = {"odometer_out": 50003, "signature": SIGNATURE, "old_parts": "shop"} | vals
        return Wizard.with_context(**action["context"]).create(vals)

    def test_before_and_after(self):
        """R2.6: printed before with an empty field, after as it was signed: work done and
        declined, bill, belongings, damages, old parts, odometer; then nothing changes it."""
        order = self._settled_visit()
        before = self._render(order, SHEET, user=self.advisor)
        for words in (self.operation.name, "Mrs Li", "Phone", "Too expensive", "child seat",
                      "Dent, Rear, old", "297", "Date, name and signature",
                      "at no cost to you", "Warranty", "10 days or 2,000 km"):
            self.assertIn(words, before)
        for secret in ("61.37", "Carmaker"):
            self.assertNotIn(secret, before)
        action = self._wizard(order).action_confirm()
        self.assertEqual(action["report_name"], "service_advisor.report_service_confirmation")
        self.assertEqual((order.state, order.old_parts), ("delivered", "shop"))
        after = self._render(order, SHEET, user=self.advisor)
        signed = order.handover_ids
        for words in ("50,003", "Shop Takes Them", "Li Customer", signed.digest):
            self.assertIn(words, after)
        self.assertNotIn("Date, name and signature", after)
        self.assertEqual(signed.digest, fingerprint(signed.content))
        order.job_ids[0].sudo().correction = "Nothing was done"
        self.assertIn("brakes bled", self._render(order, SHEET, user=self.advisor))

    def test_the_customer_sees_it_first(self):
        """R2.6: the dialog shows work, bill and belongings before the signature."""
        order = self._settled_visit()
        with Form(self._wizard(order)) as form:
            for words in (self.operation.name, "Too expensive", "Left to pay", "child seat"):
                self.assertIn(words, form.content)

    def test_old_parts_are_asked(self):
        """R2.6: where parts were replaced the customer says who takes them."""
        order = self._settled_visit()
        with self.assertRaisesRegex(UserError, "who takes the parts"):
            self._wizard(order, old_parts=False).action_confirm()
        other = self._new_order(operation_id=False)
        other.job_ids.line_ids = [Command.create({"product_id": self.labour.id})]
        other.action_check_in()
        other.action_quote()
        other.action_approve()
        self._work(other)
        self._ready(other)
        self._invoice(other)
        wizard = self._wizard(other, old_parts=False, odometer_out=50000)
        self.assertFalse(wizard.has_old_parts)
        wizard.action_confirm()
        self.assertEqual(other.old_parts, "none")

    def test_changed_while_reading(self):
        """R2.6: what the customer was shown is what is signed."""
        order = self._settled_visit()
        wizard = self._wizard(order)
        order.job_ids[0].sudo().correction = "Something else"
        with self.assertRaisesRegex(UserError, "while the customer was reading"):
            wizard.action_confirm()
        self.assertEqual(order.state, "ready")
        self.assertFalse(order.handover_ids)

    def test_filed_and_frozen(self):
        """R2.6: the signed sheet is filed with the order and handed out as filed; a printer that
        fails loses nothing, nobody may change or delete it."""
        order = self._settled_visit()
        self._wizard(order).action_confirm()
        signed = order.handover_ids
        report = type(self.env["ir.actions.report"])
        with (
            patch.object(report, "_render_qweb_pdf", side_effect=UserError("no paper")),
            self.assertLogs("odoo.addons.service_advisor", "WARNING"),
        ):
            self._run_cron("ir_cron_file_handovers")
        self.assertFalse(signed.document_id)
        self._run_cron("ir_cron_file_handovers")
        document = signed.document_id
        self.assertIn(signed.digest.encode(), document.raw)
        self.assertIn(document, order.message_ids.attachment_ids)
        for user in (self.advisor, self.manager, self.storekeeper):
            with self.assertRaises(AccessError, msg=user.name):
                document.with_user(user).unlink()
            with self.assertRaises(AccessError, msg=user.name):
                signed.with_user(user).write({"digest": "x"})
        action = self.env.ref("service_advisor.service_order_report_confirmation")
        for user in (self.advisor, self.accountant):
            self.assertEqual(action.with_user(user).retrieve_attachment(order), document)
        self._run_cron("ir_cron_file_handovers")
        self.assertEqual(signed.document_id, document)

    def test_sent_on_request(self):
        """R2.6: one e-mail with the service report and the confirmation sheet."""
        order = self._settled_visit()
        with self.assertRaisesRegex(UserError, "send its documents"):
            self._new_order().action_send_documents()
        self._wizard(order).action_confirm()
        self.customer.email = "li@customer.example"
        action = order.with_user(self.advisor).action_send_documents()
        composer = (
            self.env[action["res_model"]]
            .with_user(self.advisor)
            .with_context(**action["context"])
            .create({})
        )
        self.assertEqual(len(composer.attachment_ids), 2)
        composer._action_send_mail()
        mail = order.message_ids[0]
        self.assertIn("Thank you for coming", mail.body)
        self.assertIn(self.customer, mail.partner_ids)


@tagged("post_install", "-at_install")
class TestRepairWarrantyPromise(DocumentsCommon):
    def _deliver(self, repair_class, at="2026-03-02 06:00:00"):
        self.operation.repair_class = repair_class
        order = self._authorised_order()
        self._work(order)
        self._issue_parts(order)
        self._ready(order)
        self._invoice(order)
        with (
            freeze_time(at),
            patch.object(type(order), "_check_can_deliver", lambda orders: None),
        ):
            order._deliver("Li", SIGNATURE, 50003)
        return order.job_ids

    def test_by_class(self):
        """R2.6: days and km of the class, from the day the car left, where the shop is."""
        self.company.resource_calendar_id.tz = "Asia/Shanghai"
        job = self._deliver("small", "2026-03-01 17:00:00")  # March 2nd there
        self.assertEqual(job._get_warranty(), (date(2026, 3, 12), 52003))
        self.assertEqual(job.warranty_until, date(2026, 3, 12))

    def test_overhaul(self):
        """R2.6: 20 000 km or 100 days after an overhaul."""
        job = self._deliver("overhaul")
        self.assertEqual(job._get_warranty(), (date(2026, 6, 10), 70003))

    def test_a_longer_promise_stays(self):
        """R2.6: the shop may promise more; what was promised at the hand-over stays promised."""
        own = self.env["service.repair.warranty"].create(
            {
                "repair_class": "small",
                "days": 365,
                "km": 10000,
                "company_id": self.company.id,
            }
        )
        job = self._deliver("small")
        self.assertEqual(job.warranty_until, date(2027, 3, 2))
        own.unlink()
        self.assertEqual(job._get_warranty(), (date(2027, 3, 2), 60003))
        with self.assertRaises(AccessError):
            job.with_user(self.manager).write({"warranty_until": "2030-01-01"})

    def test_found_at_the_next_check_in(self):
        """R1.3 R2.6: the car comes back inside the promise, and the order is named."""
        self.env["service.recall"].search([]).action_archive()
        left = self._now() - timedelta(days=20)
        own = self.env["service.repair.warranty"].create(
            {"repair_class": "small", "days": 30, "km": 5000, "company_id": self.company.id}
        )
        job = self._deliver("small", fields.Datetime.to_string(left))
        own.unlink()
        self.vehicle.invalidate_recordset()
        self.assertEqual(self.vehicle.with_user(self.reception).covered_job_ids, job)
        order = self._new_order(operation_id=False)
        order.odometer_in = 51000
        order.action_check_in()
        found = order.suggestion_ids.filtered(lambda s: s.kind == "repair_warranty")
        self.assertEqual(found.source_job_id, job)
        self.assertIn(job.order_id.name, found.reason)
        self.assertIn("55,003 km", found.reason)
        order.odometer_in = 55004
        self.assertFalse(order.suggestion_ids.filtered(lambda s: s.kind == "repair_warranty"))


@tagged("post_install", "-at_install")
class TestDocumentsPortal(HttpCase, DocumentsCommon):
    def test_own_documents(self):
        """R2.6: the customer takes the report and the sheet from the own page, others do not."""
        order = self._settled_visit()
        self._hand_over(order)
        token = order.sudo()._portal_ensure_token()
        page = f"/my/service-orders/{order.id}?access_token={token}"
        text = self.url_open(page).text
        self.assertIn("Download the service report", text)
        sheet = self.url_open(f"{page}&report_type=html").text
        report = self.url_open(f"{page}&report_type=html&document=report").text
        self.assertIn(order.handover_ids.digest, sheet)
        self.assertIn("Pads worn to 2 mm", report)
        for text in (sheet, report):
            for secret in ("61.37", "Carmaker", "clocked"):
                self.assertNotIn(secret, text)
        new_test_user(self.env, "test_stranger", "base.group_portal")
        self.authenticate("test_stranger", "test_stranger")
        for part in ("", "&document=report"):
            answer = self.url_open(f"/my/service-orders/{order.id}?report_type=html{part}")
            self.assertNotIn(order.name, answer.text)
