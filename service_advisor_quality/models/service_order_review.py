from odoo import api, models


class ServiceOrder(models.Model):
    """Quality discusses solutions with the technical team."""

    _inherit = "service.order"

    @api.model
    def _get_groups_asking_reviews(self):
        return [
            *super()._get_groups_asking_reviews(), "service_advisor_quality.group_inspector"
        ]
