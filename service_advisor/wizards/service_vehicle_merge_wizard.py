from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command


class ServiceVehicleMergeWizard(models.TransientModel):
    """Which of two records of one car is kept, and what it says where they differ."""

    _name = "service.vehicle.merge.wizard"
    _description = "Merge Vehicles"

    vehicle_id = fields.Many2one(
        "service.vehicle", "First", required=True, readonly=True, ondelete="cascade"
    )
    other_id = fields.Many2one(
        "service.vehicle", "Second", required=True, readonly=True, ondelete="cascade"
    )
    keep = fields.Selection(
        [("first", "First"), ("second", "Second")],
        compute="_compute_keep",
        store=True,
        readonly=False,
        precompute=True,
        required=True,
        help="The record that stays; the orders and the history of the other one come to it.",
    )
    line_ids = fields.One2many(
        "service.vehicle.merge.wizard.line",
        "wizard_id",
        "Differences",
        compute="_compute_line_ids",
        store=True,
        readonly=False,
    )
    first_facts = fields.Char(compute="_compute_facts")
    second_facts = fields.Char(compute="_compute_facts")

    @api.model
    def default_get(self, fields):
        """Take the two cars from the list they were chosen in."""
        values = super().default_get(fields)
        chosen = self.env.context.get("active_ids") or []
        if self.env.context.get("active_model") == "service.vehicle" and chosen:
            if len(chosen) != 2:
                raise UserError(self.env._("Choose two vehicles that are the same car."))
            values.update(vehicle_id=chosen[0], other_id=chosen[1])
        return values

    @api.depends("vehicle_id", "other_id")
    def _compute_keep(self):
        """Propose the record that knows more: more orders, then more facts, then the older one."""
        for wizard in self:
            first, second = wizard.vehicle_id, wizard.other_id
            knows_more = second._get_merge_weight() > first._get_merge_weight()
            wizard.keep = "second" if knows_more else "first"

    @api.depends("vehicle_id", "other_id")
    def _compute_line_ids(self):
        for wizard in self:
            first, second = wizard.vehicle_id, wizard.other_id
            names = first._get_merge_fields() if first and second else []
            wizard.line_ids = [
                Command.clear(),
                *(
                    Command.create({"field_name": name})
                    for name in names
                    if first[name] != second[name]
                ),
            ]

    @api.depends("vehicle_id", "other_id")
    def _compute_facts(self):
        for wizard in self:
            wizard.first_facts = wizard.vehicle_id._describe_for_merge()
            wizard.second_facts = wizard.other_id._describe_for_merge()

    def action_merge(self):
        """Merge the one that is not kept into the one that is, and open it."""
        self.ensure_one()
        kept, merged = self.vehicle_id, self.other_id
        if self.keep == "second":
            kept, merged = merged, kept
        merged._merge_into(kept, self._prepare_values())
        return kept._get_records_action()

    def _prepare_values(self):
        """Return ``{field: value}`` as chosen line by line."""
        values = {}
        for line in self.line_ids:
            car = self.vehicle_id if line.choice == "first" else self.other_id
            field = car._fields[line.field_name]
            values[line.field_name] = field.convert_to_write(car[line.field_name], car)
        return values
