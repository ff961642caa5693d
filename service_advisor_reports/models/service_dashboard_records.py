from odoo import api, models
from odoo.exceptions import UserError

from ..tools.kpi import FORMULAS

PARTS = ("denominator", "numerator", "rest")


class ServiceDashboard(models.AbstractModel):
    """What a key figure of the dashboard opens: exactly the records that it was counted from."""

    _inherit = "service.dashboard"

    @api.model
    @api.readonly
    def open_figure(self, code, figure, part="denominator"):
        """Return the action that lists the records behind a key figure.

        :param code: of the key figure.
        :param figure: ``{"date_from", "date_to": ISO days, "by", "subject_id"}``, as in the
            charts; the days of a tile are those of the filters.
        :param part: "denominator" (all that count), "numerator" (what was good of them) or
            "rest" (the others).
        :raises AccessError: for whoever is no manager.
        :raises UserError: where something is asked for that there is not.
        """
        span, by, subject_id = self._read_figure(code, figure, part)
        company = self.env.company
        kpi = self.env["service.kpi"]
        model, good, counted = kpi._get_records(
            code, company, span.first, span.last, by, subject_id
        )
        domains = {"numerator": good, "denominator": counted, "rest": counted & ~good}
        return {
            "type": "ir.actions.act_window",
            "name": self._name_figure(kpi._get_by_code()[code].name, part),
            "res_model": model,
            "views": [[False, "list"], [False, "form"]],
            "domain": list(domains[part]),
            "context": {"create": False, "active_test": False},
        }

    @api.model
    def _read_figure(self, code, figure, part):
        """Return ``(span, by, subject id)`` of what came from outside."""
        self._check_manager()
        if code not in FORMULAS or part not in PARTS or not isinstance(figure, dict):
            raise UserError(self.env._("There is no such figure. Reload the page."))
        asked = self._read_filters(
            {name: figure.get(name) for name in ("date_from", "date_to", "by", "subject_id")}
            | {"period": "custom"}
        )
        if asked["by"] not in FORMULAS[code].kinds:
            raise UserError(self.env._("There is no such figure. Reload the page."))
        return asked["span"], asked["by"], asked["subject_id"]

    @api.model
    def _name_figure(self, name, part):
        if part == "numerator":
            return self.env._("%s: Good", name)
        if part == "rest":
            return self.env._("%s: Missed", name)
        return name
