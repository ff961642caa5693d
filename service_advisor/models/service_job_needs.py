from odoo import api, fields, models


class ServiceJob(models.Model):
    """What a job needs besides parts, as its operation says."""

    _inherit = "service.job"

    skill_level_id = fields.Many2one(related="operation_id.skill_level_id")
    bay_kind_id = fields.Many2one(related="operation_id.bay_kind_id")
    tool_kind_ids = fields.Many2many(related="operation_id.tool_kind_ids")
    is_high_voltage = fields.Boolean(
        "High Voltage",
        compute="_compute_is_high_voltage",
        store=True,
        readonly=False,
        precompute=True,
        help="Only technicians with a valid high-voltage qualification may do this job.",
    )

    @api.depends("operation_id")
    def _compute_is_high_voltage(self):
        for job in self:
            included = job.operation_id._get_included()
            job.is_high_voltage = any(included.mapped("is_high_voltage"))

    def _get_needs(self):
        """Return what this job asks for, as a dict: ``skill`` (hr.skill), ``skill_level``
        (hr.skill.level), ``bay_kind`` (service.bay.kind), ``tool_kinds``
        (service.tool.kind) and ``is_high_voltage``; empty where it asks for nothing.

        A package asks for the tools of all that it includes, and where it names no skill or
        bay itself, for the first that one of them names.
        """
        self.ensure_one()
        included = self.operation_id._get_included()
        skilled = included.filtered("skill_id")[:1]
        return {
            "skill": skilled.skill_id,
            "skill_level": skilled.skill_level_id,
            "bay_kind": included.bay_kind_id[:1],
            "tool_kinds": included.tool_kind_ids,
            "is_high_voltage": self.is_high_voltage,
        }
