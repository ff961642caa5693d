from odoo import api, fields, models


class ServicePlanWizard(models.TransientModel):
    """Somebody, a bay and tools are booked for a job by hand."""

    _name = "service.plan.wizard"
    _description = "Plan a Job"

    job_id = fields.Many2one("service.job", required=True, readonly=True, ondelete="cascade")
    company_id = fields.Many2one(related="job_id.company_id")
    bay_kind_id = fields.Many2one(related="job_id.bay_kind_id")
    technician_id = fields.Many2one("hr.employee")
    bay_id = fields.Many2one("service.bay")
    tool_ids = fields.Many2many("service.tool", string="Tools")
    start_at = fields.Datetime("Start")
    hours = fields.Float()
    stop_at = fields.Datetime("Stop", compute="_compute_stop_at")
    is_overbooked = fields.Boolean("Overbook")
    reason = fields.Char(help="Why something is held twice, or outside the working time.")

    @api.model
    def default_get(self, fields):
        """Propose what was planned before, else what the operation asks for."""
        values = super().default_get(fields)
        job = self.env["service.job"].browse(values.get("job_id") or ())
        proposal = job._prepare_plan_vals() if job else {}
        return {name: proposal[name] for name in proposal if name in fields} | values

    @api.depends("technician_id", "bay_id", "tool_ids", "start_at", "hours")
    def _compute_stop_at(self):
        for wizard in self:
            rows = wizard._get_rows() if wizard.start_at and wizard.hours > 0 else []
            wizard.stop_at = max((stop for _resource, _start, stop in rows), default=False)

    def _get_rows(self):
        # Whoever plans need not read employees; the resource behind one is known to all.
        technician = self.technician_id.sudo().resource_id.with_env(self.env)
        resources = technician | self.bay_id.resource_id | self.tool_ids.resource_id
        return self.job_id._get_plan_rows(resources, self.start_at, self.hours)

    def action_confirm(self):
        """Book what was chosen for the job.

        :raises UserError: naming what is held, away or not fit, and the way out.
        """
        self.ensure_one()
        rows = self._get_rows()
        if not rows:
            self.job_id.order_id._refuse(
                self.env._(
                    "Choose a technician, a bay or a tool, and a start after which they work at "
                    "the same time."
                )
            )
        self.job_id._book(rows, (self.reason or "") if self.is_overbooked else None)
        return {"type": "ir.actions.act_window_close"}
