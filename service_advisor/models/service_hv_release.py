from odoo import api, fields, models

# What may still be measured on a car that is safe to touch. UN Regulation No. 100 (definition of
# "high voltage") and GB 18384-2020 (voltage class B) call dangerous what works at more than 60 V
# of direct or 30 V (rms) of alternating current. The number that is entered does not say which
# it is, so the lower limit holds. Makers ask for less; the number is kept.
SAFE_VOLTS = 30.0

STEPS = ("deenergised", "secured", "verified")


class ServiceHvRelease(models.Model):
    """A high-voltage car made safe for work: switched off, secured, and verified without voltage.

    Signed step by step, in this order, by a person who is qualified on that day (no clock-on
    before). It holds until the car is energised again: when the work is over, or when somebody
    says so. Which voltage counts as none, and by which rules: :data:`SAFE_VOLTS`.
    """

    _name = "service.hv.release"
    _description = "High-Voltage Release"
    _inherit = "service.kept.mixin"
    _order = "id desc"
    _rec_name = "job_id"
    _kept_fields = frozenset(
        {
            "job_id", "void_at", "void_by_id",
            *(f"{step}_at" for step in STEPS), *(f"{step}_by_id" for step in STEPS),
        }
    )

    job_id = fields.Many2one(
        "service.job", required=True, readonly=True, index=True, ondelete="cascade"
    )
    order_id = fields.Many2one(
        related="job_id.order_id", store=True, precompute=True, index=True
    )
    company_id = fields.Many2one(
        related="job_id.company_id", store=True, precompute=True, index=True
    )
    vehicle_id = fields.Many2one(related="job_id.vehicle_id")
    state = fields.Selection(
        [("open", "Being Signed"), ("released", "Released"), ("void", "Void")],
        compute="_compute_state",
    )
    deenergised_at = fields.Datetime("Switched Off On", readonly=True)
    deenergised_by_id = fields.Many2one("hr.employee", "Switched Off By", readonly=True)
    secured_at = fields.Datetime("Secured On", readonly=True)
    secured_by_id = fields.Many2one("hr.employee", "Locked By", readonly=True)
    voltage = fields.Float("Measured Voltage (V)", digits=(6, 1))
    is_measured = fields.Boolean(
        "Number Taken",
        compute="_compute_is_measured",
        store=True,
        readonly=False,
        precompute=True,
        help="Tick it where the meter showed 0: a number that was not taken is not 0.",
    )
    signature = fields.Image(max_width=1024, max_height=512)
    verified_at = fields.Datetime("Verified On", readonly=True)
    verified_by_id = fields.Many2one("hr.employee", "Voltage Verified By", readonly=True)
    void_at = fields.Datetime("Energised Again On", readonly=True)
    void_by_id = fields.Many2one("res.users", "Energised Again By", readonly=True)

    _job_valid_uniq = models.UniqueIndex(
        "(job_id) WHERE void_at IS NULL", "This job has a release already. Open that one."
    )

    @api.depends("verified_at", "void_at")
    def _compute_state(self):
        for release in self:
            signed = "released" if release.verified_at else "open"
            release.state = "void" if release.void_at else signed

    @api.depends("voltage")
    def _compute_is_measured(self):
        for release in self:
            release.is_measured = bool(release.voltage) or release.is_measured

    def write(self, vals):
        if {"voltage", "is_measured", "signature"} & vals.keys() and not self.env.su:
            for release in self:
                if release.verified_at or release.void_at:
                    release.order_id._refuse(
                        self.env._("What was signed stays. Start a new release instead.")
                    )
        return super().write(vals)

    # ---- the three steps ------------------------------------------------------------------

    def action_deenergise(self):
        """Sign that the high-voltage system is switched off.

        :raises UserError: as for :meth:`_sign`.
        """
        return self._sign("deenergised")

    def action_secure(self):
        """Sign that nobody can switch it on again: key and service plug are locked away.

        :raises UserError: as for :meth:`_sign`.
        """
        return self._sign("secured")

    def action_verify(self):
        """Sign that no voltage was measured; from now on the work may start.

        :raises UserError: as for :meth:`_sign`, and where no number or signature was given, or
            there is voltage.
        """
        for release in self:
            release._check_measured()
        result = self._sign("verified")
        self.job_id._notify_workshop()
        return result

    def action_void(self):
        """Say that the car is energised again: work needs a new release.

        :raises UserError: where somebody works on it, or the user is not qualified today.
        """
        self.check_access("write")
        self._check_qualified()
        for job in self.job_id.filtered("is_running"):
            job.order_id._refuse(
                self.env._(
                    "%(names)s is working on it. Pause the work before the car is energised.",
                    names=job.worker_names,
                )
            )
        self.filtered(lambda release: not release.void_at)._void()
        return True

    def _sign(self, step):
        """Sign ``step``, one of :data:`STEPS`, by the employee of the user, now.

        :raises UserError: naming the order, where a step before is missing, it is void, or the
            user is not qualified today.
        """
        self.check_access("write")
        self.job_id._lock()
        employee = self._check_qualified()
        for release in self:
            release._check_order_of_steps(step)
        self.filtered(lambda release: not release[f"{step}_at"])._keep(
            {f"{step}_at": fields.Datetime.now(), f"{step}_by_id": employee.id}
        )
        return True

    def _check_order_of_steps(self, step):
        labels = {
            "deenergised": self.env._("switching off"),
            "secured": self.env._("securing against switching on"),
        }
        if self.void_at:
            self.order_id._refuse(self.env._("This release is void. Start a new one."))
        for before in STEPS[: STEPS.index(step)]:
            if not self[f"{before}_at"]:
                self.order_id._refuse(
                    self.env._("First comes %(step)s: sign that step.", step=labels[before])
                )

    def _check_measured(self):
        if not self.is_measured:
            self.order_id._refuse(
                self.env._(
                    "Measure the voltage and enter the number; where it is 0, tick that the "
                    "number was taken."
                )
            )
        if abs(self.voltage) > SAFE_VOLTS:
            self.order_id._refuse(
                self.env._(
                    "%(volts)g V were measured, more than %(limit)g V: the car is not free of "
                    "voltage. Do not touch it; switch it off again and wait until it has "
                    "discharged.",
                    volts=self.voltage,
                    limit=SAFE_VOLTS,
                )
            )
        if not self.signature:
            self.order_id._refuse(self.env._("Sign what you measured."))

    def _check_qualified(self):
        """Return the employee of the user.

        :raises UserError: naming who is qualified, where the user is not, today.
        """
        employee = self.env.user.employee_id
        for order in self.order_id:
            qualified = order._get_high_voltage_people()
            if not employee or employee.id not in qualified.ids:
                order._refuse(
                    self.env._(
                        "Only somebody who is qualified for high voltage today signs this: "
                        "%(names)s.",
                        names=order._get_high_voltage_names(),
                    )
                )
        return employee

    def _void(self):
        """End these releases."""
        # Whoever ended the work need not be the one who signed.
        self.sudo().write({"void_at": fields.Datetime.now(), "void_by_id": self.env.uid})
