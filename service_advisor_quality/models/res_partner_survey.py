from odoo import fields, models

# What forbids calls.
NO_CALL = ("service_no_quality_call", "service_no_offer_call")


class ResPartner(models.Model):
    """What customers want to be asked about, purpose by purpose."""

    _inherit = "res.partner"

    service_no_survey = fields.Boolean(
        "No Surveys",
        tracking=True,
        help="The customer does not want to be asked about visits by e-mail.",
    )
    service_no_quality_call = fields.Boolean(
        "No Calls After a Visit",
        tracking=True,
        help="The customer does not want to be called and asked how the visit was.",
    )
    service_no_offer_call = fields.Boolean(
        "No Calls With Offers",
        tracking=True,
        help="The customer does not want to be called about maintenance, work declined before or "
        "to be won back. Recalls and the customer's own complaints are told all the same.",
    )
    service_shares_results = fields.Boolean(
        "Name May Go to Marketing",
        tracking=True,
        help="The customer agrees that marketing sees name, telephone and e-mail beside the "
        "answers to surveys.",
    )
    service_asked_at = fields.Datetime(
        "Last Asked by Survey", readonly=True, copy=False, groups="base.group_system"
    )

    def write(self, vals):
        result = super().write(vals)
        refused = [flag for flag in NO_CALL if vals.get(flag)]
        if refused:
            self._stop_calls(refused)
        return result

    def _stop_calls(self, flags):
        """Take the calls off the list that these customers do not want any more."""
        # Whoever keeps the customer's will need not be one who calls.
        followups = self.env["service.followup"].sudo().search(
            [("partner_id", "in", self.ids), ("state", "=", "open")]
        )
        followups.filtered(
            lambda followup: followup._get_refusal_flag_of(followup.kind) in flags
        )._close("given_up", "refused")
