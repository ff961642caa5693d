from datetime import datetime, time, timedelta

import pytz
from dateutil.relativedelta import relativedelta
from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain

from ..models.service_improvement import OPEN_STATES
from ..tools.comeback import FIXED_FIRST_DAYS
from ..tools.figures import Share, change, pareto, previous_period

# So many lines of a kind stand in the report; the lists have them all.
SHOWN = 15


class ServiceQualityReportWizard(models.TransientModel):
    """The service quality report and improvement plan of a period.

    Every figure is counted by the model, and with the domain, of the list it is read from.
    """

    _name = "service.quality.report.wizard"
    _description = "Service Quality Report"

    date_from = fields.Date(
        "From", required=True, default=lambda self: fields.Date.context_today(self).replace(day=1)
    )
    date_to = fields.Date(
        "To",
        required=True,
        default=lambda self: fields.Date.context_today(self) + relativedelta(day=31),
    )
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    warehouse_id = fields.Many2one(
        "stock.warehouse",
        "Branch",
        domain="[('company_id', '=', company_id)]",
        help="Empty: all branches of the company.",
    )

    @api.constrains("date_from", "date_to", "company_id", "warehouse_id")
    def _check_period(self):
        for wizard in self:
            if wizard.date_to < wizard.date_from:
                raise ValidationError(
                    self.env._("The report ends before it begins. Choose a later last day.")
                )
            if wizard.warehouse_id.company_id not in (
                wizard.company_id, wizard.company_id.browse()
            ):
                raise ValidationError(
                    self.env._("%(branch)s is no branch of %(company)s.",
                               branch=wizard.warehouse_id.name, company=wizard.company_id.name)
                )

    def action_print(self):
        """Print the report in the language of the user."""
        self.ensure_one()
        report = self.env.ref("service_advisor_quality.service_quality_report")
        return report.report_action(self, config=False)

    # ---- periods and domains --------------------------------------------------------------

    def _get_tz(self):
        return self.company_id.resource_calendar_id.tz or self.env.user.tz or "UTC"

    def _to_utc(self, day):
        """Return when ``day`` begins where the company is, in UTC without a zone."""
        local = pytz.timezone(self._get_tz()).localize(datetime.combine(day, time.min))
        return local.astimezone(pytz.utc).replace(tzinfo=None)

    def _get_moments(self, first, last):
        """Return the moments ``(start, end)`` of a period of days; the end is not in it."""
        return self._to_utc(first), self._to_utc(last + timedelta(days=1))

    def _in_period(self, name, start, end):
        """Return the domain of what has its date ``name`` in the period, of this branch."""
        return self._get_branch_domain() & Domain(name, ">=", start) & Domain(name, "<", end)

    def _get_branch_domain(self):
        domain = Domain("company_id", "=", self.company_id.id)
        if self.warehouse_id:
            domain &= Domain("warehouse_id", "=", self.warehouse_id.id)
        return domain

    # ---- figures --------------------------------------------------------------------------

    def _get_figures(self, first, last):
        """Return the figures of the days from ``first`` to ``last``: ``first_pass`` and
        ``fixed_first`` (:class:`~..tools.figures.Share`), and the numbers ``inspected``,
        ``defects``, ``comebacks``, ``opened``, ``closed``."""
        start, end = self._get_moments(first, last)
        [[inspected, passed]] = self.env["service.quality.score"]._read_group(
            self._in_period("inspected_at", start, end), [], ["__count", "passed_first:sum"]
        )
        Improvement = self.env["service.improvement"]
        return {
            "inspected": inspected,
            "first_pass": Share(round(passed or 0), inspected),
            "fixed_first": self._get_fixed_first(start, end),
            "defects": self.env["service.quality.finding"].search_count(
                self._get_finding_domain(start, end)
            ),
            "comebacks": self.env["service.comeback"].search_count(
                self._in_period("returned_at", start, end)
            ),
            "opened": Improvement.search_count(self._in_period("create_date", start, end)),
            "closed": Improvement.search_count(
                self._in_period("closed_at", start, end) & Domain("state", "=", "closed")
            ),
        }

    def _get_finding_domain(self, start, end):
        return self._in_period("found_at", start, end) & Domain("kind", "=", "final")

    def _get_fixed_first(self, start, end):
        """Return the share of orders that were fixed first time: 1 − returns with the same fault
        within 30 days ÷ orders delivered, of those whose 30 days ended in the period."""
        window = timedelta(days=FIXED_FIRST_DAYS)
        end = min(end, fields.Datetime.now())
        left = self._in_period("delivered_at", start - window, end - window)
        delivered = self.env["service.order"].search_count(left)
        returned = self.env["service.comeback"]._read_group(
            self._in_period("left_at", start - window, end - window) & Domain("is_soon", "=", True),
            [],
            ["earlier_order_id:count_distinct"],
        )[0][0]
        return Share(delivered - returned, delivered)

    def _get_facts(self):
        """Return everything that stands in the report, see the template."""
        self.ensure_one()
        before = previous_period(self.date_from, self.date_to)
        now_figures = self._get_figures(self.date_from, self.date_to)
        before_figures = self._get_figures(*before)
        start, end = self._get_moments(self.date_from, self.date_to)
        plan = self._get_plan(start, end)
        return {
            "now": now_figures,
            "before": before_figures,
            "before_from": before[0],
            "before_to": before[1],
            "rows": self._get_trend(now_figures, before_figures),
            "pareto": self._get_pareto(start, end),
            "technicians": self._get_scores("technician_id", start, end),
            "operations": self._get_scores("operation_id", start, end),
            "comebacks": self.env["service.comeback"].search(
                self._in_period("returned_at", start, end), limit=SHOWN
            ),
            "plan": plan,
            "overdue": plan.filtered("is_overdue"),
            "themes": self._get_themes(start, end),
        }

    def _get_trend(self, now, before):
        """Return ``[(label, figure now, figure before, change)]`` in words."""
        labels = {
            "inspected": self.env._("Jobs finally inspected"),
            "first_pass": self.env._("Passed at the first inspection"),
            "defects": self.env._("Failed items"),
            "comebacks": self.env._("Comebacks"),
            "fixed_first": self.env._("Fixed first time"),
            "opened": self.env._("Improvements opened"),
            "closed": self.env._("Improvements closed"),
        }
        rows = []
        for name, label in labels.items():
            figure, earlier = now[name], before[name]
            if isinstance(figure, Share):
                points = change(figure, earlier)
                moved = self.env._("%+.1f points", points) if points is not None else "–"
                rows.append((label, self._say(figure), self._say(earlier), moved))
            else:
                moved = figure - earlier
                rows.append((label, figure, earlier, f"{moved:+d}" if moved else "–"))
        return rows

    def _say(self, share):
        """Return a share in words, with what it is a share of."""
        if share.percent is None:
            return self.env._("No data")
        return f"{share.percent:.1f} % ({share.part}/{share.whole})"

    def _get_pareto(self, start, end):
        groups = self.env["service.quality.finding"]._read_group(
            self._get_finding_domain(start, end), ["section", "item"], ["__count"]
        )
        return pareto({f"{section}: {item}": count for section, item, count in groups})

    def _get_themes(self, start, end):
        """Return ``[(operation, item, count)]``: what fails most at which operation."""
        groups = self.env["service.quality.finding"]._read_group(
            self._get_finding_domain(start, end),
            ["operation_id", "item"],
            ["__count"],
            order="__count DESC",
            limit=5,
        )
        return [
            (operation.name or self.env._("Without an operation"), item, count)
            for operation, item, count in groups
        ]

    def _get_scores(self, by, start, end):
        """Return ``[(name, Share, defects, comebacks)]`` by technician or operation, those with
        the most jobs first."""
        returns = dict(
            self.env["service.comeback"]._read_group(
                self._in_period("returned_at", start, end), [by], ["__count"]
            )
        )
        groups = self.env["service.quality.score"]._read_group(
            self._in_period("inspected_at", start, end),
            [by],
            ["__count", "passed_first:sum", "defects:sum"],
        )
        scored = {record: (count, passed, bad) for record, count, passed, bad in groups}
        found = [
            (record, *scored.get(record, (0, 0, 0)), returns.get(record, 0))
            for record in dict.fromkeys([*scored, *returns])
        ]
        found.sort(key=lambda row: (-row[1], -row[4]))
        return [
            (
                # Who is assessed here is no secret to whoever may read the assessment.
                record.sudo().display_name or self.env._("Not known"),
                Share(round(passed or 0), count),
                bad,
                back,
            )
            for record, count, passed, bad, back in found[:SHOWN]
        ]

    def _get_plan(self, start, end):
        """Return the improvements of the plan: opened before the end of the period, and still
        open or closed since its start; the open ones first."""
        plan = self.env["service.improvement"].search(
            self._get_branch_domain()
            & Domain("create_date", "<", end)
            & (Domain("state", "in", OPEN_STATES) | Domain("closed_at", ">=", start)),
            order="deadline, id",
        )
        # What is still to be done comes first, the most urgent at the top.
        return plan.sorted(lambda item: item.state not in OPEN_STATES)
