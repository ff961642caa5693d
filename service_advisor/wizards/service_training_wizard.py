from odoo import api, fields, models
from odoo.exceptions import UserError


class ServiceTrainingWizard(models.TransientModel):
    """A technician is to learn a skill: whoever leads the technician is asked to arrange it."""

    _name = "service.training.wizard"
    _description = "Plan a Training"

    skill_id = fields.Many2one("hr.skill", required=True)
    level_name = fields.Char("Level", readonly=True)
    technician_id = fields.Many2one(
        "hr.employee.public",
        required=True,
        domain="[('is_service_technician', '=', True)]",
    )
    responsible_id = fields.Many2one(
        "res.users",
        "Arranged By",
        compute="_compute_responsible_id",
        store=True,
        readonly=False,
        precompute=True,
        required=True,
        domain="[('share', '=', False)]",
        help="Proposed: the manager of the technician.",
    )
    day = fields.Date("Due", required=True, default=lambda self: self._get_default_day())
    note = fields.Char()

    def _get_default_day(self):
        return fields.Date.add(fields.Date.context_today(self), months=1)

    @api.depends("technician_id")
    def _compute_responsible_id(self):
        for wizard in self:
            wizard.responsible_id = wizard.technician_id.parent_id.user_id or self.env.user

    def action_confirm(self):
        """Give whoever arranges it an activity.

        :raises UserError: for a day that is over, or a user who is no manager.
        """
        if not self.env.user.has_group("service_advisor.group_manager"):
            raise UserError(self.env._("Only the service manager plans trainings."))
        for wizard in self:
            if wizard.day < fields.Date.context_today(wizard):
                raise UserError(self.env._("Choose a day that is still to come."))
        # An activity on no record is given to others by nobody but Odoo itself; the manager may.
        Activity = self.env["mail.activity"].sudo()
        Activity.create([wizard._prepare_activity_vals() for wizard in self])
        return {"type": "ir.actions.act_window_close"}

    def _prepare_activity_vals(self):
        """Return the values of the activity, in the language of who arranges it."""
        lang = self.responsible_id.lang or self.env.lang
        told = self.with_context(lang=lang)
        skill = told.skill_id.name
        if self.level_name:
            skill = f"{skill} ({self.level_name})"
        # Skills belong to HR, and so does the record of the employee: the activity stands alone.
        return {
            "activity_type_id": self.env["ir.model.data"]._xmlid_to_res_id(
                "service_advisor.mail_activity_type_training"
            ),
            "user_id": self.responsible_id.id,
            "date_deadline": self.day,
            "summary": told.env._(
                "Training of %(name)s: %(skill)s", name=self.technician_id.name, skill=skill
            ),
            "note": self.note,
        }
