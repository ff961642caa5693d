from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command


class ServiceApprovalWizard(models.TransientModel):
    """The customer's answer to a proposal, taken down job by job."""

    _name = "service.approval.wizard"
    _description = "Customer's Answer"

    order_id = fields.Many2one("service.order", required=True, readonly=True, ondelete="cascade")
    channel = fields.Selection(
        [("counter", "Counter"), ("phone", "Phone")],
        "Answered Through",
        default="counter",
        required=True,
    )
    person = fields.Char(
        "Answered By",
        compute="_compute_person",
        store=True,
        readonly=False,
        required=True,
        precompute=True,
    )
    signature = fields.Image(max_width=1024, max_height=512)
    line_ids = fields.One2many(
        "service.approval.wizard.line",
        "wizard_id",
        "Jobs",
        compute="_compute_line_ids",
        store=True,
        readonly=False,
    )
    proposal_id = fields.Many2one(
        "service.proposal",
        compute="_compute_proposal_id",
        store=True,
        precompute=True,
        help="The version the customer was told.",
    )
    has_declined = fields.Boolean(compute="_compute_has_declined")

    @api.depends("order_id")
    def _compute_person(self):
        for wizard in self:
            wizard.person = wizard.order_id.partner_id.name

    @api.depends("order_id")
    def _compute_proposal_id(self):
        proposals = self.order_id._get_open_proposals()
        for wizard in self:
            wizard.proposal_id = wizard.proposal_id or proposals.get(wizard.order_id._origin)

    @api.depends("order_id")
    def _compute_line_ids(self):
        for wizard in self:
            jobs = wizard.order_id._get_quoted_jobs()
            wizard.line_ids = [Command.clear()] + [
                Command.create({"job_id": job.id}) for job in jobs
            ]

    @api.depends("line_ids.answer")
    def _compute_has_declined(self):
        for wizard in self:
            wizard.has_declined = any(line.answer == "declined" for line in wizard.line_ids)

    def action_confirm(self):
        """Keep the answer on the jobs and confirm the estimates of the approved ones."""
        self.ensure_one()
        approved = self.line_ids.filtered(lambda line: line.answer == "approved").job_id
        declined = self.line_ids.filtered(lambda line: line.answer == "declined").job_id
        if not approved | declined:
            raise UserError(self.env._("Choose an answer for at least one job."))
        estimates = approved.line_ids.order_id
        self.order_id._record_answer(
            {"approved": approved, "declined": declined},
            {
                "authorised_via": self.channel,
                "authorised_name": self.person,
                "signature": self.signature,
            },
            seen=self.proposal_id,
            refusals=self.line_ids._get_refusals(),
        )
        if self.signature:
            estimates.filtered(lambda estimate: estimate.state == "sale").write(
                {
                    "signature": self.signature,
                    "signed_by": self.person,
                    "signed_on": fields.Datetime.now(),
                }
            )
        return {"type": "ir.actions.act_window_close"}


class ServiceApprovalWizardLine(models.TransientModel):
    """The answer on one job."""

    _name = "service.approval.wizard.line"
    _description = "Customer's Answer on a Job"

    wizard_id = fields.Many2one(
        "service.approval.wizard", required=True, index=True, ondelete="cascade"
    )
    job_id = fields.Many2one("service.job", required=True, ondelete="cascade")
    payer_id = fields.Many2one(related="job_id.payer_id")
    currency_id = fields.Many2one(related="job_id.currency_id")
    amount_customer = fields.Monetary("Customer Pays", compute="_compute_amount_customer")
    answer = fields.Selection(
        [("approved", "Approves"), ("declined", "Declines"), ("open", "Still thinking")],
        default="approved",
        required=True,
    )
    decline_reason = fields.Char("Reason for Declining")
    followup_date = fields.Date("Ask Again On")
    followup_odometer = fields.Integer("Ask Again At (km)")

    @api.depends("job_id")
    def _compute_amount_customer(self):
        """Show what the customer agrees to pay; what others bear of a job is theirs to agree."""
        for line in self:
            line.amount_customer = line.job_id._get_customer_total()

    def _get_refusals(self):
        """Return what ``service.order._record_answer`` wants to know of declined jobs.

        :raises UserError: naming a declined job without a reason.
        """
        declined = self.filtered(lambda line: line.answer == "declined")
        for line in declined:
            if not (line.decline_reason or "").strip():
                raise UserError(
                    self.env._(
                        "Write down why the customer declined \"%(job)s\": it decides the next "
                        "proposal.",
                        job=line.job_id.display_name,
                    )
                )
        return {
            line.job_id: {
                "decline_reason": line.decline_reason.strip(),
                "followup_date": line.followup_date,
                "followup_odometer": line.followup_odometer,
            }
            for line in declined
        }
