from odoo import models
from odoo.tools import format_date

from ..tools.intervals import to_datetime


class ServicePlanner(models.AbstractModel):
    """Plans in the words of the reader. What limits a promise is told to customers."""

    _inherit = "service.planner"

    def _get_ready(self, plan):
        """Return the datetime at which the car is ready by ``plan``."""
        return to_datetime(plan.ready)

    def _get_reason_text(self, order, plan):
        """Return in one polite sentence what limits ``plan``, a plan of ``order``."""
        reason = plan.reason
        at = order._format_shop_time(to_datetime(reason.at)) if reason.at is not None else ""
        if reason.kind == "part":
            return self.env._("%(part)s expected on %(time)s", part=reason.part.name, time=at)
        if reason.kind == "need":
            return self._get_need_text(reason, at)
        if reason.kind == "closed":
            return self.env._("The workshop is open again on %s", at)
        if reason.kind == "nobody":
            return self.env._("Not planned yet: %s", self._get_nobody_text(order, reason.need))
        if reason.kind == "full":
            return self.env._("Not planned yet: the workshop is fully booked")
        hours = sum(order._get_jobs_to_do().mapped("allowed_hours"))
        return self.env._("%s working hours", round(hours, 1))

    def _get_need_text(self, reason, at):
        what = self._get_trait_names(reason.need)
        name = reason.resource.name
        if reason.need.kind == "bay":
            return self.env._("The next bay for %(what)s is free on %(time)s", what=what, time=at)
        if reason.need.kind == "tool":
            return self.env._("%(tool)s is free on %(time)s", tool=name, time=at)
        if reason.alone and what:
            return self.env._(
                "Only %(name)s is qualified for %(what)s and is free on %(time)s",
                name=name,
                what=what,
                time=at,
            )
        if reason.alone:
            return self.env._("%(name)s is free on %(time)s", name=name, time=at)
        if what:
            return self.env._(
                "A technician for %(what)s is free on %(time)s", what=what, time=at
            )
        return self.env._("The next technician is free on %s", at)

    def _get_nobody_text(self, order, need):
        what = self._get_trait_names(need)
        if need.kind == "bay":
            return self.env._("there is no bay for %s", what)
        if need.kind == "tool":
            return self._get_no_tool_text(order, need, what)
        if need.only:
            # Whom somebody has chosen is told to whoever hears that it does not do.
            name = self.env["resource.resource"].sudo().browse(need.only).name
            if not what:
                return self.env._("%s does not work", name)
            return self.env._("%(name)s is not qualified for %(what)s", name=name, what=what)
        if what:
            return self.env._("no technician is qualified for %s", what)
        return self.env._("there is no technician")

    def _get_no_tool_text(self, order, need, what):
        """Return why no tool does: there is none, or those that are there may not be used."""
        kinds = [res_id for (_model, res_id), _level in need.traits]
        # That a tool is not fit is told to whoever hears why a car takes its time.
        tools = self.env["service.tool"].sudo().search(
            [("company_id", "=", order.company_id.id), ("kind_id", "in", kinds)]
        )
        overdue = tools.filtered("calibration_due").sorted("calibration_due")
        if not overdue:
            return self.env._("there is no %s", what)
        return self.env._(
            "%(tool)s is past its calibration since %(date)s",
            tool=overdue[-1].name,
            date=format_date(self.env, overdue[-1].calibration_due),
        )

    def _get_trait_names(self, need):
        """Return what a need asks for: the names of skills with their levels, of the kind of
        bay or of the kind of tool."""
        models_ = {
            "skill": "hr.skill", "bay": "service.bay.kind", "tool": "service.tool.kind"
        }
        return ", ".join(
            # The names of skills are told to whoever hears why a car takes its time.
            self.env[models_[model]].sudo().browse(res_id).name or ""
            for (model, res_id), _level in sorted(need.traits)
            if model in models_
        )

    def _get_alternative_text(self, order, alternative):
        """Return another way, and when the car would be ready."""
        ready = order._format_shop_time(to_datetime(alternative.plan.ready))
        if alternative.kind == "elsewhere":
            return self.env._(
                "If %(place)s sends %(parts)s: ready on %(time)s.",
                place=", ".join(sorted({part.place for part in alternative.parts})),
                parts=", ".join(sorted({part.name for part in alternative.parts})),
                time=ready,
            )
        return self.env._(
            "If the customer waits and is taken first: ready on %s. Other jobs have to be "
            "moved.",
            ready,
        )
