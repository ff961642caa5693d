from odoo import api, fields, models
from odoo.exceptions import UserError

from ..tools.intervals import to_datetime


class ServiceReplanWizard(models.TransientModel):
    """A proposal how to plan some days anew, to look at before it is booked."""

    _name = "service.replan.wizard"
    _description = "Plan Days Again"

    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, default=lambda self: self.env.company
    )
    day = fields.Date("From", required=True, default=fields.Date.context_today)
    days = fields.Integer(default=1, required=True)
    # Kept as it was shown: what is accepted is what was looked at.
    proposal = fields.Json(compute="_compute_proposal", store=True)
    content = fields.Html(compute="_compute_content", sanitize=False)
    has_moves = fields.Boolean(compute="_compute_content")

    _days_range = models.Constraint(
        "CHECK(days BETWEEN 1 AND 14)", "Plan between one day and two weeks again."
    )

    @api.depends("company_id", "day", "days")
    def _compute_proposal(self):
        planner = self.env["service.planner"]
        for wizard in self:  # loop: one proposal is looked at at a time
            valid = wizard.day and 1 <= wizard.days <= 14
            # What another company does is not told to whoever names it.
            valid = valid and wizard.company_id in self.env.companies
            wizard.proposal = valid and planner._replan(
                wizard.company_id, wizard.day, wizard.days
            )

    @api.depends("proposal")
    def _compute_content(self):
        for wizard in self:
            proposal = wizard.proposal or {"moves": [], "before": 0, "after": 0}
            wizard.has_moves = bool(proposal["moves"])
            wizard.content = self.env["ir.qweb"]._render(
                "service_advisor.replan_proposal",
                {
                    "before": proposal["before"],
                    "after": proposal["after"],
                    "moves": [wizard._prepare_move(move) for move in proposal["moves"]],
                },
            )

    def _prepare_move(self, move):
        """Return what is shown of one job that moves."""
        job = self.env["service.job"].browse(move["job"])
        return {
            "order": job.order_id.name,
            "plate": job.order_id.plate,
            "job": job.display_name,
            "old": self._format_rows(job.order_id, move["old"]),
            "new": self._format_rows(job.order_id, move["new"]),
        }

    def _format_rows(self, order, rows):
        """Return ``(when it begins, who and what is held)``."""
        # The names of technicians and bays are no secret to who plans them.
        resources = self.env["resource.resource"].sudo().browse(
            dict.fromkeys(resource for resource, _start, _stop in rows)
        )
        start = min(start for _resource, start, _stop in rows)
        return order._format_shop_time(to_datetime(start)), ", ".join(resources.mapped("name"))

    def action_accept(self):
        """Book the proposal.

        :raises UserError: where somebody has changed something since it was made.
        """
        self.ensure_one()
        if not self.env.user.has_group("service_advisor.group_advisor"):
            raise UserError(self.env._("Only service advisors plan work."))
        self.env["service.planner"]._book_moves(self.proposal["moves"])
        return {"type": "ir.actions.act_window_close"}
