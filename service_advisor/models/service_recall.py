from odoo import api, fields, models
from odoo.fields import Domain

from ..tools.vin import has_vin_shape, vin_range_key


class ServiceRecall(models.Model):
    """A campaign of the manufacturer: which cars have to come in, and for what."""

    _name = "service.recall"
    _description = "Recall"
    _order = "start_date desc, id desc"
    _rec_names_search = ["name", "title"]
    _check_company_auto = True

    active = fields.Boolean(default=True)
    name = fields.Char("Campaign No.", required=True, index=True)
    title = fields.Char(required=True, translate=True)
    description = fields.Text(translate=True)
    company_id = fields.Many2one(
        "res.company", index=True, help="Empty: the recall concerns every company."
    )
    start_date = fields.Date(default=fields.Date.context_today, required=True)
    operation_id = fields.Many2one("service.operation", required=True, check_company=True)
    do_not_drive = fields.Boolean(
        help="The car must not be driven: it is not handed over before the work is done or the "
        "customer has refused it.",
    )
    vin_ids = fields.One2many("service.recall.vin", "recall_id", "Cars", copy=True)
    suggestion_ids = fields.One2many("service.suggestion", "recall_id", "Cars Taken In")

    _name_company_uniq = models.UniqueIndex(
        "(name, COALESCE(company_id, 0)) WHERE active",
        "This campaign is there already. Open it and add the cars to it.",
    )

    @api.depends("name", "title")
    def _compute_display_name(self):
        for recall in self:
            recall.display_name = " ".join(filter(None, (recall.name, recall.title)))

    @api.model
    def _match(self, vehicles):
        """Return ``{vehicle: recalls}``: the campaigns that have begun and mean each car."""
        keys = {
            vehicle: vin_range_key(vehicle.vin)
            for vehicle in vehicles
            if has_vin_shape(vehicle.vin)
        }
        ranges = Domain.OR(
            Domain("prefix", "=", prefix)
            & Domain("serial_from", "<=", serial)
            & Domain("serial_to", ">=", serial)
            for prefix, serial in keys.values()
        )
        lines = self.env["service.recall.vin"].search(
            ranges
            & Domain("company_id", "in", [False, *vehicles.company_id.ids])
            & Domain("recall_id.active", "=", True)
            & Domain("recall_id.start_date", "<=", fields.Date.context_today(self))
        )
        return {
            vehicle: lines.filtered(lambda line, car=vehicle: line._means(car)).recall_id
            for vehicle in keys
        }
