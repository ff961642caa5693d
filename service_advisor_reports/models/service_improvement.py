from odoo import fields, models


class ServiceImprovement(models.Model):
    """What is begun because something has become more frequent."""

    _inherit = "service.improvement"

    source = fields.Selection(
        selection_add=[("alert", "Alert"), ("manual",)], ondelete={"alert": "set manual"}
    )
    alert_id = fields.Many2one(
        "service.alert", readonly=True, index="btree_not_null", copy=False, check_company=True
    )

    _alert_uniq = models.UniqueIndex(
        "(alert_id) WHERE alert_id IS NOT NULL AND state != 'cancelled'",
        "Somebody has just begun an improvement of this alert. Reload it and open that one.",
    )

    def _get_source_fields(self):
        return super()._get_source_fields() | {"service.alert": "alert_id"}

    def _prepare_from_service_alert(self, alert):
        return {
            "company_id": alert.company_id.id,
            "operation_id": alert.operation_id.id,
            "source": "alert",
            "alert_id": alert.id,
            "problem": alert.display_name,
            "details": alert.evidence,
            "check_measure": self.env._("%s, over four weeks", alert.display_name),
        }
