from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

# More working days than that nobody plans by hand.
MOST_DAYS = 40


class ServiceSkillLoad(models.TransientModel):
    """What the work of the next days needs, and who is there for it."""

    _name = "service.skill.load"
    _description = "Skills and Load"

    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, default=lambda self: self.env.company
    )
    warehouse_id = fields.Many2one(
        "stock.warehouse",
        "Workshop",
        domain="[('company_id', '=', company_id)]",
        help="Only the work, and the people, of this workshop.",
    )
    days = fields.Integer("Working Days Ahead", default=10, required=True)
    until = fields.Date(readonly=True)
    line_ids = fields.One2many("service.skill.load.line", "load_id", readonly=True)
    load_table = fields.Html("Load per Day", readonly=True)

    @api.depends("days")
    def _compute_display_name(self):
        for load in self:
            load.display_name = self.env._("Skills and Load")

    @api.model
    def action_open(self):
        """Open the screen for the company in use.

        :raises AccessError: for anybody but managers.
        """
        load = self.create({})
        load._check_may_see()
        load._refresh()
        return load._get_records_action(
            name=self.env._("Skills and Load"), context={"create": False}
        )

    def action_refresh(self):
        """Look again, for as many working days as are entered.

        :raises UserError: for no days, or more than anybody plans.
        """
        for load in self:
            load._check_may_see()
            load._refresh()
        return True

    def action_lend(self):
        """Open the dialog in which a technician is lent to the workshop looked at."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Lend a Technician"),
            "res_model": "service.loan",
            "view_mode": "form",
            "view_id": self.env["ir.model.data"]._xmlid_to_res_id(
                "service_advisor.service_loan_view_form_dialog"
            ),
            "target": "new",
            "context": {"default_warehouse_id": self.warehouse_id.id},
        }

    def _check_may_see(self):
        """Who is able to do what, and when, is for managers; of companies they work for."""
        self.ensure_one()
        may = self.env.user.has_group("service_advisor.group_manager")
        if not self.env.su and not (may and self.company_id in self.env.user.company_ids):
            raise AccessError(self.env._("Only the service manager sees skills and load."))
        if not 0 < self.days <= MOST_DAYS:
            raise UserError(self.env._("Enter 1 to %s working days.", MOST_DAYS))

    def _refresh(self):
        """Write what is known now; the number of queries does not depend on the shop."""
        found = self.env["service.planner"]._read_load(
            self.company_id, self.days, self.warehouse_id
        )
        self.line_ids.unlink()
        self.write(
            {
                "until": found["days"][-1] if found["days"] else False,
                "load_table": self.env["ir.qweb"]._render(
                    "service_advisor.skill_load_table", {"load": found}
                ),
            }
        )
        Line = self.env["service.skill.load.line"]
        Line.create([Line._prepare_line_vals(self, row, found) for row in found["rows"]])
