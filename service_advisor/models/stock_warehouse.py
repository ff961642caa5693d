from odoo import api, fields, models


class StockWarehouse(models.Model):
    """Every warehouse issues parts to the workshop in one step, with its own operation type.

    One step whatever the delivery steps of the warehouse: with two, a return leaves the last
    transfer waiting for parts that nobody will pick again.
    """

    _inherit = "stock.warehouse"

    workshop_issue_type_id = fields.Many2one(
        "stock.picking.type", "Workshop Issue", check_company=True, copy=False
    )
    workshop_route_id = fields.Many2one(
        "stock.route", ondelete="restrict", copy=False
    )

    @api.model_create_multi
    def create(self, vals_list):
        warehouses = super().create(vals_list)
        warehouses._create_workshop_issue()
        return warehouses

    def _create_workshop_issue(self):
        """Create what is missing of the sequence, operation type, route and rule."""
        for warehouse in self:
            if not warehouse.workshop_issue_type_id:
                warehouse.write(warehouse._create_or_update_sequences_and_picking_types())
            warehouse.workshop_issue_type_id.return_picking_type_id = warehouse.in_type_id
            if not warehouse.workshop_route_id:
                # loop: a warehouse is created once in a company's life
                warehouse.workshop_route_id = self.env["stock.route"].create(
                    warehouse._prepare_workshop_route_vals()
                )
                # loop: so is its rule
                self.env["stock.rule"].create(warehouse._prepare_workshop_rule_vals())

    def _get_picking_type_create_values(self, max_sequence):
        data, next_sequence = super()._get_picking_type_create_values(max_sequence)
        data["workshop_issue_type_id"] = {
            "name": self.env._("Workshop Issue"),
            "code": "outgoing",
            "use_create_lots": False,
            "use_existing_lots": True,
            "default_location_src_id": self.lot_stock_id.id,
            "default_location_dest_id": self._get_partner_locations()[0].id,
            "sequence": next_sequence + 1,
            "sequence_code": "WSI",
            "company_id": self.company_id.id,
        }
        return data, next_sequence + 1

    def _get_picking_type_update_values(self):
        data = super()._get_picking_type_update_values()
        data["workshop_issue_type_id"] = {
            "active": self.active,
            "barcode": self.code.replace(" ", "").upper() + "WSI",
        }
        return data

    def _get_sequence_values(self, name=False, code=False):
        values = super()._get_sequence_values(name=name, code=code)
        values["workshop_issue_type_id"] = {
            "name": self.env._("%(name)s Sequence workshop issue", name=name or self.name),
            "prefix": (code or self.code) + "/WSI/",
            "padding": 5,
            "company_id": self.company_id.id,
        }
        return values

    def _prepare_workshop_route_vals(self):
        self.ensure_one()
        return {
            "name": self.env._("%(warehouse)s: Workshop Issue", warehouse=self.name),
            "company_id": self.company_id.id,
            "product_selectable": False,
            "sequence": 70,
        }

    def _prepare_workshop_rule_vals(self):
        self.ensure_one()
        customers = self._get_partner_locations()[0]
        routing = [
            self.Routing(self.lot_stock_id, customers, self.workshop_issue_type_id, "pull")
        ]
        [vals] = self._get_rule_values(routing, {"route_id": self.workshop_route_id.id})
        return vals
