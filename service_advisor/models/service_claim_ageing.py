from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

# Days since the submission: (key, first day, last day). The keys sort as the ages do.
AGE_BUCKETS = (("030", 0, 30), ("060", 31, 60), ("090", 61, 90), ("999", 91, None))


class ServiceClaim(models.Model):
    """How long the manufacturers take: the age of a claim changes every day, so it is computed
    where it is shown, also in groups, and stored nowhere."""

    _inherit = "service.claim"

    age_days = fields.Integer(
        "Days", compute="_compute_age", help="Days since the submission, until it was paid."
    )
    age_bucket = fields.Selection(
        [
            ("030", "0–30 days"),
            ("060", "31–60 days"),
            ("090", "61–90 days"),
            ("999", "Over 90 days"),
        ],
        "Age",
        compute="_compute_age",
        search="_search_age_bucket",
    )

    @api.depends("submitted_on", "paid_on")
    def _compute_age(self):
        today = fields.Date.context_today(self)
        for claim in self:
            claim.age_days, claim.age_bucket = 0, False
            if claim.submitted_on:
                claim.age_days = ((claim.paid_on or today) - claim.submitted_on).days
                claim.age_bucket = next(
                    key
                    for key, _first, last in AGE_BUCKETS
                    if last is None or claim.age_days <= last
                )

    def _search_age_bucket(self, operator, value):
        if operator != "in":
            return NotImplemented
        today = fields.Date.context_today(self)
        asked = set(value)
        domains = [Domain("submitted_on", "=", False)] if False in asked else []
        for key, first, last in AGE_BUCKETS:
            if key in asked:
                until = Domain.TRUE
                if first:
                    until = Domain("submitted_on", "<=", today - timedelta(days=first))
                since = Domain("submitted_on", "!=", False)
                if last is not None:
                    since = Domain("submitted_on", ">=", today - timedelta(days=last))
                unpaid = Domain("paid_on", "=", False) & until & since
                domains.append(unpaid | self._get_paid_domain(first, last))
        return Domain.OR(domains)

    def _get_paid_domain(self, first, last):
        """Return the domain of paid claims that took from ``first`` to ``last`` days."""
        age = self._get_age_sql(self._table, None)
        limit = SQL("%s >= %s", age, first)
        if last is not None:
            limit = SQL("%s AND %s <= %s", limit, age, last)
        paid = SQL(
            "(SELECT id FROM %s WHERE paid_on IS NOT NULL AND submitted_on IS NOT NULL AND %s)",
            SQL.identifier(self._table),
            limit,
        )
        return Domain("id", "in", paid)

    def _get_age_sql(self, alias, query):
        """Return the SQL of the days from the submission until the payment or today."""
        return SQL(
            "(COALESCE(%s, %s) - %s)",
            self._field_to_sql(alias, "paid_on", query),
            fields.Date.context_today(self),
            self._field_to_sql(alias, "submitted_on", query),
        )

    def _field_to_sql(self, alias, field_expr, query=None):
        """Lists, pivots and graphs may group by the age, which is no column."""
        if field_expr != "age_bucket":
            return super()._field_to_sql(alias, field_expr, query)
        age = self._get_age_sql(alias, query)
        limits = [
            SQL("WHEN %s <= %s THEN %s", age, last, key)
            for key, _first, last in AGE_BUCKETS
            if last is not None
        ]
        return SQL(
            "CASE WHEN %s IS NULL THEN NULL %s ELSE %s END",
            age,
            SQL(" ").join(limits),
            AGE_BUCKETS[-1][0],
        )
