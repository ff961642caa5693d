from odoo import fields, models

from .service_order_alert import ACTIVITY

# Why a promise is in danger, and what the work on an order can wait for.
RISK_KINDS = [
    ("parts", "Parts"),
    ("customer", "Customer's Answer"),
    ("warranty", "Warranty Approval"),
    ("sublet", "Subcontractor"),
    ("tool", "Tool or Bay"),
    ("other", "Other Hold"),
    ("overrun", "Work Takes Longer"),
    ("plan", "Planned Too Late"),
    ("work", "Work Not Started"),
    ("check", "Final Check"),
]


class ServicePromiseAlert(models.Model):
    """A danger to a promise that was raised: the advisor is told of each cause once.

    The database refuses the same cause of the same promise a second time, whoever raises it.
    """

    _name = "service.promise.alert"
    _description = "Promise in Danger"
    _inherit = ["service.promise.cause.mixin"]
    _order = "id desc"
    _rec_name = "order_id"

    order_id = fields.Many2one(
        "service.order", "Service Order", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(
        related="order_id.company_id", store=True, precompute=True, index=True
    )
    advisor_id = fields.Many2one(related="order_id.advisor_id")
    level = fields.Selection([("at_risk", "At Risk"), ("late", "Late")], required=True)
    kind = fields.Selection(RISK_KINDS, "Because of", required=True)
    cause_key = fields.Char(required=True)
    promised_at = fields.Datetime("Promised", required=True)
    projected_at = fields.Datetime("Expected Ready", required=True)
    raised_at = fields.Datetime("Raised On", required=True)
    cleared_at = fields.Datetime("Over On")

    _cause_uniq = models.UniqueIndex(
        "(order_id, promised_at, level, cause_key)",
        "This danger was already raised for this promise.",
    )

    def _get_risk_order(self):
        return self.order_id

    def _remind_advisors(self):
        """Give the advisors of these orders a reminder each; it ends by itself with the danger.

        In their own list only: an e-mail every few minutes would be read by nobody.
        """
        kind = self.env.ref(ACTIVITY)
        model = self.env["ir.model"]._get_id("service.order")
        self.env["mail.activity"].with_context(mail_activity_quick_update=True).create(
            [alert._prepare_activity_vals(kind, model) for alert in self]
        )

    def _prepare_activity_vals(self, kind, model):
        order = self.order_id.with_context(lang=self.advisor_id.lang or self.env.lang)
        times = {
            "promised": order._format_shop_time(self.promised_at),
            "expected": order._format_shop_time(self.projected_at),
        }
        if self.level == "late":
            summary = order.env._("Late: it was promised for %(promised)s", **times)
        else:
            summary = order.env._(
                "At risk: promised %(promised)s, expected %(expected)s", **times
            )
        return {
            "activity_type_id": kind.id,
            "res_model_id": model,
            "res_id": order.id,
            "user_id": self.advisor_id.id,
            "summary": summary,
            "note": self.with_context(lang=order.env.lang).risk_cause,
            "automated": True,
            "date_deadline": fields.Datetime.context_timestamp(
                order.with_context(tz=order._get_shop_tz()), self.raised_at
            ).date(),
        }
