from odoo import api, fields, models

from ..tools.intervals import to_datetime


class ServicePromiseWizard(models.TransientModel):
    """What the promise of an order depends on, as the workshop stands now."""

    _name = "service.promise.wizard"
    _description = "Plan of an Order"

    order_id = fields.Many2one("service.order", required=True, readonly=True, ondelete="cascade")
    content = fields.Html(compute="_compute_content", sanitize=False)
    can_plan = fields.Boolean(compute="_compute_content")

    @api.depends("order_id")
    def _compute_content(self):
        planner = self.env["service.planner"]
        plans = planner._plan(self.order_id)
        for wizard in self:
            order = wizard.order_id
            plan = plans.get(order)
            wizard.can_plan = bool(plan and order._get_jobs_to_book())
            values = wizard._prepare_values(order, plan) if plan else {"order": order}
            wizard.content = self.env["ir.qweb"]._render(
                "service_advisor.plan_explanation", values
            )

    def _prepare_values(self, order, plan):
        """Return what the template shows of ``plan``."""
        planner = self.env["service.planner"]
        ready = plan.ready is not None and to_datetime(plan.ready)
        return {
            "order": order,
            "ready": ready and order._format_shop_time(ready),
            "promised": order.promised_at and order._format_shop_time(order.promised_at),
            "limit": planner._get_reason_text(order, plan),
            "steps": [self._prepare_step(order, step) for step in plan.steps],
            "others": [
                planner._get_alternative_text(order, other) for other in plan.alternatives
            ],
        }

    def _prepare_step(self, order, step):
        """Return what is shown of one job of a plan."""
        job = self.env["service.job"].browse(step.job.key)
        start, stop = to_datetime(step.start), to_datetime(step.stop)
        names = {"technician": [], "bay": [], "tool": []}
        for need, resource, _pairs in step.held:
            names[need.kind].append(resource.name)
        return {
            "job": job.display_name,
            "running": step.job.running,
            "start": order._format_shop_time(start),
            "stop": order._format_shop_time(stop),
            "rests": len(step.stretches()) > 1,
            "hours": round(step.job.duration / 3600, 1),
            "allowed": round(job.allowed_hours, 1),
            "parts": [
                (part.name, order._format_shop_time(to_datetime(part.at)))
                for part in step.job.parts
            ],
            **{kind: ", ".join(found) for kind, found in names.items()},
        }

    def action_plan(self):
        """Book the approved work of the order as it can be done now."""
        return self.order_id.action_plan()
