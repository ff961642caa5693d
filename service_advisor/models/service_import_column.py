from odoo import fields, models


class ServiceImportColumn(models.Model):
    """A column of an imported file, and what it is taken as."""

    _name = "service.import.column"
    _description = "Column of an Import"
    _order = "import_id, sequence, id"

    import_id = fields.Many2one("service.import", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="import_id.company_id", store=True, index=True)
    sequence = fields.Integer()
    name = fields.Char("Column", readonly=True)
    sample = fields.Char("First Rows", readonly=True)
    target = fields.Selection(
        [
            ("plate", "Plate"),
            ("vin", "VIN"),
            ("vin_override_reason", "VIN Exception"),
            ("make", "Make"),
            ("model", "Model"),
            ("model_year", "Model Year"),
            ("energy", "Energy"),
            ("colour", "Colour"),
            ("engine_number", "Engine or Motor No."),
            ("first_registration_date", "First Registration"),
            ("delivery_date", "Delivered On"),
            ("insurance_until", "Insured Until"),
            ("inspection_due", "Inspection Due"),
            ("owner_name", "Owner: Name"),
            ("owner_phone", "Owner: Phone"),
            ("owner_email", "Owner: E-mail"),
            ("owner_street", "Owner: Street"),
            ("owner_city", "Owner: City"),
            ("owner_ref", "Owner: Customer No."),
            ("odometer", "Odometer (km)"),
            ("visit_date", "Visit: Date"),
            ("visit_number", "Visit: Order No."),
            ("concern", "Visit: Concern"),
            ("work", "Visit: Work Done"),
            ("operation_code", "Visit: Operation Code"),
            ("hours", "Visit: Hours"),
            ("parts", "Visit: Parts"),
            ("amount", "Visit: Amount"),
            ("advisor", "Visit: Advisor"),
        ],
        "Taken as",
        help="Empty: the column is left out.",
    )
