from typing import NamedTuple

from odoo import api, models
from odoo.tools import SQL


class Ratio(NamedTuple):
    """A share or a rate: sum over sum, never the average of averages."""

    numerator: str
    # Empty: the number of records.
    denominator: str = ""
    # Taken off the numerator, where it counts what went wrong.
    less: str = ""


class ServiceRatioMixin(models.AbstractModel):
    """Shares and rates that are right in every group, subtotal and total.

    A ratio of a group is the sum of its numerators over the sum of its denominators. Where there
    is nothing to divide by, it is no data: no 0 and no 100 %.
    """

    _name = "service.ratio.mixin"
    _description = "Analysis with Ratios"

    @api.model
    def _get_ratios(self):
        """Hook: return ``{field: Ratio}`` of fields with ``aggregator="avg"``."""
        return {}

    @api.model
    def _add_ratios(self, query):
        """Return SQL: the rows of ``query``, each with its ratios."""
        ratios = [
            SQL(", %s AS %s", self._get_row_ratio(ratio), SQL.identifier(name))
            for name, ratio in self._get_ratios().items()
        ]
        return SQL("SELECT fact.* %s FROM (%s) fact", SQL().join(ratios), query)

    @api.model
    def _get_row_ratio(self, ratio):
        def column(name):
            return SQL.identifier("fact", name)

        above = column(ratio.numerator)
        if ratio.less:
            above = SQL("(%s - %s)", above, column(ratio.less))
        if not ratio.denominator:
            return SQL("%s::float8", above)
        return SQL("%s::float8 / NULLIF(%s, 0)::float8", above, column(ratio.denominator))

    def _read_group_select(self, aggregate_spec, query):
        """Ratios are sums over sums, also where their average is asked for."""
        name, _colon, function = aggregate_spec.partition(":")
        ratio = self._get_ratios().get(name)
        if not ratio or function not in ("avg", "sum", "sum_currency"):
            return super()._read_group_select(aggregate_spec, query)
        above = self._read_group_select(f"{ratio.numerator}:sum", query)
        if ratio.less:
            above = SQL("(%s - %s)", above, self._read_group_select(f"{ratio.less}:sum", query))
        below = self._read_group_select(
            f"{ratio.denominator}:sum" if ratio.denominator else "__count", query
        )
        return self._in_one_currency(
            name, SQL("%s::float8 / NULLIF(%s, 0)::float8", above, below), query
        )

    @api.model
    def _in_one_currency(self, name, expression, query):
        """Return SQL: ``expression``, for a ratio of money only in groups of one currency: there
        is no rate of euros and yuan per hour."""
        field = self._fields[name]
        if field.type != "monetary":
            return expression
        currency = self._field_to_sql(self._table, field.get_currency_field(self), query)
        return SQL("CASE WHEN MIN(%s) = MAX(%s) THEN %s END", currency, currency, expression)
