from odoo import api, fields, models
from odoo.fields import Domain


class ServiceFollowup(models.Model):
    """Complaints that come of a call, and calls that ask whether a complaint is settled."""

    _inherit = "service.followup"
    _kept_fields = frozenset(
        {
            "state", "closed_as", "done_at", "done_by_id", "resulting_order_id",
            "opened_complaint_id",
        }
    )

    complaint_id = fields.Many2one(
        "service.complaint",
        "About Complaint",
        index="btree_not_null",
        check_company=True,
        ondelete="cascade",
    )
    opened_complaint_id = fields.Many2one(
        "service.complaint",
        readonly=True,
        copy=False,
        index="btree_not_null",
        check_company=True,
    )

    _complaint_uniq = models.UniqueIndex(
        "(complaint_id) WHERE state = 'open' AND complaint_id IS NOT NULL",
        "Somebody is to call about this complaint already.",
    )

    # ---- a complaint comes of the call ----------------------------------------------------

    def action_open_complaint(self):
        """Open a complaint in the customer's words, or the one that came of this call.

        :raises UserError: naming the follow-up without the customer's words.
        """
        self.ensure_one()
        if not self.opened_complaint_id:
            self._check_can_call()
            if not self.words:
                self._refuse(self.env._("Write down the customer's words first."))
            self._open_complaint()
        return self.opened_complaint_id._get_records_action()

    def _open_complaint(self):
        complaint = self.env["service.complaint"]._open_from(self, self._prepare_complaint_vals())
        self._keep({"opened_complaint_id": complaint.id})

    def _prepare_complaint_vals(self):
        """Hook: return the values of the complaint that comes of this call."""
        self.ensure_one()
        score = self.csat and self.env._("Satisfaction: %s of 5", self.csat)
        said = [self.words, score]
        return {"channel": "followup", "description": "\n".join(filter(None, said))}

    def _after_answer(self):
        result = super()._after_answer()
        for followup in self:
            followup._tell_complaint()
            limit = followup.company_id.service_survey_limit
            low = followup.csat and int(followup.csat) <= limit
            if low and not (followup.complaint_id or followup.opened_complaint_id):
                followup._open_complaint()
        return result

    # ---- a call about a complaint ---------------------------------------------------------

    def _tell_complaint(self):
        """A customer who says that the matter is settled has confirmed it."""
        complaint = self.complaint_id
        if self.is_satisfied == "yes" and complaint.state == "resolved":
            complaint._confirm(self._get_via(), self.words)

    def _get_via(self):
        return "mail" if self.channel == "mail" else "call"

    def _check_answered(self):
        result = super()._check_answered()
        for followup in self:
            if followup.complaint_id and not followup.is_satisfied:
                followup._refuse(
                    self.env._("Enter whether the matter is settled for the customer.")
                )
        return result

    def _log_attempt(self, result):
        """What is said about a complaint stands in its history as well."""
        logged = super()._log_attempt(result)
        if result == "no_answer":
            for followup in self:
                if followup.complaint_id.state == "resolved":
                    followup.complaint_id._log_attempt(self.env._("Follow-up call: no answer"))
        if result == "reached":
            self.env["service.complaint.contact"].create(
                [
                    followup._prepare_contact_vals()
                    for followup in self
                    if followup.complaint_id
                ]
            )
        return logged

    def _prepare_contact_vals(self):
        score = self.env._("Satisfaction: %s of 5", self.csat)
        return {
            "complaint_id": self.complaint_id.id,
            "direction": "out",
            # E-mails are logged by themselves, once they are sent from the complaint.
            "channel": "call" if self.channel == "call" else "message",
            "words": "\n".join(filter(None, [self.words, score])),
        }

    @api.model
    def _cron_find_visits(self):
        result = super()._cron_find_visits()
        domain = (
            Domain("state", "=", "resolved")
            & Domain("followup_ids", "=", False)
            & Domain("partner_id", "!=", False)
        )
        complaints = self.env["service.complaint"].search(domain, order="id")
        self.env["service.batch"]._run(complaints, domain, self._follow_complaints)
        return result

    @api.model
    def _follow_complaints(self, complaints):
        """Make the calls that ask whether these complaints are settled for the customer."""
        self._put_on_list(
            [
                {
                    "kind": "complaint",
                    "complaint_id": complaint.id,
                    "order_id": complaint.order_id.id,
                    "vehicle_id": complaint.vehicle_id.id,
                    "partner_id": complaint.partner_id.id,
                    "company_id": complaint.company_id.id,
                    "user_id": complaint.advisor_id.id,
                    "reason": (complaint.description or "").split("\n")[0],
                }
                for complaint in complaints
            ]
        )
