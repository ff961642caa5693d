from typing import NamedTuple

from odoo import api, models
from odoo.tools import SQL

# Groups of these types can be put in order by their values; of dates not by parts that go round.
SORTED_TYPES = frozenset({"many2one", "date", "datetime", "selection", "char"})
ODD_PARTS = frozenset({"day_of_week"})


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

    # ---- the order of groups --------------------------------------------------------------

    @api.model
    def _read_grouping_sets(self, domain, grouping_sets, aggregates=(), order=None):
        """Groups are put in the order of their names here: PostgreSQL would look up and sort the
        names for each row before it adds up."""
        terms = self._get_terms(order)
        if not self._can_sort(terms, {spec for specs in grouping_sets for spec in specs}):
            return super()._read_grouping_sets(domain, grouping_sets, aggregates, order)
        results = super()._read_grouping_sets(domain, grouping_sets, aggregates)
        return [
            self._sort_rows(rows, specs, terms)
            for rows, specs in zip(results, grouping_sets, strict=True)
        ]

    @api.model
    def _get_terms(self, order):
        """Return ``[[spec, direction...]]`` of an order of groups."""
        return [term.split() for term in (order or "").split(",") if term.strip()]

    @api.model
    def _can_sort(self, terms, groupby):
        """Return whether :meth:`_sort_rows` knows the order ``terms``, some of them names."""
        specs = [spec for spec, *_direction in terms]
        if not groupby.issuperset(specs) or not all(len(term) < 3 for term in terms):
            return False
        types = {self._get_sorted_type(spec) for spec in specs}
        return "many2one" in types and None not in types

    @api.model
    def _get_sorted_type(self, spec):
        """Return the type of the field by which ``spec`` groups, None: their order is not known
        here."""
        name, _colon, part = spec.partition(":")
        field = self._fields.get(name)
        is_known = field and field.type in SORTED_TYPES and part not in ODD_PARTS
        return field.type if is_known else None

    @api.model
    def _sort_rows(self, rows, groupby, terms):
        """Return the groups ``rows``, whose first values are those of ``groupby``, in order."""
        for spec, *direction in reversed(terms):
            if spec in groupby:
                index = groupby.index(spec)
                rank = self._rank({row[index] for row in rows})
                rows = sorted(
                    rows,
                    key=lambda row, index=index, rank=rank: rank[row[index]],
                    reverse="desc" in (word.lower() for word in direction),
                )
        return rows

    @api.model
    def _rank(self, values):
        """Return ``{value: its place}``, what is empty last, as PostgreSQL has it."""
        known = [value for value in values if value]
        if known and isinstance(known[0], models.BaseModel):
            # Whoever may see the groups sees their names, those of the archived as well.
            Model = known[0].sudo().with_context(active_test=False)
            places = {record.id: record for record in known}
            # What their names are made of comes along, they are shown next.
            found = Model.search_fetch([("id", "in", [*places])], ["display_name"])
            known = [places[record_id] for record_id in found._ids]
        else:
            known.sort()
        rank = {value: place for place, value in enumerate(known)}
        return {value: rank.get(value, len(rank)) for value in values}
