from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, ValidationError

from ..tools.spans import covers
from ..tools.stretch import cut, end_at, lay_out, shift, total

# A job may be laid out over so many days; what takes longer is planned in parts.
HORIZON = timedelta(days=21)
# Whoever drags to "now" needs a moment for it.
GRACE = timedelta(minutes=15)


class ServiceBoard(models.AbstractModel):
    """Planning on the board. What is wrong with a booking, ``service.job._book`` says."""

    _inherit = "service.board"

    @api.model
    def plan(self, job_id, resource_id, start, rows="technician", reason=None):
        """Plan a job that has no time yet on a row, with whatever else it needs.

        :param resource_id: the row it was put on.
        :param start: moment in UTC, as a string.
        :param rows: kind of the rows.
        :param reason: why a manager books what was refused.
        :raises UserError: in words what is in the way; a ValidationError where no reason helps.
        :return: what the board shows of the job now, see ``get_jobs``.
        """
        job = self._get_job_to_move(job_id)
        resource = self._get_target(resource_id, rows)
        start = self._get_start(job, start)
        duration = timedelta(hours=job._get_hours_to_plan())
        pieces = self._lay_out(resource, start, duration)
        others = self._choose_others(job, resource, rows, pieces)
        plan = [(each, *piece) for each in resource | others for piece in pieces]
        job._book(plan, reason=reason or None)
        return self.get_jobs(job.ids, rows)

    @api.model
    def move(self, job_id, resource_id, target_id, start, rows="technician", reason=None):
        """Let a job begin at another time, on the same row or another one of its kind; what
        else is held for it moves along.

        :param resource_id: the row it stands on.
        :param target_id: the row it is put on.
        """
        job = self._get_job_to_move(job_id)
        target = self._get_target(target_id, rows)
        own, others = self._get_held(job, resource_id)
        start = self._get_start(job, start)
        pieces = self._lay_out(target, start, total(own))
        delta = start - own[0][0]
        plan = [(target, *piece) for piece in pieces]
        for other, held in others.items():
            theirs = pieces if held == own else shift(held, delta)
            plan += [(other, *piece) for piece in theirs]
        job._book(plan, reason=reason or None)
        return self.get_jobs(job.ids, rows)

    @api.model
    def resize(self, job_id, resource_id, stop, rows="technician", reason=None):
        """Let a job end at another time; whatever is held for it ends then too.

        :param stop: moment in UTC, as a string.
        """
        job = self._get_job_to_move(job_id)
        stop = fields.Datetime.to_datetime(stop)
        own, others = self._get_held(job, resource_id)
        if not stop or stop <= own[0][0]:
            self._refuse(job, self.env._("it would end before it begins"))
        resource = self.env["resource.resource"].browse(resource_id)
        works = resource._get_work_spans(own[0][0], stop)[resource]
        pieces = end_at(own, stop, works)
        plan = [(resource, *piece) for piece in pieces]
        for other, held in others.items():
            plan += [(other, *piece) for piece in (pieces if held == own else held)]
        job._book(plan, reason=reason or None)
        return self.get_jobs(job.ids, rows)

    @api.model
    def unplan(self, job_id, rows="technician"):
        """Take a job off the board; what is held for it is free again."""
        job = self._get_job_to_move(job_id)
        job._unbook()
        return self.get_jobs(job.ids, rows)

    # ---- checks ---------------------------------------------------------------------------

    def _get_job_to_move(self, job_id):
        """Return the job, where the user may plan it now."""
        if not self._get_rights()["move"]:
            raise AccessError(self.env._("Service advisors plan on the board; ask one of them."))
        job = self.env["service.job"].browse(job_id).exists()
        if not job:
            raise ValidationError(self.env._("This job was deleted. Reload the board."))
        job.check_access("write")
        if job.company_id != self.env.company:
            self._refuse(job, self.env._("it is planned on the board of another company"))
        if job.is_running:
            self._refuse(job, self.env._("a technician is clocked on it; pause it first"))
        if not job._is_movable():
            self._refuse(job, self.env._("it is %s", job._get_state_label()))
        return job

    def _get_target(self, resource_id, rows):
        """Return the resource of the row, one of the workshop's own."""
        resource = self._get_resources(rows).filtered(lambda each: each.id == resource_id)
        if not resource:
            raise ValidationError(
                self.env._("This row can not be planned on any more. Reload the board.")
            )
        return resource

    def _get_start(self, job, start):
        """Return the moment ``start`` stands for, where it is not over."""
        moment = fields.Datetime.to_datetime(start)
        if not moment or moment < fields.Datetime.now() - GRACE:
            self._refuse(job, self.env._("this time is over"))
        return moment

    def _get_held(self, job, resource_id):
        """Return what is held for a job and not worked yet: the stretches of a resource, and
        ``{resource: stretches}`` of the others."""
        held = job._get_held()
        own = next((each for each in held if each.id == resource_id), None)
        if own is None:
            raise ValidationError(
                self.env._(
                    "Somebody else has moved job \"%(job)s\" of %(order)s meanwhile. The board "
                    "shows where it is now; try again.",
                    job=job.display_name,
                    order=job.order_id.name,
                )
            )
        return held.pop(own), held

    def _refuse(self, job, reason):
        """Say why a job is not planned, where no reason of a manager helps."""
        raise ValidationError(
            self.env._(
                "Job \"%(job)s\" of %(order)s can not be planned so: %(reason)s.",
                job=job.display_name,
                order=job.order_id.name,
                reason=reason,
            )
        )

    # ---- what is booked -------------------------------------------------------------------

    def _lay_out(self, resource, start, duration):
        """Return the stretches of ``duration`` of work by ``resource`` from ``start`` on."""
        works = resource._get_work_spans(start - timedelta(days=1), start + HORIZON)
        return lay_out(start, duration, works[resource])

    def _choose_others(self, job, resource, kind, pieces):
        """Return what else a job needs beside the ``resource`` it was put on: the first that
        is free, else the first that fits, so that the refusal tells what it is held for."""
        needs = job._get_needs()
        chosen = self.env["resource.resource"]
        if kind != "technician":
            chosen |= self._choose(self._get_fitting_technicians(job, needs, pieces), pieces)
        if kind != "bay" and needs["bay_kind"]:
            bays = self._get_resources("bay")._get_bays()
            fitting = bays.filtered(lambda bay: needs["bay_kind"] in bay.kind_ids
                                    and bay._is_at(job.order_id.warehouse_id))
            chosen |= self._choose((fitting or bays).resource_id, pieces)
        tools = self._get_resources("tool")._get_tools() if needs["tool_kinds"] else ()
        for tool_kind in needs["tool_kinds"]:
            fitting = tools.filtered(lambda tool, wanted=tool_kind: tool.kind_id == wanted)
            if resource not in fitting.resource_id:
                chosen |= self._choose(fitting.resource_id, pieces)
        return chosen.with_env(self.env)

    def _get_fitting_technicians(self, job, needs, pieces):
        """Return the resources of the technicians who may do the job, the planned one first."""
        resources = self._get_resources("technician")
        # Employees are HR's; planning needs only who fits.
        everybody = people = resources.sudo().employee_id
        day = job.order_id._get_day(pieces[0][0])
        if needs["skill"]:
            people = people._get_skilled(needs["skill"], needs["skill_level"], day)
        if needs["is_high_voltage"]:
            people = people._get_high_voltage_qualified(day)
        people = people or everybody
        planned = people.filtered(lambda each: each.id == job.technician_id.id)
        return (planned | people).resource_id

    def _choose(self, resources, pieces):
        """Return the first of ``resources`` that works and is not booked during ``pieces``."""
        start, stop = pieces[0][0], pieces[-1][1]
        works = resources._get_work_spans(start, stop)
        booked = self.env["service.booking"].search_fetch(
            [
                ("resource_id", "in", resources.ids),
                ("start_at", "<", stop),
                ("stop_at", ">", start),
            ]
        ).grouped("resource_id")
        for resource in resources:
            held = [(each.start_at, each.stop_at) for each in booked.get(resource, ())]
            is_there = all(covers(works[resource], *piece) for piece in pieces)
            if is_there and not any(cut(held, *piece) for piece in pieces):
                return resource
        return resources[:1]
