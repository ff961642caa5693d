from odoo import api, models


class ResUsers(models.Model):
    """Who got or lost a role of the service department: changes are kept."""

    _name = "res.users"
    _inherit = ["res.users", "service.audit.mixin"]
    _audited_fields = {"group_ids": "rights"}

    def _get_audit_value(self, name):
        if name != "group_ids":
            return super()._get_audit_value(name)
        return sorted((self.group_ids & self.env["res.groups"]._get_service_groups()).ids)

    @api.model_create_multi
    def create(self, vals_list):
        users = super().create(vals_list)
        # Whoever makes users may not read what is kept about roles.
        users._audit({user: {"group_ids": []} for user in users.sudo()})
        return users

    def _prepare_audit_vals(self, name, old, new):
        # A role holds in every company of its holder.
        return super()._prepare_audit_vals(name, old, new) | {"company_id": False}
