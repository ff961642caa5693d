from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain
from odoo.tools import ormcache

from ..tools.repair_warranty import Terms, best_terms
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
    needs_certificate = fields.Boolean(
        "Certificate",
        help="The car leaves with a certificate of completion only, issued by somebody who did "
        "not do the work.",
    )
    company_id = fields.Many2one(
        "res.company",
        index=True,
        help="Empty: the least for every company. A company may promise more, not less.",
    )

    _class_company_uniq = models.UniqueIndex(
        "(repair_class, COALESCE(company_id, 0))",
        "There is a warranty for this class of repair already. Change that one.",
    )
    _limits_positive = models.Constraint(
        "CHECK(days > 0 AND km > 0)", "A warranty lasts for some days and some kilometres."
    )

    @api.constrains("repair_class", "days", "km", "company_id")
    def _check_not_less(self):
        """A shop may promise more than the law asks for, not less (Provisions on Motor Vehicle
        Maintenance)."""
        shared = self.search([("company_id", "=", False)])
        least = {warranty.repair_class: warranty for warranty in shared}
        for own in self.filtered("company_id"):
            law = least.get(own.repair_class, own)
            if own.days < law.days or own.km < law.km:
                raise ValidationError(
                    self.env._(
                        "%(company)s can not promise less than %(days)s days and %(km)s km, the "
                        "least for this class of repair. Promise as much or more.",
                        company=own.company_id.name,
                        days=law.days,
                        km=law.km,
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        self.env.registry.clear_cache()
        return super().create(vals_list)

    def write(self, vals):
        self.env.registry.clear_cache()
        return super().write(vals)

    def unlink(self):
        self.env.registry.clear_cache()
        return super().unlink()

    @api.model
    @ormcache("company_id")
    def _get_terms(self, company_id):
        """Return ``{repair class: Terms}`` of a company: its own where they are better than the
        shared ones, see :class:`~..tools.repair_warranty.Terms`."""
        # Whoever hands over a car, or customers who look at it, are told the same.
        found = self.sudo().search(Domain("company_id", "in", [False, company_id]))
        terms = {}
        for warranty in found.sorted(lambda warranty: bool(warranty.company_id)):
            new = Terms(warranty.days, warranty.km, warranty.needs_certificate)
            known = terms.get(warranty.repair_class)
            terms[warranty.repair_class] = best_terms(known, new) if known else new
        return terms
