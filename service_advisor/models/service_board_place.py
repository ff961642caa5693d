from odoo import api, models

from ..tools.stays import find_elsewhere


class ServiceBoard(models.AbstractModel):
    """The board tells where people are, and chooses those who are there."""

    _inherit = "service.board"

    def _read_rows(self, resources, works, span):
        rows, places = super()._read_rows(resources, works, span), {}
        if self._has_workshops():
            people = resources._get_people()
            named = people._name_places(*span)
            places = {person.resource_id.id: named.get(person.id) for person in people}
        return [dict(row, place=places.get(row["id"]) or False) for row in rows]

    @api.model
    def _has_workshops(self):
        """Return whether there is more than one workshop to be at."""
        return self.env.user.has_group("stock.group_stock_multi_warehouses")

    def _get_fitting_technicians(self, job, needs, pieces):
        fitting = super()._get_fitting_technicians(job, needs, pieces)
        # Where people are is known to whoever plans.
        people = fitting.sudo().employee_id
        stays = self.env["service.loan"]._get_stays(people)
        start, stop = pieces[0][0], pieces[-1][1]
        away = people.filtered(
            lambda person: find_elsewhere(
                stays.get(person.id, ()), job.order_id.warehouse_id.id, start, stop
            )
        )
        return (fitting - away.resource_id) or fitting
