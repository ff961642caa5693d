from odoo import models


class HrEmployeeSkill(models.Model):
    _inherit = "hr.employee.skill"

    def _proves(self, skill, level, days):
        """Return whether one of these skills is ``skill`` at ``level`` or better, valid on each
        of ``days``; a certification that is over, or has not begun, proves nothing."""
        return all(any(known._is_enough(skill, level, day) for known in self) for day in days)

    def _is_enough(self, skill, level, day):
        return (
            self.skill_id == skill
            and self.skill_level_id.level_progress >= level.level_progress
            and (not self.valid_from or self.valid_from <= day)
            and (not self.valid_to or self.valid_to >= day)
        )
