from typing import NamedTuple

from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL
from odoo.tools.misc import unique

# What a column of a measure is in the database, by the type of its field.
MEASURE_TYPES = {"integer": SQL("int4"), "float": SQL("float8"), "monetary": SQL("numeric")}
# What may be asked of a fact, the rows of several kinds of records.
ADDED = frozenset({"sum", "sum_currency"})
OWN = ADDED | {"avg", "max", "min"}
REPEATED = frozenset(
    {"count_distinct", "array_agg_distinct", "bool_and", "bool_or", "max", "min"}
)


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

    A row of a list looks up, by index, what hangs on its record. A pivot table or a chart adds up
    *facts* instead: the records themselves and, beside them, only the parts that it asks for,
    each with the columns of its record. So PostgreSQL plans it as the plain question it is: a
    filter on a month reads that month, and a question about all years joins all tables once.
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
        facts = self.env.context.get("service_facts")
        if isinstance(facts, frozenset):
            return self._get_facts_query(facts)
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
    def _get_facts_query(self, names):
        """Return SQL: the records, and beside them the rows of the parts ``names``."""
        parts = {name: part for name, part in self._get_parts().items() if name in names}
        columns = self._get_columns()
        own = [name for name in columns if self._is_own_measure(name)]
        added = [name for part in parts.values() for name in part.measures]
        nothing = {name: SQL("NULL") for name in [*own, *added]}
        records = {**columns, **{name: SQL("0") for name in added}, "is_record": SQL("TRUE")}
        queries = [
            SQL("SELECT %s FROM %s WHERE %s", self._name_columns(records), self._get_from(),
                self._get_where())
        ]
        for part in parts.values():
            values = {**columns, **nothing, **part.measures, "is_record": SQL("FALSE")}
            queries.append(
                SQL(
                    "SELECT %s FROM %s, %s WHERE %s AND %s",
                    self._name_columns(values), self._get_from(), part.source,
                    self._get_where(), part.link,
                )
            )
        return SQL(" UNION ALL ").join(queries)

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

    @api.model
    def _is_own_measure(self, name):
        return name in self._fields and self._is_measure(name)

    # ---- what is asked --------------------------------------------------------------------

    @api.model
    def _with_facts(self, domain, groupby, aggregates):
        """Return this model reading facts, where the parts are only added up; as it is where
        nobody asks for a part, or something is asked of the sums of each record."""
        ratios = self._get_ratios()
        parts = {
            measure: name for name, part in self._get_parts().items() for measure in part.measures
        }
        of_sums = {*parts, *ratios}
        paths = [condition.field_expr for condition in Domain(domain).iter_conditions()]
        if of_sums & {path.split(".")[0].split(":")[0] for path in [*paths, *groupby]}:
            return self
        needed = set()
        for spec in aggregates:
            name, _colon, function = spec.partition(":")
            if name in ratios:
                needed.update(filter(None, ratios[name]))
            elif name in parts and function in ADDED:
                needed.add(name)
            elif spec != "__count" and not self._can_ask_fact(name, function, parts):
                return self
        facts = frozenset(parts[name] for name in needed if name in parts)
        return self.with_context(service_facts=facts) if facts else self

    @api.model
    def _can_ask_fact(self, name, function, parts):
        if name in parts or name not in self._fields:
            return False
        return function in (OWN if self._is_own_measure(name) else REPEATED)

    @api.model
    def _read_group(
        self, domain, groupby=(), aggregates=(), having=(), offset=0, limit=None, order=None
    ):
        asked = [*aggregates, *self._get_other_specs(having, order, groupby)]
        model = self._with_facts(domain, groupby, asked)
        rows = super(ServiceFactMixin, model)._read_group(
            domain, groupby, aggregates, having, offset, limit, order
        )
        return self._leave_facts(rows)

    @api.model
    def _read_grouping_sets(self, domain, grouping_sets, aggregates=(), order=None):
        groupby = [*unique(spec for specs in grouping_sets for spec in specs)]
        asked = [*aggregates, *self._get_other_specs((), order, groupby)]
        model = self._with_facts(domain, groupby, asked)
        results = super(ServiceFactMixin, model)._read_grouping_sets(
            domain, grouping_sets, aggregates, order
        )
        return [self._leave_facts(rows) for rows in results]

    @api.model
    def _leave_facts(self, rows):
        """Return ``rows`` with records that know nothing of how they were found."""
        return [
            tuple(
                value.with_env(self.env) if isinstance(value, models.BaseModel) else value
                for value in row
            )
            for row in rows
        ]

    @api.model
    def _get_other_specs(self, having, order, groupby):
        """Return the aggregates that a condition on groups or their order asks for."""
        terms = [term.split()[0] for term in (order or "").split(",") if term.strip()]
        conditions = [item[0] for item in having if isinstance(item, (list, tuple))]
        return [spec for spec in [*terms, *conditions] if spec not in groupby]

    def _read_group_select(self, aggregate_spec, query):
        """Records are counted without what hangs on them."""
        if aggregate_spec == "__count" and self._reads_facts():
            return SQL("COUNT(*) FILTER (WHERE %s)", SQL.identifier(self._table, "is_record"))
        return super()._read_group_select(aggregate_spec, query)

    @api.model
    def _reads_facts(self):
        return isinstance(self.env.context.get("service_facts"), frozenset)
