from odoo import fields, models


class ServiceSymptom(models.Model):
    """What a customer may report, what to ask then and what it may come from."""

    _name = "service.symptom"
    _description = "Symptom"
    _order = "section, sequence, id"

    active = fields.Boolean(default=True)
    sequence = fields.Integer(default=10)
    name = fields.Char(required=True, translate=True)
    section = fields.Selection(
        [
            ("brakes", "Brakes"),
            ("noise", "Noise"),
            ("lamp", "Warning Lamp"),
            ("engine", "Engine"),
            ("gearbox", "Gearbox"),
            ("chassis", "Steering and Chassis"),
            ("climate", "Climate"),
            ("electric", "Electrics and Battery"),
            ("body", "Body"),
            ("other", "Other"),
        ],
        default="other",
        required=True,
    )
    company_id = fields.Many2one(
        "res.company", index=True, help="Empty: every company uses the symptom."
    )
    question_ids = fields.One2many(
        "service.symptom.question", "symptom_id", "Questions", copy=True
    )
    cause_ids = fields.One2many("service.symptom.cause", "symptom_id", "Likely Causes")
