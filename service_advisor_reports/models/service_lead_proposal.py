from markupsafe import Markup
from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import plaintext2html

# Why a customer may want another car; the weightiest first.
REASONS = [
    ("wish", "Customer's Wish"),
    ("lease", "Lease Ends"),
    ("bill", "Big Repair Bill"),
    ("age", "Old Car"),
    ("lost", "Lost Customer"),
]
OPEN_STATES = ("proposed", "handed")


class ServiceLeadProposal(models.Model):
    """A customer who may want another car: proposed, handed over to sales or dropped.

    Sales gets a lead with the reason, and the customer only where the customer consents. What
    became of it comes back here, onto the car and the customer.
    """

    _name = "service.lead.proposal"
    _description = "Proposal to Sales"
    _inherit = ["service.kept.mixin"]
    _order = "id desc"
    _rec_name = "words"
    _check_company_auto = True
    _kept_fields = frozenset(
        {"state", "lead_id", "decided_at", "decided_by_id", "drop_reason", "feedback"}
    )

    vehicle_id = fields.Many2one(
        "service.vehicle", required=True, ondelete="cascade", check_company=True
    )
    company_id = fields.Many2one(
        related="vehicle_id.company_id", store=True, precompute=True, index=True
    )
    partner_id = fields.Many2one(
        "res.partner",
        "Customer",
        compute="_compute_partner_id",
        store=True,
        precompute=True,
        index=True,
        help="The owner when it was proposed.",
    )
    advisor_id = fields.Many2one(
        "res.users",
        "Service Advisor",
        default=lambda self: self.env.user,
        help="Whom sales asks about the customer, and who is told what became of it.",
    )
    reason = fields.Selection(REASONS, required=True, default="wish")
    words = fields.Char("Why", required=True, help="Sales reads this: name nobody in it.")
    consent = fields.Selection(
        [("given", "Agreed"), ("refused", "Refused"), ("unknown", "Not Asked")],
        "Contact by Sales",
        compute="_compute_consent",
        help="Whether the customer agreed that sales gets in touch. Not asked: sales gets the "
        "lead without name, phone and plate.",
    )
    state = fields.Selection(
        [
            ("proposed", "Proposed"),
            ("handed", "With Sales"),
            ("won", "Won"),
            ("lost", "Lost"),
            ("dropped", "Dropped"),
        ],
        default="proposed",
        required=True,
        readonly=True,
        copy=False,
    )
    lead_id = fields.Many2one(
        "crm.lead", readonly=True, copy=False, index="btree_not_null", ondelete="set null"
    )
    decided_at = fields.Datetime("Decided On", readonly=True, copy=False)
    decided_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    drop_reason = fields.Char("Why Dropped", readonly=True, copy=False)
    feedback = fields.Char("Feedback From Sales", readonly=True, copy=False)

    _open_uniq = models.UniqueIndex(
        "(vehicle_id) WHERE state IN ('proposed', 'handed')",
        "This car is proposed to sales already.",
    )
    _vehicle_idx = models.Index("(vehicle_id, reason)")

    @api.depends("vehicle_id")
    def _compute_partner_id(self):
        for proposal in self:
            proposal.partner_id = proposal.vehicle_id.owner_id

    @api.depends("partner_id")
    def _compute_consent(self):
        consenting = self.partner_id._get_consenting("sales")
        refusing = self.partner_id._get_refusing("sales")
        for proposal in self:
            partner = proposal.partner_id._origin
            proposal.consent = (
                "given" if partner in consenting
                else "refused" if partner in refusing
                else "unknown"
            )

    @api.depends("reason", "vehicle_id")
    @api.depends_context("lang")
    def _compute_display_name(self):
        reasons = dict(self._fields["reason"]._description_selection(self.env))
        for proposal in self:
            car = proposal.vehicle_id.display_name
            proposal.display_name = f"{car}: {reasons.get(proposal.reason)}"

    def write(self, vals):
        if not self.env.su and vals.keys() & {"vehicle_id", "reason", "words", "advisor_id"}:
            self._check_proposed()
        return super().write(vals)

    # ---- steps ----------------------------------------------------------------------------

    def _refuse(self, why):
        """Raise the error that names this proposal and says why and what to do."""
        self.ensure_one()
        raise UserError(
            self.env._("%(proposal)s: %(why)s", proposal=self.display_name, why=why)
        )

    def _check_proposed(self):
        self._lock()
        for proposal in self:
            if proposal.state != "proposed":
                proposal._refuse(
                    self.env._("It has been decided already. Reload the list to see how.")
                )

    def action_hand_over(self):
        """Make the leads of these proposals for the sales team of their company.

        :raises UserError: naming the one that can not be handed over, and why.
        """
        self._check_can_hand_over()
        # Advisors have no rights in sales; what is written is decided here.
        Lead = self.env["crm.lead"].sudo().with_context(mail_create_nosubscribe=True)
        leads = Lead.create([proposal._prepare_lead_vals() for proposal in self])
        for proposal, lead in zip(self, leads, strict=True):
            proposal._keep({"lead_id": lead.id})
        self._keep(self._prepare_decision_vals("handed"))
        self._after_hand_over()
        return True

    def _check_can_hand_over(self):
        self._check_proposed()
        for proposal in self:
            if not proposal.company_id.service_lead_team_id:
                proposal._refuse(
                    self.env._(
                        "No sales team gets the leads of %(company)s. Choose one in the settings "
                        "of Service.",
                        company=proposal.company_id.name,
                    )
                )
            if proposal.vehicle_id.owner_id != proposal.partner_id:
                proposal._refuse(
                    self.env._("The car has another owner by now. Drop the proposal.")
                )
            if proposal.consent == "refused":
                proposal._refuse(
                    self.env._(
                        "The customer does not want sales to get in touch. Drop the proposal; if "
                        "the customer thinks otherwise now, record the consent first."
                    )
                )

    def _prepare_lead_vals(self):
        """Hook: return the values of the lead: no more of the customer than the consent allows."""
        self.ensure_one()
        team = self.company_id.service_lead_team_id
        reasons = dict(self._fields["reason"]._description_selection(self.env))
        model = self.vehicle_id.model_id.display_name or self.env._("Car")
        return {
            "name": f"{model}: {reasons[self.reason]}",
            "type": "lead" if team.use_leads else "opportunity",
            "team_id": team.id,
            "user_id": False,
            "company_id": self.company_id.id,
            "partner_id": self.partner_id.id if self.consent == "given" else False,
            "description": self._prepare_lead_description(),
            "service_reason": self.reason,
            "service_contact_id": self.advisor_id.id,
        }

    def _prepare_lead_description(self):
        note = Markup()
        if self.consent != "given":
            note = Markup("<p>%s</p>") % self.env._(
                "The customer was not asked whether sales may get in touch. Ask %(advisor)s to "
                "speak with the customer first.",
                advisor=self.advisor_id.name or self.env._("the service department"),
            )
        return plaintext2html(self.words) + note

    def _prepare_decision_vals(self, state):
        return {
            "state": state,
            "decided_at": fields.Datetime.now(),
            "decided_by_id": self.env.uid,
        }

    def _after_hand_over(self):
        """Hook: the leads of these proposals are made."""

    def action_open_drop(self):
        """Ask why these proposals are dropped."""
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Drop"),
            "res_model": "service.lead.drop.wizard",
            "view_mode": "form",
            "target": "new",
            "context": {"default_proposal_ids": self.ids},
        }

    def _drop(self, reason):
        """Take these proposals off the list; the same is not proposed again for a while."""
        self._check_proposed()
        self._keep(dict(self._prepare_decision_vals("dropped"), drop_reason=reason))

    def action_view_lead(self):
        """Open the lead of this proposal."""
        return self.lead_id._get_records_action()

    @api.ondelete(at_uninstall=False)
    def _unlink_except_decided(self):
        for proposal in self:
            if proposal.state != "proposed":
                proposal._refuse(self.env._("It is kept, so that it is not proposed again."))
