from odoo import models


class ResPartner(models.Model):
    """What of the service department has to be settled when customers are merged."""

    _inherit = "res.partner"

    def _before_merge(self, target):
        """Hook: called before whatever refers to ``self`` refers to ``target``.

        What may be there once only, by a unique index, is settled here.
        """

    def _after_merge(self):
        """Hook: called on the customer that is left, once all refers to it.

        An owner who follows himself, since both were one, owned the car all along.
        """
        # The history of a car is nobody's to write; here it follows what was merged.
        periods = self.env["service.vehicle.owner"].sudo()
        for car in periods.search([("partner_id", "in", self.ids)]).vehicle_id:
            # loop: the cars of one customer are few
            periods._settle(car, car, "partner_id", car.owner_id)
