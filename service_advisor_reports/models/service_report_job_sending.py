from markupsafe import Markup
from odoo import api, fields, models


class ServiceReportJob(models.Model):
    """Reports of a schedule: who gets them, and the e-mails."""

    _inherit = "service.report.job"

    schedule_id = fields.Many2one(
        "service.report.schedule", readonly=True, copy=False, index="btree_not_null",
        ondelete="set null",
    )
    recipient_ids = fields.Many2many(
        "res.partner", string="Sent To", readonly=True, copy=False,
        help="They may read this report, besides whoever asked for it and the managers.",
    )
    sent_to = fields.Char("Sent By E-mail To", readonly=True, copy=False)

    _schedule_uniq = models.UniqueIndex(
        "(schedule_id, date_from, date_to, lang) WHERE schedule_id IS NOT NULL",
        "This schedule has asked for this period already.",
    )

    @api.model
    def _trigger_making(self):
        """Let the scheduled action that makes reports run soon."""
        # Whoever may ask for a report need not know of scheduled actions.
        self.env.ref("service_advisor_reports.ir_cron_make_reports").sudo()._trigger()

    def _tell_ready(self):
        """A report of a schedule goes to its recipients, in the transaction that makes it."""
        if not self.schedule_id:
            return super()._tell_ready()
        mails = self._prepare_mails()
        # Sent by the system; who gets one was decided by the manager who set it up.
        self.env["mail.mail"].sudo().create([vals for _partner, vals in mails])
        names = ", ".join(partner.name for partner, _vals in mails)
        self.sudo().sent_to = names  # as in _finish
        return None

    def _prepare_mails(self):
        """Return ``[(partner, values of an e-mail)]``: a link for colleagues who still may see
        the report, the files for others; nothing for whom there is nothing to send."""
        maker, found = self._as_maker(self.env), []
        kind = maker._get_kind()
        files = self.pdf_id if kind._is_personal else self.pdf_id | self.xlsx_id
        for partner in self.recipient_ids.filtered("email"):
            user = partner.user_ids.filtered(lambda found: not found.share)[:1]
            if user and not (user.active and kind._may_read(user)):
                continue
            if not user and not files:
                continue
            found.append((partner, maker._prepare_mail_vals(partner, bool(user), files)))
        return found

    def _prepare_mail_vals(self, partner, is_colleague, files):
        subject = f"{self.display_name} – {self.company_id.name}"
        words = [self.env._("Dear %s,", partner.name)]
        if is_colleague:
            words.append(self.env._("This report is ready:"))
            link = f"{self.get_base_url()}/odoo/service.report.job/{self.id}"
            words.append(Markup('<a href="%s">%s</a>') % (link, self.display_name))
        else:
            words.append(self.env._("Please find this report attached: %s.", self.display_name))
        return {
            "subject": subject,
            "body_html": Markup("").join(Markup("<p>%s</p>") % line for line in words),
            "email_to": partner.email_formatted,
            "email_from": self.company_id.email_formatted or self.user_id.email_formatted,
            "attachment_ids": [] if is_colleague else [(6, 0, files.ids)],
            "auto_delete": False,
        }
