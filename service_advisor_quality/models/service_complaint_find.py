from odoo import api, models
from odoo.fields import Domain

from ..tools.incoming import find_keys


class ServiceComplaint(models.Model):
    """Which visit and which car a text is about, by the numbers in it."""

    _inherit = "service.complaint"

    @api.model
    def _find_known(self, mail, company):
        """Return the order and the car a mail names.

        :param mail: see :meth:`_read_mail`.
        :return: ``{"order", "vehicle"}`` of subject or words, the subject first, and
            ``{"subject_order", "subject_vehicle"}`` of the subject alone.
        """
        order, vehicle = self._find_by_keys(find_keys(mail["subject"]), company)
        known = {"subject_order": order, "subject_vehicle": vehicle}
        if not vehicle:
            order, vehicle = self._find_by_keys(find_keys(mail["words"]), company)
        if vehicle and not order:
            order = self._find_last_order(vehicle)
        return known | {"order": order, "vehicle": vehicle}

    @api.model
    def _find_by_keys(self, keys, company):
        """Return ``(order, vehicle)`` that one of ``keys`` is the number, VIN or plate of. Two
        different ones say nothing."""
        Order, Vehicle = self.env["service.order"], self.env["service.vehicle"]
        if not keys:
            return Order, Vehicle
        own = Domain("company_id", "=", company.id)
        order = self._the_one(Order.search(own & Domain("name", "in", keys), limit=2))
        if order:
            return order, order.vehicle_id
        vehicle = self._the_one(Vehicle.search(own & Domain("vin", "in", keys), limit=2))
        if not vehicle:
            vehicle = self._the_one(
                Vehicle.search(own & Domain("plate_key", "in", keys), limit=2)
            )
        return Order, vehicle

    @api.model
    def _the_one(self, found):
        return found if len(found) == 1 else found.browse()
