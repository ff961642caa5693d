from odoo import fields, models

from .service_vehicle_odometer import ODOMETER_REASONS


class ServiceOrder(models.Model):
    """The odometer at check-in and hand-over, each a reading of the car's own history."""

    _inherit = "service.order"

    # Not for the portal: a former owner has no part in what the car does since.
    vehicle_odometer = fields.Integer(
        "Last Odometer (km)",
        related="vehicle_id.odometer",
        aggregator=None,
        groups="base.group_user",
    )
    vehicle_warranty = fields.Char(
        "Warranty in Force", related="vehicle_id.warranty_in_force", groups="base.group_user"
    )
    odometer_reason = fields.Selection(
        ODOMETER_REASONS,
        "Why It Is Lower",
        copy=False,
        help="Why the odometer reads less than at an earlier visit.",
    )

    def _check_odometer_in(self):
        """Refuse a reading below the last one unless the reason is given."""
        for order in self:
            if order.odometer_in < order.vehicle_id.odometer and not order.odometer_reason:
                order._refuse(
                    self.env._(
                        "The odometer reads %(new)s km, but %(old)s km were read at an earlier "
                        "visit. Read it again; if it is right, choose why in \"Why It Is Lower\".",
                        new=order.odometer_in,
                        old=order.vehicle_id.odometer,
                    )
                )

    def _record_odometer_in(self):
        """Keep the readings of the check-in in the history of the cars."""
        return self.env["service.vehicle.odometer"]._record(
            [
                {
                    "vehicle_id": order.vehicle_id.id,
                    "value": order.odometer_in,
                    "source": "check_in",
                    "order_id": order.id,
                    "reason": order.odometer_reason,
                }
                for order in self
            ]
        )

    def _record_odometer_out(self, value, reason=None):
        """Keep the reading of the hand-over in the history of the cars."""
        return self.env["service.vehicle.odometer"]._record(
            [
                {
                    "vehicle_id": order.vehicle_id.id,
                    "value": value,
                    "source": "hand_over",
                    "order_id": order.id,
                    "reason": reason,
                }
                for order in self
            ]
        )
