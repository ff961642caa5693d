from odoo import fields, models


class ServiceDamage(models.Model):
    """Damage seen at the walk-round, so that nobody argues about it at the hand-over."""

    _name = "service.damage"
    _description = "Damage at Check-in"
    _order = "id"
    _rec_name = "kind"

    order_id = fields.Many2one("service.order", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="order_id.company_id", store=True, index=True)
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
