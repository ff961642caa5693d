from odoo import api, fields, models


class ServiceOperation(models.Model):
    """What the work needs besides parts: skill, bay, special tools, qualification."""

    _inherit = "service.operation"

    skill_type_id = fields.Many2one(related="skill_id.skill_type_id")
    skill_level_id = fields.Many2one(
        "hr.skill.level",
        "Level",
        compute="_compute_skill_level_id",
        store=True,
        readonly=False,
        precompute=True,
        domain="[('skill_type_id', '=', skill_type_id)]",
        help="The level of the skill that is enough. Empty: any level is.",
    )
    bay_kind_id = fields.Many2one("service.bay.kind", "Needs Bay")
    tool_kind_ids = fields.Many2many("service.tool.kind", string="Needs Special Tools")
    is_high_voltage = fields.Boolean(
        "High Voltage",
        help="Only technicians with a valid high-voltage qualification are planned for it.",
    )
    has_needs = fields.Boolean(
        compute="_compute_has_needs",
        store=True,
        recursive=True,
        help="Known without looking further whether the work needs more than parts.",
    )

    @api.depends(
        "skill_id", "bay_kind_id", "tool_kind_ids", "is_high_voltage", "component_ids.has_needs"
    )
    def _compute_has_needs(self):
        for operation in self:
            operation.has_needs = bool(
                operation.skill_id
                or operation.bay_kind_id
                or operation.tool_kind_ids
                or operation.is_high_voltage
                or any(operation.component_ids.mapped("has_needs"))
            )

    @api.depends("skill_id")
    def _compute_skill_level_id(self):
        """A level belongs to one type of skills."""
        for operation in self:
            level = operation.skill_level_id
            if level and level.skill_type_id != operation.skill_id.skill_type_id:
                operation.skill_level_id = False
            else:
                operation.skill_level_id = level
