from odoo import fields, models


class HrEmployee(models.Model):
    """Technicians: who takes part in planning, and what they are able to do."""

    _inherit = "hr.employee"

    is_service_technician = fields.Boolean(
        "Service Technician", help="Takes part in the planning of the workshop."
    )

    def _get_skilled(self, skill, level, day):
        """Return those of ``self`` who master ``skill`` on ``day``.

        :param skill: hr.skill.
        :param level: hr.skill.level that is enough; empty: any level is.
        :param day: date; a certification that is over, or has not begun, does not count.
        """
        # Skills are the employee's; whoever plans need only know who may do the work.
        known = self.env["hr.employee.skill"].sudo().search_fetch(
            [
                ("employee_id", "in", self.ids),
                ("skill_id", "=", skill.id),
                ("skill_level_id.level_progress", ">=", level.sudo().level_progress),
                "|", ("valid_from", "=", False), ("valid_from", "<=", day),
                "|", ("valid_to", "=", False), ("valid_to", ">=", day),
            ],
            ["employee_id"],
        )
        return self.filtered(lambda employee: employee.id in known.employee_id._ids)

    def _get_high_voltage_qualified(self, day):
        """Return those of ``self`` who hold a valid high-voltage qualification on ``day``."""
        skill = self.env.ref("service_advisor.skill_high_voltage", raise_if_not_found=False)
        if not skill:
            return self.browse()
        return self._get_skilled(skill, self.env["hr.skill.level"], day)
