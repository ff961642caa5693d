from odoo import api, models
from odoo.addons.service_advisor.tools.vin import vin_problem
from odoo.addons.service_advisor.tools.vin_typing import meant_vins
from odoo.tools import SQL

# What two records must have in common to be compared at all, in the order they are looked at.
RULES = [
    ("phone", "Phone"),
    ("email", "E-mail"),
    ("address", "Address"),
    ("name", "Name and City"),
    ("vin", "VIN"),
    ("plate", "Plate"),
    ("tail", "End of the VIN, Model and Owner"),
    ("gap", "Model and Owner"),
]
# More records than this with something in common are no pairs: comparing each with each other
# would cost the square of their number.
MAX_GROUP = 20
# Blanks and signs that one person types and the next one does not.
SIGNS = r"[\s,.;:/#()·、，。-]+"


class ServiceDuplicateRules(models.AbstractModel):
    """Which records have enough in common to be compared, in one pass over each table.

    Each rule groups the table by a key; nothing is compared with everything.
    """

    _name = "service.duplicate.rules"
    _description = "What Duplicates Have in Common"

    @api.model
    def _find_groups(self, rule, changed=None):
        """Return the groups of a rule.

        :param changed: ids of records; only groups with one of them are wanted. None: all.
        :return: ``[(key, ids or None, size)]``; the ids are None where the group is too large.
        """
        keyed = getattr(self, f"_select_{rule}")()
        wanted = SQL()
        if changed is not None:
            # The inner look-up is by id, so that only keys of changed records are looked for.
            wanted = SQL(
                "WHERE keyed.key IN (SELECT mine.key FROM (%s) AS mine WHERE mine.id = ANY(%s))",
                keyed,
                list(changed),
            )
        query = SQL(
            """
            SELECT keyed.key, CASE WHEN count(DISTINCT keyed.id) <= %s
                   THEN array_agg(DISTINCT keyed.id ORDER BY keyed.id) END,
                   count(DISTINCT keyed.id)
              FROM (%s) AS keyed %s
             GROUP BY keyed.key HAVING count(DISTINCT keyed.id) > 1
            """,
            MAX_GROUP,
            keyed,
            wanted,
        )
        return self.env.execute_query(query)

    # ---- customers ------------------------------------------------------------------------

    @api.model
    def _select_customers(self, key, known):
        """Return the SELECT of ``(id, key)`` over customers: neither colleagues, nor the house
        itself, nor the contacts of a firm, who share its address and telephone."""
        return SQL(
            "SELECT p.id, %s AS key FROM res_partner p WHERE p.active AND p.partner_share"
            " AND p.parent_id IS NULL AND %s"
            " AND NOT EXISTS (SELECT FROM res_company c WHERE c.partner_id = p.id)",
            key,
            known,
        )

    @api.model
    def _select_phone(self):
        return self._select_customers(
            SQL("p.phone_sanitized"), SQL("p.phone_sanitized IS NOT NULL")
        )

    @api.model
    def _select_email(self):
        return self._select_customers(
            SQL("p.email_normalized"), SQL("p.email_normalized IS NOT NULL")
        )

    @api.model
    def _select_address(self):
        return self._select_customers(
            self._fold(SQL("p.street || coalesce(p.city, p.zip, '')")),
            SQL("p.street IS NOT NULL"),
        )

    @api.model
    def _select_name(self):
        return self._select_customers(
            self._fold(SQL("p.name || ' ' || coalesce(p.city, p.zip)")),
            SQL("p.name IS NOT NULL AND p.street IS NOT NULL AND coalesce(p.city, p.zip) != ''"),
        )

    @api.model
    def _fold(self, text):
        return SQL("lower(regexp_replace(%s, %s, '', 'g'))", text, SIGNS)

    # ---- cars -----------------------------------------------------------------------------

    @api.model
    def _select_cars(self, key, known):
        return SQL(
            "SELECT v.id, v.company_id || ':' || %s AS key FROM service_vehicle v"
            " WHERE v.active AND %s",
            key,
            known,
        )

    @api.model
    def _select_vin(self):
        return self._select_cars(SQL("translate(v.vin, 'IOQ', '100')"), SQL("v.vin IS NOT NULL"))

    @api.model
    def _select_plate(self):
        """A plate of today or of former days: whoever carries it now may be the same car."""
        return SQL(
            "%s UNION ALL SELECT f.vehicle_id, f.company_id || ':'"
            " || translate(f.plate_key, 'OQI', '001') FROM service_vehicle_plate f"
            " JOIN service_vehicle v ON v.id = f.vehicle_id AND v.active"
            " WHERE f.date_to IS NOT NULL",
            self._select_cars(
                SQL("translate(v.plate_key, 'OQI', '001')"), SQL("v.plate_key IS NOT NULL")
            ),
        )

    @api.model
    def _select_tail(self):
        return self._select_cars(
            SQL("right(v.vin, 6) || ':' || v.model_id || ':' || v.owner_id"),
            SQL("v.vin IS NOT NULL AND v.model_id IS NOT NULL AND v.owner_id IS NOT NULL"),
        )

    @api.model
    def _select_gap(self):
        """Cars of one owner and model, where one of them at least lacks its VIN or its plate."""
        return self._select_cars(
            SQL("v.model_id || ':' || v.owner_id"),
            SQL(
                "v.model_id IS NOT NULL AND v.owner_id IS NOT NULL"
                " AND (v.vin IS NULL) != (v.plate_key IS NULL)"
            ),
        )

    @api.model
    def _find_slips(self, changed=None):
        """Return pairs of cars whose VINs differ by a typing error, as the check digit tells.

        A VIN with a wrong check digit is kept with a reason only, so there are few: each is looked
        up under the VINs that may have been meant.
        """
        rows = self.env.execute_query(
            SQL(
                "SELECT id, company_id, vin FROM service_vehicle"
                " WHERE active AND vin_override_reason IS NOT NULL AND vin IS NOT NULL"
            )
        )
        doubtful = {(company, vin): car for car, company, vin in rows if vin_problem(vin)}
        meant = {}
        for (company, vin), car in doubtful.items():
            for right in meant_vins(vin):
                meant.setdefault((company, right), []).append(car)
        found = self.env.execute_query(
            SQL(
                "SELECT id, company_id, vin FROM service_vehicle WHERE active AND vin = ANY(%s)",
                sorted({vin for _company, vin in meant}),
            )
        )
        pairs = {
            (min(car, other), max(car, other))
            for car, company, vin in found
            for other in meant.get((company, vin), ())
        }
        if changed is None:
            return pairs
        changed = set(changed)
        return {pair for pair in pairs if changed.intersection(pair)}
