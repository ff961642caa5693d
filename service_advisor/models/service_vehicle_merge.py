from odoo import api, fields, models


class ServiceVehicleMerge(models.Model):
    """Two records of one car became one: which, when, by whom, and what went along.

    Written by the merge alone; by its VIN the car that is left is found.
    """

    _name = "service.vehicle.merge"
    _description = "Merged Vehicle"
    _order = "id desc"
    _rec_name = "merged_name"

    vehicle_id = fields.Many2one(
        "service.vehicle", "Kept", required=True, readonly=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(
        related="vehicle_id.company_id", store=True, precompute=True, index=True
    )
    merged_id = fields.Many2one(
        "service.vehicle", readonly=True, index="btree_not_null", ondelete="set null"
    )
    merged_name = fields.Char("Merged Record", required=True, readonly=True)
    vin = fields.Char("VIN", readonly=True, index="trigram")
    merged_at = fields.Datetime(
        "Merged On", required=True, readonly=True, default=fields.Datetime.now
    )
    user_id = fields.Many2one(
        "res.users",
        "Merged By",
        required=True,
        readonly=True,
        default=lambda self: self.env.user,
    )
    moved = fields.Json(readonly=True, help="How many records of each model went along.")
    moved_words = fields.Char("Brought Along", compute="_compute_moved_words")

    @api.depends("moved")
    @api.depends_context("lang")
    def _compute_moved_words(self):
        for log in self:
            log.moved_words = ", ".join(log._describe_moved())

    def _describe_moved(self):
        """Return ``["Service Order: 3", ...]`` in the language of the reader."""
        self.ensure_one()
        # Names of models are for everybody to read, their table is not.
        Model = self.env["ir.model"].sudo()
        return [
            f"{Model._get(name).name}: {count}"
            for name, count in sorted((self.moved or {}).items())
            if name in self.env
        ]
