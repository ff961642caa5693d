from odoo import api, fields, models
from odoo.fields import Domain

from ..tools.evidence import fingerprint

CERTIFICATE_STATES = [("valid", "Valid"), ("void", "Void")]


class ServiceCertificate(models.Model):
    """The certificate of completion: somebody who did not do the work answers for it.

    Only the steps of the order write it, nobody has the right to: it is printed from what was
    certified ever after, whatever changes on the order. A certificate that was wrong becomes void
    with a reason, and another one is issued.
    """

    _name = "service.certificate"
    _description = "Certificate of Completion"
    _inherit = ["service.queue.mixin"]
    _order = "id desc"
    _check_company_auto = True

    name = fields.Char("Certificate No.", required=True, index="trigram")
    order_id = fields.Many2one(
        "service.order", "Service Order", required=True, index=True, ondelete="restrict"
    )
    company_id = fields.Many2one(
        related="order_id.company_id", store=True, precompute=True, index=True
    )
    vehicle_id = fields.Many2one(related="order_id.vehicle_id")
    partner_id = fields.Many2one(related="order_id.partner_id")
    job_ids = fields.Many2many("service.job", string="Work Certified")
    state = fields.Selection(CERTIFICATE_STATES, default="valid", required=True)
    issued_at = fields.Datetime("Issued On", required=True, default=fields.Datetime.now)
    issued_by_id = fields.Many2one("res.users", required=True)
    lang = fields.Char("Language", required=True, help="The language it was issued in.")
    content = fields.Json(required=True)
    digest = fields.Char("SHA-256", required=True)
    document_id = fields.Many2one("ir.attachment", help="The PDF, as it was filed.")
    voided_at = fields.Datetime("Void Since")
    voided_by_id = fields.Many2one("res.users", "Made Void By")
    void_reason = fields.Char("Reason")

    _name_company_uniq = models.UniqueIndex(
        "(name, company_id)", "This number of a certificate is already used."
    )
    _valid_uniq = models.UniqueIndex(
        "(order_id) WHERE state = 'valid'",
        "Somebody has just issued the certificate of this order. Reload it.",
    )
    _unfiled_idx = models.Index("(id) WHERE document_id IS NULL")

    @api.model
    def _prepare_certificate_vals(self, order, jobs):
        """Return the values of the certificate of ``jobs`` of ``order``."""
        content = self._get_content(order, jobs)
        return {
            "name": content["number"],
            "order_id": order.id,
            "job_ids": jobs.ids,
            "issued_at": content["issued_at"],
            "issued_by_id": self.env.uid,
            "lang": order._get_customer_lang(),
            "content": content,
            "digest": fingerprint(content),
        }

    @api.model
    def _get_content(self, order, jobs):
        """Return what the certificate says, in the customer's language: a dict that fits into
        JSON. ``jobs`` is a list of dicts of ``name``, ``kind`` (class of the repair) and
        ``warranty``; moments are texts in UTC; the other values are texts, numbers or None."""
        order = order.with_context(lang=order._get_customer_lang())
        jobs = jobs.with_env(order.env)
        kinds = dict(jobs.operation_id._fields["repair_class"]._description_selection(order.env))
        void = order.certificate_ids.filtered(lambda found: found.state == "void").sorted("id")
        vehicle = order.vehicle_id
        return {
            "number": order.company_id._get_next_number("service.certificate"),
            "replaces": void[-1:].name or None,
            "order": order.name,
            "customer": order.partner_id.name,
            "plate": order.plate,
            "vin": vehicle.vin or "",
            "engine": vehicle.engine_number or "",
            "model": vehicle.model_id.display_name or "",
            "odometer_in": order.odometer_in,
            "received": fields.Datetime.to_string(order.checked_in_at),
            "completed": fields.Datetime.to_string(order.ready_at),
            "jobs": [
                {
                    "name": job.display_name,
                    "kind": kinds.get(job.operation_id.repair_class, ""),
                    "warranty": job._describe_warranty() or "",
                }
                for job in jobs
            ],
            "issued_by": self.env.user.name,
            "issued_at": fields.Datetime.to_string(fields.Datetime.now()),
        }

    def _format_moment(self, name):
        """Return the moment ``name`` of the content in the time of the workshop."""
        moment = fields.Datetime.to_datetime(self.content[name])
        return self.order_id._format_shop_time(moment) if moment else ""

    # ---- filed ----------------------------------------------------------------------------

    @api.model
    def _cron_file_documents(self):
        """Attach the certificates to their orders."""
        self._work_off(
            Domain("document_id", "=", False), lambda certificate: certificate._file_document()
        )

    def _file_document(self):
        """Print what was certified and show it in the order's history. A printer that fails loses
        nothing: the next run tries again."""
        self.document_id = self._attach_document(
            "service_advisor.service_certificate_report", self, self.name
        )
        self.order_id._message_log(
            body=self.env._("Certificate of completion %s", self.name),
            attachment_ids=self.document_id.ids,
        )

    # ---- void -----------------------------------------------------------------------------

    def action_open_void(self):
        """Ask why these certificates are wrong."""
        self._check_can_void()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Make the Certificate Void"),
            "res_model": "service.certificate.void.wizard",
            "view_mode": "form",
            "target": "new",
            "context": {"default_certificate_ids": self.ids},
        }

    def _check_can_void(self):
        """Hook: raise a UserError where a certificate can not be made void."""
        for certificate in self:
            order = certificate.order_id
            order._check_may_certify()
            if certificate.state != "valid":
                order._refuse(
                    self.env._("Certificate %s is void already.", certificate.name)
                )

    def _void(self, reason):
        """Make these certificates void and keep who did so, and why.

        :raises UserError: naming the order, where the reason is blank or nothing is to void.
        """
        self.check_access("read")
        self._check_can_void()
        reason = (reason or "").strip()
        for certificate in self:
            if not reason:
                certificate.order_id._refuse(self.env._("Say why the certificate is wrong."))
        # Nobody writes certificates by hand; the step was checked.
        self.sudo().write(
            {
                "state": "void",
                "voided_at": fields.Datetime.now(),
                "voided_by_id": self.env.uid,
                "void_reason": reason,
            }
        )
        for certificate in self:
            # An inspector only reads the order and leaves a note in its history.
            certificate.order_id.sudo()._message_log(
                body=self.env._(
                    "Certificate of completion %(number)s is void: %(reason)s",
                    number=certificate.name,
                    reason=reason,
                )
            )
