import re

from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL

from ..tools.plate import normalise_plate
from ..tools.text import PHONE_SIGNS, clean_text
from ..tools.vin import has_vin_shape

# Trigrams find any part of so many characters; of fewer, only those at the ends of a word.
TRIGRAM = 3
# No plate and no VIN has more digits in a row; a number with more is a phone's.
MOST_DIGITS = 9
# Owners and plates that a box looks up first; more than a screen of cars helps nobody.
LOOKED_UP = 50


class ServiceVehicle(models.Model):
    """One box finds a car by plate, VIN, phone or name, however they were typed.

    Owners and former plates are looked up first, each by its own index: an OR across a join
    would read every car. Nothing is sorted before it is cut: what thousands match is answered
    with the first that come, the one that is meant in full ahead of all. A filter of a list cuts
    nothing.
    """

    _inherit = "service.vehicle"

    # A plate or VIN in full: trigrams of it that thousands share would all be read, and the
    # unique indexes hold active cars only, which the database does not see that it asks for.
    _plate_key_idx = models.Index("(plate_key) WHERE plate_key IS NOT NULL")
    _vin_idx = models.Index("(vin) WHERE vin IS NOT NULL")

    @api.model
    def _search_display_name(self, operator, value):
        """Find a car by any part of its plate, a former plate or its VIN, by its owner's name or
        phone."""
        if operator == "in":
            return self._get_exact_domain(value)
        if operator not in ("ilike", "like", "=ilike"):
            return NotImplemented  # a negative one is the rest of its positive one
        value = str(value or "")
        if not normalise_plate(value):
            return Domain.FALSE if value else Domain.TRUE
        owners = self.env["res.partner"]._search(self._get_owner_domain(value))
        former = SQL(
            "(SELECT vehicle_id FROM (%s) AS plates WHERE date_to IS NOT NULL)",
            self._get_plates_sql(value, limit=None),
        )
        return self._get_text_domain(value, owners) | Domain("id", "in", former)

    @api.model
    def _get_exact_domain(self, names):
        """Return the domain of the cars with one of these plates or VINs, as in an import. The
        model behind it, as shown and exported, does not matter."""
        keys = {normalise_plate(name.split(" (")[0]) for name in names if isinstance(name, str)}
        keys.discard("")
        return Domain("plate_key", "in", keys) | Domain("vin", "in", keys)

    # ---- what was typed -------------------------------------------------------------------

    @api.model
    def _get_text_domain(self, text, owners):
        """Return the domain of the cars that ``text`` may mean, by what they have today.

        :param owners: ids, or a query, of the customers that it may mean.
        """
        key, found = normalise_plate(text), Domain.FALSE
        if has_vin_shape(key):
            found = Domain("vin", "=", key)
        elif not key.isdigit() or len(key) <= MOST_DIGITS:
            found = self._get_key_domain("plate_key", key)
            if key.isascii():
                found |= self._get_key_domain("vin", key)
        return found | Domain("owner_id", "in", owners)

    @api.model
    def _get_key_domain(self, name, key):
        """Return the domain that finds ``key`` in a field of letters and digits by an index."""
        if len(key) >= TRIGRAM:
            return Domain(name, "like", key)
        begins = Domain(name, "=like", f"{key}%")
        return begins | Domain(name, "=like", f"%{key}") if len(key) > 1 else begins

    @api.model
    def _get_owner_domain(self, text):
        """Return the domain of customers that ``text`` may mean: a name or a phone number.

        Names of two characters, as many Chinese ones, are found where a name begins or ends with
        them: the index knows no shorter part.
        """
        text = clean_text(text).strip()
        words = re.findall(r"\w+", text)
        longest = max(map(len, words), default=0)
        if longest >= TRIGRAM:
            domain = Domain("name", "ilike", text)
        else:
            escaped = re.sub(r"([\\%_])", r"\\\1", text)
            domain = Domain("name", "=ilike", f"{escaped}%")
            if longest > 1:
                domain |= Domain("name", "=ilike", f"%{escaped}")
        digits = self._get_phone_digits(text)
        return domain | self._get_phone_domain(digits) if digits else domain

    @api.model
    def _get_phone_digits(self, text):
        """Return the digits of the phone number that ``text`` may be a part of, or ""."""
        digits = "".join(char for char in normalise_plate(text) if char in "0123456789")
        if len(digits) < 4 or any(char.isalpha() for char in text):
            return ""
        return digits.lstrip("0") or digits

    @api.model
    def _get_phone_domain(self, digits):
        """Return the domain of customers with these digits in their phone, however it is written.

        Odoo's own search by phone reads all that match before anything else, by a regular
        expression that takes long for the many that share three digits. Here it is one condition
        among others, by an index of its own (see ``res.partner``).
        """

        def to_sql(model, alias, query):
            phone = model._field_to_sql(alias, "phone", query)
            return SQL(
                "translate(%s::text, %s, '') LIKE %s", phone, PHONE_SIGNS, f"%{digits}%"
            )

        return Domain.custom(to_sql=to_sql)

    @api.model
    def _find_owners(self, text, domain=Domain.TRUE):
        """Return some customers that ``text`` may mean, within ``domain``."""
        Partner = self.env["res.partner"]
        # The database expects many to match a part of a phone, and would read them one by one
        # until enough are found: an order that no index has makes it use the index of phones.
        order = "phone_sanitized" if self._get_phone_digits(clean_text(text)) else None
        within = self._get_owner_domain(text) & domain
        query = Partner._search(within, limit=LOOKED_UP, order=order)
        return Partner.browse(query)

    @api.model
    def _find_plates(self, text):
        """Return ``[(id of the car, plate, its last day or None)]``: former plates that ``text``
        may mean, and the plate of today that it is in full."""
        return self.env.execute_query(self._get_plates_sql(text))

    @api.model
    def _get_plates_sql(self, text, limit=LOOKED_UP):
        """Hook: return the SQL of :meth:`_find_plates`, with at most ``limit`` plates of a kind
        (None: all)."""
        Plate, key = self.env["service.vehicle.plate"], normalise_plate(text)
        former = self._get_key_domain("plate_key", key) & Domain("date_to", "!=", False)
        # As a pattern: that is what the index is for.
        query = Plate._search(former | Domain("plate_key", "=like", key), limit=limit)
        names = ("vehicle_id", "plate", "date_to")
        columns = [Plate._field_to_sql(query.table, name, query) for name in names]
        return query.select(*columns)

    @api.model
    def _find_cars(self, text, domain, limit, owners=None):
        """Return cars that ``text`` may mean, the one it is in full first, and ``{id: former
        plate}`` of those that it may mean by such a one.

        :param owners: see :meth:`_find_owners`, where they are known already.
        """
        key, plates = normalise_plate(text), self._find_plates(text)
        owners = self._find_owners(text) if owners is None else owners
        domain = Domain(domain or Domain.TRUE)
        former = {car_id: plate for car_id, plate, date_to in plates if date_to}
        found = self._get_text_domain(text, owners.ids) | Domain("id", "in", list(former))
        cars = self.browse(self._search(domain & found, limit=limit))
        meant = {car_id for car_id, _plate, date_to in plates if not date_to} - {*cars.ids}
        if meant and len(cars) == limit:
            exact = self.browse(self._search(domain & Domain("id", "in", list(meant))))
            cars = (exact | cars)[:limit]
        cars = cars.sorted(
            lambda car: (key not in (car.plate_key, car.vin), car.plate_key or "", car.id)
        )
        return cars, former

    # ---- answers --------------------------------------------------------------------------

    @api.model
    @api.readonly
    def name_search(self, name="", domain=None, operator="ilike", limit=100):
        """Answer in time among any number of cars, and say which former plate a car was found
        by."""
        if operator != "ilike" or not isinstance(name, str) or not normalise_plate(name):
            return super().name_search(name, domain, operator, limit)
        cars, former = self._find_cars(name, domain, limit)
        # As Odoo does: whoever finds a car reads its name, the model in it included.
        return [
            (car.id, self._mark_former(car.display_name, former.get(car.id)))
            for car in cars.sudo()
        ]

    @api.model
    @api.readonly
    def web_name_search(self, name, specification, domain=None, operator="ilike", limit=100):
        """Show the former plate in the list under the box as well, which shows another name."""
        found = super().web_name_search(name, specification, domain, operator, limit)
        for values in found:
            if "__formatted_display_name" in values:
                values["__formatted_display_name"] = values["display_name"]
        return found

    @api.model
    def _mark_former(self, shown, plate):
        return self.env._("%(car)s, formerly %(plate)s", car=shown, plate=plate) if plate else shown
