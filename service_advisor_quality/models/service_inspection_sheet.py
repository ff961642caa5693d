from odoo import api, fields, models

from .service_inspection import WORK_KINDS

# Sign and colour of each result: the colour alone is lost on a grey printer.
MARKS = {"green": ("✓", "#2e7d32"), "yellow": ("△", "#b26a00"), "red": ("✗", "#c62828")}


class ServiceInspection(models.Model):
    """What the inspection sheet says beyond the items."""

    _inherit = "service.inspection"

    missed_note = fields.Char("In-process Checks", compute="_compute_missed_note")
    missed_count = fields.Integer("Checks Missed", compute="_compute_missed_note")

    @api.depends("kind", "job_ids.process_state")
    @api.depends_context("lang")
    def _compute_missed_note(self):
        for inspection in self:
            jobs = inspection.kind == "final" and inspection.job_ids
            missed = jobs and jobs.filtered(lambda job: job.process_state == "missed")
            due = jobs and jobs.filtered(lambda job: job.process_state == "planned")
            said = []
            if missed:
                said.append(self.env._("missed: %s", ", ".join(missed.mapped("display_name"))))
            if due:
                said.append(
                    self.env._("to be done before ready: %s", ", ".join(due.mapped("display_name")))
                )
            inspection.missed_count = len(missed or ())
            inspection.missed_note = "; ".join(said)

    def _get_sheet_sections(self):
        """Return the items by section, in their order: a list of ``(section, lines)``."""
        self.ensure_one()
        return list(self.line_ids.grouped("section").items())

    @api.model
    def _get_sheet_mark(self, result):
        """Return the sign and the colour that stand beside the word of ``result``."""
        return MARKS.get(result, ("–", "#555555"))

    def _get_defects(self):
        """Return the red items and then the yellow ones."""
        self.ensure_one()
        bad = self.line_ids.filtered(lambda line: line.result in ("red", "yellow"))
        return bad.sorted(lambda line: line.result != "red")

    def _get_sheet_workers(self):
        """Return the names of those whose work was inspected."""
        # Who has worked on a car stands on its papers; employees may be HR's.
        workers = self.job_ids._get_workers().sudo()
        return ", ".join(workers.mapped("name")) if self.kind in WORK_KINDS else ""
