from odoo import api, fields, models


class ServiceComplaintAnswerWizard(models.TransientModel):
    """What the customer says to our proposal, or how the call-back went."""

    _name = "service.complaint.answer.wizard"
    _description = "Customer's Answer"

    complaint_id = fields.Many2one("service.complaint", required=True, ondelete="cascade")
    kind = fields.Selection(
        [("offer", "Our Proposal"), ("confirmation", "Is All Well?")],
        default="offer",
        required=True,
    )
    offer = fields.Text("We Offer", compute="_compute_offer")
    answer = fields.Selection(
        [("yes", "Accepts"), ("no", "Refuses")], "The Customer", default="yes"
    )
    result = fields.Selection(
        [
            ("satisfied", "Satisfied"),
            ("withdrawn", "Satisfied and Withdraws the Complaint"),
            ("unsatisfied", "Not Satisfied"),
            ("unreached", "Nobody Reached"),
        ],
        "The Customer Is",
        default="satisfied",
    )
    via = fields.Selection([("call", "Phone"), ("counter", "Counter")], default="call")
    words = fields.Text("In the Customer's Words")
    name = fields.Char("Signed By", compute="_compute_name", store=True, readonly=False)
    signature = fields.Image(max_width=1024, max_height=512)

    @api.depends("complaint_id")
    def _compute_offer(self):
        for wizard in self:
            wizard.offer = wizard.complaint_id.open_question_id.offer

    @api.depends("complaint_id")
    def _compute_name(self):
        for wizard in self:
            wizard.name = wizard.complaint_id.partner_id.name

    def action_confirm(self):
        """Keep the customer's answer.

        :raises UserError: naming what is missing: words, a signature, a step before this.
        """
        self.ensure_one()
        self.complaint_id.check_access("write")
        self._check_can_confirm()
        if self.kind == "offer":
            self._keep_offer_answer()
        else:
            self._keep_call_back()
        return {"type": "ir.actions.act_window_close"}

    def _check_can_confirm(self):
        """Hook: raise a UserError where something of the answer is missing."""
        complaint = self.complaint_id
        if self.kind == "confirmation" and self.result != "unreached":
            complaint._check_is_resolved()
        said_no = self.result == "unsatisfied" or self.kind == "offer" and self.answer == "no"
        if self.via == "counter" and not said_no and not self.signature:
            complaint._refuse(
                self.env._("At the counter the customer signs: draw the signature in the field.")
            )

    def _get_evidence(self):
        return {
            "via": self.via,
            "words": self.words,
            "name": self.via == "counter" and self.name,
            "signature": self.via == "counter" and self.signature,
        }

    def _keep_offer_answer(self):
        self.complaint_id._answer_offer(self.answer, **self._get_evidence())

    def _keep_call_back(self):
        complaint = self.complaint_id
        if self.result == "unreached":
            complaint._log_attempt(self.words)
            return
        if self.result in ("satisfied", "withdrawn"):
            complaint._confirm(**self._get_evidence())
        if self.result == "withdrawn":
            complaint._withdraw(self.via, self.words)
        if self.result == "unsatisfied":
            complaint._reopen_for(self.words, self.via)
        complaint._log_talk("call" if self.via == "call" else "visit", self.words)
