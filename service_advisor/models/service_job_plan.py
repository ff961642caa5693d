from datetime import timedelta

from odoo import fields, models
from odoo.fields import Command

from ..tools.promise import round_up
from ..tools.spans import intersect, take

# How far ahead free hours are looked for.
HORIZON = timedelta(days=60)


class ServiceJob(models.Model):
    """A job is planned by hand."""

    _inherit = "service.job"

    def action_open_plan(self):
        """Open the dialog in which this job is booked by hand."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Plan"),
            "res_model": "service.plan.wizard",
            "view_mode": "form",
            "target": "new",
            "context": {"default_job_id": self.id},
        }

    def action_unbook(self):
        """Free what is booked for these jobs and not worked yet.

        :raises UserError: where the user is no advisor.
        """
        for job in self:
            job._check_can_book(None)
        self._unbook()
        return True

    def _get_plan_rows(self, resources, start, hours):
        """Return the rows for :meth:`_book` of ``hours`` of work from ``start`` (UTC) on, in the
        time in which all of ``resources`` work; an empty list where there is none."""
        if not resources:
            return []
        common, *others = resources._get_work_spans(start, start + HORIZON).values()
        for spans in others:
            common = intersect(common, spans)
        return [
            (resource, begin, end)
            for resource in resources
            for begin, end in take(common, hours) or ()
        ]

    def _prepare_plan_vals(self):
        """Return the values of the dialog: what was planned before, else what the operation
        asks for."""
        self.ensure_one()
        booked = self.booking_ids.resource_id
        return {
            "technician_id": self.technician_id.id,
            "bay_id": self._propose_equipment("service.bay", booked)[:1].id,
            "tool_ids": [Command.set(self._propose_equipment("service.tool", booked).ids)],
            "start_at": self.planned_start_at or self._get_next_start(),
            "hours": max(self.allowed_hours - self.actual_hours, 0.25),
        }

    def _get_next_start(self):
        """Return the next quarter of an hour, for the start of a plan."""
        return round_up(fields.Datetime.now())

    def _propose_equipment(self, model, booked):
        """Return what is booked of ``model`` among the resources ``booked``, else the first of
        each kind the operation asks for that may be used today."""
        self.ensure_one()
        chosen = booked._get_equipment(model).with_env(self.env)
        needs = self._get_needs()
        kinds = needs["bay_kind"] if model == "service.bay" else needs["tool_kinds"]
        if chosen or not kinds:
            return chosen
        path = "kind_ids" if model == "service.bay" else "kind_id"
        found = self.env[model].search(
            [(path, "in", kinds.ids), ("company_id", "in", [self.company_id.id, False])]
        )
        today = self.order_id._get_day(fields.Datetime.now())
        usable = found.filtered(lambda one: one._is_usable(today))
        return found.browse().union(
            *(usable.filtered(lambda one, kind=kind: kind in one[path])[:1] for kind in kinds)
        )
