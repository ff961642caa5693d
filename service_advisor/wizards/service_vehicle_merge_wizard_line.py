from odoo import api, fields, models


class ServiceVehicleMergeWizardLine(models.TransientModel):
    """One fact about which two records of a car differ, and which of them is right."""

    _name = "service.vehicle.merge.wizard.line"
    _description = "Difference Between Two Vehicles"

    wizard_id = fields.Many2one(
        "service.vehicle.merge.wizard", required=True, index=True, ondelete="cascade"
    )
    field_name = fields.Char(required=True, readonly=True)
    label = fields.Char("Field", compute="_compute_words")
    first_value = fields.Char("First", compute="_compute_words")
    second_value = fields.Char("Second", compute="_compute_words")
    choice = fields.Selection(
        [("first", "First"), ("second", "Second")],
        "Keep",
        compute="_compute_choice",
        store=True,
        readonly=False,
        precompute=True,
        required=True,
    )

    @api.depends("wizard_id.vehicle_id", "wizard_id.other_id", "field_name")
    @api.depends_context("lang")
    def _compute_words(self):
        for line in self:
            first, second = line.wizard_id.vehicle_id, line.wizard_id.other_id
            line.label = first._fields[line.field_name]._description_string(self.env)
            line.first_value = first._describe_value(line.field_name)
            line.second_value = second._describe_value(line.field_name)

    @api.depends("wizard_id.keep", "field_name")
    def _compute_choice(self):
        """Propose what the kept record says; what it does not know, and a VIN that the check
        digit proves right against a doubtful one, are the other one's."""
        for line in self:
            wizard, kept = line.wizard_id, line.wizard_id.keep
            car, double, other = wizard.vehicle_id, wizard.other_id, "second"
            if kept == "second":
                car, double, other = double, car, "first"
            is_worse = line.field_name == "vin" and car.is_vin_doubtful and not (
                double.is_vin_doubtful or not double.vin
            )
            line.choice = other if is_worse or not car[line.field_name] else kept
