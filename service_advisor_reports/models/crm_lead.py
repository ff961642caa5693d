from odoo import api, fields, models

from .service_lead_proposal import REASONS

# What decides whether a lead is won, lost or open.
DECIDING = {"stage_id", "active", "probability", "lost_reason_id"}


class CrmLead(models.Model):
    """A lead that the service department proposed: why, and whom to ask about the customer."""

    _inherit = "crm.lead"

    service_reason = fields.Selection(REASONS, "Proposed by Service", readonly=True)
    service_contact_id = fields.Many2one(
        "res.users", "Ask", readonly=True, help="The service advisor who knows the customer."
    )
    service_car_id = fields.Many2one(
        "service.vehicle.sales", "Car", compute="_compute_service_car_id"
    )

    def _compute_service_car_id(self):
        # The car is shown as sales may see it; proposals are the service department's.
        Proposal = self.env["service.lead.proposal"].sudo()
        ours = self.filtered("service_reason")
        proposals = Proposal.search([("lead_id", "in", ours.ids)]) if ours else Proposal
        cars = {proposal.lead_id.id: proposal.vehicle_id.id for proposal in proposals}
        for lead in self:
            lead.service_car_id = cars.get(lead._origin.id, False)

    def write(self, vals):
        result = super().write(vals)
        if vals.keys() & DECIDING:
            self._tell_service()
        return result

    def _tell_service(self):
        """Give the service department feedback on those of these leads that it proposed."""
        ours = self.filtered("service_reason")
        if not ours:
            return
        # People of sales have no right to proposals; what is told is what they did.
        proposals = self.env["service.lead.proposal"].sudo().search([("lead_id", "in", ours.ids)])
        state_of = {"won": "won", "lost": "lost", "pending": "handed"}
        changed = proposals.filtered(
            lambda proposal: proposal.state != state_of[proposal.lead_id.won_status]
            or (proposal.state == "lost" and not proposal.feedback)
        )
        for (status, reason), same in changed.grouped(
            lambda proposal: (proposal.lead_id.won_status, proposal.lead_id.lost_reason_id)
        ).items():
            if status == "lost" and not reason and same.filtered(lambda p: p.state == "lost"):
                continue
            same._receive(state_of[status], reason.name if status == "lost" else False)

    def _merge_get_fields(self):
        return [*super()._merge_get_fields(), "service_reason", "service_contact_id"]

    def _merge_dependences(self, opportunities):
        """The service department hears of what remains of merged leads."""
        # People of sales have no right to proposals.
        proposals = self.env["service.lead.proposal"].sudo().search(
            [("lead_id", "in", opportunities.ids)]
        )
        proposals.write({"lead_id": self.id})
        return super()._merge_dependences(opportunities)

    @api.ondelete(at_uninstall=False)
    def _unlink_tell_service(self):
        ours = self.filtered("service_reason")
        if ours:
            # As above.
            proposals = self.env["service.lead.proposal"].sudo().search(
                [("lead_id", "in", ours.ids), ("state", "=", "handed")]
            )
            proposals._receive("lost", self.env._("The lead was deleted"))
