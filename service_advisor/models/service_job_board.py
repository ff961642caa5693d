import math
from datetime import datetime

from odoo import fields, models


class ServiceJob(models.Model):
    """A job as the loading board shows it."""

    _inherit = "service.job"

    def _is_movable(self):
        """Tell whether the job may be planned anew: agreed, not over, nobody clocked on it."""
        self.ensure_one()
        return self.state in ("approved", "in_work") and not self.is_running

    def _get_bookings_to_move(self):
        """Return the bookings of these jobs that another plan would replace: all of a job that
        was never begun, of the others what is still to come."""
        now = fields.Datetime.now()
        begun = self.filtered("clocking_ids")
        return self.booking_ids.filtered(
            lambda booking: booking.job_id not in begun or booking.stop_at > now
        )

    def _get_held(self):
        """Return ``{resource.resource: [(start, stop)]}``: what is held for this job and not
        worked yet, in its order."""
        self.ensure_one()
        now = fields.Datetime.now()
        earliest = now if self.clocking_ids else datetime.min
        held = self._get_bookings_to_move().sorted("start_at").grouped("resource_id")
        return {
            resource: [(max(each.start_at, earliest), each.stop_at) for each in bookings]
            for resource, bookings in held.items()
        }

    def _get_hours_to_plan(self):
        """Return the hours to hold for this job, in full quarters: what is allowed for it, else
        one hour."""
        self.ensure_one()
        return math.ceil(round(4 * self.allowed_hours, 6)) / 4 or 1.0

    def _name_needs(self):
        """Return in short what the job asks for: "HV, Brakes, Lift, Alignment rig"."""
        self.ensure_one()
        needs = self._get_needs()
        names = [self.env._("high voltage")] if needs["is_high_voltage"] else []
        names += [needs["skill"].name, needs["bay_kind"].name, *needs["tool_kinds"].mapped("name")]
        return ", ".join(name for name in names if name)

    def _notify_board(self):
        """Let open boards read these jobs again, with the rights of who looks at them."""
        for company, jobs in self.grouped("company_id").items():
            self.env["bus.bus"]._sendone(
                (company, "service_board"),
                "service_advisor.board",
                {"company_id": company.id, "job_ids": jobs.ids},
            )

    def _notify_board_if_planned(self):
        """Let boards know that the clock of these jobs runs or stands; what was never planned
        is on no board."""
        planned = self.filtered("planned_start_at")
        if planned:
            planned._notify_board()

    def action_pause(self):
        """Stop the clock; boards show that the jobs may be moved again."""
        result = super().action_pause()
        self._notify_board_if_planned()
        return result

    def _after_start(self):
        result = super()._after_start()
        self._notify_board_if_planned()
        return result

    def _after_finish(self):
        result = super()._after_finish()
        self._notify_board_if_planned()
        return result
