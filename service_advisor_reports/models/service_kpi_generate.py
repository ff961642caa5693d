from dateutil.relativedelta import relativedelta
from odoo import api, fields, models
from odoo.fields import Command

from ..tools.kpi import codes_of
from .service_kpi_scorecard import MONTHS, SUBJECTS

DAY = relativedelta(days=1)


class ServiceKpiScorecard(models.Model):
    """Making the scorecards of a period."""

    _inherit = "service.kpi.scorecard"

    @api.model
    def _cron_generate(self):
        """Make the scorecards of the month, the quarter and the year that go on, and those of
        the ones before for whoever has none yet; company by company."""
        cron = self.env["ir.cron"]
        companies = self.env["res.company"].search([("active", "=", True)], order="id")
        cron._commit_progress(remaining=len(companies))
        for company in companies:
            zone = self.env["service.kpi"]._get_zone(company).key
            today = fields.Date.context_today(self.with_context(tz=zone))
            for period, months in MONTHS.items():
                self._generate(company, period, today - relativedelta(months=months))
                self._generate(company, period, today)
            if not cron._commit_progress(1):
                break

    @api.model
    def _get_bounds(self, period, day):
        """Return the first and the last day of the month, quarter or year that ``day`` is in."""
        months = MONTHS[period]
        first = day.replace(day=1, month=(day.month - 1) // months * months + 1)
        return first, first + relativedelta(months=months) - DAY

    @api.model
    def _generate(self, company, period, day):
        """Make the scorecards that are missing for a period; return all there are.

        Everybody has one with whom something was counted in the period or who had one in the
        period before. Two who make them at once: the second finds those of the first.
        """
        first, last = self._get_bounds(period, day)
        # Managers make them by this step alone.
        cards = self.sudo()
        mine = [("company_id", "=", company.id), ("period", "=", period)]
        known = cards.search([*mine, ("date_from", "=", first)])
        before = cards.search([*mine, ("date_to", "=", first - DAY)])
        kpis = self.env["service.kpi"]._get_by_code()
        vals_list = []
        for kind, name in SUBJECTS.items():
            # loop: three kinds of subjects, each counted apart
            figures = self.env["service.kpi"]._get_figures(company, first, last, by=kind)
            counted = {subject for (_code, subject), found in figures.items() if any(
                (found["numerator"], found["denominator"])) and subject}
            counted |= set(before.filtered(lambda card, kind=kind: card.kind == kind)[name].ids)
            counted -= set(known.filtered(lambda card, kind=kind: card.kind == kind)[name].ids)
            figure_vals = [
                Command.create({"kpi_id": kpis[code].id}) for code in codes_of(kind)
                if code in kpis
            ]
            vals_list += [
                {
                    "kind": kind,
                    name: subject,
                    "company_id": company.id,
                    "period": period,
                    "date_from": first,
                    "date_to": last,
                    "figure_ids": figure_vals,
                }
                for subject in sorted(counted)
            ]
        return (known | cards.create(vals_list)).sudo(False)
