from odoo import fields, models

# Where a part comes from, as a settlement list has to say it.
PART_ORIGINS = [
    ("original", "Original"),
    ("equivalent", "Equivalent Quality"),
    ("repaired", "Repaired"),
    ("remanufactured", "Remanufactured"),
    ("used", "Used"),
    ("customer", "Brought by the Customer"),
]


class ProductTemplate(models.Model):
    _inherit = "product.template"

    service_part_origin = fields.Selection(
        [origin for origin in PART_ORIGINS if origin[0] != "customer"],
        "Part Origin",
        help="Printed beside the part on proposals of the service department.",
    )
