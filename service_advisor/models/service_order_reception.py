from odoo import api, fields, models
from odoo.fields import Domain

# How the customer gets away from the shop.
TRANSPORTS = [("waits", "Waits Here"), ("drops_off", "Leaves the Car"), ("loaner", "Loaner Car")]


class ServiceOrder(models.Model):
    """The customer arrives and the car is taken in."""

    _inherit = "service.order"

    arrived_at = fields.Datetime("Arrived On", readonly=True, copy=False)
    waiting_minutes = fields.Integer(
        "Waiting (min)",
        compute="_compute_waiting",
        help="Minutes from the customer's arrival to the check-in.",
    )
    is_waiting_long = fields.Boolean(compute="_compute_waiting")
    sender_name = fields.Char(
        "Brought By", copy=False, help="The person who brings the car, if not the customer."
    )
    transport = fields.Selection(TRANSPORTS, default="drops_off")
    loaner = fields.Char("Loaner Handed Out", copy=False, help="Plate of the loaner car.")
    key_tag = fields.Char(copy=False)
    energy_level = fields.Integer(
        "Fuel or Battery (%)", copy=False, aggregator=None, help="Read at the check-in."
    )
    warning_lamp_ids = fields.Many2many("service.warning.lamp", string="Warning Lamps", copy=False)
    belongings = fields.Text(copy=False, help="What the customer leaves in the car.")
    damage_ids = fields.One2many("service.damage", "order_id")
    checkin_signature = fields.Image(
        "Check-in Signature", copy=False, max_width=1024, max_height=512
    )

    _energy_level_percent = models.Constraint(
        "CHECK(energy_level BETWEEN 0 AND 100)",
        "Fuel or battery is a percentage between 0 and 100.",
    )

    @api.depends("arrived_at", "checked_in_at")
    def _compute_waiting(self):
        now = fields.Datetime.now()
        for order in self:
            seconds = 0
            if order.arrived_at:
                seconds = ((order.checked_in_at or now) - order.arrived_at).total_seconds()
            order.waiting_minutes = max(seconds, 0) // 60
            limit = order.company_id.service_waiting_limit
            order.is_waiting_long = not order.checked_in_at and order.waiting_minutes >= limit > 0

    def action_arrive(self):
        """Note that the customers have arrived; from now on they wait."""
        for order in self:
            order._check_state_is(("booked",), self.env._("note the arrival"))
        waiting = self.filtered(lambda order: not order.arrived_at)
        waiting._keep({"arrived_at": fields.Datetime.now()})
        self._notify_reception()
        return True

    def action_open_walkin(self):
        """Open the arrival of this booking: odometer, concerns, check-in."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "service_advisor.service_walkin_wizard_action"
        )
        return dict(
            action,
            name=self.env._("Check In"),
            context={"default_vehicle_id": self.vehicle_id.id},
        )

    @api.model
    @api.readonly
    def get_reception_counts(self):
        """Return what the reception screen shows on top: ``{expected, waiting, longest,
        is_long}``, of the companies in use."""
        booked = Domain("state", "=", "booked") & Domain("company_id", "in", self.env.companies.ids)
        expected = self.search_count(
            booked & Domain("arrived_at", "=", False) & Domain("appointment_at", "<", "today +1d")
        )
        [[waiting, first]] = self._read_group(
            booked & Domain("arrived_at", "!=", False), [], ["__count", "arrived_at:min"]
        )
        longest = (fields.Datetime.now() - first).total_seconds() // 60 if first else 0
        limit = self.env.company.service_waiting_limit
        return {
            "expected": expected,
            "waiting": waiting,
            "longest": int(longest),
            "is_long": longest >= limit > 0,
        }

    def _is_expected_by(self, day):
        """Tell whether the booking is for ``day`` (of the user's time zone) or earlier."""
        self.ensure_one()
        at = self.appointment_at
        return not at or fields.Datetime.context_timestamp(self, at).date() <= day

    def _notify_reception(self):
        """Let open reception screens show what has changed."""
        # By its id, which is in memory: a channel is named by it, the group itself is not read.
        desk = self.env["ir.model.data"]._xmlid_to_res_id("service_advisor.group_reception")
        if desk:
            self.env["res.groups"].browse(desk)._bus_send("service_advisor.reception", {})

    def _after_check_in(self):
        """Customers without a booking arrive when they are taken in; a car without an owner
        belongs to the customer who brings it first."""
        result = super()._after_check_in()
        for order in self:
            if not order.arrived_at:
                order._keep({"arrived_at": order.checked_in_at})
            if not order.vehicle_id.owner_id:
                order.vehicle_id.owner_id = order.partner_id
        self._notify_reception()
        return result
