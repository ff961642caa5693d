from odoo import api, fields, models
from odoo.fields import Domain


class ServiceChecklist(models.Model):
    """What an inspection looks at; each inspection keeps its own copy of the items."""

    _name = "service.checklist"
    _description = "Inspection Checklist"
    _order = "sequence, id"

    active = fields.Boolean(default=True)
    sequence = fields.Integer(default=10)
    name = fields.Char(required=True, translate=True)
    kind = fields.Selection(
        [("health", "Health Check")], default="health", required=True, index=True
    )
    company_id = fields.Many2one(
        "res.company", index=True, help="Empty: every company without an own one uses it."
    )
    item_ids = fields.One2many("service.checklist.item", "checklist_id", "Items", copy=True)

    @api.model
    def _get_by_company(self, kind, companies):
        """Return ``{company: checklist}``: the first of the company's own, else of the shared
        ones, else an empty recordset."""
        found = self.search(self._get_general_domain(kind, companies))
        shared = found.filtered(lambda checklist: not checklist.company_id)
        return {
            company: (found.filtered(lambda c, own=company: c.company_id == own) or shared)[:1]
            for company in companies
        }

    @api.model
    def _get_general_domain(self, kind, companies):
        """Hook: return the domain of the checklists of ``kind`` for any work."""
        return Domain("kind", "=", kind) & Domain("company_id", "in", [False, *companies.ids])
