from odoo import api, fields, models
from odoo.fields import Domain


class ServiceBooking(models.Model):
    """Reality has changed under a booking: somebody is away, a tool is past its calibration."""

    _inherit = "service.booking"

    has_conflict = fields.Boolean(
        "In Conflict", compute="_compute_conflict", search="_search_has_conflict"
    )
    conflict = fields.Char("Why It Can Not Be", compute="_compute_conflict")

    @api.depends("job_id", "resource_id", "start_at", "stop_at", "override_reason")
    @api.depends_context("lang")
    def _compute_conflict(self):
        """Judge what is still to come; the past can not be changed any more."""
        now = fields.Datetime.now()
        rows = {
            booking: booking._prepare_row({})
            for booking in self
            if booking.stop_at and booking.stop_at > now
        }
        problems = self._find_problems(list(rows.values())) if rows else {}
        for booking in self:
            booking.conflict = problems.get(rows.get(booking), False)
            booking.has_conflict = bool(booking.conflict)

    def _search_has_conflict(self, operator, value):
        if operator != "in":
            return NotImplemented
        coming = self.search([("stop_at", ">", fields.Datetime.now())])
        return Domain("id", "in", coming.filtered("has_conflict").ids)

    def action_open_job(self):
        """Open the job this is booked for."""
        return self.job_id._get_records_action()
