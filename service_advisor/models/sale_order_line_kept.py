from odoo import api, models
from odoo.exceptions import AccessError

# What the steps note on a line. Each of them takes the line out of a check: of the limit of
# discounts, of the approval, of the figures.
KEPT_FIELDS = frozenset(
    {
        "first_supply",
        "service_claim_id",
        "service_has_shares",
        "service_list_price",
        "service_share_id",
        "service_share_kind",
        "service_share_of_id",
    }
)


class SaleOrderLine(models.Model):
    """What steps note on a line is not typed by hand.

    Not by ``service.kept.mixin``: these fields have no defaults, so looking at the values is
    enough, and lines are what orders have most of.
    """

    _inherit = "sale.order.line"

    @api.model
    def default_get(self, fields):
        # A default of a request, or one that users keep for themselves, is typed in as well.
        return super().default_get([name for name in fields if name not in KEPT_FIELDS])

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su:
            for vals in vals_list:
                self._check_not_kept(KEPT_FIELDS & vals.keys())
        return super().create(vals_list)

    def write(self, vals):
        if not self.env.su:
            self._check_not_kept(KEPT_FIELDS & vals.keys())
        return super().write(vals)

    @api.model
    def _check_not_kept(self, names):
        if names:
            labels = self.fields_get(names, ["string"])
            raise AccessError(
                self.env._(
                    "%(fields)s can not be typed in by hand: the steps of the order write it. "
                    "Use the buttons of the order, the job or the claim.",
                    fields=", ".join(sorted(label["string"] for label in labels.values())),
                )
            )
