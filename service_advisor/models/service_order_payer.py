from odoo import fields, models

from ..tools.warranty import is_in_force

# Which warranty of a car answers for which pay type.
WARRANTY_KINDS = {"warranty": "manufacturer", "contract": "extended"}


class ServiceOrder(models.Model):
    """Who is billed for work on this car, by pay type."""

    _inherit = "service.order"

    def _propose_payers(self, pay_types):
        """Return who is billed for work on these orders.

        :param pay_types: set of keys of the pay types that are asked for.
        :return: ``{(service.order, pay type): res.partner}``; empty partners where nobody can be
            proposed.
        """
        providers = self._get_warranty_providers(pay_types & WARRANTY_KINDS.keys())
        payers = {}
        for order in self:
            for pay_type in pay_types:
                payers[order, pay_type] = order._propose_payer(pay_type, providers)
        return payers

    def _propose_payer(self, pay_type, providers):
        """Hook: return who is billed for work of ``pay_type``; see :meth:`_propose_payers`.

        :param providers: ``{(service.vehicle, kind): res.partner}`` of the warranties in force.
        """
        self.ensure_one()
        if pay_type == "customer":  # before anything is read of the car
            return self.partner_id
        if pay_type == "internal":
            return self.company_id.service_internal_partner_id
        car = self.vehicle_id._origin
        if pay_type == "insurance":
            return car.insurer_id
        provider = providers.get((car, WARRANTY_KINDS.get(pay_type)))
        if provider or pay_type == "contract":
            return provider or self.partner_id.browse()
        return car.brand_id.with_company(self.company_id).service_manufacturer_id

    def _get_warranty_providers(self, pay_types):
        """Return ``{(service.vehicle, kind): res.partner}`` of the warranties in force at this
        visit, of those that ends first."""
        if not pay_types or not self.vehicle_id:
            return {}
        warranties = self.env["service.vehicle.warranty"].search(
            [
                ("vehicle_id", "in", self.vehicle_id.ids),
                ("kind", "in", [WARRANTY_KINDS[pay_type] for pay_type in pay_types]),
                ("provider_id", "!=", False),
            ]
        )
        readings = {order.vehicle_id._origin: order._get_odometer() for order in self}
        today, providers = fields.Date.context_today(self), {}
        for warranty in warranties:
            reading = readings[warranty.vehicle_id]
            limits = (warranty.date_from, warranty.date_to, warranty.km_to)
            if is_in_force(*limits, today, reading):
                key = (warranty.vehicle_id, warranty.kind)
                providers.setdefault(key, warranty.provider_id)
        return providers

    def _get_payer_advice(self, pay_type):
        """Return where the payer of ``pay_type`` is set up, for whoever looks for one."""
        return {
            "customer": self.env._("Choose the customer on the order."),
            "warranty": self.env._(
                "Choose the manufacturer on the job; so that it is proposed, enter the provider "
                "of the car's warranty, or the manufacturer on its make."
            ),
            "contract": self.env._(
                "Choose the provider of the service contract on the job; so that it is proposed, "
                "add an extended warranty with its provider to the car."
            ),
            "insurance": self.env._(
                "Choose the insurer on the job; so that it is proposed, enter it on the car."
            ),
            "internal": self.env._(
                "The manager sets the \"Internal Payer\" in the settings of the service "
                "department."
            ),
            "goodwill": self.env._(
                "Choose who shows goodwill on the job; so that the manufacturer is proposed, "
                "enter it on the make of the car."
            ),
        }[pay_type]
