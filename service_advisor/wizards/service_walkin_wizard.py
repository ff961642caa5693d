from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command, Domain

from ..models.service_order import OPEN_STATES
from ..models.service_order_reception import TRANSPORTS
from ..tools.arrival import guess_kind, phone_key
from ..tools.plate import normalise_plate
from ..tools.vin import normalise_vin, vin_problem

# Choices shown for what was typed; more than a screen of them helps nobody.
SEARCH_LIMIT = 8


class ServiceWalkinWizard(models.TransientModel):
    """A customer stands at the desk: car, customer and order in one form.

    One box finds cars and customers; where it finds neither, what was typed is proposed as plate,
    VIN, phone or name of a new one.
    """

    _name = "service.walkin.wizard"
    _description = "Walk-in"
    _check_company_auto = True

    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    searched = fields.Char(
        "Plate, VIN, Phone or Name", help="What was typed; empty once something was found by it."
    )
    vehicle_id = fields.Many2one(
        "service.vehicle",
        compute="_compute_vehicle_id",
        store=True,
        readonly=False,
        precompute=True,
        check_company=True,
    )
    last_odometer = fields.Integer(related="vehicle_id.odometer", string="Last Reading (km)")
    plate = fields.Char(
        compute="_compute_proposals", store=True, readonly=False, precompute=True
    )
    vin = fields.Char(
        "VIN", compute="_compute_proposals", store=True, readonly=False, precompute=True
    )
    vin_override_reason = fields.Char("VIN Exception")
    has_vin_problem = fields.Boolean(compute="_compute_has_vin_problem")
    model_id = fields.Many2one("fleet.vehicle.model")
    partner_id = fields.Many2one(
        "res.partner",
        "Customer",
        compute="_compute_partner_id",
        store=True,
        readonly=False,
        precompute=True,
    )
    customer_name = fields.Char(
        compute="_compute_proposals", store=True, readonly=False, precompute=True
    )
    phone = fields.Char(
        compute="_compute_proposals", store=True, readonly=False, precompute=True
    )
    is_new_customer = fields.Boolean(help="Nobody of the known customers shown is meant.")
    match_options = fields.Json(compute="_compute_match_options")
    order_id = fields.Many2one(
        "service.order", "Booking", compute="_compute_orders", help="Expected today."
    )
    open_order_id = fields.Many2one(
        "service.order", "In the Shop", compute="_compute_orders", help="Not yet handed over."
    )
    booked_concerns = fields.Char("Booked Work", compute="_compute_orders")
    advisor_id = fields.Many2one(
        "res.users",
        "Service Advisor",
        compute="_compute_from_booking",
        store=True,
        readonly=False,
        required=True,
        precompute=True,
        domain=[("share", "=", False)],
    )
    odometer_in = fields.Integer(
        "Odometer (km)",
        compute="_compute_from_booking",
        store=True,
        readonly=False,
        precompute=True,
    )
    made_order_id = fields.Many2one(
        "service.order", readonly=True, help="What the button made, should it be pressed twice."
    )
    concerns = fields.Text(help="In the customer's own words, one concern per line.")
    operation_ids = fields.Many2many(
        "service.operation",
        string="Wanted Work",
        check_company=True,
        help="Packages and operations the customer asks for.",
    )
    transport = fields.Selection(
        TRANSPORTS,
        compute="_compute_from_booking",
        store=True,
        readonly=False,
        precompute=True,
    )

    # ---- the search box -------------------------------------------------------------------

    @api.model
    @api.readonly
    def search_arrival(self, text):
        """Return what ``text`` may mean, for the search box.

        :return: ``{"vehicles": [...], "customers": [...]}`` with an id, a label and a hint each;
            one more car of a known customer is reached through the customer.
        """
        self.check_access("read")
        text = (text or "").strip()
        if not text:
            return {"vehicles": [], "customers": []}
        Vehicle = self.env["service.vehicle"]
        here = Domain("company_id", "=", self.env.company.id)
        partners = Vehicle._find_owners(text, self._get_customer_domain())
        vehicles = Vehicle.browse()
        if normalise_plate(text):
            vehicles, _former = Vehicle._find_cars(text, here, SEARCH_LIMIT, partners)
        partners = partners[:SEARCH_LIMIT]
        # One read for the owners of the cars and the customers.
        (partners | vehicles.owner_id).mapped("phone")
        return {
            "vehicles": [
                {"id": car.id, "label": car.display_name, "hint": car.owner_id.name or ""}
                for car in vehicles
            ],
            "customers": self._describe_customers(partners.sorted("display_name")),
        }

    @api.model
    def _get_customer_domain(self):
        """Return the domain of partners that may bring a car."""
        return Domain("company_id", "in", (False, self.env.company.id))

    @api.model
    def _describe_customers(self, partners):
        """Return ``[{id, label, hint}]``: who it is, and by what the desk tells two apart."""
        counts = dict(
            self.env["service.vehicle"]._read_group(
                [("owner_id", "in", partners.ids)], ["owner_id"], ["__count"]
            )
        )
        return [
            {
                "id": partner.id,
                "label": partner.display_name,
                "hint": self._describe_customer(partner, counts.get(partner, 0)),
            }
            for partner in partners
        ]

    def _describe_customer(self, partner, cars):
        if cars == 1:
            count = self.env._("1 car")
        else:
            count = self.env._("%(count)s cars", count=cars) if cars else self.env._("no car")
        return ", ".join(filter(None, [partner.phone, count]))

    # ---- computes -------------------------------------------------------------------------

    @api.depends("searched")
    def _compute_proposals(self):
        names = {"plate": "plate", "vin": "vin", "phone": "phone", "name": "customer_name"}
        for wizard in self:
            for name in names.values():
                wizard[name] = wizard[name]
            kind = guess_kind(wizard.searched)
            if kind:
                wizard[names[kind]] = wizard.searched.strip()

    @api.depends("plate", "vin", "company_id")
    def _compute_vehicle_id(self):
        """A plate or VIN typed in full is the car that carries it."""
        for wizard in self:
            wizard.vehicle_id = wizard.vehicle_id or wizard._find_vehicle()

    def _find_vehicle(self):
        self.ensure_one()
        plate, vin = normalise_plate(self.plate), normalise_vin(self.vin)
        known = Domain("plate_key", "=", plate) if plate else Domain.FALSE
        if vin:
            known |= Domain("vin", "=", vin)
        return self.env["service.vehicle"].search(
            known & Domain("company_id", "=", self.company_id.id), limit=1
        )

    @api.depends("vin")
    def _compute_has_vin_problem(self):
        for wizard in self:
            vin = normalise_vin(wizard.vin)
            wizard.has_vin_problem = bool(vin) and vin_problem(vin) == "check_digit"

    @api.depends("vehicle_id", "phone", "customer_name", "is_new_customer")
    def _compute_partner_id(self):
        """The booked customer or owner of a known car; of a new one, whom name or phone mean
        where they mean just one."""
        for wizard in self:
            known = wizard.order_id.partner_id or wizard.vehicle_id.owner_id
            if known:
                wizard.partner_id = known
            elif wizard.is_new_customer:
                wizard.partner_id = False
            elif wizard.phone or wizard.customer_name:
                matches = wizard._find_customers()
                kept = wizard.partner_id if wizard.partner_id in matches else False
                wizard.partner_id = kept or (matches if len(matches) == 1 else False)
            else:
                wizard.partner_id = wizard.partner_id

    @api.depends("vehicle_id", "phone", "customer_name")
    def _compute_match_options(self):
        for wizard in self:
            owned = wizard.vehicle_id.owner_id
            matches = self.env["res.partner"] if owned else wizard._find_customers()
            wizard.match_options = wizard._describe_customers(matches)

    def _find_customers(self):
        """Return the known customers that phone or, without a phone, name may mean."""
        self.ensure_one()
        Partner = self.env["res.partner"]
        if self.phone:
            return self._find_by_phone()
        name = (self.customer_name or "").strip()
        if not name:
            return Partner
        escaped = name.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
        return Partner.search(
            Domain("name", "=ilike", escaped) & self._get_customer_domain(), limit=SEARCH_LIMIT
        )

    def _find_by_phone(self):
        """Return the customers with this phone, however it was typed then and now.

        Numbers compare in E.164. Where no such form is known (Odoo has it from a Python library
        that may be missing), the digits of the national number decide.
        """
        number = self._format_phone("E164")
        code = str(self.company_id.country_id.phone_code or "")
        key = phone_key(self.phone, code)
        domain = Domain("phone_sanitized", "=", number)
        if key:
            domain |= Domain("phone_mobile_search", "ilike", key)
        found = self.env["res.partner"].search(domain & self._get_customer_domain())
        return found.filtered(
            lambda partner: partner.phone_sanitized == number
            or phone_key(partner.phone, code) == key
        )[:SEARCH_LIMIT]

    def _format_phone(self, style):
        """Return the phone in ``style``, as typed where it is no valid number."""
        Partner = self.env["res.partner"]
        country = self.company_id.country_id
        return self.phone and (
            Partner._phone_format(number=self.phone, country=country, force_format=style)
            or self.phone
        )

    @api.depends("vehicle_id")
    def _compute_orders(self):
        today = fields.Date.context_today(self)
        found = self.env["service.order"].search(
            [("vehicle_id", "in", self.vehicle_id.ids), ("state", "in", OPEN_STATES)],
            order="appointment_at, id",
        )
        for wizard in self:
            own = found.filtered(lambda order, car=wizard.vehicle_id: order.vehicle_id == car)
            booked = own.filtered(lambda order: order.state == "booked")
            wizard.order_id = booked.filtered(lambda order: order._is_expected_by(today))[:1]
            wizard.open_order_id = (own - booked)[:1]
            wizard.booked_concerns = "; ".join(wizard.order_id.job_ids.mapped("concern"))

    @api.depends("vehicle_id")
    def _compute_from_booking(self):
        for wizard in self:
            order = wizard.order_id
            wizard.advisor_id = order.advisor_id or wizard.advisor_id or self.env.user
            wizard.odometer_in = order.odometer_in or wizard.odometer_in
            wizard.transport = order.transport or wizard.transport or "drops_off"

    # ---- buttons --------------------------------------------------------------------------

    def action_check_in(self):
        """Make what is missing, take in the car and open its order.

        :raises UserError: naming what is not known yet; nothing that was typed is lost.
        """
        self.ensure_one()
        if not self.made_order_id:
            self._check_can_check_in()
            self.made_order_id = self._make_order()
            self.made_order_id.action_check_in()
        return self.made_order_id._get_records_action()

    def action_queue(self):
        """Make what is missing; the customer waits for an advisor."""
        self.ensure_one()
        if not self.made_order_id:
            self.made_order_id = self._make_order()
            self.made_order_id.action_arrive()
        return {"type": "ir.actions.act_window_close"}

    def _check_can_check_in(self):
        """Hook: refuse before a number is given to an order that can not be taken in."""
        self._check_car_and_customer()
        if self.odometer_in <= 0:
            raise UserError(self.env._("Enter the odometer reading."))
        if not self._prepare_job_vals() and not self.order_id.job_ids:
            raise UserError(
                self.env._(
                    "Write down at least one concern of the customer, or choose the wanted work."
                )
            )

    def _check_car_and_customer(self):
        if not self.vehicle_id and not (self.plate or self.vin):
            raise UserError(
                self.env._("Which car is it? Search it, or enter the plate or the VIN.")
            )
        if self.partner_id:
            return
        if self.match_options and not self.is_new_customer:
            names = [f"{match['label']} ({match['hint']})" for match in self.match_options]
            raise UserError(
                self.env._(
                    "Several customers match: %(customers)s. Choose one of them, or press \"New "
                    "Customer\".",
                    customers="; ".join(names),
                )
            )
        if not (self.customer_name or "").strip():
            raise UserError(self.env._("Enter the name of the customer."))

    def _make_order(self):
        """Return the order of this arrival: the booking of today, or a new one."""
        self._check_car_and_customer()
        order = self.order_id
        if order:
            order.write(self._prepare_booking_vals())
            return order
        customer = self.partner_id or self.env["res.partner"].create(self._prepare_partner_vals())
        vehicle = self.vehicle_id or self.env["service.vehicle"].create(
            self._prepare_vehicle_vals(customer)
        )
        return self.env["service.order"].create(self._prepare_order_vals(vehicle, customer))

    def _prepare_partner_vals(self):
        return {
            "name": self.customer_name.strip(),
            "phone": self._format_phone("INTERNATIONAL"),
        }

    def _prepare_vehicle_vals(self, customer):
        return {
            "company_id": self.company_id.id,
            "plate": self.plate,
            "vin": self.vin,
            "vin_override_reason": self.vin_override_reason,
            "model_id": self.model_id.id,
            "owner_id": customer.id,
        }

    def _prepare_arrival_vals(self):
        return {
            "advisor_id": self.advisor_id.id,
            "odometer_in": self.odometer_in,
            "transport": self.transport,
            "job_ids": [Command.create(vals) for vals in self._prepare_job_vals()],
        }

    def _prepare_booking_vals(self):
        """Return what the arrival adds to the booking."""
        vals = self._prepare_arrival_vals()
        if self.partner_id and self.partner_id != self.order_id.partner_id:
            vals["partner_id"] = self.partner_id.id
        return vals

    def _prepare_order_vals(self, vehicle, customer):
        return self._prepare_arrival_vals() | {
            "company_id": self.company_id.id,
            "vehicle_id": vehicle.id,
            "partner_id": customer.id,
        }

    def _prepare_job_vals(self):
        """Return a job per line of the concerns and per wanted operation."""
        lines = [line.strip() for line in (self.concerns or "").splitlines()]
        return [{"concern": line} for line in lines if line] + [
            {"concern": operation.name, "operation_id": operation.id}
            for operation in self.operation_ids
        ]
