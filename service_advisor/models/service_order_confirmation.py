from markupsafe import Markup
from odoo import fields, models

from ..tools.evidence import fingerprint

OLD_PARTS = [
    ("customer", "Customer Takes Them"),
    ("shop", "Shop Takes Them"),
    ("none", "None"),
]


class ServiceOrder(models.Model):
    """The confirmation sheet: what the customer is shown at the hand-over, and signs."""

    _inherit = "service.order"

    old_parts = fields.Selection(
        OLD_PARTS,
        readonly=True,
        copy=False,
        help="What becomes of the parts that were taken out, as the customer wants it.",
    )
    handover_ids = fields.One2many("service.handover", "order_id", "Signed Hand-over")

    def _get_customer_lang(self):
        """Return the language in which the customer of this order reads documents."""
        self.ensure_one()
        company = self.company_id.partner_id
        return self.partner_id.lang or company.lang or self.env.lang or "en_US"

    def _has_replaced_parts(self):
        """Tell whether parts were fitted, so that there are old ones."""
        self.ensure_one()
        return any(job._get_fitted_parts() for job in self._get_done_jobs())

    def _get_handover_content(self):
        """Return what the customer is shown before signing, in the customer's language.

        A dict that fits into JSON: ``done`` (list of ``name``, ``concern``, ``correction``,
        ``approved``, ``warranty``, ``payer``: label of who else pays, or ""), ``open`` (work
        that is not finished: ``name``, ``concern``, ``state``), ``declined`` (``name``,
        ``reason``, ``again``), ``amounts`` (``currency`` id, ``total``, ``paid``,
        ``to_pay``; the last two None where the customer pays by the month), ``belongings``,
        ``damages`` (texts), ``odometer_in`` and ``parts`` (whether parts were replaced).
        """
        self.ensure_one()
        order = self.with_context(lang=self._get_customer_lang())
        return {
            "done": [order._describe_done(job) for job in order._get_done_jobs()],
            "open": [
                {
                    "name": job.display_name,
                    "concern": job.concern,
                    "state": job._get_state_label(),
                }
                for job in order._get_open_jobs()
            ],
            "declined": [
                {
                    "name": job.display_name,
                    "reason": job.decline_reason or "",
                    "again": job._describe_followup() or "",
                }
                for job in order._get_declined_jobs()
            ],
            "amounts": [
                {
                    "currency": bill["currency"].id,
                    "total": bill["total"],
                    "paid": bill["paid"],
                    "to_pay": bill["to_pay"],
                }
                for bill in order._get_settlements(order._get_settlement_estimates())
            ],
            "belongings": order.belongings or "",
            "damages": [damage._describe() for damage in order.damage_ids],
            "odometer_in": order.odometer_in,
            "parts": order._has_replaced_parts(),
        }

    def _describe_done(self, job):
        """Return the facts of one job for :meth:`_get_handover_content`."""
        channels = dict(job._fields["authorised_via"]._description_selection(self.env))
        payers = dict(job._fields["pay_type"]._description_selection(self.env))
        approved = ", ".join(
            filter(None, (job.authorised_name, channels.get(job.authorised_via)))
        )
        if approved and job.authorised_at:
            approved = f"{approved}, {self._format_shop_time(job.authorised_at)}"
        return {
            "name": job.display_name,
            "concern": job.concern,
            "correction": job.correction or "",
            "approved": approved,
            "warranty": job._describe_warranty() or "",
            "payer": "" if job._get_customer_lines() else payers.get(job.pay_type, ""),
        }

    def _get_shown_handover(self):
        """Return ``(content, digest)`` of the confirmation sheet: what was signed, else what
        would be signed now and no digest."""
        self.ensure_one()
        # Who may print the order's sheet may print what was signed.
        signed = self.sudo().handover_ids[:1]
        if signed:
            return signed.content, signed.digest
        now = {"odometer_out": self.odometer_out, "old_parts": self.old_parts or ""}
        return self._get_handover_content() | now, False

    def _get_handover_digest(self):
        """Return the fingerprint of what the customer is shown now."""
        return fingerprint(self._get_handover_content())

    def _get_handover_html(self):
        """Return what the customer is shown in the dialog of the hand-over."""
        self.ensure_one()
        lang = self._get_customer_lang()
        shown = self.env["ir.qweb"].with_context(lang=lang)._render(
            "service_advisor.service_handover_content",
            {"order": self.with_context(lang=lang), "content": self._get_handover_content()},
        )
        return Markup("<div>%s</div>") % shown

    def _get_signature_text(self):
        """Return the drawn signature as text, for its fingerprint."""
        # Read whole, whatever the context asks of binary fields.
        signature = self.with_context(bin_size=False).handover_signature or b""
        return signature.decode() if isinstance(signature, bytes) else signature

    def _keep_handovers(self):
        """Freeze what the customers of these orders, just delivered, have signed."""
        # Nobody may write evidence; the hand-over was checked.
        Handover = self.env["service.handover"].sudo()
        Handover.create([Handover._prepare_handover_vals(order) for order in self])
        Handover._trigger_filing("ir_cron_file_handovers")

    # ---- buttons --------------------------------------------------------------------------

    def action_print_confirmation(self):
        """Print the confirmation sheet of these orders: once signed as it was signed, before
        with an empty field for the signature."""
        report = self.env.ref("service_advisor.service_order_report_confirmation")
        # Not None, which XML-RPC can not answer.
        return report.report_action(self, data={}, config=False)

    def action_send_documents(self):
        """Open the e-mail to the customer with the service report and the confirmation sheet."""
        self.ensure_one()
        self._check_state_is(("ready", "delivered", "closed"), self.env._("send its documents"))
        return self._open_composer(
            self.env._("Send the Documents"), "service_advisor.mail_template_documents"
        )
