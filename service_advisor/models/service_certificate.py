from odoo import api, fields, models

CERTIFICATE_STATES = [("valid", "Valid"), ("void", "Void")]


class ServiceCertificate(models.Model):
    """The certificate of completion: somebody who did not do the work answers for it.

    Only the steps of the order write it, nobody has the right to. A certificate that was wrong
    becomes void with a reason, and another one is issued.
    """

    _name = "service.certificate"
    _description = "Certificate of Completion"
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

    @api.model
    def _prepare_certificate_vals(self, order, jobs):
        """Return the values of the certificate of ``jobs`` of ``order``."""
        return {
            "name": order.company_id._get_next_number("service.certificate"),
            "order_id": order.id,
            "job_ids": jobs.ids,
            "issued_by_id": self.env.uid,
        }

    def _get_replaced(self):
        """Return the void certificate of the same order that this one stands for, if any."""
        self.ensure_one()
        earlier = self.order_id.certificate_ids.filtered(
            lambda other: other.state == "void" and other.id < self.id
        )
        return earlier.sorted("id")[-1:]

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
