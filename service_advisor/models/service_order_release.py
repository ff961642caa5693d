from odoo import fields, models

# Who sees what the customer owes.
RELEASE_READERS = "service_advisor.group_reception,account.group_account_invoice"


class ServiceOrder(models.Model):
    """Why a car left unpaid is told in the house only: customers read their orders in the
    portal."""

    _inherit = "service.order"

    released_by_id = fields.Many2one(groups=RELEASE_READERS)
    release_reason = fields.Char(groups=RELEASE_READERS)
    release_amount = fields.Monetary(groups=RELEASE_READERS)
    release_until = fields.Date(groups=RELEASE_READERS)
