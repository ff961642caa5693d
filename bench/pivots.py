"""The standard pivot table of each analysis in a house of a million orders, beside bare SQL.

A chain of two companies is filled, see ``_million``. A manager of one of them opens each analysis:
the pivot table is asked for as the browser asks (``formatted_read_grouping_sets`` with the total
and its rows), of the last twelve months and of all years, and so does bare SQL, one plain query
per kind of record. Both answer the same. Run by ``./dev bench pivots``; ``--set ORDERS=200000``
makes a smaller house.
"""

from datetime import timedelta

from odoo import Command, fields

from bench._filling import compare
from bench._million import fill
from bench._pivots import MOMENTS, PIVOTS

ORDERS = 1000000
PROMISED = 200
ROUNDS = 3


class Table:
    """One pivot table of one period, asked for in both ways."""

    def __init__(self, env, pivot, company, start, stop):
        self.env, self.pivot, self.company = env, pivot, company
        self.start, self.stop = start, stop
        self.sets = [pivot.rows[:size] for size in range(len(pivot.rows) + 1)]

    def ask(self):
        model = self.env[self.pivot.model]
        measures = []
        for name in self.pivot.made:
            field = model._fields[name]
            measures.append(f"{name}:{field.aggregator or 'count_distinct'}")
        domain = []
        if self.start:
            moment = self.pivot.moment
            domain = [(moment, ">=", self.start), (moment, "<", self.stop)]
        if self.pivot.model == "service.fault.report":
            domain.append(("kind", "=", "repair"))
        sets = model.formatted_read_grouping_sets(domain, self.sets, ["__count", *measures])
        found = {}
        for groupby, groups in zip(self.sets, sets, strict=True):
            for group in groups:
                key = tuple(self.name(group[name]) for name in groupby)
                found[key] = {spec.split(":")[0]: group[spec] for spec in measures}
        return found

    def name(self, value):
        return value[0] if isinstance(value, (tuple, list)) else value

    def ask_bare(self):
        found = {}
        for names, row, query in self.pivot.queries:
            columns = row.split(", ")
            sets = ", ".join(
                f"({', '.join(columns[:size])})" for size in range(len(columns) + 1))
            values = {"company": self.company.id, "start": self.start, "stop": self.stop}
            asked = f"grouping({row}), {row}"
            self.env.cr.execute(
                query.format(row=asked, **self.get_periods())
                + f" GROUP BY GROUPING SETS ({sets})", values)
            for left_out, *group in self.env.cr.fetchall():
                size = len(columns) - left_out.bit_count()
                figures = found.setdefault(tuple(group[:size]), {})
                figures |= dict(zip(names, group[len(columns):], strict=True))
        return found

    def get_periods(self):
        def within(column):
            if not self.start or not column:
                return "TRUE"
            return f"{column} >= %(start)s AND {column} < %(stop)s"

        return {"period": within(MOMENTS.get(self.pivot.model)),
                "clock_period": within("k.start_at"), "job_period": within("j.finished_at")}

    def assert_same(self, ours, bare):
        """The total and each group have the same figures."""
        for key, figures in ours.items():
            group = bare.get(tuple(value or None for value in key), {})
            for name, made in self.pivot.made.items():
                if made:
                    above, below = made
                    parts = above if isinstance(above, tuple) else (above,)
                    whole = float(group.get(below) or 0)
                    sums = [float(group.get(part) or 0) for part in parts]
                    value = (sums[0] - sum(sums[1:])) / whole if whole else 0
                else:
                    value = float(group.get(name) or 0)
                mine = float(figures[name] or 0)
                near = abs(mine - value) <= 0.001 + abs(value) / 1e6
                assert near, (self.pivot.model, key, name, mine, value)


def run(env):
    """Print the time of each pivot table, of bare SQL, the ratio and our queries; assert it."""
    fill(env, ORDERS)
    company = env.company
    manager = env["res.users"].with_context(no_reset_password=True).create(
        {"name": "Manager", "login": "bench_analyst", "company_ids": [Command.set(company.ids)],
         "group_ids": [Command.set([env.ref("service_advisor.group_manager").id])]})
    env.flush_all()
    env = env(user=manager.id, su=False)
    stop = fields.Datetime.now().replace(hour=0, minute=0, second=0)
    periods = {"12 months": (stop - timedelta(days=365), stop), "all years": (None, None)}
    slow = []
    print(f"\n{'':<44} {'ours':>12} {'bare SQL':>12} {'ratio':>6}")
    for pivot in PIVOTS:
        for name, (start, end) in periods.items():
            if start and not pivot.moment:
                continue
            table = Table(env, pivot, company, start, end)
            try:
                ratio = compare(env, f"{pivot.model}, {name}", table.ask, table.ask_bare, ROUNDS,
                                table.assert_same)
            except AssertionError as error:
                slow.append(f"not the same: {error}")
                print(f"{pivot.model}, {name}: {error}", flush=True)
                continue
            if 100 * ratio > PROMISED:
                slow.append(f"{pivot.model}, {name}: {ratio:.2f}")
    assert not slow, f"over {PROMISED} % of bare SQL: {'; '.join(slow)}"
