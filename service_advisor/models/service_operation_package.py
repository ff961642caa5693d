from collections import defaultdict

from odoo import api, fields, models
from odoo.exceptions import ValidationError

# Classes of repair, by which the law counts the warranty on it.
REPAIR_CLASSES = [
    ("small", "Small or Special Repair"),
    ("level_1", "Level-1 Maintenance"),
    ("level_2", "Level-2 Maintenance"),
    ("overhaul", "Overhaul or Assembly Repair"),
    ("vehicle", "Whole-vehicle Repair"),
]


class ServiceOperation(models.Model):
    """Packages: operations that include others and come as one job."""

    _inherit = "service.operation"

    skill_id = fields.Many2one(
        "hr.skill", "Needs Skill", help="What a technician must be able to do for this work."
    )
    repair_class = fields.Selection(
        REPAIR_CLASSES,
        default="small",
        required=True,
        help="Decides how long the repair is under warranty.",
    )
    component_ids = fields.Many2many(
        "service.operation",
        "service_operation_component_rel",
        "package_id",
        "component_id",
        "Includes",
        help="Operations that belong to this package: their labour and parts come with it.",
    )
    is_package = fields.Boolean("Package", compute="_compute_is_package")
    job_hours = fields.Float(
        "Hours on the Job",
        compute="_compute_job_hours",
        help="The allowed hours of the operation; of a package without own hours the sum of what "
        "it includes.",
    )

    @api.depends("component_ids")
    def _compute_is_package(self):
        for operation in self:
            operation.is_package = bool(operation.component_ids)

    @api.depends("allowed_hours", "component_ids.allowed_hours", "component_ids.active")
    def _compute_job_hours(self):
        for operation in self:
            operation.job_hours = sum(operation._get_labour_hours().values())

    @api.constrains("component_ids")
    def _check_no_cycle(self):
        if self._has_cycle("component_ids"):
            raise ValidationError(
                self.env._(
                    "%(operations)s would include itself. Take it out of the package it comes "
                    "from.",
                    operations=", ".join(self.mapped("display_name")),
                )
            )

    def _get_included(self):
        """Return these operations and all they include, each once; archived ones are left out."""
        found, new = self, self
        while new:
            new = new.component_ids.filtered("active") - found
            found |= new
        return found

    def _get_labour_hours(self):
        """Return ``{labour product: hours}``: own hours, else those of the components."""
        self.ensure_one()
        hours, seen, to_visit = defaultdict(float), self.browse(), self
        while to_visit:
            for operation in to_visit:
                if operation.allowed_hours or operation == self:
                    hours[operation.product_id] += operation.allowed_hours
            seen |= to_visit
            open_packages = to_visit.filtered(lambda operation: not operation.allowed_hours)
            to_visit = open_packages.component_ids.filtered("active") - seen
        return {product: total for product, total in hours.items() if total} or dict(hours)

    def _prepare_job_lines(self, hours):
        """Return the labour and part lines of a job with this operation.

        :param hours: the hours agreed on the job, shared out as the catalogue shares them.
        :return: list of ``{"product_id", "product_uom_qty"}``; a part that several components
            take comes as one line.
        """
        self.ensure_one()
        labour = self._get_labour_hours()
        total = sum(labour.values())
        quantities = {
            product: hours * (own / total) if total else hours for product, own in labour.items()
        }
        for part in self._get_included().part_ids:
            quantities[part.product_id] = quantities.get(part.product_id, 0.0) + part.quantity
        return [
            {"product_id": product.id, "product_uom_qty": quantity}
            for product, quantity in quantities.items()
        ]

    def _get_products(self):
        """Return the labour and parts that these operations bring to a job."""
        included = self._get_included()
        return included.product_id | included.part_ids.product_id
