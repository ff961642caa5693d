from odoo import api, fields, models
from odoo.tools import formatLang


class ServiceComplaint(models.Model):
    """What making good costs, and who allowed it."""

    _inherit = "service.complaint"

    currency_id = fields.Many2one(related="company_id.currency_id")
    remedy_ids = fields.One2many("service.complaint.remedy", "complaint_id", "Remedies")
    compensation_total = fields.Monetary(
        "Compensation", compute="_compute_compensation", help="What all remedies are worth."
    )
    needs_compensation_approval = fields.Boolean(compute="_compute_compensation")

    @api.depends("remedy_ids.value", "remedy_ids.approved_value", "remedy_ids.dropped_at")
    def _compute_compensation(self):
        for complaint in self:
            complaint.compensation_total = sum(complaint.remedy_ids._get_live().mapped("value"))
        for complaint in self:
            complaint.needs_compensation_approval = bool(complaint._get_unapproved())

    def _after_answer(self, question):
        """A refund the customer accepts is handed on to accounting."""
        result = super()._after_answer(question)
        self.remedy_ids._hand_on_refunds()
        return result

    def _after_ask(self, question):
        """A refund that is proposed anew waits for the customer again."""
        result = super()._after_ask(question)
        self.remedy_ids._hand_on_refunds()
        return result

    def _after_reopen(self):
        result = super()._after_reopen()
        self.remedy_ids._hand_on_refunds()
        return result

    def _get_unapproved(self):
        """Return the remedies that wait for a manager's approval."""
        live = self.remedy_ids._get_live()
        return live.filtered(lambda remedy: not remedy._is_allowed())

    def action_approve_compensation(self):
        """Open the dialog in which a manager says why the compensation is right."""
        return self._open_step_dialog("approve", self.env._("Approve Compensation"))

    def _approve_compensation(self, reason):
        """Approve all remedies that wait for it, as they are now.

        :raises UserError: where nothing waits, or no reason is given.
        """
        self.ensure_one()
        self._lock()
        self._check_is_handled()
        remedies = self._get_unapproved()
        if not remedies:
            self._refuse(self.env._("No remedy waits for an approval."))
        self._check_words(reason)
        total = formatLang(self.env, self.compensation_total, currency_obj=self.currency_id)
        remedies._approve(reason)
        self.remedy_ids._hand_on_refunds()
        self._log_step("approved", words=f"{total}: {reason}")
