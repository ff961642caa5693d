from collections import defaultdict

from odoo import api, fields, models

from .service_job import AUTHORISED_STATES

INSIDERS = "base.group_user"


class ServiceOrder(models.Model):
    """How far the work on a car is, for boards; nothing is stored."""

    _inherit = "service.order"

    job_count = fields.Integer(
        "Jobs Agreed", compute="_compute_job_progress", aggregator=None, groups=INSIDERS
    )
    done_job_count = fields.Integer(
        "Jobs Done", compute="_compute_job_progress", aggregator=None, groups=INSIDERS
    )
    allowed_hours = fields.Float(
        "Hours Sold", compute="_compute_job_progress", aggregator=None, groups=INSIDERS
    )
    clocked_hours = fields.Float(
        "Hours Clocked", compute="_compute_job_progress", aggregator=None, groups=INSIDERS,
        help="Running clocks count once they are stopped.",
    )
    job_progress = fields.Char(
        "Progress", compute="_compute_job_progress", groups=INSIDERS,
        help="Jobs done, of those agreed to.",
    )
    days_in_shop = fields.Integer(
        compute="_compute_days_in_shop", aggregator=None, groups=INSIDERS,
        help="Full days since the car was taken in.",
    )

    @api.depends("job_ids.state", "job_ids.allowed_hours", "job_ids.clocking_ids.hours")
    def _compute_job_progress(self):
        counts = defaultdict(lambda: [0, 0, 0.0])
        for order, state, count, hours in self.env["service.job"]._read_group(
            [("order_id", "in", self.ids), ("state", "in", AUTHORISED_STATES)],
            ["order_id", "state"],
            ["__count", "allowed_hours:sum"],
        ):
            found = counts[order.id]
            found[0] += count
            found[1] += count if state in ("qc", "done") else 0
            found[2] += hours
        clocked = {
            order.id: hours
            for order, hours in self.env["service.clocking"]._read_group(
                [("order_id", "in", self.ids)], ["order_id"], ["hours:sum"]
            )
        }
        for order in self:
            total, done, hours = counts[order._origin.id]
            order.job_count, order.done_job_count, order.allowed_hours = total, done, hours
            order.clocked_hours = clocked.get(order._origin.id, 0.0)
            order.job_progress = f"{done} / {total}" if total else False

    @api.depends("checked_in_at", "ready_at")
    def _compute_days_in_shop(self):
        now = fields.Datetime.now()
        for order in self:
            stay = order.checked_in_at and (order.ready_at or now) - order.checked_in_at
            order.days_in_shop = stay.days if stay else 0
