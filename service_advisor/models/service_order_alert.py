from odoo import fields, models

ACTIVITY = "service_advisor.mail_activity_type_promise"


class ServiceOrder(models.Model):
    """Telling the advisor what endangers a promise: once per cause, and until it is over."""

    _inherit = "service.order"

    def _update_alerts(self, projections, risks, now):
        """Raise what is new about these orders and close what is over.

        :param projections: ``{order: tools.projection.Projection}``.
        :param risks: ``{order: "none", "at_risk" or "late"}``.
        :return: the new ``service.promise.alert`` records.
        """
        known = {
            (alert.order_id, alert.promised_at, alert.level, alert.cause_key)
            for alert in self.env["service.promise.alert"].search_fetch(
                [("order_id", "in", self.ids)],
                ["order_id", "promised_at", "level", "cause_key", "cleared_at"],
            )
        }
        vals_list = []
        for order in self:
            if risks[order] != "none":
                vals = order._prepare_alert_vals(projections[order], risks[order], now)
                key = (order, order.promised_at, vals["level"], vals["cause_key"])
                if key not in known:
                    vals_list.append(vals)
        raised = self.browse([vals["order_id"] for vals in vals_list])
        safe = self.filtered(lambda order: risks[order] == "none")
        (raised | safe)._close_alerts(now)
        return self.env["service.promise.alert"].create(vals_list)

    def _prepare_alert_vals(self, projection, risk, now):
        return {
            "order_id": self.id,
            "level": risk,
            "kind": projection.limit.kind,
            # A promise breaks once, whatever else comes on top.
            "cause_key": "late" if risk == "late" else projection.limit.key,
            "risk_limit": self._get_limit_facts(projection.limit),
            "promised_at": self.promised_at,
            "projected_at": projection.moment,
            "raised_at": now,
        }

    def _close_alerts(self, now=None):
        """End the open dangers of these orders, and the reminders of them."""
        still = self.alert_ids.filtered(lambda alert: not alert.cleared_at)
        if still:
            still.cleared_at = now or fields.Datetime.now()
            still.order_id.activity_unlink([ACTIVITY])
