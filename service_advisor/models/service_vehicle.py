from odoo import api, fields, models
from odoo.exceptions import AccessError, ValidationError

from ..tools.plate import format_plate, normalise_plate, plate_doubt, plate_kind
from ..tools.vin import has_vin_shape, normalise_vin, vin_problem

# The longest plates of any country, personal ones included, stay well below.
PLATE_LENGTH = 20


class ServiceVehicle(models.Model):
    """The customer's car, found by plate or VIN."""

    _name = "service.vehicle"
    _description = "Customer Vehicle"
    _inherit = ["service.kept.mixin", "mail.thread", "mail.activity.mixin"]
    _order = "plate_key, id"
    _kept_fields = frozenset({"odometer"})
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
    is_vin_doubtful = fields.Boolean(compute="_compute_is_vin_doubtful")
    model_id = fields.Many2one("fleet.vehicle.model", index="btree_not_null")
    brand_id = fields.Many2one(
        "fleet.vehicle.model.brand",
        "Make",
        compute="_compute_brand_id",
        store=True,
        readonly=False,
        precompute=True,
        index="btree_not_null",
    )
    image_128 = fields.Image(related="brand_id.image_128")
    trim = fields.Char()
    model_year = fields.Char(
        compute="_compute_model_year", store=True, readonly=False, precompute=True
    )
    energy = fields.Selection(
        [
            ("petrol", "Petrol"),
            ("diesel", "Diesel"),
            ("hybrid", "Hybrid"),
            ("plug_in_hybrid", "Plug-in Hybrid"),
            ("electric", "Electric"),
            ("gas", "Gas"),
        ],
        compute="_compute_energy",
        store=True,
        readonly=False,
        precompute=True,
    )
    usage = fields.Selection(
        [("household", "Household"), ("commercial", "Commercial")], default="household"
    )
    engine_number = fields.Char("Engine or Motor No.")
    battery_number = fields.Char("Battery No.")
    colour = fields.Char()
    # Neither is tracked: the chatter would tell everybody who the former owner was.
    owner_id = fields.Many2one("res.partner", index=True)
    owner_phone = fields.Char(related="owner_id.phone", tracking=False)
    # Not read-only, so that an import may bring the first reading along; nobody writes it.
    odometer = fields.Integer(
        "Odometer (km)",
        copy=False,
        aggregator=None,
        help="The latest reading that holds.",
    )
    invoice_date = fields.Date("Invoiced On", help="When the car was sold new.")
    delivery_date = fields.Date("Delivered On", help="When the first owner received the car.")
    first_registration_date = fields.Date("First Registration")
    insurance_until = fields.Date("Insured Until", tracking=True)
    insurer_id = fields.Many2one(
        "res.partner",
        check_company=True,
        help="Proposed as the payer of work on the insurance.",
    )
    inspection_due = fields.Date(tracking=True)
    plate_kind = fields.Selection(
        [
            ("ordinary", "Ordinary"),
            ("new_energy", "New Energy"),
            ("special", "Special"),
            ("border", "Hong Kong or Macau"),
            ("diplomatic", "Embassy or Consulate"),
        ],
        compute="_compute_plate_kind",
    )
    plate_warning = fields.Char(compute="_compute_plate_kind")
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

    @api.depends("vin")
    def _compute_is_vin_doubtful(self):
        for vehicle in self:
            vehicle.is_vin_doubtful = vin_problem(normalise_vin(vehicle.vin)) == "check_digit"

    @api.depends("plate", "company_id")
    def _compute_plate_kind(self):
        for vehicle in self:
            vehicle.plate_kind = plate_kind(vehicle.plate)
            vehicle.plate_warning = vehicle._get_plate_warning()

    def _get_plate_warning(self):
        """Return why the plate is worth a second look, or False. Any plate may be kept."""
        doubt = plate_doubt(self.plate)
        if doubt == "military" and self.company_id.country_code == "CN":
            return self.env._("Looks like a military plate: compare it with the vehicle licence.")
        if doubt == "temporary":
            return self.env._("A temporary plate: ask for the final one at the next visit.")
        if doubt == "unknown":
            return self.env._(
                "No civil plate of China looks like this. Read it again: O and 0, I and 1."
            )
        return False

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

    @api.constrains("model_year")
    def _check_model_year(self):
        for vehicle in self.filtered("model_year"):
            year = vehicle.model_year
            if not (len(year) == 4 and year.isascii() and year.isdigit()):
                raise ValidationError(
                    self.env._("Model year \"%s\" is no year: write it as 2024.", year)
                )

    @api.constrains("brand_id", "model_id")
    def _check_brand(self):
        for vehicle in self.filtered("model_id"):
            if vehicle.brand_id != vehicle.model_id.brand_id:
                raise ValidationError(
                    self.env._(
                        "%(model)s is no model of %(make)s: choose another model, or clear the "
                        "model first.",
                        model=vehicle.model_id.name,
                        make=vehicle.brand_id.name or self.env._("no make"),
                    )
                )

    @api.model
    def _check_not_kept(self, names):
        if any(names) and not self.env.su:
            raise AccessError(
                self.env._(
                    "The odometer is the latest of the readings. Use \"Correct Odometer\" on the "
                    "vehicle, or enter it at the check-in."
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
            # Too long to be one is told by the check, too long for the index would be no answer.
            vals["vin"] = normalise_vin(vals["vin"])[:50] or False
        if "plate" in vals:
            vals["plate"] = format_plate(vals["plate"]) or False
            self._check_plate_length(vals["plate"])
        return vals

    @api.model
    def _check_plate_length(self, plate):
        if len(normalise_plate(plate)) > PLATE_LENGTH or len(plate or "") > 2 * PLATE_LENGTH:
            raise ValidationError(
                self.env._(
                    "\"%(plate)s…\" is too long for a plate: enter the characters on the plate "
                    "only.",
                    plate=plate[:PLATE_LENGTH],
                )
            )

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
