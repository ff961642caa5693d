from odoo import fields, models


class ServiceImportRow(models.Model):
    """A row that an import has refused, as it stood in the file, with the reason."""

    _name = "service.import.row"
    _description = "Refused Row of an Import"
    _order = "import_id, number"
    _rec_name = "number"

    import_id = fields.Many2one("service.import", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="import_id.company_id", store=True, index=True)
    number = fields.Integer("Row", aggregator=None, help="Of the file; the header is row 1.")
    reason = fields.Char()
    cells = fields.Json()
    content = fields.Char(compute="_compute_content")

    def _compute_content(self):
        for row in self:
            text = " | ".join(cell for cell in row.cells or [] if cell)
            row.content = text if len(text) <= 200 else f"{text[:200]}…"
