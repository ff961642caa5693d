from datetime import timedelta
from textwrap import shorten

from odoo import api, fields, models

from .service_complaint import OPEN_STATES

SUMMARY_LENGTH = 80


class ServiceComplaint(models.Model):
    """What a person sees of the clock, and the one click that logs a contact."""

    _inherit = "service.complaint"

    clock_text = fields.Char("Clock", compute="_compute_clock_text")

    summary = fields.Char("Words", compute="_compute_summary", help="The first of the words.")

    @api.depends("description")
    def _compute_summary(self):
        for complaint in self:
            words = " ".join((complaint.description or "").split())
            complaint.summary = shorten(words, SUMMARY_LENGTH, placeholder=" …")

    @api.depends("contact_due_at", "contacted_at", "state", "discarded_at")
    def _compute_clock_text(self):
        now = fields.Datetime.now()
        for complaint in self:
            complaint.clock_text = complaint._describe_clock(now)

    def _describe_clock(self, now):
        """Return how much time is left for the first contact, in words; False where the clock
        does not matter any more."""
        due, done = self.contact_due_at, self.contacted_at
        if not due or self.discarded_at or self.state not in OPEN_STATES:
            return False
        if done:
            spent = self._describe_span(done - self.received_at)
            return self.env._("Contacted after %s", spent)
        if now > due:
            return self.env._("First contact overdue since %s", self._describe_span(now - due))
        return self.env._("First contact due in %s", self._describe_span(due - now))

    @api.model
    def _describe_span(self, span):
        """Return a time span in words, in whole minutes."""
        minutes = max(span, timedelta()) // timedelta(minutes=1)
        days, hours, minutes = minutes // 1440, minutes // 60 % 24, minutes % 60
        if days:
            return self.env._("%(days)s d %(hours)s h", days=days, hours=hours)
        if hours:
            return self.env._("%(hours)s h %(minutes)s min", hours=hours, minutes=minutes)
        return self.env._("%(minutes)s min", minutes=minutes)

    # ---- logging --------------------------------------------------------------------------

    def action_log_call(self):
        """Open the dialog that logs a call with the customer."""
        return self._open_log("call", self.env._("Log Call"))

    def action_log_visit(self):
        """Open the dialog that logs a visit of or to the customer."""
        return self._open_log("visit", self.env._("Log Visit"))

    def action_log_message(self):
        """Open the dialog that logs a text message, such as one by WeChat."""
        return self._open_log("message", self.env._("Log Message"))

    def _open_log(self, channel, name):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": name,
            "res_model": "service.complaint.contact",
            "view_mode": "form",
            "target": "new",
            "context": {"default_complaint_id": self.id, "default_channel": channel},
        }

    def action_wait(self):
        """Open the dialog that says what the customer has to answer.

        :raises UserError: naming the complaint whose customer nobody has contacted yet.
        """
        self.ensure_one()
        self._check_can_wait()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Wait for the Customer"),
            "res_model": "service.complaint.pause",
            "view_mode": "form",
            "target": "new",
            "context": {"default_complaint_id": self.id},
        }

    def action_handled(self):
        """Note that what the customer wrote last, such as thanks, needs no answer.

        :raises UserError: naming the complaint whose customer nobody has contacted yet.
        """
        for complaint in self:
            if not complaint.contacted_at:
                complaint._refuse(
                    self.env._("Contact the customer first, and log the call or visit.")
                )
        self._keep({"handled_at": fields.Datetime.now()})
        return True

    # ---- screens --------------------------------------------------------------------------

    @api.model
    def _count_by(self, name, records):
        """Return ``{record id: number of complaints}`` of ``records``, the values of field
        ``name``; nothing for whoever may not read complaints."""
        if not self.has_access("read"):
            return {}
        groups = self._read_group([(name, "in", records.ids)], [name], ["__count"])
        return {record.id: count for record, count in groups}

    @api.model
    def _open_list(self, domain):
        """Return the action that shows the complaints of ``domain``, old ones too."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "service_advisor_quality.service_complaint_action"
        )
        return dict(action, domain=domain, context={})

    @api.model
    def _open_entry(self, context):
        """Return the action that records a complaint in one dialog."""
        view = self.env.ref("service_advisor_quality.service_complaint_view_form_entry")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Record a Complaint"),
            "res_model": self._name,
            "view_mode": "form",
            "views": [(view.id, "form")],
            "target": "new",
            "context": context,
        }

    def action_record(self):
        """Open the complaint that the dialog has recorded."""
        self.ensure_one()
        return self._get_records_action()

    def action_view_order(self):
        """Open the service order that is complained about."""
        return self.order_id._get_records_action()

    def action_preview(self):
        """Open the page the customer sees."""
        self.ensure_one()
        return {"type": "ir.actions.act_url", "target": "self", "url": self.get_portal_url()}
