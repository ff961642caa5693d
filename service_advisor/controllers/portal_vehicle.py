from odoo.addons.portal.controllers.portal import CustomerPortal
from odoo.fields import Domain
from odoo.http import request, route

# What is put off is the customer's own decision, and stands on the order it belongs to.
TOLD_KINDS = ("recall", "maintenance", "inspection", "insurance")
LATEST_VISITS = 5


class ServicePortalVehicle(CustomerPortal):
    """The signed-in customer's cars: what they need next and how their visits went."""

    def _prepare_home_portal_values(self, counters):
        values = super()._prepare_home_portal_values(counters)
        if "service_vehicle_count" in counters:
            values["service_vehicle_count"] = len(self._get_own_vehicles())
        return values

    @route("/my/service-vehicles", type="http", auth="user", website=True)
    def portal_my_service_vehicles(self, **kwargs):
        """Show the cars that are the customer's today, and nobody else's: there is no address
        of a single one that could be guessed."""
        values = self._prepare_portal_layout_values() | {
            "page_name": "service_vehicle",
            "cars": self._prepare_vehicle_values(self._get_own_vehicles()),
        }
        return request.render("service_advisor.portal_my_service_vehicles", values)

    def _get_own_vehicles(self):
        """Return the cars of the signed-in customer, or of the company the customer is of."""
        owner = request.env.user.partner_id.commercial_partner_id
        # A portal user has no right to read cars; these are the own ones.
        cars = request.env["service.vehicle"].sudo()
        return cars.search(Domain("owner_id", "child_of", owner.ids), order="plate_key, id")

    def _prepare_vehicle_values(self, cars):
        """Hook: return ``[dict]`` of what the page says of these cars.

        Each has ``car``, ``due`` (see ``service.vehicle._get_next_due``) and ``orders``, those
        that the customer may see: visits of a former owner are not told.
        """
        due = cars._get_next_due()
        orders = request.env["service.order"].search([("vehicle_id", "in", cars.ids)])
        # Which of the own cars it was; the customer may read the order, not the car.
        visits = orders.grouped(lambda order: order.sudo().vehicle_id)
        return [
            {
                "car": car,
                "due": [need for need in due.get(car, ()) if need["kind"] in TOLD_KINDS],
                "orders": visits.get(car, orders.browse())[:LATEST_VISITS],
            }
            for car in cars
        ]
