from odoo import fields, models


class HrEmployee(models.Model):
    """Technicians: who takes part in planning, and what they are able to do."""

    _inherit = "hr.employee"

    is_service_technician = fields.Boolean(
        "Service Technician", help="Takes part in the planning of the workshop."
    )

    def _fetch_skills(self, skills):
        """Return ``{employee id: hr.employee.skill}`` of these employees, for ``skills`` only;
        one query for all."""
        # Skills are the employee's; whoever plans need only know who may do the work.
        known = self.env["hr.employee.skill"].sudo().search_fetch(
            [("employee_id", "in", self.ids), ("skill_id", "in", skills.ids)]
        )
        return known.grouped(lambda skill: skill.employee_id.id)

    def _get_skilled(self, skill, level, day):
        """Return those of ``self`` who master ``skill`` on ``day``.

        :param skill: hr.skill.
        :param level: hr.skill.level that is enough; empty: any level is.
        :param day: date on which a certification has to be valid.
        """
        known, nothing = self._fetch_skills(skill), self.env["hr.employee.skill"]
        return self.filtered(
            lambda person: known.get(person.id, nothing)._proves(skill, level, [day])
        )

    def _get_high_voltage_skill(self):
        """Return the skill (hr.skill) that stands for the high-voltage qualification; empty in
        a shop that has deleted it."""
        skill = self.env.ref("service_advisor.skill_high_voltage", raise_if_not_found=False)
        return skill or self.env["hr.skill"]

    def _get_high_voltage_qualified(self, day):
        """Return those of ``self`` who hold a valid high-voltage qualification on ``day``."""
        return self._get_skilled(
            self._get_high_voltage_skill(), self.env["hr.skill.level"], day
        )
