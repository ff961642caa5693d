from dateutil.relativedelta import relativedelta
from odoo import models

from ..tools.kpi import figure
from .service_kpi_scorecard import MONTHS

MONTH = relativedelta(months=1)


class ServiceKpiFigure(models.Model):
    """What the figures of scorecards say: many at once, each period is counted once."""

    _inherit = "service.kpi.figure"

    def _get_shown(self):
        """Return ``{figure: {"numerator", "denominator", "value", "target"}}``: frozen where the
        scorecard is closed, else what the records say now."""
        closed = self.filtered(lambda row: row._is_closed())
        return {row: row.frozen for row in closed} | (self - closed)._get_live()

    def _grouped(self):
        """Return ``{(company, kind, first day, last day): figures}``: what is counted at once."""
        return self.grouped(
            lambda row: (
                row.scorecard_id.company_id, row.scorecard_id.kind,
                row.scorecard_id.date_from, row.scorecard_id.date_to,
            )
        )

    def _get_live(self):
        """Return ``{figure: {"numerator", "denominator", "value", "target"}}`` of now; the same
        number of queries for one subject of a period and for all of them."""
        found = {}
        for (company, kind, first, last), rows in self._grouped().items():
            codes = set(rows.mapped("kpi_id.code"))
            # loop: one round per period that is looked at
            counted = self.env["service.kpi"]._get_figures(company, first, last, codes, kind)
            get_target = self.env["service.kpi.target"]._get_in_force(company, kind, first, last)
            for row in rows:
                code, subject = row.kpi_id.code, row.scorecard_id._get_subject_id()
                values = counted.get((code, subject)) or figure(code, 0, 0)
                found[row] = values | {"target": get_target(code, subject)}
        return found

    def _get_live_rows(self):
        """Return ``{figure: (model, {record id: (numerator, denominator)})}`` of now."""
        found = {}
        for (company, kind, first, last), rows in self._grouped().items():
            for code, same_code in rows.grouped(lambda row: row.kpi_id.code).items():
                subjects = [row.scorecard_id._get_subject_id() for row in same_code]
                # loop: one query per figure, of all subjects at once
                model, by_subject = self.env["service.kpi"]._get_rows(
                    code, company, first, last, kind, subjects
                )
                for row, subject in zip(same_code, subjects, strict=True):
                    found[row] = (model, by_subject.get(subject, {}))
        return found

    def _get_frozen_rows(self):
        """Return ``{record id: (numerator, denominator)}`` as they were frozen."""
        rows = (self.frozen_rows or {}).get("rows", {})
        return {int(record): tuple(parts) for record, parts in rows.items()}

    def _get_before(self):
        """Return ``{figure: value of the period before or None}``: as it was frozen, where that
        period is closed."""
        closed = self.filtered(lambda row: row._is_closed())
        before = {row: row.frozen["before"] for row in closed}
        for (company, kind, first, _last), rows in (self - closed)._grouped().items():
            for period, same_period in rows.grouped(lambda row: row.scorecard_id.period).items():
                day = first - MONTHS[period] * MONTH
                start, stop = rows.scorecard_id._get_bounds(period, day)
                codes = set(same_period.mapped("kpi_id.code"))
                # loop: one round per period that is looked at
                live = self.env["service.kpi"]._get_figures(company, start, stop, codes, kind)
                kept = same_period._get_kept(start, period)
                for row in same_period:
                    code, subject = row.kpi_id.code, row.scorecard_id._get_subject_id()
                    values = kept.get((code, subject)) or live.get((code, subject))
                    before[row] = (values or figure(code, 0, 0))["value"]
        return before

    def _get_kept(self, date_from, period):
        """Return ``{(code, subject): frozen}`` of the closed scorecards of the same subjects in
        the period that begins on ``date_from``."""
        cards = self.scorecard_id
        # Whoever sees a figure sees what the one before was.
        rows = self.sudo().search_fetch(
            [
                ("scorecard_id.company_id", "=", cards.company_id.id),
                ("scorecard_id.kind", "=", cards[:1].kind),
                ("scorecard_id.period", "=", period),
                ("scorecard_id.date_from", "=", date_from),
                ("scorecard_id.state", "=", "closed"),
            ],
            ["frozen", "kpi_id", "scorecard_id"],
        )
        return {
            (row.kpi_id.code, row.scorecard_id._get_subject_id()): row.frozen for row in rows
        }
