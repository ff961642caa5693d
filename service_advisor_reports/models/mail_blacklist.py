from odoo import api, models


class MailBlacklist(models.Model):
    """Whoever wants no e-mails any more can not be reached by them: a new score."""

    _inherit = "mail.blacklist"

    @api.model_create_multi
    def create(self, vals_list):
        blocked = super().create(vals_list)
        blocked._score_customers()
        return blocked

    def write(self, vals):
        result = super().write(vals)
        if "active" in vals:
            self._score_customers()
        return result

    def _score_customers(self):
        # Whoever answers the link in an e-mail is no user at all.
        partners = self.env["res.partner"].sudo().search(
            [
                ("email_normalized", "in", self.mapped("email")),
                ("service_data_scored_at", "!=", False),
            ]
        )
        self.env["service.data.score"]._changed(partners)
