import json

from odoo import api, fields, models

# Why a promise moved. The first two are set by the steps of the order, never chosen.
CHANGE_KINDS = [
    ("quoted", "Price Told Again"),
    ("extra_work", "Customer's Extra Work"),
    ("parts", "Parts"),
    ("workshop", "Workshop"),
    ("customer", "Customer's Wish"),
    ("other", "Other"),
]


class ServicePromiseChange(models.Model):
    """A promise that moved: from when to when, why, by whom, and whether the customer knows.

    The first promise is no change; it stays on the order. Nobody writes or deletes a change.
    """

    _name = "service.promise.change"
    _description = "Change of a Promise"
    _order = "id desc"
    _rec_name = "order_id"

    order_id = fields.Many2one(
        "service.order", "Service Order", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(
        related="order_id.company_id", store=True, precompute=True, index=True
    )
    advisor_id = fields.Many2one(related="order_id.advisor_id")
    old_promised_at = fields.Datetime("Promised Before", required=True)
    new_promised_at = fields.Datetime("Promised Now", required=True)
    kind = fields.Selection(CHANGE_KINDS, "Because of", required=True, index=True)
    reason = fields.Char(required=True)
    user_id = fields.Many2one("res.users", "Moved By", required=True)
    moved_at = fields.Datetime("Moved On", required=True, default=fields.Datetime.now)
    told_at = fields.Datetime("Customer Told On")
    is_counted = fields.Boolean(
        "Counted",
        help="Whether the time against which on time is measured moved with it: work the customer "
        "approved in addition, and offers made before the first approval.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        changes = super().create(vals_list)
        changes.filtered(lambda change: change.kind != "quoted")._audit()
        return changes

    def _audit(self):
        """Keep these changes among the sensitive ones; a price told again moves nothing that was
        agreed."""
        self.env["service.audit"]._log(
            [
                {
                    "subject": "promise",
                    "res_model": "service.order",
                    "res_id": change.order_id.id,
                    "field_name": "promised_at",
                    "before_value": json.dumps(fields.Datetime.to_string(change.old_promised_at)),
                    "after_value": json.dumps(fields.Datetime.to_string(change.new_promised_at)),
                    "reason": change.reason,
                    "company_id": change.company_id.id,
                    "order_id": change.order_id.id,
                    "vehicle_id": change.order_id.vehicle_id.id,
                }
                for change in self
            ]
        )
