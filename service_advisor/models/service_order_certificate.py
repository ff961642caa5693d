from odoo import api, fields, models

CERTIFIERS = "service_advisor.group_certificate"


class ServiceOrder(models.Model):
    """The certificate of completion that some classes of repair need before the car leaves."""

    _inherit = "service.order"

    certificate_ids = fields.One2many(
        "service.certificate", "order_id", "Certificates", groups="base.group_user"
    )
    certificate_id = fields.Many2one(
        "service.certificate",
        "Certificate of Completion",
        compute="_compute_certificate",
        groups="base.group_user",
    )
    needs_certificate = fields.Boolean(compute="_compute_certificate", groups="base.group_user")

    @api.depends("certificate_ids.state", "job_ids.state", "job_ids.operation_id", "state")
    def _compute_certificate(self):
        for order in self:
            valid = order.certificate_ids.filtered(lambda found: found.state == "valid")
            order.certificate_id = valid[:1]
            order.needs_certificate = bool(
                not valid and order.state == "ready" and order._get_jobs_to_certify()
            )

    @api.depends("certificate_ids.state")
    def _compute_next_step(self):
        return super()._compute_next_step()

    def _get_jobs_to_certify(self):
        """Return the finished jobs of these orders whose class of repair needs a certificate."""
        return self._get_done_jobs().filtered(
            lambda job: (terms := job._get_terms()) and terms.needs_certificate
        )

    def _get_settlement_step(self):
        # Orders without such work pay no query for it; customers have no part in it.
        if self.state == "ready" and self._get_jobs_to_certify() and self.sudo().needs_certificate:
            return self.env._("Inspector: issue the certificate of completion.")
        return super()._get_settlement_step()

    # ---- issue ----------------------------------------------------------------------------

    def action_issue_certificate(self):
        """Issue the certificates of completion of these orders.

        :raises UserError: naming the order, and who can issue it.
        """
        self.check_access("read")
        self._check_can_issue_certificate()
        # Nobody writes certificates by hand; the step was checked.
        Certificate = self.env["service.certificate"].sudo()
        certificates = Certificate.create(
            [
                Certificate._prepare_certificate_vals(order, order._get_jobs_to_certify())
                for order in self
            ]
        )
        Certificate._trigger_filing("ir_cron_file_certificates")
        self._after_certificate(certificates)
        return self.env.ref("service_advisor.service_certificate_report").report_action(
            certificates.sudo(False), config=False
        )

    def _check_can_issue_certificate(self):
        """Hook: raise a UserError where no certificate can be issued: not ready, issued already,
        or by somebody who did the work."""
        self._check_may_certify()
        for order in self:
            order._check_state_is(
                ("ready", "delivered"), self.env._("issue its certificate of completion")
            )
            if not order._get_jobs_to_certify():
                order._refuse(self.env._("None of its work needs a certificate of completion."))
            if order.certificate_id:
                order._refuse(
                    self.env._(
                        "Certificate %s is issued. Make it void first if it is wrong.",
                        order.certificate_id.name,
                    )
                )

    def _check_may_certify(self):
        """Refuse to certify without the right to, or the own work."""
        allowed = self.env.su or self.env.user.has_group(CERTIFIERS)
        for order in self:
            workers = order.job_ids._get_workers()
            if not allowed or (not self.env.su and self.env.user in workers.user_id):
                order._refuse(
                    self.env._(
                        "Its certificate of completion is issued by somebody who may do so and "
                        "has not worked on it: ask %(people)s.",
                        people=order._get_certifiers(),
                    )
                )

    def _get_certifiers(self):
        """Return the names of people who may certify this order."""
        self.ensure_one()
        users = self._get_users_with(CERTIFIERS)
        # Whoever is refused is told whom to ask, by name.
        users = users.sudo() - self.job_ids._get_workers().user_id
        return ", ".join(users[:3].mapped("name")) or self.env._("an administrator")

    def _after_certificate(self, certificates):
        """Hook: called once the certificates of these orders are issued."""
        for certificate in certificates:
            certificate.order_id._message_log(
                body=self.env._(
                    "Certificate of completion %(number)s issued by %(name)s.",
                    number=certificate.name,
                    name=self.env.user.name,
                )
            )

    # ---- the gate -------------------------------------------------------------------------

    def _check_can_deliver(self):
        result = super()._check_can_deliver()
        for order in self:
            jobs = order._get_jobs_to_certify()
            if jobs and not order.certificate_id:
                order._refuse(
                    self.env._(
                        "\"%(job)s\" needs a certificate of completion before the car leaves "
                        "(button \"Issue Certificate\"). It is issued by %(people)s.",
                        job=jobs[0].display_name,
                        people=order._get_certifiers(),
                    )
                )
        return result

    def action_view_certificates(self):
        """Open every certificate of these orders, also the void ones."""
        return self.certificate_ids._get_records_action(name=self.env._("Certificates"))
