from odoo import api, models
from odoo.tools import SQL


class ResGroups(models.Model):
    """Who is in a role of the service department, and what it brings along: changes are kept."""

    _name = "res.groups"
    _inherit = ["res.groups", "service.audit.mixin"]
    _audited_fields = {"user_ids": "rights", "implied_ids": "rights"}

    @api.model
    def _get_service_groups(self):
        """Return the roles of the service department: those of these addons."""
        rows = self.env.execute_query(
            SQL(
                "SELECT res_id FROM ir_model_data WHERE model = 'res.groups' "
                "AND starts_with(module, 'service_advisor')"
            )
        )
        # Which roles there are is no secret to whoever gives them.
        return self.sudo().browse([group_id for [group_id] in rows])

    def _read_audited(self, names):
        """Only roles of the department: other groups have many users."""
        ours = names and self & self._get_service_groups()
        return super(ResGroups, ours)._read_audited(names) if ours else {}
