from odoo import models

from ..tools.intervals import EVER, Work, to_moment


class ServicePlanner(models.AbstractModel):
    """Plans keep to where people and bays are: people at the home workshop, or lent to."""

    _inherit = "service.planner"

    def _get_traits(self, found, zone, jobs):
        traits = super()._get_traits(found, zone, jobs)
        places = self._get_places(found["technician"], jobs)
        places.update(self._get_bay_places(found["bay"], jobs))
        for resource, own in places.items():
            traits[resource] = {**traits.get(resource, {}), **own}
        return traits

    def _get_places(self, people, jobs):
        """Return ``{resource id: {("place", stock.warehouse id): [(0, since, until)]}}`` of
        ``people``; nothing where all of them are everywhere. Who is everywhere is at each
        workshop of ``jobs``."""
        stays = self.env["service.loan"]._get_stays(people)
        asked = jobs.order_id.warehouse_id.ids if stays else ()
        places = {}
        for person in people if stays else ():
            own = places.setdefault(person.resource_id.id, {})
            for place, since, until in stays.get(person.id, [(None, None, None)]):
                for warehouse in asked if place is None else [place]:
                    own.setdefault(("place", warehouse), []).append(
                        (0, since and to_moment(since), until and to_moment(until))
                    )
        return places

    def _get_bay_places(self, bays, jobs):
        """Return the same of ``bays``."""
        if not bays.warehouse_id:
            return {}
        asked = jobs.order_id.warehouse_id
        return {
            bay.resource_id.id: {
                ("place", warehouse.id): [(0, None, None)]
                for warehouse in bay.warehouse_id or asked
            }
            for bay in bays
        }

    def _prepare_job(self, shop, job, parts):
        planned = super()._prepare_job(shop, job, parts)
        if not shop.placed or planned.running:
            return planned  # what has begun goes on
        place = ("place", job.order_id.warehouse_id.id), 0
        return planned._replace(
            needs=tuple(
                need._replace(traits=need.traits | {place}) if need.kind in shop.placed else need
                for need in planned.needs
            )
        )

    def _keep_to_place(self, works, people, warehouse):
        """Take out of ``works``, ``{resource id: Work}``, when ``people`` are not at
        ``warehouse``."""
        stays = self.env["service.loan"]._get_stays(people)
        for person in people.filtered(lambda person: person.id in stays):
            there = Work(
                (
                    -EVER if since is None else to_moment(since),
                    EVER if until is None else to_moment(until),
                )
                for place, since, until in stays[person.id]
                if place in (None, warehouse.id)
            )
            works[person.resource_id.id] = works[person.resource_id.id] & there

    # ---- words ----------------------------------------------------------------------------

    def _get_trait_names(self, need):
        """Say at which workshop, where that makes a difference."""
        names, place = super()._get_trait_names(need), self._get_place_name(need)
        return f"{names} ({place})" if names and place else names

    def _get_nobody_text(self, order, need):
        text, place = super()._get_nobody_text(order, need), self._get_place_name(need)
        if not place or self._get_trait_names(need):
            return text
        return self.env._("%(reason)s at %(place)s", reason=text, place=place)

    def _get_place_name(self, need):
        """Return the name of the workshop at which ``need`` asks for somebody, or None."""
        for (name, res_id), _level in need.traits:
            if name == "place":
                # The names of the workshops are no secret of who sees the order.
                return self.env["stock.warehouse"].sudo().browse(res_id).name
        return None
