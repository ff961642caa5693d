from odoo import api, fields, models

from .service_hold import HOLD_REASONS


class ServiceOrder(models.Model):
    """What the car waits for, beside the state of the order."""

    _inherit = "service.order"

    hold_reason = fields.Selection(
        HOLD_REASONS,
        "On Hold For",
        compute="_compute_hold_reason",
        store=True,
        precompute=True,
        index="btree_not_null",
        help="What the first of its jobs waits for that is on hold.",
    )
    hold_note = fields.Char("On Hold", compute="_compute_hold_note")

    @api.depends("job_ids.hold_reason")
    def _compute_hold_reason(self):
        for order in self:
            order.hold_reason = order.job_ids.filtered("hold_reason")[:1].hold_reason

    @api.depends("job_ids.hold_note")
    def _compute_hold_note(self):
        for order in self:
            # The longest wait first; whoever sees the order may know it.
            held = order.job_ids.filtered("hold_reason").sorted(
                lambda job: job.sudo().current_hold_id.start_at or job.create_date
            )
            order.hold_note = "; ".join(
                f"{job.display_name}: {job.hold_note}" if len(held) > 1 else job.hold_note
                for job in held
            )

    def action_lift_holds(self):
        """End the holds of all jobs of these orders."""
        return self.job_ids.filtered("hold_reason").action_lift_hold()
