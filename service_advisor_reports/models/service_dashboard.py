from dateutil.relativedelta import relativedelta
from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ..tools.kpi import FORMULAS, light
from ..tools.periods import DAY, PRESETS, STEPS, Span, before, preset

MONTH = relativedelta(months=1)
# What the manager looks at first; the response rate is shown with the satisfaction.
TILES = (
    "on_time", "csat", "first_contact", "orders_completed", "qc_first_pass", "major_complaints",
    "fixed_first_time", "efficiency", "productivity", "labour_rate", "hours_per_order",
    "parts_fill_rate",
)
# Shares of which each record is one: those that were missed can be opened.
OF_RECORDS = (
    "on_time", "csat", "first_contact", "qc_first_pass", "fixed_first_time", "parts_fill_rate",
)
SUBJECTS = {"company": "res.company", "branch": "stock.warehouse", "advisor": "res.users"}


class ServiceDashboard(models.AbstractModel):
    """The figures of the service department on one page, each with the records behind it.

    What is asked for comes from outside and is checked; figures are those of the current company
    and for its managers only.
    """

    _name = "service.dashboard"
    _description = "Dashboard"

    @api.model
    @api.readonly
    def get_dashboard(self, filters=None):
        """Return what the dashboard shows, in a constant number of queries.

        :param filters: see :meth:`_read_filters`.
        :return: ``{"filters": the filters as they were understood, "choices", "labels",
            "currency_id", "tiles": see :meth:`_get_tiles`, "charts": see :meth:`_get_charts`,
            "alert_count": alerts that wait for a decision, "is_empty": whether there is nothing to
            show yet}``.
        :raises AccessError: for whoever is no manager.
        :raises UserError: where a filter makes no sense.
        """
        asked = self._read_filters(filters)
        charts = self._get_charts(asked)
        tiles = self._get_tiles(asked)
        return {
            "filters": self._show_filters(asked),
            "choices": asked["choices"],
            "labels": self._get_labels(asked),
            "currency_id": asked["company"].currency_id.id,
            "tiles": tiles,
            "charts": charts,
            "alert_count": self.env["service.alert"].search_count(
                [("company_id", "=", asked["company"].id), ("state", "=", "open")]
            ),
            "is_empty": not any(chart["has_data"] for chart in charts),
        }

    # ---- filters --------------------------------------------------------------------------

    @api.model
    def _read_filters(self, filters):
        """Return the filters as they are meant: ``{"company", "period", "span", "before", "by",
        "subject_id", "choices", "step"}``.

        :param filters: ``{"period": one of ``PRESETS``, "date_from" and "date_to": ISO days of
            "custom", "by": "company", "branch" or "advisor", "subject_id": its id, "step": "month"
            or "week"}``; what is missing is this month, the whole company, by month.
        """
        self._check_manager()
        filters = filters or {}
        if not isinstance(filters, dict):
            raise UserError(self.env._("These filters can not be read. Reload the page."))
        company = self.env.company
        period = self._choose(filters.get("period"), PRESETS)
        span = self._read_span(period, filters, company)
        by = self._choose(filters.get("by"), tuple(SUBJECTS))
        choices = self._get_choices(company)
        return {
            "company": company,
            "period": period,
            "span": span,
            "before": before(period, span),
            "by": by,
            "subject_id": self._read_subject(by, filters.get("subject_id"), company, choices),
            "choices": choices,
            "step": self._choose(filters.get("step"), STEPS),
        }

    @api.model
    def _check_manager(self):
        if not self.env.user.has_group("service_advisor.group_manager"):
            raise AccessError(
                self.env._("The dashboard is for service managers. Ask one of them.")
            )

    @api.model
    def _choose(self, value, allowed):
        if value in (None, False, ""):
            return allowed[0]
        if value not in allowed:
            raise UserError(
                self.env._("\"%s\" is no filter of the dashboard. Reload the page.", value)
            )
        return value

    @api.model
    def _read_span(self, period, filters, company):
        if period != "custom":
            return preset(period, self._get_today(company))
        return self._read_days(filters.get("date_from"), filters.get("date_to"))

    @api.model
    def _read_days(self, first, last):
        """Return the :class:`Span` of two days in ISO form, from outside."""
        try:
            span = Span(fields.Date.to_date(first), fields.Date.to_date(last))
        except (TypeError, ValueError):
            span = Span(None, None)
        if not (span.first and span.last):
            raise UserError(self.env._("Choose the first and the last day of the period."))
        if span.first > span.last:
            raise UserError(self.env._("The period ends before it begins. Change one of its days."))
        if span.first.year < 2000 or span.last.year > 2100:
            raise UserError(self.env._("Choose days of this century."))
        return span

    @api.model
    def _get_today(self, company):
        # Whoever reads figures may know where the shop is, not its working hours.
        tz = company.sudo().resource_calendar_id.tz or self.env.user.tz or "UTC"
        return fields.Date.context_today(self.with_context(tz=tz))

    @api.model
    def _read_subject(self, by, subject_id, company, choices):
        if by == "company":
            return company.id
        if not isinstance(subject_id, int) or isinstance(subject_id, bool):
            raise UserError(self.env._("Choose a branch or an advisor."))
        known = {choice["id"] for choice in choices[by]}
        if subject_id not in known:
            raise UserError(
                self.env._("This branch or advisor is not of %s. Choose another.", company.name)
            )
        return subject_id

    @api.model
    def _get_choices(self, company):
        """Return ``{"branch": [{"id", "name"}], "advisor": [{"id", "name"}]}`` to choose from."""
        branches = self.env["stock.warehouse"].search([("company_id", "=", company.id)])
        # Groups are read by administrators only; whose orders there are, managers see anyway.
        advisors = self.env.ref("service_advisor.group_advisor").sudo().all_user_ids
        advisors = advisors.filtered(
            lambda user: user.active and not user.share and company in user.company_ids
        )
        return {
            kind: [
                {"id": record.id, "name": record.name}
                for record in records.sorted(lambda found: (found.name, found.id))
            ]
            for kind, records in (("branch", branches), ("advisor", advisors))
        }

    @api.model
    def _show_filters(self, asked):
        return {
            "period": asked["period"],
            "date_from": fields.Date.to_string(asked["span"].first),
            "date_to": fields.Date.to_string(asked["span"].last),
            "by": asked["by"],
            "subject_id": asked["subject_id"],
            "step": asked["step"],
        }

    @api.model
    def _get_labels(self, asked):
        """Return what is read where the filters are not seen: on paper."""
        subject = self.env[SUBJECTS[asked["by"]]].browse(asked["subject_id"])
        return {
            "company": asked["company"].name,
            "subject": subject.name,
            "before_from": fields.Date.to_string(asked["before"].first),
            "before_to": fields.Date.to_string(asked["before"].last),
        }

    # ---- tiles ----------------------------------------------------------------------------

    @api.model
    def _get_tiles(self, asked):
        """Return ``[{"code", "name", "formula", "unit", "value", "numerator", "denominator",
        "is_of_records", "target", "light", "change", "is_better"}]``: a value of None is no data.
        ``change`` is against the period before, in the unit of the figure.
        """
        codes = [code for code in TILES if asked["by"] in FORMULAS[code].kinds]
        wanted = [*codes, "response_rate"]
        now = self._get_figures(asked, asked["span"], wanted)
        past = self._get_figures(asked, asked["before"], wanted)
        targets = self._get_targets(asked, codes)
        kpis = self.env["service.kpi"]._get_by_code()
        tiles = [
            self._prepare_tile(kpis[code], now[code], past[code], targets.get(code))
            for code in codes
        ]
        for tile in tiles:
            if tile["code"] == "csat":
                tile["response"] = now["response_rate"]["value"]
        return tiles

    @api.model
    def _get_figures(self, asked, span, codes):
        """Return ``{code: figure}`` of the subject that is asked for."""
        figures = self.env["service.kpi"]._get_figures(
            asked["company"], span.first, span.last, codes, asked["by"]
        )
        return {
            code: figures.get((code, asked["subject_id"])) or self._get_nothing(code)
            for code in codes
        }

    @api.model
    def _get_nothing(self, code):
        """Return the figure of a subject without any record."""
        if FORMULAS[code].is_count:
            return {"numerator": 0.0, "denominator": None, "value": 0.0}
        return {"numerator": 0.0, "denominator": 0.0, "value": None}

    @api.model
    def _prepare_tile(self, kpi, now, past, target):
        formula = FORMULAS[kpi.code]
        change = None
        if now["value"] is not None and past["value"] is not None:
            change = now["value"] - past["value"]
        return {
            "code": kpi.code,
            "name": kpi.name,
            "formula": kpi.formula,
            "unit": formula.unit,
            "is_of_records": kpi.code in OF_RECORDS,
            **now,
            "target": target,
            "light": light(now["value"], target, formula.better, formula.near),
            "change": change,
            "is_better": bool(change) and (change > 0) == (formula.better == "high"),
        }

    @api.model
    def _get_targets(self, asked, codes):
        """Return ``{code: target}`` of the figures that have one. What is counted per month has
        as much of its target as has passed of the months."""
        span, company = asked["span"], asked["company"]
        first = span.first.replace(day=1)
        last = span.last.replace(day=1) + MONTH - DAY
        passed = (span.last - span.first + DAY) / (last - first + DAY)
        in_force = self.env["service.kpi.target"]._get_in_force
        get = in_force(company, asked["by"], first, last)
        targets = {code: get(code, asked["subject_id"]) for code in codes}
        if asked["by"] == "company":
            # Orders are promised by advisors: the house is held against what they add up to.
            of_advisor = in_force(company, "advisor", first, last)
            advisors = asked["choices"]["advisor"]
            found = [of_advisor("orders_completed", advisor["id"]) for advisor in advisors]
            found = [target for target in found if target is not None]
            targets["orders_completed"] = sum(found) if found else None
        for code in codes:
            if FORMULAS[code].is_count and targets[code]:
                targets[code] *= passed
        return {code: target for code, target in targets.items() if target is not None}
