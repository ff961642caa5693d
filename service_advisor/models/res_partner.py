from odoo import api, fields, models
from odoo.modules.db import FunctionStatus
from odoo.tools import sql

from ..tools.text import PHONE_SIGNS


class ResPartner(models.Model):
    _inherit = "res.partner"

    # The desk recognises customers by it.
    phone_sanitized = fields.Char(index="btree_not_null")
    service_vehicle_count = fields.Integer(
        compute="_compute_service_vehicle_count", groups="service_advisor.group_reception"
    )

    def init(self):
        """Index customers by any part of their name and phone: by them the desk finds their cars,
        and without it the database reads every customer for each letter that is typed."""
        result = super().init()
        registry = self.env.registry
        if registry.has_trigram:
            indexable = registry.has_unaccent == FunctionStatus.INDEXABLE
            column = registry.unaccent("name") if indexable else "name"
            sql.create_index(
                self.env.cr,
                "res_partner_service_name_idx",
                self._table,
                [f"{column} gin_trgm_ops"],
                method="gin",
            )
            # Odoo's own index of phones asks a regular expression of all that share three digits.
            signs = self.env.cr.mogrify("%s", [PHONE_SIGNS]).decode()
            sql.create_index(
                self.env.cr,
                "res_partner_service_phone_idx",
                self._table,
                [f"translate(phone::text, {signs}, '') gin_trgm_ops"],
                method="gin",
            )
        return result

    def _compute_service_vehicle_count(self):
        counts = dict(
            self.env["service.vehicle"]._read_group(
                [("owner_id", "in", self.ids)], ["owner_id"], ["__count"]
            )
        )
        for partner in self:
            partner.service_vehicle_count = counts.get(partner._origin, 0)

    def action_view_service_vehicles(self):
        """Open the cars this customer owns."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "service_advisor.service_vehicle_action"
        )
        return dict(
            action,
            domain=[("owner_id", "in", self.ids)],
            context={"default_owner_id": self[:1].id},
        )

    @api.model
    def get_import_templates(self):
        """Add the one whose customers the template of vehicles names as owners."""
        return [
            *super().get_import_templates(),
            {
                "label": self.env._("Import Template for Customers with Vehicles"),
                "template": "/service_advisor/static/xls/service_customers.xlsx",
            },
        ]
