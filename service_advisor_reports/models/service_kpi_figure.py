from odoo import api, fields, models
from odoo.tools import format_amount, formatLang

from ..tools.kpi import FORMULAS, compare_rows, light, trend
from .service_kpi_scorecard import LIGHTS


class ServiceKpiFigure(models.Model):
    """One figure of a scorecard: live while it is open, as it was frozen afterwards.

    ``frozen`` holds what was shown (``numerator``, ``denominator``, ``value``, ``target`` and
    ``before``, the value of the period before; each may be None), ``frozen_rows`` the model and
    ``{record id: [numerator, denominator]}``.
    """

    _name = "service.kpi.figure"
    _description = "Figure of a Scorecard"
    _inherit = ["service.kept.mixin", "service.audit.mixin"]
    _order = "scorecard_id, sequence, id"
    _rec_name = "kpi_id"
    _kept_fields = frozenset({"frozen", "frozen_rows", "formula_version"})
    _audited_fields = {"frozen": "kpi"}

    scorecard_id = fields.Many2one(
        "service.kpi.scorecard", required=True, readonly=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(
        related="scorecard_id.company_id", store=True, precompute=True, index=True
    )
    kpi_id = fields.Many2one(
        "service.kpi", "Key Figure", required=True, readonly=True, ondelete="restrict"
    )
    sequence = fields.Integer(related="kpi_id.sequence", store=True, precompute=True)
    formula = fields.Char(related="kpi_id.formula")
    description = fields.Text(related="kpi_id.description")
    frozen = fields.Json(readonly=True, copy=False)
    frozen_rows = fields.Json(readonly=True, copy=False)
    formula_version = fields.Integer(readonly=True, copy=False, aggregator=None)
    numerator = fields.Float(compute="_compute_figure")
    denominator = fields.Float(compute="_compute_figure")
    value = fields.Float(compute="_compute_figure", help="0 also without data: see Has Data.")
    has_data = fields.Boolean(compute="_compute_figure")
    target = fields.Float(compute="_compute_figure")
    light = fields.Selection(LIGHTS, compute="_compute_figure")
    value_text = fields.Char("Figure", compute="_compute_figure")
    numerator_text = fields.Char("Counted", compute="_compute_figure")
    denominator_text = fields.Char("Out Of", compute="_compute_figure")
    target_text = fields.Char("Goal", compute="_compute_figure")
    trend = fields.Selection(
        [("up", "Up"), ("down", "Down"), ("same", "Same")], compute="_compute_trend"
    )
    trend_text = fields.Char("Period Before", compute="_compute_trend")
    is_changed = fields.Boolean(compute="_compute_difference")
    live_text = fields.Char(
        "Now", compute="_compute_difference", help="What the records say now, after closing."
    )
    new_text = fields.Char("New", compute="_compute_difference")
    gone_text = fields.Char("Gone", compute="_compute_difference")
    changed_text = fields.Char("Changed", compute="_compute_difference")

    _kpi_uniq = models.UniqueIndex(
        "(scorecard_id, kpi_id)", "The scorecard has this figure already."
    )

    # ---- shown ----------------------------------------------------------------------------

    @api.depends("scorecard_id.state", "frozen")
    @api.depends_context("lang")
    def _compute_figure(self):
        shown = self._get_shown()
        for row in self:
            found, formula = shown[row], row._get_formula()
            value, target = found["value"], found["target"]
            row.numerator = found["numerator"]
            row.denominator = found["denominator"] or 0.0
            row.value, row.has_data = value or 0.0, value is not None
            row.target = target or 0.0
            row.light = light(value, target, formula.better, formula.near)
            row.value_text = row._format(formula.unit, value)
            row.numerator_text = row._format(formula.parts[0], found["numerator"])
            whole = found["denominator"]
            row.denominator_text = whole is not None and row._format(formula.parts[1], whole)
            row.target_text = target is not None and row._format(formula.unit, target)

    @api.depends("scorecard_id.state", "frozen")
    @api.depends_context("lang")
    def _compute_trend(self):
        before = self._get_before()
        for row in self:
            earlier = before[row]
            row.trend = trend(row._get_value(), earlier)
            arrow = {"up": "↑", "down": "↓", "same": "="}.get(row.trend, "")
            words = row._format(row._get_formula().unit, earlier)
            row.trend_text = f"{arrow} {words}".strip()

    @api.depends("scorecard_id.state", "frozen", "frozen_rows")
    @api.depends_context("lang")
    def _compute_difference(self):
        closed = self.filtered(lambda row: row._is_closed())
        rest = self - closed
        rest.is_changed = False
        rest.live_text = rest.new_text = rest.gone_text = rest.changed_text = False
        live, rows = closed._get_live(), closed._get_live_rows()
        for row in closed:
            unit = row._get_formula().unit
            parts = compare_rows(row._get_frozen_rows(), rows[row][1])
            now, then = live[row]["value"], row.frozen["value"]
            row.is_changed = any(parts) or (now != then and trend(now, then) != "same")
            row.live_text = row.is_changed and row._format(unit, live[row]["value"])
            row.new_text, row.gone_text, row.changed_text = (
                str(len(ids)) if ids else False for ids in parts
            )

    def _get_formula(self):
        return FORMULAS[self.kpi_id.code]

    def _get_value(self):
        """Return the value, None without data."""
        return self.value if self.has_data else None

    def _is_closed(self):
        return self.scorecard_id.state == "closed" and bool(self.frozen)

    def _format(self, unit, value):
        """Return a figure in words, in the language of the reader."""
        if value is None:
            return self.env._("No data")
        if unit == "money":
            return format_amount(self.env, value, self.company_id.currency_id)
        if unit == "percent":
            return f"{formatLang(self.env, value, digits=1)} %"
        if unit == "hours":
            return self.env._("%s h", formatLang(self.env, value, digits=1))
        return formatLang(self.env, value, digits=0)
