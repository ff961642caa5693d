from odoo import api, fields, models

from ..tools.text import mask_name


class ServiceVehicleOwner(models.Model):
    """Who owned a car, and when. Who a former owner was is for the service manager alone."""

    _name = "service.vehicle.owner"
    _description = "Owner of a Vehicle"
    _inherit = ["service.vehicle.period.mixin"]
    _rec_names_search = ["vehicle_id"]

    partner_id = fields.Many2one(
        "res.partner",
        "Customer",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
        groups="service_advisor.group_manager",
    )
    name = fields.Char("Owner", compute="_compute_name", compute_sudo=True)

    _one_open_uniq = models.UniqueIndex(
        "(vehicle_id) WHERE date_to IS NULL",
        "Somebody else has just changed the owner of this vehicle. Reload it and look again.",
    )

    @api.depends("partner_id.name", "date_to")
    @api.depends_context("uid")
    def _compute_name(self):
        may_see = self.env.user.has_group("service_advisor.group_manager")
        for owner in self:
            name = owner.partner_id.name or ""
            owner.name = mask_name(name) if owner.date_to and not may_see else name

    @api.depends("name")
    @api.depends_context("uid")
    def _compute_display_name(self):
        for owner in self:
            owner.display_name = owner.name

    def _get_period_key(self):
        return self.partner_id.id
