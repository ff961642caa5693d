from odoo import models
from odoo.exceptions import UserError

# What customers said or wrote in their own words: {model: fields}.
OWN_WORDS = {
    "service.complaint": ("description", "demand", "subject", "email_from", "withdrawn_words"),
    "service.complaint.question": ("answer_words",),
    "service.complaint.attempt": ("words",),
    "service.complaint.contact": ("words",),
    "service.complaint.step": ("words",),
    "service.followup": ("words",),
    "service.followup.attempt": ("words",),
}


class ResPartner(models.Model):
    """What a person complained about, answered and was called for, on request."""

    _inherit = "res.partner"

    def _get_own_complaints(self):
        return self.env["service.complaint"].with_context(active_test=False).search(
            [("partner_id", "=", self.id)]
        )

    def _get_own_answers(self):
        return self.env["survey.user_input"].search([("partner_id", "=", self.id)])

    # ---- access ---------------------------------------------------------------------------

    def _get_personal_data(self):
        return [
            *super()._get_personal_data(),
            self._get_consents_section(),
            self._get_complaints_section(),
            self._get_answers_section(),
            self._get_calls_section(),
        ]

    def _get_consents_section(self):
        names = (
            "service_no_survey",
            "service_no_quality_call",
            "service_no_offer_call",
            "service_shares_results",
        )
        labels = self.fields_get(names, ["string"])
        rows = [
            {
                self.env._("What"): labels[name]["string"],
                self.env._("Value"): self.env._("Yes") if self[name] else self.env._("No"),
            }
            for name in names
        ]
        return {"key": "consents", "title": self.env._("What You Told Us You Want"), "rows": rows}

    def _get_complaints_section(self):
        rows = [
            {
                self.env._("Complaint"): complaint.name,
                self.env._("Date"): self._format_moment(complaint.received_at),
                self.env._("Your Words"): complaint.description or "",
                self.env._("Your Demand"): complaint.demand or "",
                self.env._("State"): dict(
                    complaint._fields["state"]._description_selection(self.env)
                ).get(complaint.state, ""),
            }
            for complaint in self._get_own_complaints()
        ]
        return {"key": "complaints", "title": self.env._("Your Complaints"), "rows": rows}

    def _get_answers_section(self):
        rows = [
            {
                self.env._("Date"): self._format_moment(line.create_date),
                self.env._("Question"): line.question_id.title or "",
                self.env._("Answer"): line.display_name or "",
            }
            for line in self._get_own_answers().user_input_line_ids
            if not line.skipped
        ]
        return {"key": "answers", "title": self.env._("Your Answers to Surveys"), "rows": rows}

    def _get_calls_section(self):
        followups = self.env["service.followup"].search([("partner_id", "=", self.id)])
        kinds = dict(followups._fields["kind"]._description_selection(self.env))
        rows = [
            {
                self.env._("Date"): self._format_moment(followup.done_at or followup.create_date),
                self.env._("Reason"): ": ".join(
                    filter(None, [kinds[followup.kind], followup.reason])
                ),
                self.env._("Your Words"): followup.words or "",
            }
            for followup in followups
        ]
        return {"key": "calls", "title": self.env._("Calls"), "rows": rows}

    # ---- erasure --------------------------------------------------------------------------

    def _check_can_erase(self):
        result = super()._check_can_erase()
        still = self._get_own_complaints().filtered(
            lambda complaint: complaint.state not in ("closed", "withdrawn")
            and not complaint.discarded_at
        )
        if still:
            raise UserError(
                self.env._(
                    "The customer can not be erased yet: %(open)s is not closed. Close it first.",
                    open=", ".join(still.mapped("name")),
                )
            )
        return result

    def _erase_personal_data(self):
        if self.service_erased_at:
            return super()._erase_personal_data()
        complaints, answers = self._get_own_complaints(), self._get_own_answers()
        calls = self.env["service.followup"].search(
            [("partner_id", "=", self.id), ("state", "=", "open")]
        )
        calls._close("given_up", "dropped")
        count = self._erase_own_words(complaints)
        answers.user_input_line_ids.filtered(
            lambda line: line.answer_type in ("text_box", "char_box")
        ).write({"value_text_box": False, "value_char_box": self._get_erased_mark()})
        mark = self._get_erased_mark()
        answers.write({"email": False, "nickname": mark, "service_words": False})
        self.write(
            {
                "service_no_survey": True,
                "service_no_quality_call": True,
                "service_no_offer_call": True,
                "service_shares_results": False,
            }
        )
        lines = super()._erase_personal_data()
        found = {"complaints": count, "answers": len(answers), "calls": len(calls)}
        return [*lines, *(self._erased(key, number) for key, number in found.items() if number)]

    def _erase_own_words(self, complaints):
        """Put the mark in place of what the person said in own words; return how many complaints
        and calls that was. The facts that figures are made of stay."""
        orders = self.env["service.order"].search([("partner_id", "=", self.id)])
        records = self._get_personal_records(orders)
        self.env.flush_all()
        count = sum(
            self._overwrite(self.env[name], records.get(name, ()), texts)
            for name, texts in OWN_WORDS.items()
        )
        self.env.invalidate_all()
        complaints.message_ids.filtered(
            lambda message: message.author_id == self
        ).attachment_ids.unlink()
        return count
