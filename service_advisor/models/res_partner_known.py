from odoo import api, fields, models
from odoo.fields import Domain


class ResPartner(models.Model):
    """A customer who is entered again is noticed before it is saved."""

    _inherit = "res.partner"

    service_known_as_id = fields.Many2one(
        "res.partner",
        compute="_compute_service_known_as_id",
        groups="service_advisor.group_reception",
        help="The customer who has the phone or the e-mail which is being entered.",
    )

    @api.depends("phone", "email")
    def _compute_service_known_as_id(self):
        for partner in self:
            partner.service_known_as_id = partner._find_service_known()

    def _find_service_known(self):
        """Return another customer with the phone or e-mail that is being entered; of what is
        saved nothing is asked. Contacts of a firm share its number."""
        self.ensure_one()
        saved, domain = self._origin, Domain.FALSE
        if self.phone and self.phone != saved.phone and self.phone_sanitized:
            domain |= Domain("phone_sanitized", "=", self.phone_sanitized)
        if self.email and self.email != saved.email and self.email_normalized:
            domain |= Domain("email_normalized", "=", self.email_normalized)
        if self.parent_id or domain.is_false():
            return self.browse()
        return self.search(
            domain & Domain("id", "!=", saved.id) & Domain("parent_id", "=", False), limit=1
        )
