from odoo import api, fields, models


class ServiceComplaint(models.Model):
    """From a cause to a solution that the customer accepts and gets."""

    _inherit = "service.complaint"

    question_ids = fields.One2many("service.complaint.question", "complaint_id", "Questions")
    accepted_at = fields.Datetime("Accepted On", readonly=True, copy=False)
    open_question_id = fields.Many2one(
        "service.complaint.question", "Waiting Question", compute="_compute_open_question_id"
    )

    @api.depends("question_ids.sent_at", "question_ids.answered_at", "question_ids.replaced_at")
    def _compute_open_question_id(self):
        for complaint in self:
            complaint.open_question_id = complaint.question_ids.filtered(
                lambda question: question.state == "open"
            )[:1]

    def _get_customer_email(self):
        self.ensure_one()
        return self.partner_id.email

    def _get_terms(self):
        """Return the remedies as they are proposed now, as a list that fits into JSON."""
        self.ensure_one()
        return [
            [remedy.id, remedy.kind, remedy.name, remedy.amount]
            for remedy in self.remedy_ids._get_live().sorted("id")
        ]

    # ---- proposing ------------------------------------------------------------------------

    def action_propose(self):
        """Open a proposal to the customer, filled with what was found and what is offered.

        :raises UserError: naming what has to be there before.
        """
        self.ensure_one()
        self._check_may_handle()
        self._check_can_ask("offer")
        draft = self._find_draft("offer") or self.env["service.complaint.question"].create(
            self._prepare_offer_vals()
        )
        return self._open_question(draft, self.env._("Propose"))

    def action_ask_confirmation(self):
        """Ask the customer by e-mail whether all is well.

        :raises UserError: naming what is missing.
        """
        self.ensure_one()
        self._check_may_handle()
        self._check_can_ask("confirmation")
        Question = self.env["service.complaint.question"]
        question = self._find_draft("confirmation") or Question.create(
            {"complaint_id": self.id, "kind": "confirmation"}
        )
        question.action_send()
        return True

    def _find_draft(self, kind):
        return self.question_ids.filtered(
            lambda question: question.kind == kind and question.state == "draft"
        )[:1]

    def _prepare_offer_vals(self):
        """Hook: return the values of a new proposal."""
        question = self.env["service.complaint.question"].new({"complaint_id": self.id})
        remedies = self.remedy_ids._get_live().with_context(lang=question._get_lang())
        return {
            "complaint_id": self.id,
            "kind": "offer",
            "found": self.root_cause,
            "offer": "\n".join(remedy._describe() for remedy in remedies),
        }

    def _open_question(self, question, title):
        action = question._get_records_action(name=title, target="new")
        return dict(action, views=[(self.env.ref(
            "service_advisor_quality.service_complaint_question_view_form").id, "form")])

    def _check_can_ask(self, kind):
        """Hook: raise a UserError where the customer can not be asked yet.

        :param kind: "offer" or "confirmation".
        """
        self._check_is_handled()
        for complaint in self:
            if kind == "confirmation":
                complaint._check_is_resolved()
                continue
            if complaint.resolved_at:
                complaint._refuse(
                    self.env._("It is resolved. Ask the customer whether all is well.")
                )
            if not complaint.analysed_at:
                complaint._refuse(
                    self.env._("Find the cause first, then press Cause Found.")
                )
            complaint.remedy_ids._get_live()._check_allowed()

    def _replace_open_question(self):
        """Let nobody answer any more what was asked before."""
        asked = self.question_ids.filtered(lambda question: question.state == "open")
        # The step was checked; whoever takes it need not be allowed to make proposals.
        asked.sudo().write({"replaced_at": fields.Datetime.now()})
        # The database lets one question wait: this one makes room before the next is asked.
        asked.flush_recordset(["replaced_at"])

    def _after_ask(self, question):
        """Hook: called once ``question`` was put to the customer; logs the contact."""
        via, now = question.sent_via, fields.Datetime.now()
        if question.kind == "offer":
            self._keep({"proposed_at": self.proposed_at or now, "accepted_at": False})
            self._log_step("proposed", words=question.offer, via=via)
        else:
            self._log_step("asked", via=via)
        if via == "mail":
            self._mail_question(question)
        else:
            self._log_talk("call" if via == "call" else "visit", question.offer)

    def _mail_question(self, question):
        """Send ``question`` to the customer, in the customer's language. That a person sent it
        logs the contact."""
        template = self.env.ref(f"service_advisor_quality.mail_template_{question.kind}")
        self.with_context(lang=question._get_lang()).message_post_with_source(
            template,
            partner_ids=self.partner_id.ids,
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
            email_layout_xmlid="mail.mail_notification_light",
        )

    def _log_talk(self, channel, words):
        """Log that the customer was talked to: a contact that counts."""
        self.env["service.complaint.contact"].create(
            [
                {
                    "complaint_id": complaint.id,
                    "direction": "out",
                    "channel": channel,
                    "words": words or self.env._("Talked with the customer."),
                }
                for complaint in self
            ]
        )

    def _get_question_url(self):
        """Return the address of the page on which the customer answers."""
        self.ensure_one()
        question = self.open_question_id or self.question_ids.sorted("id")[-1:]
        return question.get_base_url() + question.get_portal_url()

    # ---- the answer -----------------------------------------------------------------------

    def action_record_answer(self):
        """Open the dialog that takes down the customer's answer on our proposal."""
        return self._open_answer_dialog("offer", self.env._("Customer's Answer"))

    def action_call_back(self):
        """Open the dialog that takes down how the call-back went."""
        return self._open_answer_dialog("confirmation", self.env._("Call-Back"))

    def _open_answer_dialog(self, kind, title):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": title,
            "res_model": "service.complaint.answer.wizard",
            "view_mode": "form",
            "target": "new",
            "context": {"default_complaint_id": self.id, "default_kind": kind},
        }

    def _answer_offer(self, answer, via, words=False, name=False, signature=False):
        """Keep whether the customer accepts our proposal; see
        :meth:`~.service_complaint_question.ServiceComplaintQuestion._answer`.

        :raises UserError: where nothing was proposed, or it was answered.
        """
        self.ensure_one()
        self._lock()
        self._check_is_handled()
        question = self.open_question_id
        if question.kind != "offer":
            self._refuse(self.env._("No proposal waits for an answer. Press Propose first."))
        if answer == "no":
            self._check_words(words)
        question._answer(answer, via, words, name, signature)
        # Customers answer by the link, without an account.
        self.sudo()._keep({"accepted_at": answer == "yes" and fields.Datetime.now()})
        self._log_step("accepted" if answer == "yes" else "refused", words, via)
        self._after_answer(question)

    def _after_answer(self, question):
        """Hook: called once the customer has answered ``question``; tells the advisor."""
        # See above.
        self.sudo().message_post(
            body=self.env._(
                "%(question)s: the customer says %(answer)s. %(words)s",
                question=question.display_name,
                answer=dict(question._fields["answer"]._description_selection(self.env))[
                    question.answer
                ],
                words=question.answer_words or "",
            ),
            partner_ids=(self.advisor_id - self.env.user).partner_id.ids,
            subtype_xmlid="mail.mt_note",
        )

    # ---- resolved -------------------------------------------------------------------------

    def action_resolve(self):
        """Note that the customer has got everything that was agreed.

        :raises UserError: naming what is missing.
        """
        self._check_may_handle()
        self._lock()
        self._check_can_resolve()
        self._keep({"resolved_at": fields.Datetime.now()})
        self._log_step("resolved")
        return True

    def _check_can_resolve(self):
        """Hook: raise a UserError where a complaint is not resolved yet."""
        self._check_is_handled()
        for complaint in self:
            if complaint.resolved_at:
                complaint._refuse(self.env._("It is resolved already."))
            if not complaint.accepted_at:
                complaint._refuse(
                    self.env._(
                        "The customer has not accepted a proposal yet. Propose a solution, and "
                        "record the answer."
                    )
                )
            complaint._check_terms()
            remedies = complaint.remedy_ids._get_live()
            remedies._check_allowed()
            remedies._check_free()
            missing = remedies.filtered(lambda remedy: not remedy._is_done())
            if missing:
                complaint._refuse(
                    self.env._(
                        "The customer has not got yet: %(remedies)s.",
                        remedies="; ".join(missing.mapped("name")),
                    )
                )
        self._check_tasks_done()

    def _check_terms(self):
        """Raise where the remedies are no longer those that the customer accepted."""
        accepted = self.question_ids.filtered(
            lambda question: question.kind == "offer" and question.answer == "yes"
        ).sorted("id")[-1:]
        if (accepted.terms or []) != self._get_terms():
            self._refuse(
                self.env._(
                    "The remedies have changed since the customer accepted them. Propose them "
                    "anew."
                )
            )
