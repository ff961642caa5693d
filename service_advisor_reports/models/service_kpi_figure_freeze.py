from odoo import models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ..tools.kpi import FORMULA_VERSION, compare_rows, split_rows


class ServiceKpiFigure(models.Model):
    """What stays of a figure when its period is closed, and what it opens."""

    _inherit = "service.kpi.figure"

    def _freeze(self):
        """Keep these figures as they are now. What was frozen before stays in the audit."""
        live, before, rows = self._get_live(), self._get_before(), self._get_live_rows()
        for row in self:
            model, records = rows[row]
            # loop: each has its own values; they reach the database together
            row._keep(
                {
                    "frozen": live[row] | {"before": before[row]},
                    "frozen_rows": {"model": model, "rows": records},
                    "formula_version": FORMULA_VERSION,
                }
            )

    def _read_audited(self, names):
        # The first closing rewrites nothing.
        return super(ServiceKpiFigure, self.filtered("frozen"))._read_audited(names)

    def _get_audit_value(self, name):
        if name != "frozen":
            return super()._get_audit_value(name)
        found, (part, whole) = self.frozen, self._get_formula().parts
        words = self._format(self._get_formula().unit, found["value"])
        counted = self._format(part, found["numerator"])
        if found["denominator"] is not None:
            counted = f"{counted} ÷ {self._format(whole, found['denominator'])}"
        return f"{words} ({counted})"

    # ---- opened ---------------------------------------------------------------------------

    def action_open_numerator(self):
        """Open the records that were counted; those of the closing where it is closed."""
        model, records = self._get_rows()
        numerator, _denominator = split_rows(self.kpi_id.code, records)
        return self._open(model, numerator, self.env._("counted"))

    def action_open_denominator(self):
        """Open the records out of which was counted; those of the closing where it is closed."""
        model, records = self._get_rows()
        _numerator, denominator = split_rows(self.kpi_id.code, records)
        return self._open(model, denominator, self.env._("out of"))

    def action_open_new(self):
        """Open the records that count now and did not when the period was closed."""
        return self._open_difference(0, self.env._("new since closing"))

    def action_open_gone(self):
        """Open the records that counted when the period was closed and do not any more."""
        return self._open_difference(1, self.env._("gone since closing"))

    def action_open_changed(self):
        """Open the records that count otherwise than when the period was closed."""
        return self._open_difference(2, self.env._("changed since closing"))

    def _get_rows(self):
        """Return ``(model, {record id: (numerator, denominator)})`` of what is shown."""
        self.ensure_one()
        self.check_access("read")
        if self._is_closed():
            return self.frozen_rows["model"], self._get_frozen_rows()
        return self._get_live_rows()[self]

    def _open_difference(self, index, words):
        self.ensure_one()
        self.check_access("read")
        model, now = self._get_live_rows()[self]
        before = self._get_frozen_rows() if self._is_closed() else now
        return self._open(model, compare_rows(before, now)[index], words)

    def _count_seen(self, model, ids):
        """Return how many of the records the reader can read."""
        records = self.env[model].with_context(active_test=False)
        return records.has_access("read") and records.search_count([("id", "in", ids)])

    def _open(self, model, ids, words):
        """Return the action that lists the records, those that are archived as well.

        :raises UserError: where the reader may see none of them; where it is some, the title says
            of how many.
        """
        name = f"{self.kpi_id.name}, {self.scorecard_id.display_name}: {words}"
        seen = self._count_seen(model, ids)
        if ids and not seen:
            raise UserError(
                self.env._(
                    "%(figure)s: you may read none of these %(count)s records. Ask a manager to "
                    "show them to you.",
                    figure=name,
                    count=len(ids),
                )
            )
        if seen < len(ids):
            name = self.env._(
                "%(figure)s (%(seen)s of %(count)s: the others are gone or not yours to read)",
                figure=name, seen=seen, count=len(ids),
            )
        return {
            "type": "ir.actions.act_window",
            "name": name,
            "res_model": model,
            "view_mode": "list,form",
            "views": [(False, "list"), (False, "form")],
            "domain": list(Domain("id", "in", ids)),
            "context": {"create": False, "active_test": False},
        }
