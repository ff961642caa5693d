from markupsafe import Markup
from odoo import api, fields, models
from odoo.tools import SQL

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
        """Give whoever has to know an activity on each complaint and a note in its history.

        :return: ``[(user id, line)]`` of what was escalated, see :meth:`_tell_managers`.
        """
        kind = self.env["ir.model.data"]._xmlid_to_res_id(ACTIVITY)
        model = self.env["ir.model"]._get_id("service.complaint")
        texts = {alert: alert._get_text() for alert in self}
        # In their own list only; whoever is reminded need not follow each complaint as well.
        quiet = {"mail_activity_quick_update": True, "service_no_subscribe": True}
        self.env["mail.activity"].with_context(**quiet).create(
            [
                alert._prepare_activity_vals(kind, model, texts[alert])
                for alert in self
                if alert.user_id
            ]
        )
        self.complaint_id._message_log_batch(
            {alert.complaint_id.id: texts[alert] for alert in self}
        )
        return [
            (alert.user_id.id, f"{alert.complaint_id.name}: {text}")
            for alert, text in texts.items()
            if alert._is_escalation() and alert.user_id
        ]

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
            "activity_type_id": kind,
            "res_model_id": model,
            "res_model": complaint._name,  # else the model is read to know its name
            "res_id": complaint.id,
            "res_name": complaint.name,  # else written once more, in small portions
            "user_id": self.user_id.id,
            "summary": text,
            "automated": True,
            "date_deadline": fields.Datetime.context_timestamp(
                complaint.with_context(tz=complaint._get_shop_tz()), self.raised_at
            ).date(),
        }

    @api.model
    def _tell_managers(self, told):
        """Send each manager one message about all that were escalated.

        :param told: ``[(user id, line about a complaint)]``.
        """
        lines_by_user = {}
        for user_id, line in told:
            lines_by_user.setdefault(user_id, []).append(line)
        users = self.env["res.users"].browse(lines_by_user)
        # Whoever is told, and who tells it, are read at once.
        people = (self.env.user | users).partner_id | self.env.company.partner_id
        people.mapped("lang")
        author = self.env.user.partner_id
        for user in users:
            speaker = self.with_context(lang=user.lang or self.env.lang).env
            lines = lines_by_user[user.id]
            count = len(lines)
            if count > NAMED:
                more = speaker._("And %s more: see Quality, Complaints.", count - NAMED)
                lines = [*lines[:NAMED], more]
            self.env["mail.thread"].message_notify(
                author_id=author.id,
                email_from=author.email_formatted,
                partner_ids=user.partner_id.ids,
                subject=speaker._("Complaints without first contact: %s", count),
                body=Markup("<ul>%s</ul>") % Markup().join(
                    Markup("<li>%s</li>") % line for line in lines
                ),
                tracking_value_ids=[],  # else they are looked for: it is about no record
            )

    @api.model
    def _raise(self, vals_list):
        """Record these steps, in one statement, and return those that nobody had raised before:
        the database decides, whoever else does the same at this moment.

        :param vals_list: see :meth:`_prepare_alert_vals`.
        """
        if not vals_list:
            return self.browse()
        names = ("complaint_id", "company_id", "user_id", "key", "due_at", "raised_at")
        columns = [[vals[name] or None for vals in vals_list] for name in names]
        rows = self.env.execute_query(
            SQL(
                """
                INSERT INTO service_complaint_alert
                    (complaint_id, company_id, user_id, key, due_at, raised_at,
                     create_uid, write_uid, create_date, write_date)
                SELECT given.*, %(uid)s, %(uid)s, %(now)s, %(now)s
                  FROM unnest(%(complaints)s::int[], %(companies)s::int[], %(users)s::int[],
                              %(keys)s::varchar[], %(dues)s::timestamp[],
                              %(raised)s::timestamp[]) AS given
                ON CONFLICT DO NOTHING
                RETURNING id
                """,
                uid=self.env.uid,
                now=fields.Datetime.now(),
                complaints=columns[0],
                companies=columns[1],
                users=columns[2],
                keys=columns[3],
                dues=columns[4],
                raised=columns[5],
            )
        )
        self.env["service.complaint"].browse(columns[0]).invalidate_recordset(["alert_ids"])
        return self.browse(found for (found,) in rows)

    @api.model
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
            "company_id": complaint.company_id.id,
            "key": step[0],
            "due_at": complaint.contact_due_at,
            "raised_at": now,
            "user_id": (manager if escalates else advisor or manager).id,
        }
