from odoo import api, fields, models

from ..tools.damage import place_at


class ServiceDamage(models.Model):
    """Damage seen at the walk-round, so that nobody argues about it at the hand-over."""

    _name = "service.damage"
    _description = "Damage at Check-in"
    _order = "id"
    _rec_name = "kind"

    order_id = fields.Many2one("service.order", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(
        related="order_id.company_id", store=True, precompute=True, index=True
    )
    pos_x = fields.Float(
        "From the Left (%)",
        help="Where it was tapped on the picture of the car; 0 with 0: not on the picture.",
    )
    pos_y = fields.Float("From the Top (%)")
    place = fields.Selection(
        [
            ("front", "Front"),
            ("left", "Left Side"),
            ("right", "Right Side"),
            ("rear", "Rear"),
            ("roof", "Roof"),
            ("glass", "Glass"),
            ("wheels", "Wheels"),
            ("interior", "Interior"),
        ],
        compute="_compute_place",
        store=True,
        readonly=False,
        precompute=True,
        required=True,
    )
    kind = fields.Selection(
        [
            ("scratch", "Scratch"),
            ("dent", "Dent"),
            ("chip", "Stone Chip"),
            ("crack", "Crack"),
            ("missing", "Missing Part"),
            ("dirt", "Stain"),
        ],
        required=True,
    )
    note = fields.Char()
    photo = fields.Image(max_width=1600, max_height=1600)

    _pos_percent = models.Constraint(
        "CHECK(pos_x BETWEEN 0 AND 100 AND pos_y BETWEEN 0 AND 100)",
        "A damage lies on the picture of the car: both positions are between 0 and 100 %.",
    )

    @api.depends("pos_x", "pos_y")
    def _compute_place(self):
        for damage in self:
            if damage._is_on_picture():
                damage.place = place_at(damage.pos_x, damage.pos_y)
            else:
                damage.place = damage.place or "interior"

    def _is_on_picture(self):
        """Tell whether the damage was tapped on the picture; a stain inside has no point there."""
        return bool(self.pos_x or self.pos_y)

    def _describe(self):
        """Return kind, place and note in the user's words."""
        self.ensure_one()
        labels = [
            dict(self._fields[name]._description_selection(self.env))[self[name]]
            for name in ("kind", "place")
        ]
        return ", ".join(filter(None, [*labels, self.note]))

    @api.model_create_multi
    def create(self, vals_list):
        orders = self.env["service.order"].browse(
            {vals["order_id"] for vals in vals_list if vals.get("order_id")}
        )
        orders._check_checkin_open()
        damages = super().create(vals_list)
        damages.order_id._log_damage_correction(damages, self.env._("Added"))
        return damages

    def write(self, vals):
        self.order_id._check_checkin_open()
        result = super().write(vals)
        self.order_id._check_checkin_open()  # a damage is not moved into a signed check-in
        self.order_id._log_damage_correction(self, self.env._("Changed"))
        return result

    def unlink(self):
        self.order_id._check_checkin_open()
        self.order_id._log_damage_correction(self, self.env._("Removed"))
        return super().unlink()
