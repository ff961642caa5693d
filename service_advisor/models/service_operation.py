from odoo import api, fields, models


class ServiceOperation(models.Model):
    """A labour operation of the catalogue, with the parts it usually takes."""

    _name = "service.operation"
    _description = "Labour Operation"
    _order = "code, id"
    _rec_names_search = ["code", "name"]

    active = fields.Boolean(default=True)
    code = fields.Char("Operation Code", required=True, index="trigram")
    name = fields.Char(required=True, translate=True)
    company_id = fields.Many2one(
        "res.company", index=True, help="Empty: every company may use the operation."
    )
    product_id = fields.Many2one(
        "product.product",
        "Labour Product",
        required=True,
        domain=[("type", "=", "service")],
        default=lambda self: self.env.ref(
            "service_advisor.product_labour", raise_if_not_found=False
        ),
        help="Sold per hour; its price, taxes and income account are those of the labour line.",
    )
    allowed_hours = fields.Float(
        required=True, default=1.0, help="Hours the manufacturer allows."
    )
    department_id = fields.Many2one(
        "hr.department",
        help="Who does this work: its labour and parts are booked on the analytic accounts of "
        "the department.",
        domain="['|', ('company_id', '=', False), ('company_id', '=?', company_id)]",
    )
    part_ids = fields.One2many("service.operation.part", "operation_id", "Parts", copy=True)
    is_routine = fields.Boolean(
        "Routine Work",
        help="Done because it is due, as maintenance is: technicians finish it without writing a "
        "cause.",
    )

    _code_company_uniq = models.UniqueIndex(
        "(code, COALESCE(company_id, 0)) WHERE active",
        "An operation with this code exists already.",
    )
    _allowed_hours_positive = models.Constraint(
        "CHECK(allowed_hours >= 0)", "Allowed hours can not be negative."
    )

    @api.depends("code", "name")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for operation in self:
            operation.display_name = f"[{operation.code}] {operation.name}"


class ServiceOperationPart(models.Model):
    """A part an operation usually takes."""

    _name = "service.operation.part"
    _description = "Part of a Labour Operation"
    _inherit = "service.listed.mixin"
    _order = "operation_id, sequence, id"
    _listed_by = "operation_id"

    operation_id = fields.Many2one(
        "service.operation", required=True, index=True, ondelete="cascade"
    )
    sequence = fields.Integer(default=10)
    product_id = fields.Many2one(
        "product.product",
        "Part",
        required=True,
        # Work that a vendor does is bought like a part; it is no labour of the house.
        domain=["|", ("type", "=", "consu"), ("service_to_purchase", "=", True)],
    )
    quantity = fields.Float(default=1.0, required=True, digits="Product Unit")

    _quantity_positive = models.Constraint(
        "CHECK(quantity > 0)", "The quantity of a part must be more than zero."
    )
