from odoo import models

from ..tools.stays import find_elsewhere

# More of what is in the way nobody reads; the board shows all of it.
NAMED = 8


class ServiceBooking(models.Model):
    """People and bays are booked for the work of the workshop where they are."""

    _inherit = "service.booking"

    def _read_facts(self, rows):
        facts = super()._read_facts(rows)
        people = self.env["hr.employee"].union(*facts.people.values())
        # Where somebody works is known to whoever plans.
        facts.stays = self.env["service.loan"]._get_stays(people.sudo())
        return facts

    def _judge_row(self, row, facts):
        return (
            super()._judge_row(row, facts)
            or self._judge_bay_place(row, facts)
            or (None if row.is_allowed else self._judge_place(row, facts))
        )

    def _judge_bay_place(self, row, facts):
        bay, place = facts.bays.get(row.resource.id), row.job.order_id.warehouse_id
        if not bay or bay._is_at(place):
            return None
        return self.env._(
            "%(bay)s is at %(elsewhere)s, and %(order)s is done at %(place)s. Choose a bay that is "
            "there.",
            bay=bay.name,
            elsewhere=bay.warehouse_id.name,
            order=row.job.order_id.name,
            # The names of the workshops are no secret of who plans.
            place=place.sudo().name,
        )

    def _judge_place(self, row, facts):
        person = facts.people.get(row.resource.id)
        stays = facts.stays.get(person.id) if person else None
        place = row.job.order_id.warehouse_id
        stay = stays and find_elsewhere(stays, place.id, row.start, row.stop)
        return stay and self.env._(
            "%(person)s works at %(elsewhere)s then, and %(order)s is done at %(place)s. Choose "
            "somebody who is there, or lend %(person)s to %(place)s first.",
            person=person.name,
            # The names of the workshops are no secret of who plans.
            elsewhere=self.env["stock.warehouse"].sudo().browse(stay[0]).name,
            order=row.job.order_id.name,
            # Neither is that of the order's own.
            place=place.sudo().name,
        )

    def _list_in_words(self):
        """Return these bookings as lines of text: the order, the job, when and where."""
        lines = [
            self.env._(
                "%(order)s, %(job)s: %(time)s, %(place)s",
                order=booking.order_id.name,
                job=booking.job_id.display_name,
                time=booking._format_span(booking.job_id, booking.start_at, booking.stop_at),
                place=booking.order_id.warehouse_id.name,
            )
            for booking in self[:NAMED]
        ]
        if len(self) > NAMED:
            lines.append(self.env._("and %s more", len(self) - NAMED))
        return "\n".join(lines)
