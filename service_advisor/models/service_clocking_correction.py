from odoo import api, fields, models

from .service_clocking_forgotten import FORGOTTEN


class ServiceClockingCorrection(models.Model):
    """The right hours of a clock that ran wrongly, why, and what stood there before.

    Hours are sold, paid and measured: they are corrected openly or not at all. To create a
    correction is to make it; it stays as it is.
    """

    _name = "service.clocking.correction"
    _description = "Correction of Clocked Hours"
    _inherit = "service.kept.mixin"
    _order = "id desc"
    _rec_name = "reason"
    _kept_fields = frozenset({"old_start_at", "old_stop_at"})

    clocking_id = fields.Many2one(
        "service.clocking", required=True, readonly=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(
        related="clocking_id.company_id", store=True, precompute=True, index=True
    )
    employee_id = fields.Many2one(related="clocking_id.employee_id")
    job_id = fields.Many2one(related="clocking_id.job_id")
    old_start_at = fields.Datetime("Start Before", readonly=True)
    old_stop_at = fields.Datetime("Stop Before", readonly=True)
    start_at = fields.Datetime("Right Start", required=True)
    stop_at = fields.Datetime("Right Stop")
    reason = fields.Char(required=True)

    @api.model
    def default_get(self, fields):
        """Propose the hours as they stand."""
        vals = super().default_get(fields)
        clocking = self.env["service.clocking"].browse(vals.get("clocking_id"))
        if clocking:
            vals.update(start_at=clocking.start_at, stop_at=clocking.stop_at)
        return vals

    @api.model_create_multi
    def create(self, vals_list):
        clockings = self.env["service.clocking"].browse(
            [vals["clocking_id"] for vals in vals_list]
        )
        # The rules say whose hours somebody may change: the own ones, managers all.
        clockings.check_access("write")
        corrections = super().create(vals_list)
        corrections._check_can_correct()
        corrections._apply()
        return corrections

    def _check_can_correct(self):
        now = fields.Datetime.now()
        for correction in self:
            start, stop = correction.start_at, correction.stop_at
            clocking = correction.clocking_id
            if not (correction.reason or "").strip():
                clocking._refuse(self.env._("Write why the hours are corrected."))
            if max(start, stop or start) > now:
                clocking._refuse(self.env._("Hours that are still to come can not be clocked."))
            if stop and stop < start:
                clocking._refuse(self.env._("The work can not stop before it starts."))
            if clocking.stop_at and not stop:
                clocking._refuse(self.env._("Enter when the work stopped."))
        self._check_no_overlap()

    def _check_no_overlap(self):
        """A person works on one job at a time, in the corrected past as well."""
        others = self.env["service.clocking"].sudo().search(  # also of other companies
            [
                ("employee_id", "in", self.employee_id.ids),
                ("start_at", "<", max(c.stop_at or fields.Datetime.now() for c in self)),
                "|",
                ("stop_at", "=", False),
                ("stop_at", ">", min(self.mapped("start_at"))),
            ]
        )
        now = fields.Datetime.now()
        for correction in self:
            for other in others:
                same = other == correction.clocking_id
                mine = other.employee_id == correction.employee_id and not same
                if (
                    mine
                    and other.start_at < (correction.stop_at or now)
                    and (other.stop_at or now) > correction.start_at
                ):
                    correction.clocking_id._refuse(
                        self.env._(
                            "%(technician)s was clocked on job \"%(job)s\" from %(start)s. "
                            "Correct that one first.",
                            technician=other.employee_id.name,
                            job=other.job_id.display_name,
                            start=other.order_id._format_shop_time(other.start_at),
                        )
                    )

    def _apply(self):
        for correction in self:
            clocking = correction.clocking_id
            # The rights were checked; by hand nobody writes hours.
            correction.sudo().write(
                {"old_start_at": clocking.start_at, "old_stop_at": clocking.stop_at}
            )
            vals = {"start_at": correction.start_at, "stop_at": correction.stop_at}
            clocking._keep(vals)
        # Managers were told as well; with the correction it is settled for all. sudo: theirs.
        self.job_id.sudo().activity_feedback([FORGOTTEN])
