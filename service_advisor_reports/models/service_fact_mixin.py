from collections import defaultdict
from operator import add
from typing import NamedTuple

from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL
from odoo.tools.misc import unique

# What a column of a measure is in the database, by the type of its field.
MEASURE_TYPES = {"integer": SQL("int4"), "float": SQL("float8"), "monetary": SQL("numeric")}
# What may be asked of the sum of what hangs on a record.
ADDED = frozenset({"sum", "sum_currency"})


class Part(NamedTuple):
    """Records that hang on the analysed one and add something to it."""

    # SQL of tables, joined among themselves.
    source: SQL
    # SQL condition that ties a row of them to the analysed record.
    link: SQL
    # {field: SQL of what one row adds}
    measures: dict


class ServiceFactMixin(models.AbstractModel):
    """One row per record of some kind, with sums of what hangs on it, quick at any size.

    A row of a list looks up, by index, what hangs on its record. A pivot table or a chart asks
    one plain question for the records and one for each part that it wants to add up, and puts the
    answers together by their groups. So PostgreSQL plans each for what it is: a filter on a month
    reads that month, and a question about all years joins tables once and groups as it goes.
    Both ways count the same, which tests compare.
    """

    _name = "service.fact.mixin"
    _description = "Analysis of Facts"
    _inherit = "service.ratio.mixin"

    # ---- hooks ----------------------------------------------------------------------------

    @api.model
    def _get_columns(self):
        """Hook: return ``{field: SQL}`` of what the record itself says, by the tables of
        :meth:`_get_from`; ``id`` is one of them."""
        raise NotImplementedError

    @api.model
    def _get_from(self):
        """Hook: return SQL of the tables of the record: one row per record. To the left joined
        tables cost nothing where nobody asks for their columns."""
        raise NotImplementedError

    @api.model
    def _get_where(self):
        """Hook: return the SQL condition on the records that are analysed."""
        return SQL("TRUE")

    @api.model
    def _get_parts(self):
        """Hook: return ``{name: Part}``; each field of a measure is of one part."""
        return {}

    # ---- the two ways to read -------------------------------------------------------------

    @property
    def _table_query(self):
        # Only our own code can have put a frozenset there: JSON knows none.
        names = self.env.context.get("service_part")
        if isinstance(names, frozenset):
            [name] = names
            return self._get_part_query(self._get_parts()[name])
        return self._get_rows_query()

    @api.model
    def _get_rows_query(self):
        """Return SQL: one row per record, each measure looked up for it."""
        columns = self._get_columns()
        for part in self._get_parts().values():
            for name, expression in part.measures.items():
                columns[name] = SQL(
                    "COALESCE((SELECT SUM(%s) FROM %s WHERE %s), 0)",
                    expression, part.source, part.link,
                )
        return self._add_ratios(
            SQL(
                "SELECT %s FROM %s WHERE %s",
                self._name_columns(columns), self._get_from(), self._get_where(),
            )
        )

    @api.model
    def _get_part_query(self, part):
        """Return SQL: the rows of a :class:`Part`, each with the columns of its record."""
        columns = {**self._get_columns(), **part.measures}
        return SQL(
            "SELECT %s FROM %s, %s WHERE %s AND %s",
            self._name_columns(columns), self._get_from(), part.source, self._get_where(),
            part.link,
        )

    @api.model
    def _name_columns(self, columns):
        def typed(name, expression):
            field = self._fields.get(name)
            kind = field and self._is_measure(name) and MEASURE_TYPES.get(field.type)
            return SQL("(%s)::%s", expression, kind) if kind else expression

        return SQL(", ").join(
            SQL("%s AS %s", typed(name, expression), SQL.identifier(name))
            for name, expression in columns.items()
        )

    @api.model
    def _is_measure(self, name):
        field = self._fields[name]
        return name != "id" and field.type in MEASURE_TYPES and bool(field.aggregator)

    # ---- what is asked --------------------------------------------------------------------

    @api.model
    def _read_group(
        self, domain, groupby=(), aggregates=(), having=(), offset=0, limit=None, order=None
    ):
        terms = self._get_terms(order)
        ask = self._plan(domain, groupby, [*aggregates, *(term[0] for term in terms)], having)
        sums = [term for term in terms if term[0] not in (*groupby, *ask.get(None, ()))]
        # Groups in the order of what hangs on the records are put in order here.
        is_sorted_here = bool(sums) or None not in ask
        if not ask or limit and not sums and is_sorted_here:
            return super()._read_group(
                domain, groupby, aggregates, having, offset, limit, order
            )
        found = {}
        for name, specs in ask.items():
            window = {"order": None}
            if not name and not is_sorted_here:
                window = {"offset": offset, "limit": limit, "order": order}
            # loop: one plain question per kind of record
            rows = super(ServiceFactMixin, self._ask_part(name))._read_group(
                domain, groupby, specs, **window
            )
            self._add_up(found, groupby, specs, rows, is_new=None not in ask or not name)
        keys = [*found]
        if is_sorted_here:
            keys = self._sort_groups(found, groupby, terms or [[spec] for spec in groupby])
            keys = keys[offset: offset + limit if limit else None]
        return [self._pick(key, found[key], aggregates) for key in keys]

    @api.model
    def _read_grouping_sets(self, domain, grouping_sets, aggregates=(), order=None):
        groupby = [*unique(spec for specs in grouping_sets for spec in specs)]
        terms = self._get_terms(order)
        ask = self._plan(domain, groupby, aggregates, ())
        if not ask or not {term[0] for term in terms} <= {*groupby, *ask.get(None, ())}:
            return super()._read_grouping_sets(domain, grouping_sets, aggregates, order)
        found = [{} for _specs in grouping_sets]
        for name, specs in ask.items():
            # loop: as above
            results = super(ServiceFactMixin, self._ask_part(name))._read_grouping_sets(
                domain, grouping_sets, specs, None if name else order
            )
            for groups, keys, rows in zip(found, grouping_sets, results, strict=True):
                self._add_up(groups, keys, specs, rows, is_new=None not in ask or not name)
        if None not in ask:
            found = [
                {key: groups[key] for key in self._sort_groups(groups, specs, terms)}
                for groups, specs in zip(found, grouping_sets, strict=True)
            ]
        return [
            [self._pick(key, figures, aggregates) for key, figures in groups.items()]
            for groups in found
        ]

    @api.model
    def _ask_part(self, name):
        """Return the model that reads the rows of the part ``name``, None: the records."""
        return self.with_context(service_part=frozenset({name})) if name else self

    @api.model
    def _plan(self, domain, groupby, aggregates, having):
        """Return ``{part or None: aggregates}``, None for what the records say themselves; or
        nothing, where no part is asked for, or something is asked of the sums of each record.

        Without None each part has groups and rows of its own, which are added up."""
        ratios = self._get_ratios()
        parts = {
            measure: name for name, part in self._get_parts().items() for measure in part.measures
        }
        paths = [condition.field_expr for condition in Domain(domain).iter_conditions()]
        named = {path.split(".")[0].split(":")[0] for path in [*paths, *groupby]}
        if having or named & {*parts, *ratios}:
            return {}
        ask = defaultdict(list, {None: []})
        for spec in aggregates:
            name, _colon, function = spec.partition(":")
            if name in parts and function not in ADDED:
                return {}
            for wanted in self._get_summed(name) if name in ratios else [spec]:
                name = parts.get(wanted.partition(":")[0])
                if wanted not in groupby and wanted not in ask[name]:
                    ask[name].append(wanted)
        # The records say which groups there are, also where nothing else is asked of them.
        ask[None] = ask[None] or ["__count"]
        return dict(ask) if len(ask) > 1 else {}

    @api.model
    def _get_summed(self, name):
        """Return the aggregates of which the ratio ``name`` is made."""
        ratio, field = self._get_ratios()[name], self._fields[name]
        specs = [f"{part}:sum" for part in (ratio.numerator, ratio.denominator, ratio.less) if part]
        if not ratio.denominator:
            specs.append("__count")
        if field.type == "monetary":
            currency = field.get_currency_field(self)
            specs += [f"{currency}:min", f"{currency}:max"]
        return specs

    @api.model
    def _add_up(self, found, groupby, specs, rows, is_new):
        """Add what was counted to the groups ``{key: {aggregate: value}}``; a group that nobody
        knows is left out unless ``is_new``."""
        size = len(groupby)
        for row in rows:
            key = row[:size]
            if key not in found:
                if not is_new:
                    continue
                found[key] = defaultdict(int)
            figures = found[key]
            for spec, value in zip(specs, row[size:], strict=True):
                figures[spec] = self._join_values(spec, figures.get(spec), value)

    @api.model
    def _join_values(self, spec, known, value):
        """Return what two parts say together."""
        if not known:
            return value
        if not value:
            return known
        function = spec.rpartition(":")[2]
        return {"min": min, "max": max}.get(function, add)(known, value)

    @api.model
    def _pick(self, key, figures, aggregates):
        # Which part has named a group is nobody's business.
        own = (
            value.with_env(self.env) if isinstance(value, models.BaseModel) else value
            for value in key
        )
        return (*own, *(self._get_figure(spec, figures) for spec in aggregates))

    @api.model
    def _get_figure(self, spec, figures):
        name = spec.partition(":")[0]
        ratio = self._get_ratios().get(name)
        if not ratio:
            return figures[spec]
        field = self._fields[name]
        if field.type == "monetary":
            currency = field.get_currency_field(self)
            if figures[f"{currency}:min"] != figures[f"{currency}:max"]:
                return False
        below = figures[f"{ratio.denominator}:sum" if ratio.denominator else "__count"]
        if not below:
            return False
        above = figures[f"{ratio.numerator}:sum"] or 0
        if ratio.less:
            above -= figures[f"{ratio.less}:sum"] or 0
        return float(above) / float(below)

    @api.model
    def _sort_groups(self, found, groupby, terms):
        """Return the keys of the groups by these terms of an order, no data last."""
        keys = [*found]
        for spec, *direction in reversed(terms):
            if spec in groupby:
                keys = self._sort_rows(keys, groupby, [[spec, *direction]])
                continue
            known = [key for key in keys if self._get_figure(spec, found[key]) not in (False, None)]
            known.sort(
                key=lambda key, spec=spec: self._get_figure(spec, found[key]),
                reverse="desc" in (word.lower() for word in direction),
            )
            keys = known + [key for key in keys if key not in set(known)]
        return keys
