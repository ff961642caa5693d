from odoo import api, models
from odoo.tools import ormcache


class HrEmployee(models.Model):
    """Whether a shop plans with its technicians."""

    _inherit = "hr.employee"

    @api.model
    @ormcache("company_id")
    def _has_technicians(self, company_id):
        """Return whether a company has named technicians to plan with. Kept in memory: a shop
        that does not plan pays nothing for asking at every promise."""
        # Who promises a time need not read the employees.
        return bool(
            self.sudo().search_count(
                [("is_service_technician", "=", True), ("company_id", "=", company_id)], limit=1
            )
        )

    @api.model_create_multi
    def create(self, vals_list):
        employees = super().create(vals_list)
        if any(vals.get("is_service_technician") for vals in vals_list):
            self.env.registry.clear_cache()
        return employees

    def write(self, vals):
        result = super().write(vals)
        if not {"is_service_technician", "company_id", "active"}.isdisjoint(vals):
            self.env.registry.clear_cache()
        return result

    def unlink(self):
        result = super().unlink()
        self.env.registry.clear_cache()
        return result
