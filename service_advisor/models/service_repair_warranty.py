from odoo import api, fields, models
from odoo.fields import Domain

from .service_operation_package import REPAIR_CLASSES


class ServiceRepairWarranty(models.Model):
    """How long the shop answers for a repair, per class of repair."""

    _name = "service.repair.warranty"
    _description = "Repair Warranty"
    _order = "company_id, days, id"
    _rec_name = "repair_class"

    repair_class = fields.Selection(REPAIR_CLASSES, required=True)
    days = fields.Integer(required=True, help="Counted from the day the car left the shop.")
    km = fields.Integer(
        "Kilometres", required=True, help="Whichever comes first ends the warranty."
    )
    company_id = fields.Many2one(
        "res.company", index=True, help="Empty: every company without an own period uses it."
    )

    _class_company_uniq = models.UniqueIndex(
        "(repair_class, COALESCE(company_id, 0))",
        "There is a warranty for this class of repair already. Change that one.",
    )
    _limits_positive = models.Constraint(
        "CHECK(days > 0 AND km > 0)", "A warranty lasts for some days and some kilometres."
    )

    @api.model
    def _get_by_class(self, companies):
        """Return ``{(company, repair class): warranty}``: the company's own, else the shared."""
        found = self.search(Domain("company_id", "in", [False, *companies.ids]))
        by_class = {}
        for warranty in found.sorted(lambda warranty: bool(warranty.company_id)):
            for company in warranty.company_id or companies:
                by_class[company, warranty.repair_class] = warranty
        return by_class
