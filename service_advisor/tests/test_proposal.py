import json
from datetime import timedelta
from unittest.mock import patch

from freezegun import freeze_time
from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from ..tools.evidence import fingerprint
from .common import SIGNATURE, ServiceAdvisorCommon


class ProposalCommon(ServiceAdvisorCommon):
    def _quoted_order(self, jobs=1):
        order = self._new_order(jobs=jobs)
        order.action_check_in()
        order.action_quote()
        return order

    def _pads(self, job):
        return job.line_ids.filtered(lambda line: line.product_id == self.pads)

    def _wizard(self, order, **vals):
        order.action_open_approval()
        Wizard = self.env["service.approval.wizard"].with_user(self.advisor)
        return Wizard.create({"order_id": order.id, **vals})

    def _run_cron(self, name):
        with self.enter_registry_test_mode():
            self.env.ref(f"service_advisor.{name}").method_direct_trigger()
        self.env.invalidate_all()


@tagged("post_install", "-at_install")
class TestProposal(ProposalCommon):
    def test_frozen_copy(self):
        """R1.6 R1.7: a proposal keeps what was shown: words, lines, prices, promise, and a
        fingerprint of them."""
        order = self._quoted_order()
        proposal = order.proposal_ids
        self.assertEqual((proposal.version, proposal.state), (1, "open"))
        self.assertEqual(proposal.promised_at, order.promised_at)
        self.assertEqual(proposal.amount_total, 297.0)
        line = proposal.line_ids
        self.assertEqual(line.job_id, order.job_ids)
        self.assertEqual(line.content["concern"], "Squeals when braking")
        self.assertEqual(
            [item["name"] for item in line.content["lines"]],
            ["Labour", "Brake pads", "Brake fluid"],
        )
        self.assertEqual(line.content["tax"], 27.0)
        self.assertEqual(line.digest, fingerprint(line.content))
        self.assertTrue(line.is_intact)
        self.pads.name = "Renamed"
        self.assertEqual(line.content["lines"][1]["name"], "Brake pads")
        self.assertTrue(line.is_intact, "what was agreed is not touched by a new name")

    def test_survives_the_database(self):
        """R1.6: read back from its column, the copy has the same fingerprint."""
        line = self._quoted_order().proposal_ids.line_ids
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertEqual(fingerprint(line.content), line.digest)
        line.sudo().content = dict(line.content, total=1.0)
        self.assertFalse(line.is_intact, "a record that was tampered with shows")

    def test_versions(self):
        """R1.6: a job changed after the price was told is asked again, in the next version."""
        order = self._quoted_order(jobs=2)
        first = order.proposal_ids
        changed, untouched = order.job_ids
        self._pads(changed).price_unit = 70
        self.assertEqual((changed.state, untouched.state), ("proposed", "quoted"))
        self.assertEqual(first.state, "replaced")
        order.action_quote()
        second = order.proposal_ids - first
        self.assertEqual((second.version, second.state), (2, "open"))
        self.assertEqual(second.line_ids.job_id, order.job_ids)
        self.assertEqual(second.amount_total, 594.0 - 11.0)
        self.assertEqual(first.amount_total, 594.0, "what was told first is kept")

    def test_same_value_changes_nothing(self):
        """R1.6: saving a line as it is takes no question back."""
        order = self._quoted_order()
        line = self._pads(order.job_ids)
        line.write({"price_unit": line.price_unit, "product_id": line.product_id.id})
        line.sequence += 1
        self.assertEqual(order.job_ids.state, "quoted")
        self.assertEqual(len(order.proposal_ids), 1)

    def test_each_way_of_changing(self):
        """R1.6: price, quantity, discount, words, origin, a line more or less, operation and
        payer: whatever the customer saw, changing it asks again."""
        ways = {
            "price": lambda job: self._pads(job).write({"price_unit": 1}),
            "quantity": lambda job: self._pads(job).write({"product_uom_qty": 3}),
            "discount": lambda job: self._pads(job).write({"discount": 5}),
            "taxes": lambda job: self._pads(job).write({"tax_ids": [Command.clear()]}),
            "words": lambda job: self._pads(job).write({"name": "Cheaper pads"}),
            "origin": lambda job: self._pads(job).write({"part_origin": "used"}),
            "less": lambda job: self._pads(job).unlink(),
            "more": lambda job: job.write(
                {"line_ids": [Command.create({"product_id": self.fluid.id})]}
            ),
            "operation": lambda job: job.write({"operation_id": False}),
            "payer": lambda job: job.write(
                {"pay_type": "insurance", "payer_id": self.manufacturer.id}
            ),
        }
        for state in ("quoted", "approved"):
            for way, change in ways.items():
                with self.subTest(way, state=state):
                    order = self._quoted_order()
                    if state == "approved":
                        order.action_approve()
                    change(order.job_ids)
                    self.assertEqual(order.job_ids.state, "proposed")
                    self.assertNotIn("open", order.proposal_ids.mapped("state"))
                    self.assertFalse(order.job_ids.authorised_at)

    # ---- evidence -------------------------------------------------------------------------

    def test_approval_is_evidence(self):
        """R1.6: who, when, how, with which signature, on which lines."""
        order = self._quoted_order(jobs=2)
        wizard = self._wizard(order, person="Wife of Li", signature=SIGNATURE)
        wizard.line_ids[1].write(
            {"answer": "declined", "decline_reason": "Too dear", "followup_odometer": 60000}
        )
        wizard.action_confirm()
        proposal = order.proposal_ids
        self.assertEqual(proposal.state, "answered")
        self.assertEqual(proposal.answered_by, "Wife of Li")
        self.assertEqual(proposal.answered_via, "counter")
        self.assertEqual(proposal.taken_by_id, self.advisor)
        self.assertTrue(proposal.signature)
        self.assertEqual(proposal.line_ids.mapped("answer"), ["approved", "declined"])
        self.assertEqual(proposal.line_ids[1].decline_reason, "Too dear")
        self.assertEqual(order.job_ids[1].followup_odometer, 60000)

    def test_no_way_around_the_approval(self):
        """R1.6: neither defaults of a request, nor another order or payer, make an approval of
        what nobody was asked; nor is one taken back that is billed."""
        self.labour.invoice_policy = "order"
        order, other = self._authorised_order(), self._new_order()
        job = self.env["service.job"].with_user(self.advisor).with_context(
            default_state="approved", default_authorised_name="Li"
        )
        job = job.create({"order_id": order.id, "concern": "More"})
        self.assertEqual((job.state, job.authorised_name), ("proposed", False))
        with self.assertRaises(AccessError):
            job.with_context(default_state="approved").create(
                {"order_id": order.id, "concern": "More", "state": "approved"}
            )
        with self.assertRaisesRegex(UserError, "stays on its order"):
            order.job_ids[0].order_id = other
        with self.assertRaisesRegex(UserError, "Change the payer on the job"):
            order.job_ids[0].estimate_id.partner_id = self.manufacturer
        order.estimate_ids.sudo().filtered(lambda e: e.state == "sale")._create_invoices()
        with self.assertRaisesRegex(UserError, "is on an invoice"):
            order.job_ids[0].action_reopen()

    def test_nobody_writes_evidence(self):
        """R1.6 R5.3: proposals and answers come from the steps of the order alone."""
        proposal = self._quoted_order().proposal_ids
        for user in (self.reception, self.advisor, self.manager, self.technician):
            for record in (proposal, proposal.line_ids):
                record = record.with_user(user)
                self.assertTrue(record.read(["display_name"]))
                with self.assertRaises(AccessError):
                    record.write({"access_token": "x"} if record == proposal else {"digest": "x"})
                with self.assertRaises(AccessError):
                    record.unlink()
                with self.assertRaises(AccessError):
                    record.copy()

    def test_changed_after_approval(self):
        """R1.6: a changed line makes the approval void, gives the parts back and asks again."""
        order = self._quoted_order(jobs=2)
        order.action_approve()
        changed, kept = order.job_ids
        proposal = order.proposal_ids
        self._pads(changed).with_user(self.advisor).product_uom_qty = 4
        self.assertEqual((changed.state, kept.state), ("proposed", "approved"))
        void, holds = proposal.line_ids
        self.assertEqual(void.job_id, changed)
        self.assertTrue(void.voided_at)
        self.assertEqual(void.voided_by_id, self.advisor)
        self.assertIn("Brake pads", void.void_reason)
        self.assertFalse(void.is_intact)
        self.assertTrue(holds.is_intact)
        self.assertFalse(holds.voided_at)
        self.assertEqual(void.answer, "approved", "that it was given is not forgotten")
        moves = order.picking_ids.move_ids
        self.assertEqual(
            set(moves.filtered(lambda m: m.service_job_id == changed).mapped("state")), {"cancel"}
        )
        self.assertEqual(
            set(moves.filtered(lambda m: m.service_job_id == kept).mapped("state")), {"assigned"}
        )
        self.assertEqual(changed.estimate_id.state, "draft")
        self.assertEqual(kept.estimate_id.state, "sale")
        self.assertIn("is void", order.message_ids[0].body)

        order.action_quote()
        order.action_approve()
        self.assertEqual(changed.state, "approved")
        parts = order.picking_ids.move_ids.filtered(
            lambda m: m.service_job_id == changed and m.state == "assigned"
        )
        self.assertEqual(sorted(parts.mapped("product_uom_qty")), [2.0, 4.0])

    def test_only_job_of_its_estimate(self):
        """R1.6: where all of an estimate is taken back it is cancelled, and the next round is
        a further one."""
        order = self._quoted_order()
        order.action_approve()
        first = order.estimate_ids
        order.job_ids.action_reopen()
        self.assertEqual(first.state, "cancel")
        self.assertEqual(order.job_ids.estimate_id.service_round, 2)
        self.assertEqual(order.job_ids.amount_total, 297.0)
        self.assertEqual(order.state, "checked_in")
        with self.assertRaisesRegex(UserError, "Only a job that is approved"):
            order.job_ids.action_reopen()

    def test_only_advisors_take_back(self):
        """R1.6: a receptionist does not undo what a customer approved."""
        order = self._quoted_order()
        order.action_approve()
        with self.assertRaisesRegex(UserError, "Only a service advisor"):
            self._pads(order.job_ids).with_user(self.reception).price_unit = 1
        self.assertEqual(order.job_ids.state, "approved")

    def test_only_advisors_take_answers(self):
        """R1.6: others have no such button, and may not do what it does either."""
        order = self._quoted_order()
        for user in (self.reception, self.technician, self.accountant):
            for action in ("action_approve", "action_open_approval"):
                with self.subTest(user.name, action=action), self.assertRaises(UserError):
                    getattr(order.with_user(user), action)()
        with self.assertRaisesRegex(UserError, "Only a service advisor"):
            order.with_user(self.reception).estimate_ids.action_confirm()
        self.assertEqual((order.job_ids.state, order.proposal_ids.state), ("quoted", "open"))

    def test_more_work_is_a_round_of_its_own(self):
        """R1.6: work found later is asked about alone; what was approved goes on."""
        order = self._quoted_order()
        order.action_approve()
        order.job_ids.with_user(self.technician).action_start()
        order.job_ids = [
            Command.create({"concern": "Worn wipers", "operation_id": self.operation.id})
        ]
        order.action_quote()
        newest = order.proposal_ids.sorted("version")[-1]
        self.assertEqual(newest.line_ids.job_id, order.job_ids[1])
        self.assertEqual(order.job_ids[0].state, "in_work")
        self.assertEqual(order.proposal_ids.filtered(lambda p: p.version == 1).state, "answered")

    def test_cancelled_is_not_asked(self):
        """R1.6: nobody is asked or reminded about work that was cancelled; what is left is asked
        in a version of its own."""
        order = self._quoted_order()
        order.job_ids = [
            Command.create(
                {
                    "concern": "Recall",
                    "operation_id": self.operation.id,
                    "pay_type": "warranty",
                    "payer_id": self.manufacturer.id,
                }
            )
        ]
        order.action_quote()
        order.job_ids[1].estimate_id._action_cancel()
        newest = order.proposal_ids.sorted("version")[-1]
        self.assertEqual((newest.version, newest.state), (3, "open"))
        self.assertEqual(newest.line_ids.job_id, order.job_ids[0])
        order.action_cancel()
        self.assertNotIn("open", order.proposal_ids.mapped("state"))

    def test_shown_is_not_deleted(self):
        """R1.6: a job that the customer was shown can be declined, not deleted."""
        job = self._quoted_order().job_ids
        with self.assertRaisesRegex(UserError, "was shown to the customer in version 1"):
            job.with_user(self.advisor).unlink()

    def test_history_tells_the_story(self):
        """R1.5 R1.7: what was proposed and what was answered stands in the order's history."""
        order = self._quoted_order()
        wizard = self._wizard(order, channel="phone", person="Wife of Li")
        wizard.action_confirm()
        story = " ".join(order.message_ids.sorted("id").mapped("body"))
        self.assertRegex(story, "Proposed, version 1: .*297.00.*Wife of Li approved .Phone.")

    def test_left_open(self):
        """R1.6: jobs the customer thinks about are asked again in the next version."""
        order = self._quoted_order(jobs=2)
        wizard = self._wizard(order)
        wizard.line_ids[1].answer = "open"
        wizard.action_confirm()
        first, second = order.proposal_ids.sorted("version")
        self.assertEqual((first.state, second.state), ("answered", "open"))
        self.assertEqual(second.line_ids.job_id, order.job_ids[1])

    def test_stale_dialog(self):
        """R1.6: a dialog opened on an older version answers nothing."""
        order = self._quoted_order()
        wizard = self._wizard(order)
        self._pads(order.job_ids).price_unit = 500
        order.action_quote()
        with self.assertRaisesRegex(UserError, "no longer what was proposed"):
            wizard.action_confirm()
        self.assertEqual(order.job_ids.state, "quoted")

    def test_changed_behind_the_question(self):
        """R1.6: even a change that no button made is noticed before an answer counts."""
        order = self._quoted_order()
        wizard = self._wizard(order)
        self.env.cr.execute(
            "UPDATE sale_order_line SET price_unit = 1 WHERE id = %s",
            [self._pads(order.job_ids).id],
        )
        self.env.invalidate_all()
        with self.assertRaisesRegex(UserError, "no longer what was proposed"):
            wizard.action_confirm()

    def test_batch(self):
        """R1.6: many orders are proposed and approved together, at little more than the cost
        of one."""

        def queries(count):
            orders = self.env["service.order"].union(
                *(self._new_order() for _index in range(count))
            )
            orders.action_check_in()
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            orders._propose(orders.job_ids)
            self.env.flush_all()
            return self.env.cr.sql_log_count - before

        queries(1)
        self.assertLessEqual(queries(20), queries(1) + 20)

    # ---- parts that the customer brings ---------------------------------------------------

    def test_origin_of_parts(self):
        """R1.4: the origin of a part is printed; a part the customer brings costs nothing and
        is not taken from the shelf."""
        self.pads.service_part_origin = "equivalent"
        order = self._new_order()
        job = order.job_ids
        self.assertEqual(self._pads(job).part_origin, "equivalent")
        fluid = job.line_ids.filtered(lambda line: line.product_id == self.fluid)
        fluid.part_origin = "customer"
        self.assertEqual((fluid.price_unit, fluid.price_total), (0.0, 0.0))
        order.action_check_in()
        order.action_quote()
        shown = order.proposal_ids.line_ids.content["lines"]
        self.assertEqual([item["origin"] for item in shown], ["", "equivalent", "customer"])
        order.action_approve()
        self.assertEqual(order.picking_ids.move_ids.product_id, self.pads)
        fluid.part_origin = "original"
        self.assertEqual(fluid.price_unit, 20.0)

    # ---- what happens by itself -----------------------------------------------------------

    def test_reminder_and_escalation(self):
        """R1.6: no answer: the customer is reminded once, then the advisor is told to call."""
        self.company.write({"service_reminder_hours": 2, "service_escalation_hours": 4})
        self.customer.email = "li@customer.example"
        order = self._quoted_order()
        proposal = order.proposal_ids
        proposal.sudo().sent_at = self._now()
        for hours, mails, calls in ((1, 0, 0), (2.1, 1, 0), (3, 1, 0), (4.1, 1, 1), (9, 1, 1)):
            with self.subTest(hours), freeze_time(proposal.proposed_at + timedelta(hours=hours)):
                self._run_cron("ir_cron_ask_again")
                sent = order.message_ids.filtered(lambda m: "no answer" in (m.body or ""))
                self.assertEqual(len(sent), mails)
                self.assertEqual(len(order.activity_ids), calls)
        self.assertIn(self.customer, sent.partner_ids)
        self.assertEqual(order.activity_ids.user_id, self.advisor)

    def test_one_that_fails_keeps_nobody_waiting(self):
        """R1.6: a proposal that can not be worked off is tried again and holds up no other."""
        first, second = self._quoted_order().proposal_ids, self._quoted_order().proposal_ids
        due = {"escalate_at": self._now() - timedelta(hours=1)}
        (first | second).sudo().write(due)
        escalate = type(first)._escalate

        def fail_on_first(proposal):
            escalate(proposal)
            if proposal == first:
                raise ValueError

        logger = "odoo.addons.service_advisor.models.service_queue_mixin"
        with patch.object(type(first), "_escalate", fail_on_first), self.assertLogs(logger):
            self._run_cron("ir_cron_ask_again")
        self.assertEqual(first.escalate_at, due["escalate_at"])
        self.assertFalse(first.order_id.activity_ids)
        self.assertTrue(second.order_id.activity_ids)

    def test_expired_is_renewed(self):
        """R1.4 R1.6: sending an expired proposal asks once more, at the same price and with a
        promise that can still be kept."""
        order = self._quoted_order()
        first = order.proposal_ids
        order.action_send_proposal()
        self.assertEqual(order.proposal_ids, first, "one that holds is sent as it is")
        self.env.invalidate_all()
        with freeze_time(first.valid_until + timedelta(days=30)):
            self.assertTrue(first.is_expired)
            order.action_send_proposal()
            second = order.proposal_ids - first
            self.assertEqual((first.state, second.state), ("replaced", "open"))
            self.assertEqual(second.amount_total, first.amount_total)
            self.assertGreater(second.promised_at, self._now())
            self.assertFalse(second.is_expired)
            self.assertIn(second.access_url, order._get_proposal_url())

    def test_sent_without_an_open_version(self):
        """R1.6: where a job was changed after the price was told, the e-mail does not lead to a
        version that takes no answer."""
        order = self._quoted_order(jobs=2)
        self._pads(order.job_ids[0]).price_unit = 1
        self.assertEqual(order.proposal_ids.state, "replaced")
        order.action_send_proposal()
        current = order._get_current_proposal()
        self.assertEqual((current.state, current.line_ids.job_id), ("open", order.job_ids[1]))

    def test_answered_is_left_in_peace(self):
        """R1.6: an answer ends reminders; without an e-mail sent none goes out."""
        answered, silent = self._quoted_order(), self._quoted_order()
        answered.proposal_ids.sudo().sent_at = self._now()
        answered.action_approve()
        with freeze_time(self._now() + timedelta(days=1)):
            self._run_cron("ir_cron_ask_again")
        self.assertFalse(answered.activity_ids)
        self.assertEqual(len(silent.activity_ids), 1)
        reminders = (answered | silent).message_ids.filtered(
            lambda m: "no answer" in (m.body or "")
        )
        self.assertFalse(reminders)

    def test_answer_is_filed(self):
        """R1.6 R1.7: the answered proposal is attached to the order; a printer that fails is
        tried again."""
        order = self._quoted_order()
        order.action_approve()
        report = type(self.env["ir.actions.report"])
        with (
            patch.object(report, "_render_qweb_pdf", side_effect=UserError("no paper")),
            self.assertLogs("odoo.addons.service_advisor", "WARNING"),
        ):
            self._run_cron("ir_cron_file_proposals")
        self.assertFalse(order.proposal_ids.document_id)
        self._run_cron("ir_cron_file_proposals")
        document = order.proposal_ids.document_id
        self.assertIn(document, order.message_ids.attachment_ids)
        for user in (self.advisor, self.manager, self.storekeeper):
            with self.assertRaises(AccessError, msg=user.name):
                document.with_user(user).unlink()
        self.assertTrue(document.with_user(self.accountant).raw)
        with self.assertRaises(AccessError):
            document.with_user(self.storekeeper).read(["raw"])
        self._run_cron("ir_cron_file_proposals")
        self.assertEqual(order.proposal_ids.document_id, document)

    def test_document_says_it_all(self):
        """R1.7: concern, job, lines, totals, promise, validity and car stand in the document, in
        the customer's language."""
        self.env["res.lang"]._activate_lang("zh_CN")
        self.customer.lang = "zh_CN"
        self.operation.with_context(lang="zh_CN").name = "更换前刹车片"
        order = self._quoted_order()

        def document():
            report = self.env["ir.actions.report"]
            return report._render_qweb_html(
                "service_advisor.service_order_report_proposal", order.ids
            )[0].decode()

        page = order.proposal_ids.access_url  # behind the square code, to answer on a phone
        html = document()
        for text in (order.name, "更换前刹车片", "Squeals when braking", "297.00", "27.00",
                     order.plate, self.vehicle.vin, "50,000", page):
            self.assertIn(text, html)
        order.action_approve()
        html = document()
        self.assertNotIn(page, html, "what was answered is not asked again")
        self.assertIn(order.proposal_ids.line_ids.digest, html)

    def test_by_payer(self):
        """R1.4: where several pay, the order says how much each of them is asked for."""
        order = self._new_order(jobs=2)
        self.assertFalse(order.payer_totals)
        order.job_ids[1].write({"pay_type": "warranty", "payer_id": self.manufacturer.id})
        for text in ("Li Customer", "Carmaker", "297.00"):
            self.assertIn(text, order.payer_totals)

    def test_findings_reach_the_advisor(self):
        """R1.5: what the technician finds stands on the order and is told to its advisor."""
        order = self._quoted_order()
        order.job_ids.with_user(self.technician).cause = "Pads <2 mm"
        message = order.message_ids[0]
        self.assertIn("Pads &lt;2 mm", message.body)
        self.assertEqual(message.author_id, self.technician.partner_id)
        self.assertIn(self.advisor.partner_id, message.notified_partner_ids)
        order.job_ids.with_user(self.technician).cause = "Pads <2 mm"
        self.assertEqual(order.message_ids[0], message, "the same is not told twice")

    def test_declined_and_confirmed_after_all(self):
        """R1.6: whoever confirms the estimate of declined work approves it; not any more once the
        order is cancelled."""
        order = self._quoted_order(jobs=2)
        wizard = self._wizard(order)
        wizard.line_ids[0].write({"answer": "declined", "decline_reason": "Too expensive"})
        job = wizard.line_ids[0].job_id
        wizard.action_confirm()
        job.estimate_id.action_draft()
        job.estimate_id.action_confirm()
        self.assertEqual((job.state, job.decline_reason), ("approved", False))
        line = job.proposal_line_ids._get_standing()
        self.assertTrue(line.is_intact)
        self.assertEqual(line.proposal_id.state, "answered")
        order = self._quoted_order()
        order.action_cancel()
        order.estimate_ids.action_draft()
        with self.assertRaisesRegex(UserError, "It is Cancelled"):
            order.estimate_ids.action_confirm()

    def _new_pricelist(self):
        currency = self.env["res.currency"].create(
            {"name": "XTS", "symbol": "T", "rate_ids": [Command.create({"rate": 0.5})]}
        )
        return self.env["product.pricelist"].create(
            {"name": "In another currency", "currency_id": currency.id}
        )

    def test_currency_of_the_customer(self):
        """R1.7: the total is told in the currency of the customer's price list."""
        self.customer.property_product_pricelist = pricelist = self._new_pricelist()
        order = self._quoted_order()
        proposal = order.proposal_ids
        self.assertEqual(proposal.currency_id, pricelist.currency_id)
        self.assertEqual(proposal.amount_total, order.estimate_ids.amount_total)

    def test_other_currency_behind_the_question(self):
        """R1.6: the same number in another currency is not what was proposed."""
        order = self._quoted_order()
        wizard = self._wizard(order)
        order.estimate_ids.pricelist_id = self._new_pricelist()
        self.assertFalse(order.proposal_ids.line_ids.is_intact)
        with self.assertRaisesRegex(UserError, "no longer what was proposed"):
            wizard.action_confirm()

    def test_customer_changed_after_approval(self):
        """R1.6: an approval does not bind another customer than the one who gave it."""
        order = self._authorised_order()
        job, other = order.job_ids, self.env["res.partner"].create({"name": "Next Customer"})
        order.partner_id = other
        self.assertEqual((job.state, job.authorised_name), ("proposed", False))
        self.assertEqual(job.estimate_id.partner_id, other)
        self.assertEqual(set(order.picking_ids.mapped("state")), {"cancel"})
        self.assertEqual(order.proposal_ids.line_ids.void_reason, "operation or payer changed")

    def test_sent_by_mail(self):
        """R1.6: the message carries the customer's link; when it was sent is kept."""
        self.customer.email = "li@customer.example"
        order = self._quoted_order()
        action = order.action_send_proposal()
        composer = self.env["mail.compose.message"].with_user(self.advisor)
        composer = composer.with_context(**action["context"]).create({})
        composer._action_send_mail()
        proposal = order.proposal_ids
        self.assertTrue(proposal.sent_at)
        body = order.message_ids[0].body
        self.assertIn(f"/my/service-proposals/{proposal.id}", body)
        self.assertIn(proposal.sudo().access_token, body)

    def test_shown_is_plain_json(self):
        """R1.6: the frozen copy holds nothing but JSON."""
        line = self._quoted_order().proposal_ids.line_ids
        self.assertEqual(json.loads(json.dumps(line.content)), line.content)
