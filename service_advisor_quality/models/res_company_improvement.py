from odoo import fields, models

from .service_improvement import SEQUENCE


class ResCompany(models.Model):
    """How improvements are watched, and how they are numbered."""

    _inherit = "res.company"

    service_improvement_watch_days = fields.Integer(
        "Fault Watched (days)",
        default=90,
        help="Days after closing in which the same fault opens an improvement again.",
    )
    service_improvement_escalation_days = fields.Integer(
        "Improvement Escalation (days)",
        default=3,
        help="Days after which the managers are told of an overdue improvement.",
    )

    _service_improvement_days_positive = models.Constraint(
        "CHECK(service_improvement_watch_days >= 0 AND service_improvement_escalation_days >= 0)",
        "Days can not be negative.",
    )

    def _prepare_number_sequence_vals(self, code):
        if code != SEQUENCE:
            return super()._prepare_number_sequence_vals(code)
        return {
            "name": self.env._("Improvement"),
            "code": SEQUENCE,
            "prefix": "IM",
            "padding": 5,
            "company_id": self.id,
        }
