from odoo import api, fields, models


class ServiceHistory(models.Model):
    """A visit that another system knows of, told in its own words.

    It did not go through the steps of a service order here, so it is none: no figure, no
    evidence and no warranty of the shop counts it. It says what was done to the car before, and
    maintenance counts as done by it.
    """

    _name = "service.history"
    _description = "Earlier Visit"
    _order = "date desc, id desc"
    _rec_names_search = ["number", "vehicle_id"]
    _check_company_auto = True

    vehicle_id = fields.Many2one(
        "service.vehicle", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(
        related="vehicle_id.company_id", store=True, precompute=True, index=True
    )
    date = fields.Date(required=True)
    number = fields.Char("Order No.", help="In the system it comes from.")
    odometer = fields.Integer("Odometer (km)", aggregator=None)
    concern = fields.Text()
    work = fields.Text("Work Done")
    operation_code = fields.Char()
    operation_id = fields.Many2one(
        "service.operation",
        check_company=True,
        index="btree_not_null",
        help="The operation here that has the same code: its maintenance counts as done.",
    )
    hours = fields.Float(aggregator=None)
    parts = fields.Text()
    amount = fields.Monetary()
    currency_id = fields.Many2one(related="company_id.currency_id", store=True, precompute=True)
    advisor = fields.Char("Service Advisor")
    source = fields.Char("Comes From")
    import_id = fields.Many2one(
        "service.import",
        index=True,
        ondelete="restrict",
        groups="service_advisor.group_manager",
    )

    _number_company_uniq = models.UniqueIndex(
        "(number, company_id) WHERE number IS NOT NULL",
        "A visit with this order number is known already.",
    )
    _visit_uniq = models.UniqueIndex(
        "(vehicle_id, date, odometer) WHERE number IS NULL",
        "A visit of this vehicle on this day at this reading is known already.",
    )

    @api.depends("number", "date")
    def _compute_display_name(self):
        for visit in self:
            visit.display_name = visit.number or fields.Date.to_string(visit.date) or ""
