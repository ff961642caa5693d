from collections import defaultdict

from odoo import api, fields, models

from .service_order import OPEN_STATES
from .service_suggestion import KEY


class ServiceOrder(models.Model):
    """Suggested work: found at the check-in, answered by the desk with one click each."""

    _inherit = "service.order"

    suggestion_ids = fields.One2many("service.suggestion", "order_id", "All Suggestions")
    open_suggestion_ids = fields.One2many(
        "service.suggestion", "order_id", "Suggested Work", domain=[("state", "=", "open")]
    )
    suggestion_count = fields.Integer(compute="_compute_suggestion_count")
    need_warning = fields.Text(
        compute="_compute_need_warning",
        groups="base.group_user",
        help="Recalls that forbid to drive the car, and the three guarantees.",
    )

    @api.depends("suggestion_ids")
    def _compute_suggestion_count(self):
        for order in self:
            order.suggestion_count = len(order.suggestion_ids)

    @api.depends("suggestion_ids.state")
    def _compute_need_warning(self):
        for order in self:
            warnings = order.suggestion_ids.filtered(
                lambda suggestion: suggestion.state == "open"
                and (suggestion.kind == "guarantee" or suggestion.recall_id.do_not_drive)
            )
            order.need_warning = "\n".join(
                f"{suggestion.name}. {suggestion.reason}" for suggestion in warnings
            )

    def write(self, vals):
        result = super().write(vals)
        if vals.keys() & {"vehicle_id", "odometer_in"}:
            self._refresh_suggestions()
        return result

    def _after_check_in(self):
        result = super()._after_check_in()
        self._refresh_suggestions()
        return result

    def action_refresh_suggestions(self):
        """Look again for work that these cars may need."""
        self._refresh_suggestions()
        return True

    def action_view_suggestions(self):
        """Open everything that was suggested on these orders, also what was dismissed."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "service_advisor.service_suggestion_action"
        )
        return dict(action, domain=[("order_id", "in", self.ids)])

    # ---- refresh --------------------------------------------------------------------------

    def _refresh_suggestions(self):
        """Bring the open suggestions of these orders up to date; what was answered stays.

        Costs the same number of queries for one order as for forty.
        """
        orders = self.filtered(lambda order: order.state in OPEN_STATES)
        if not orders:
            return
        # A check-in of the receptionist writes them; by hand nobody writes a suggestion.
        Suggestion = self.env["service.suggestion"].sudo()
        known = {
            (suggestion.order_id.id, *suggestion._get_key()): suggestion
            for suggestion in Suggestion.search([("order_id", "in", orders.ids)])
        }
        new = []
        for order, vals_list in orders._collect_suggestions().items():
            for vals in vals_list:
                key = (order.id, *(vals.get(name, False) for name in KEY))
                suggestion = known.pop(key, None)
                if suggestion is None:
                    new.append(dict(vals, order_id=order.id, vehicle_id=order.vehicle_id.id))
                elif suggestion._is_unanswered():
                    suggestion.write({"state": "open", "job_id": False} | vals)
        stale = (suggestion for suggestion in known.values() if suggestion.state == "open")
        Suggestion.union(*stale).unlink()
        Suggestion.create(new)
        orders.invalidate_recordset(["suggestion_ids", "open_suggestion_ids"])

    def _collect_suggestions(self):
        """Hook: return ``{order: [values of service.suggestion]}``, the weightiest first."""
        history = self._get_car_history()
        self._after_history_read(history)
        found = defaultdict(list)
        for suggested in (
            self._suggest_recalls(),
            self._suggest_guarantees(history),
            self._suggest_repair_warranty(history),
            self._suggest_declined(history),
            self._suggest_maintenance(history),
        ):
            for order, vals_list in suggested.items():
                found[order] = self._merge_suggestions(found[order], vals_list)
        return found

    def _after_history_read(self, history):
        """Hook: look at what was done before on the cars of these orders, which are being taken
        in or looked at again.

        :param history: ``{vehicle: jobs}``, see :meth:`_get_car_history`; reading it once more
            would cost the queries once more.
        """

    @api.model
    def _merge_suggestions(self, vals_list, more):
        """Return both lists as one: due maintenance that was declined before stands there once,
        with both reasons."""
        declined = {
            vals["operation_id"]: vals
            for vals in vals_list
            if vals["kind"] == "declined" and vals["operation_id"]
        }
        for vals in more:
            same = declined.get(vals.get("operation_id"))
            if vals["kind"] == "maintenance" and same:
                same["reason"] = f"{same['reason']}. {vals['reason']}"
            else:
                vals_list = [*vals_list, vals]
        return vals_list

    # ---- gates ----------------------------------------------------------------------------

    def _check_can_propose(self):
        """Refuse new jobs on orders whose work is over."""
        for order in self:
            order._check_state_is(
                [state for state in OPEN_STATES if state != "ready"],
                self.env._("propose jobs"),
            )

    def _check_can_be_ready(self):
        """Work of a recall is added before the car is ready: afterwards it is too late."""
        result = super()._check_can_be_ready()
        self._check_recalls_answered()
        return result

    def _check_can_deliver(self):
        result = super()._check_can_deliver()
        self._check_recalls_answered()
        return result

    def _check_recalls_answered(self):
        """Keep cars that must not be driven until the recall is done or refused."""
        for order, recalls in self._get_unanswered_recalls().items():
            for recall in recalls:
                order._refuse(
                    self.env._(
                        "Recall %(recall)s forbids to drive this car. Under Jobs, Suggested "
                        "Work, add the recall as a job and do it, or dismiss it with the "
                        "customer's reason. If it does not stand there, press Look Again.",
                        recall=recall.display_name,
                    )
                )
