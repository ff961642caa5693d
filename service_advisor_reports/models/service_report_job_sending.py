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
        # Whoever has left is a colleague all the same, and gets no files as people outside do.
        for partner in self.recipient_ids.filtered("email").with_context(active_test=False):
            users = partner.user_ids.filtered(lambda user: not user.share)
            if users and not users.filtered(lambda user: kind._may_receive(user, self.company_id)):
                continue
            if not users and not files:
                continue
            found.append((partner, maker._prepare_mail_vals(partner, bool(users), files)))
        return found

    def _prepare_mail_vals(self, partner, is_colleague, files):
        body = self.env["ir.qweb"]._render(
            "service_advisor_reports.service_report_mail",
            {
                "report": self,
                "partner": partner,
                "files": files,
                "url": is_colleague and f"{self.get_base_url()}/odoo/service.report.job/{self.id}",
            },
        )
        return {
            "subject": f"{self.display_name} – {self.company_id.name}",
            "body_html": self.env["mail.render.mixin"]._render_encapsulate(
                "mail.mail_notification_light",
                body,
                add_context={"record_name": self._get_kind_name()},
                context_record=self,
            ),
            "email_to": partner.email_formatted,
            "email_from": self.company_id.email_formatted or self.user_id.email_formatted,
            "attachment_ids": [] if is_colleague else [(6, 0, files.ids)],
            "auto_delete": False,
        }

    def _get_told_failure(self):
        """Nobody waits at a screen for a report of a schedule: those colleagues are told who
        could have it made, where whoever it is made for is not there any more."""
        if not self.schedule_id or self.user_id.active:
            return super()._get_told_failure()
        kind = self._get_kind()
        return self.recipient_ids.user_ids.filtered(
            lambda user: not user.share and kind._may_make(user)
        )
