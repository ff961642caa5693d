from markupsafe import Markup
from odoo import fields, models

from ..tools.sla import find_alert

ACTIVITY = "service_advisor_quality.mail_activity_type_complaint"
# So many complaints are named to a manager in one message; the list has all of them.
NAMED = 20


class ServiceComplaintAlert(models.Model):
    """A warning or escalation of a first contact that was raised.

    The database refuses the same step of the same deadline a second time, whoever raises it.
    """

    _name = "service.complaint.alert"
    _description = "Warning of a First Contact"
    _order = "id desc"
    _rec_name = "complaint_id"

    complaint_id = fields.Many2one(
        "service.complaint", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(
        related="complaint_id.company_id", store=True, precompute=True, index=True
    )
    key = fields.Char("Step", required=True)
    due_at = fields.Datetime("First Contact Due", required=True)
    raised_at = fields.Datetime("Raised On", required=True)
    user_id = fields.Many2one("res.users", "Told")

    _step_uniq = models.UniqueIndex(
        "(complaint_id, due_at, key)", "This step was raised already."
    )

    def _is_escalation(self):
        return self.key.startswith("escalation")

    def _tell(self):
        """Give whoever has to know an activity on each complaint and a note in its history;
        managers get one message about all that was escalated."""
        complaints = self.complaint_id
        complaints._forget_alerts()
        kind = self.env.ref(ACTIVITY)
        model = self.env["ir.model"]._get_id("service.complaint")
        texts = {alert: alert._get_text() for alert in self}
        self.env["mail.activity"].with_context(mail_activity_quick_update=True).create(
            [
                alert._prepare_activity_vals(kind, model, texts[alert])
                for alert in self
                if alert.user_id
            ]
        )
        complaints._message_log_batch(
            {alert.complaint_id.id: texts[alert] for alert in self}
        )
        self.filtered(lambda alert: alert._is_escalation())._tell_managers(texts)

    def _get_text(self):
        """Return in a sentence what is due or overdue, in the language of whoever is told."""
        speaker = self.with_context(lang=self.user_id.lang or self.env.lang)
        complaint = speaker.complaint_id
        due = complaint._format_shop_time(self.due_at)
        if self._is_escalation():
            return speaker.env._(
                "Nobody has contacted the customer: it was due on %(due)s. Call now.", due=due
            )
        return speaker.env._("Contact the customer before %(due)s.", due=due)

    def _prepare_activity_vals(self, kind, model, text):
        complaint = self.complaint_id
        return {
            "activity_type_id": kind.id,
            "res_model_id": model,
            "res_id": complaint.id,
            "user_id": self.user_id.id,
            "summary": text,
            "automated": True,
            "date_deadline": fields.Datetime.context_timestamp(
                complaint.with_context(tz=complaint._get_shop_tz()), self.raised_at
            ).date(),
        }

    def _tell_managers(self, texts):
        """Send each manager one message about these escalations."""
        for user, alerts in self.grouped("user_id").items():
            if not user:
                continue
            speaker = self.with_context(lang=user.lang or self.env.lang).env
            lines = [f"{alert.complaint_id.name}: {texts[alert]}" for alert in alerts[:NAMED]]
            if len(alerts) > NAMED:
                lines.append(
                    speaker._("And %s more: see Quality, Complaints.", len(alerts) - NAMED)
                )
            self.env["mail.thread"].message_notify(
                partner_ids=user.partner_id.ids,
                subject=speaker._("Complaints without first contact: %s", len(alerts)),
                body=Markup("<ul>%s</ul>") % Markup().join(
                    Markup("<li>%s</li>") % line for line in lines
                ),
            )

    def _prepare_alert_vals(self, complaint, now, manager):
        """Return the values of the step that ``complaint`` has reached, or None.

        :param manager: the user who is told of escalations.
        """
        step = find_alert(
            # What the policy says is no secret of managers, whoever runs this.
            complaint.contact_due_at, complaint.policy_id.sudo()._get_warnings(), now
        )
        if not step:
            return None
        escalates = step[0].startswith("escalation")
        advisor = complaint.advisor_id
        return {
            "complaint_id": complaint.id,
            "key": step[0],
            "due_at": complaint.contact_due_at,
            "raised_at": now,
            "user_id": (manager if escalates else advisor or manager).id,
        }
