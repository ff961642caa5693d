from odoo import api, fields, models


class ServiceInspectionPhoto(models.Model):
    """A photo of an inspected item; who reads the inspection sees it."""

    _name = "service.inspection.photo"
    _description = "Photo of an Inspected Item"
    _order = "line_id, id"
    _rec_name = "note"

    line_id = fields.Many2one(
        "service.inspection.line", "Item", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(
        related="line_id.company_id", store=True, precompute=True, index=True
    )
    photo = fields.Image(required=True, max_width=1920, max_height=1920)
    photo_512 = fields.Image(
        "Small Photo", related="photo", store=True, max_width=512, max_height=512
    )
    note = fields.Char(help="What is to be seen.")

    @api.model_create_multi
    def create(self, vals_list):
        photos = super().create(vals_list)
        photos._check_open()
        return photos

    def write(self, vals):
        self._check_open()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_done(self):
        self._check_open()

    def _check_open(self):
        """Raise where the inspection is done, or is about the user's own work."""
        inspections = self.line_id.inspection_id
        inspections._check_not_done()
        inspections._check_may_answer()
