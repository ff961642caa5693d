from babel.dates import format_skeleton
from dateutil.relativedelta import relativedelta
from odoo import api, fields, models
from odoo.addons.service_advisor.models.service_order import OPEN_STATES
from odoo.addons.service_advisor_quality.tools.figures import previous_period
from odoo.fields import Domain
from odoo.tools import babel_locale_parse, format_date, get_lang

from ..tools.kpi import FORMULAS, light

# The car is here: taken in, and not handed over.
HERE = tuple(state for state in OPEN_STATES if state != "booked")
# Days in the shop, upper ends of the classes; the last class has none.
AGES = ((3, "0–3"), (7, "4–7"), (15, "8–15"), (30, "16–30"), (None, "31+"))
# What is compared between advisors and between branches.
COMPARED = ("orders_completed", "on_time", "csat", "qc_first_pass", "first_contact",
            "hours_per_order")
JUMPS = {
    "day": relativedelta(days=1), "week": relativedelta(weeks=1), "month": relativedelta(months=1),
}
MOMENTS = ("checked_in_at", "ready_at", "delivered_at")


class ServiceReportProgress(models.AbstractModel):
    """The progress report for management: what came in and went out, how well, and what stands in
    the shop and waits. It names no customer."""

    _name = "service.report.progress"
    _inherit = "service.report.kind"
    _description = "Progress Report"

    # ---- figures --------------------------------------------------------------------------

    @api.model
    def _collect(self, job):
        """Return ``{"now", "before": {code: figure}, "targets": {code: target}, "advisors",
        "branches": [(name, {code: figure})], "step", "flow": [(label, in, ready, delivered)],
        "ages", "waits", "states", "today"}``.
        """
        before = previous_period(job.date_from, job.date_to)
        return {
            "now": self._get_kpis(job, job.date_from, job.date_to),
            "before": self._get_kpis(job, *before),
            "targets": self._get_targets(job),
            "advisors": self._compare(job, "advisor", self.env["res.users"]),
            "branches": self._compare(job, "branch", self.env["stock.warehouse"]),
            "step": self._get_step(job),
            "flow": self._get_flow(job),
            "ages": self._get_ages(job),
            "waits": self._count_here(job, "blocked_by"),
            "states": self._count_here(job, "state"),
            "today": self._get_today(job),
        }

    @api.model
    def _get_kpis(self, job, first, last):
        """Return ``{code: figure}`` of the company, or of the branch."""
        by = "branch" if job.warehouse_id else "company"
        subject = job.warehouse_id.id or job.company_id.id
        found = self.env["service.kpi"]._get_figures(job.company_id, first, last, by=by)
        return {code: figure for (code, whose), figure in found.items() if whose == subject}

    @api.model
    def _get_targets(self, job):
        """Return ``{code: target}``. That of the completed orders is one of each advisor."""
        by = "branch" if job.warehouse_id else "company"
        get = self.env["service.kpi.target"]._get_in_force(
            job.company_id, by, job.date_from, job.date_to
        )
        subject = job.warehouse_id.id or job.company_id.id
        found = {code: get(code, subject) for code in FORMULAS if code != "orders_completed"}
        return {code: target for code, target in found.items() if target is not None}

    @api.model
    def _compare(self, job, by, people):
        """Return ``[(name, {code: figure})]``; of a branch, only where there is no choice."""
        if job.warehouse_id:
            return []
        found = {}
        figures = self.env["service.kpi"]._get_figures(
            job.company_id, job.date_from, job.date_to, COMPARED, by
        )
        for (code, subject), figure in figures.items():
            found.setdefault(subject, {})[code] = figure
        # Names of colleagues and branches are no secret.
        known = people.sudo().browse(filter(None, found))
        names = {record.id: record.display_name for record in known}
        none = self.env._("Nobody") if by == "advisor" else self.env._("No branch")
        rows = [(names.get(subject, none), codes) for subject, codes in found.items()]
        return sorted(rows, key=lambda row: row[0])

    @api.model
    def _get_step(self, job):
        """Return whether the period is shown by day, week or month."""
        days = (job.date_to - job.date_from).days + 1
        return "day" if days <= 14 else "week" if days <= 100 else "month"

    @api.model
    def _get_flow(self, job):
        """Return ``[(label, taken in, ready, delivered)]`` by day, week or month, those without
        any order among them."""
        step = self._get_step(job)
        Orders = self.env["service.order"].with_context(tz=self._get_zone(job).key)
        start, stop = self._get_moments(job)
        found = {}
        for place, name in enumerate(MOMENTS):
            domain = (
                self._get_branch_domain(job)
                & Domain(name, ">=", start)
                & Domain(name, "<", stop)
                & Domain("state", "!=", "cancelled")
            )
            # loop: one of three moments
            for moment, count in Orders._read_group(domain, [f"{name}:{step}"], ["__count"]):
                found.setdefault(moment.date(), [0, 0, 0])[place] = count
        self._fill_gaps(job, found, JUMPS[step])
        # A week that began before the period counts from its first day.
        return [
            (self._name_step(max(day, job.date_from), step), *counts)
            for day, counts in sorted(found.items())
        ]

    @api.model
    def _fill_gaps(self, job, found, jump):
        """Add to ``{first day: numbers}`` the days, weeks or months in which nothing was."""
        if found:
            day = min(found)
            while day > job.date_from:
                day -= jump
            while day <= job.date_to:
                found.setdefault(day, [0, 0, 0])
                day += jump

    @api.model
    def _name_step(self, day, step):
        locale = babel_locale_parse(get_lang(self.env).code)
        return format_skeleton("yMMM" if step == "month" else "MMMd", day, locale=locale)

    @api.model
    def _get_here_domain(self, job):
        return self._get_branch_domain(job) & Domain("state", "in", HERE)

    @api.model
    def _count_here(self, job, name):
        """Return ``[(label, number)]`` of the cars that are here, by a selection field."""
        Orders = self.env["service.order"]
        labels = dict(Orders._fields[name]._description_selection(self.env))
        groups = dict(Orders._read_group(self._get_here_domain(job), [name], ["__count"]))
        return [(label, groups[key]) for key, label in labels.items() if groups.get(key)]

    @api.model
    def _get_ages(self, job):
        """Return ``[(class, number)]`` of the days that cars have been here."""
        now, counts = fields.Datetime.now(), dict.fromkeys((label for _end, label in AGES), 0)
        groups = self.env["service.order"]._read_group(
            self._get_here_domain(job) & Domain("checked_in_at", "!=", False),
            ["checked_in_at:hour"], ["__count"],
        )
        for moment, count in groups:
            days = (now - moment.replace(tzinfo=None)).days
            label = next(name for end, name in AGES if end is None or days <= end)
            counts[label] += count
        return [(self.env._("%s days", label), count) for label, count in counts.items()]

    @api.model
    def _get_today(self, job):
        """Return ``{"promised", "ready", "late", "risk"}``: numbers of the promises of today, and
        of those of earlier days that are broken and still open."""
        zone, Orders = self._get_zone(job), self.env["service.order"]
        today = fields.Date.context_today(self.with_context(tz=zone.key))
        start, stop = self.env["service.kpi"]._get_period(job.company_id, today, today)
        here = self._get_branch_domain(job)
        promised = here & Domain("promised_at", ">=", start) & Domain("promised_at", "<", stop)
        promised &= Domain("state", "!=", "cancelled")
        return {
            "promised": Orders.search_count(promised),
            "ready": Orders.search_count(promised & Domain("ready_at", "!=", False)),
            "risk": Orders.search_count(promised & Domain("risk", "in", ("at_risk", "late"))
                                        & Domain("ready_at", "=", False)),
            "late": Orders.search_count(
                self._get_here_domain(job) & Domain("ready_at", "=", False)
                & Domain("promised_at", "<", fields.Datetime.now())),
        }

    # ---- in words -------------------------------------------------------------------------

    @api.model
    def _split(self, code, figure):
        """Return the kind (see :class:`..tools.workbook.Column`) and the value of a key figure."""
        unit = FORMULAS[code].unit
        value = figure and figure["value"]
        if unit == "percent":
            return "percent", None if value is None else value / 100
        kinds = {"number": "integer", "hours": "hours", "money": "money", "score": "integer"}
        return kinds[unit], value

    @api.model
    def _is_red(self, code, facts):
        formula, figure = FORMULAS[code], facts["now"].get(code)
        value, target = figure and figure["value"], facts["targets"].get(code)
        return light(value, target, formula.better, formula.near) == "red"

    @api.model
    def _explain(self, figure):
        """Return what a figure is of: the numerator and the denominator."""
        if not figure or figure["denominator"] is None:
            return ""
        return "/".join(f"{round(figure[name], 1):g}" for name in ("numerator", "denominator"))

    @api.model
    def _get_figures(self, job, facts):
        names, now = self.env["service.kpi"]._get_by_code(), facts["now"]
        found = []
        for code in ("orders_completed", "on_time", "csat", "qc_first_pass", "first_contact",
                     "major_complaints", "efficiency"):
            kind, value = self._split(code, now.get(code))
            note = self._explain(now.get(code))
            if code in facts["targets"]:
                target = f"{facts['targets'][code]:g}" + (" %" if kind == "percent" else "")
                note = ", ".join(filter(None, (note, self.env._("target %s", target))))
            found.append((names[code].name, kind, value, note, self._is_red(code, facts)))
        found.append(
            (self.env._("Cars in the shop"), "integer", sum(count for _age, count in facts["ages"]),
             self.env._("broken promises, car not ready: %s", facts["today"]["late"]),
             bool(facts["today"]["late"])))
        return found

    @api.model
    def _get_findings(self, job, facts):
        names, now, before = self.env["service.kpi"]._get_by_code(), facts["now"], facts["before"]
        found = []
        for code in ("orders_completed", "on_time", "csat", "qc_first_pass"):
            kind, value = self._split(code, now.get(code))
            _kind, earlier = self._split(code, before.get(code))
            if value is not None and earlier is not None and value != earlier:
                words = self.env._("%(figure)s went up from %(before)s to %(now)s.")
                if value < earlier:
                    words = self.env._("%(figure)s went down from %(before)s to %(now)s.")
                found.append(words % {
                    "figure": names[code].name,
                    "before": self._show(kind, earlier, job),
                    "now": self._show(kind, value, job),
                })
        red = [names[code].name for code in facts["targets"] if self._is_red(code, facts)]
        if red:
            found.append(self.env._("Clearly off the target: %s.", ", ".join(red)))
        old = sum(count for (_label, count), (end, _name) in zip(facts["ages"], AGES, strict=True)
                  if end is None or end > 15)
        if old:
            found.append(self.env._(
                "Cars that have been in the shop for more than 15 days: %s.", old))
        if facts["waits"]:
            label, count = max(facts["waits"], key=lambda pair: pair[1])
            found.append(self.env._(
                "What work waits for most: %(cause)s (%(count)s cars).", cause=label, count=count))
        today = facts["today"]
        if today["promised"]:
            found.append(self.env._(
                "Cars promised for today: %(promised)s, of which ready: %(ready)s, in danger: "
                "%(risk)s.",
                **{name: today[name] for name in ("promised", "ready", "risk")}))
        return found

    @api.model
    def _get_meanings(self, job):
        kpis = self.env["service.kpi"]._get_by_code().values()
        return [
            *((kpi.name, " – ".join(filter(None, (kpi.formula, kpi.description)))) for kpi in kpis),
            (self.env._("Cars in the shop"), self.env._(
                "Orders that are taken in and not handed over, as things stood when the report "
                "was made; so are ages, waits and the promises of the day.")),
            (self.env._("Change"), self.env._(
                "Against the period of equal length before: percentage points, or numbers.")),
            (self.env._("Period before"), " – ".join(
                format_date(self.env, day)
                for day in previous_period(job.date_from, job.date_to))),
        ]
