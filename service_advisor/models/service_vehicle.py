from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain

from ..tools.plate import format_plate, normalise_plate
from ..tools.vin import has_vin_shape, normalise_vin, vin_problem


class ServiceVehicle(models.Model):
    """The customer's car, found by plate or VIN."""

    _name = "service.vehicle"
    _description = "Customer Vehicle"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "plate_key, id"
    _check_company_auto = True

    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    plate = fields.Char(tracking=True)
    plate_key = fields.Char(compute="_compute_plate_key", store=True, index="trigram")
    vin = fields.Char("VIN", tracking=True, index="trigram")
    vin_override_reason = fields.Char(
        "VIN Exception",
        tracking=True,
        help="Why a VIN with a wrong check digit is right all the same, for instance "
        "\"so printed on the registration certificate\".",
    )
    model_id = fields.Many2one("fleet.vehicle.model")
    brand_id = fields.Many2one(related="model_id.brand_id", store=True, string="Make")
    image_128 = fields.Image(related="model_id.image_128")
    owner_id = fields.Many2one("res.partner", index=True, tracking=True)
    odometer = fields.Integer(
        "Odometer (km)", readonly=True, help="The latest reading taken at a check-in."
    )
    first_registration_date = fields.Date("First Registration")
    energy = fields.Selection(
        [
            ("petrol", "Petrol"),
            ("diesel", "Diesel"),
            ("hybrid", "Hybrid"),
            ("plug_in_hybrid", "Plug-in Hybrid"),
            ("electric", "Electric"),
            ("gas", "Gas"),
        ]
    )
    usage = fields.Selection([("household", "Household"), ("commercial", "Commercial")])
    invoice_date = fields.Date()
    order_count = fields.Integer(compute="_compute_order_count")

    _plate_key_company_uniq = models.UniqueIndex(
        "(plate_key, company_id) WHERE plate_key IS NOT NULL AND active",
        "A vehicle with this plate exists already. Search the plate and open that vehicle.",
    )
    _vin_company_uniq = models.UniqueIndex(
        "(vin, company_id) WHERE vin IS NOT NULL AND active",
        "A vehicle with this VIN exists already. Search the VIN and open that vehicle.",
    )

    @api.depends("plate")
    def _compute_plate_key(self):
        for vehicle in self:
            vehicle.plate_key = normalise_plate(vehicle.plate) or False

    @api.depends("plate", "vin", "model_id")
    def _compute_display_name(self):
        for vehicle in self:
            name = vehicle.plate or vehicle.vin or self.env._("New vehicle")
            model = vehicle.model_id.display_name
            vehicle.display_name = f"{name} ({model})" if model else name

    def _compute_order_count(self):
        counts = dict(
            self.env["service.order"]._read_group(
                [("vehicle_id", "in", self.ids)], ["vehicle_id"], ["__count"]
            )
        )
        for vehicle in self:
            vehicle.order_count = counts.get(vehicle._origin, 0)

    @api.model
    def _search_display_name(self, operator, value):
        """Find a car by any part of its plate or VIN, by its owner's name or phone, however
        they were typed.

        Owners are looked up first: an OR across a join would read every car.
        """
        if operator not in ("ilike", "like", "=ilike") or not isinstance(value, str):
            return super()._search_display_name(operator, value)
        key = normalise_plate(value)
        if not key:
            return Domain.FALSE if value else Domain.TRUE
        found = Domain("plate_key", "like", key) | Domain("vin", "like", key)
        owners = self.env["res.partner"].search(self._get_owner_domain(value), limit=100)
        return found | Domain("owner_id", "in", owners.ids)

    @api.model
    def _get_owner_domain(self, text):
        """Return the domain of customers that ``text`` may mean: a name or a phone number."""
        domain = Domain("name", "ilike", text)
        digits = "".join(char for char in text if char.isdigit())
        if len(digits) >= 4 and not any(char.isalpha() for char in text):
            domain |= Domain("phone_mobile_search", "ilike", digits)
        return domain

    @api.model
    def name_create(self, name):
        """Create a car from what was typed in the search box: its VIN or its plate."""
        vin = normalise_vin(name)
        vehicle = self.create({"vin": vin} if has_vin_shape(vin) else {"plate": name})
        return vehicle.id, vehicle.display_name

    @api.constrains("vin", "vin_override_reason")
    def _check_vin(self):
        for vehicle in self.filtered("vin"):
            problem = vin_problem(vehicle.vin)
            if problem == "shape":
                raise ValidationError(
                    self.env._(
                        "%(vin)s is no VIN: it must have 17 characters, digits and capital "
                        "letters without I, O and Q. Read it again from the windscreen or the "
                        "registration certificate.",
                        vin=vehicle.vin,
                    )
                )
            if problem and not (vehicle.vin_override_reason or "").strip():
                raise ValidationError(
                    self.env._(
                        "The check digit of VIN %(vin)s is wrong, so a character was misread. "
                        "Read it again; if the car really carries this number, give the reason "
                        "in \"VIN Exception\".",
                        vin=vehicle.vin,
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        return super().create([self._normalise_vals(vals) for vals in vals_list])

    def write(self, vals):
        return super().write(self._normalise_vals(vals))

    @api.model
    def _normalise_vals(self, vals):
        """Return ``vals`` with VIN and plate in the form they are kept in."""
        vals = dict(vals)
        if "vin" in vals:
            vals["vin"] = normalise_vin(vals["vin"]) or False
        if "plate" in vals:
            vals["plate"] = format_plate(vals["plate"]) or False
        return vals

    def action_view_orders(self):
        """Open the service orders of these cars."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "service_advisor.service_order_action"
        )
        return dict(
            action,
            domain=[("vehicle_id", "in", self.ids)],
            context={"default_vehicle_id": self[:1].id},
        )

    def action_new_order(self):
        """Open an empty service order for this car."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "service.order",
            "view_mode": "form",
            "context": {"default_vehicle_id": self.id},
        }
