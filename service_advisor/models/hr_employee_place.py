from odoo import api, fields, models
from odoo.exceptions import UserError

from ..tools.stays import find_elsewhere, overlaps


class HrEmployee(models.Model):
    """At which workshop of the company technicians work: at home, but for the time of loans."""

    _inherit = "hr.employee"

    service_warehouse_id = fields.Many2one(
        "stock.warehouse",
        "Home Workshop",
        check_company=True,
        help="Planned for the orders of this workshop only, unless lent. Empty: for all.",
    )

    @api.constrains("service_warehouse_id", "company_id")
    def _check_home(self):
        self._check_company(["service_warehouse_id"])

    def write(self, vals):
        result = super().write(vals)
        if "service_warehouse_id" in vals:
            self._check_places()
        return result

    def _check_places(self):
        """Raise where these technicians are booked at a workshop where they will not be.

        :raises UserError: naming who, and listing the bookings.
        """
        misplaced = self._find_misplaced()
        if misplaced:
            raise UserError(
                self.env._(
                    "%(names)s can not be at two workshops. Move this work on the board first, "
                    "or give it to others:\n%(bookings)s",
                    names=", ".join(dict.fromkeys(misplaced.resource_id.mapped("name"))),
                    bookings=misplaced._list_in_words(),
                )
            )

    def _find_misplaced(self):
        """Return what these technicians are booked for from now on at workshops where they are
        not then; what a manager has overbooked is left out."""
        # What people are booked for is known to whoever says where they work.
        people = self.sudo()
        stays = self.env["service.loan"]._get_stays(people)
        owners = {person.resource_id.id: person.id for person in people if person.id in stays}
        # So are their bookings.
        coming = self.env["service.booking"].sudo().search(
            [
                ("resource_id", "in", list(owners)),
                ("stop_at", ">", fields.Datetime.now()),
                ("override_reason", "=", False),
            ],
            order="start_at, id",
        )
        return coming.filtered(
            lambda booking: find_elsewhere(
                stays[owners[booking.resource_id.id]],
                booking.order_id.warehouse_id.id,
                booking.start_at,
                booking.stop_at,
            )
        )

    def _name_places(self, start, stop):
        """Return ``{employee id: text}``: where these technicians are between two moments (UTC),
        of those who are not everywhere."""
        stays = self.env["service.loan"]._get_stays(self)
        places = self.env["stock.warehouse"].browse(
            {place for own in stays.values() for place, _since, _until in own if place}
        )
        names = {
            # The names of the workshops are no secret of who sees who works there.
            place.id: place.sudo().name
            for place in places
        }
        found = {}
        for person in self.filtered(lambda person: person.id in stays):
            shown = [stay for stay in stays[person.id] if overlaps(stay, start, stop)]
            lent = [stay for stay in shown if None not in stay[1:] and stay[0]]
            found[person.id] = ", ".join(
                self._describe_stay(person, names, stay) for stay in lent or shown[:1]
            )
        return {person: text for person, text in found.items() if text}

    def _describe_stay(self, person, names, stay):
        place, _since, until = stay
        if place is None:
            return ""
        if until is None or place == person.service_warehouse_id.id:
            return names[place]
        return self.env._(
            "lent to %(place)s until %(day)s",
            place=names[place],
            day=self.env["service.loan"]._format_last_day(person.company_id, until),
        )
