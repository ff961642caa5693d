from odoo import api, fields, models
from odoo.exceptions import AccessError, ValidationError

from .service_inspection_process import ITEM_FIELDS


class ServiceInspectionLine(models.Model):
    _inherit = "service.inspection.line"

    failed_job_id = fields.Many2one(
        "service.job",
        "Job to Redo",
        index="btree_not_null",
        help="Empty: a red item sends every inspected job back to work.",
    )
    photo_ids = fields.One2many("service.inspection.photo", "line_id", "Photos")
    photo_count = fields.Integer("Number of Photos", compute="_compute_photo_count")

    @api.depends("photo_ids")
    def _compute_photo_count(self):
        for line in self:
            line.photo_count = len(line.photo_ids)

    @api.constrains("failed_job_id")
    def _check_failed_job(self):
        for line in self:
            if line.failed_job_id - line.inspection_id.job_ids:
                raise ValidationError(
                    self.env._(
                        "Job \"%(job)s\" is not among those that %(inspection)s is about.",
                        job=line.failed_job_id.display_name,
                        inspection=line.inspection_id.display_name,
                    )
                )

    def write(self, vals):
        self.check_access("write")
        if vals.keys() - {"job_id"}:
            self.inspection_id._check_may_answer()
        if vals.keys() & {"inspection_id", *ITEM_FIELDS} and not self.env.su:
            raise AccessError(
                self.env._("What is to be checked, and its limits, come from the checklist.")
            )
        return super().write(vals)

    def action_open_na(self):
        """Open the dialog that asks why these items do not apply."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "service_advisor_quality.service_inspection_line_action_na"
        )
        return dict(action, res_id=self.id)

    def action_na(self):
        """Mark these items as not applicable.

        :raises UserError: naming the items whose note does not say why.
        """
        for line in self:
            line.inspection_id._refuse_items(
                line.filtered(lambda found: not (found.note or "").strip()),
                self.env._("Say in the note why this does not apply: %(items)s."),
            )
        self.result = "na"
        return True

    def _get_redo_text(self):
        """Return item and finding, for the technician."""
        self.ensure_one()
        return f"{self.name}: {self._get_finding()}"
