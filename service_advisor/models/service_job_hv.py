from odoo import api, fields, models
from psycopg2.errors import UniqueViolation

from ..exceptions import BusyError
from .service_job_hold import HOLDABLE_STATES


class ServiceJob(models.Model):
    """High-voltage work starts on a car that a qualified person has made safe."""

    _inherit = "service.job"

    hv_release_ids = fields.One2many("service.hv.release", "job_id", "High-Voltage Releases")
    hv_state = fields.Selection(
        [("needed", "Release Needed"), ("open", "Being Signed"), ("released", "Released")],
        "High Voltage",
        compute="_compute_hv_state",
    )

    @api.depends("is_high_voltage", "hv_release_ids.verified_at", "hv_release_ids.void_at")
    def _compute_hv_state(self):
        releases = self._get_hv_releases()
        for job in self:
            release = releases.get(job._origin.id)
            needed = job.is_high_voltage and "needed"
            job.hv_state = release.state if release else needed

    def _get_hv_releases(self):
        """Return ``{id of a job: its service.hv.release that is not void}``; jobs without high
        voltage cost no question."""
        jobs = self.filtered("is_high_voltage")
        # Whoever sees the job may know whether the car is safe.
        releases = jobs and self.env["service.hv.release"].sudo().search(
            [("job_id", "in", jobs.ids), ("void_at", "=", False)]
        )
        return {release.job_id.id: release for release in releases}

    def action_hv_release(self):
        """Open the release of this job, started where there is none that holds.

        :raises UserError: naming the order whose work is not agreed or over.
        """
        self.ensure_one()
        self.check_access("write")
        release = self._get_hv_releases().get(self.id) or self._start_hv_release()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "service_advisor.service_hv_release_action"
        )
        return dict(action, res_id=release.id)

    def _start_hv_release(self):
        if self.state not in HOLDABLE_STATES or not self.is_high_voltage:
            self.order_id._refuse(
                self.env._(
                    "Job \"%(job)s\" is %(state)s. A release is signed for approved work on the "
                    "high-voltage system.",
                    job=self.display_name,
                    state=self._get_state_label(),
                )
            )
        try:
            # Nobody writes releases by hand.
            return self.env["service.hv.release"].sudo().create({"job_id": self.id})
        except UniqueViolation as error:
            raise BusyError(self.env._("Somebody else has just begun the release.")) from error

    def _check_can_start(self):
        """No clock-on before a qualified person signed de-energise, secure, verify zero."""
        result = super()._check_can_start()
        releases = self._get_hv_releases()
        for job in self.filtered("is_high_voltage"):
            release = releases.get(job.id)
            if not release or release.state != "released":
                job.order_id._refuse(
                    self.env._(
                        "Job \"%(job)s\" is work on high voltage, and %(missing)s is not signed. "
                        "Press High Voltage on the job. Qualified today: %(names)s.",
                        job=job.display_name,
                        missing=job._get_missing_hv_step(release),
                        names=job.order_id._get_high_voltage_names(),
                    )
                )
        return result

    def _get_missing_hv_step(self, release):
        """Return in words the first step that ``release``, a record or None, lacks."""
        if not release or not release.deenergised_at:
            return self.env._("switching off")
        if not release.secured_at:
            return self.env._("securing against switching on")
        return self.env._("the absence of voltage")

    def write(self, vals):
        # The car is energised when the work is over; whoever goes on needs a new release.
        if vals.get("state") and vals["state"] not in HOLDABLE_STATES:
            for release in self._get_hv_releases().values():
                release._void()
        return super().write(vals)
