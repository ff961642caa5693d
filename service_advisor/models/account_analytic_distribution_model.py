from odoo import api, models


class AccountAnalyticDistributionModel(models.Model):
    _inherit = "account.analytic.distribution.model"

    @api.model
    def _skip_if_none(self, records):
        """Return ``records`` so that no distribution model is searched for them if there is none
        in the database: Odoo would search for each line of an estimate and of an invoice."""
        # One of another company counts as well: whether it applies is for Odoo to find out.
        if records and not self.sudo().search([], limit=1):
            records = records.with_context(service_no_distribution=True)
        return records

    @api.model
    def _get_applicable_models(self, vals):
        if self.env.context.get("service_no_distribution"):
            return self.browse()
        return super()._get_applicable_models(vals)
