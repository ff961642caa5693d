from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from .service_complaint_handling import may_handle

STATEMENT = "service_advisor_quality.mail_activity_type_statement"


class ServiceComplaintStatement(models.Model):
    """What a technician says about the work that a customer complains of.

    Technicians read and answer their own only; what they need to know of the complaint comes along,
    the complaint itself and its customer do not.
    """

    _name = "service.complaint.statement"
    _description = "Statement on a Complaint"
    _inherit = ["service.kept.mixin", "mail.thread", "mail.activity.mixin"]
    _order = "complaint_id, id"
    _kept_fields = frozenset(
        {"asked_at", "asked_by_id", "given_at", "taken_by_id", "waived_at", "waived_by_id"}
    )

    complaint_id = fields.Many2one(
        "service.complaint", required=True, index=True, ondelete="cascade"
    )
    complaint_name = fields.Char(related="complaint_id.name", string="Complaint No.")
    company_id = fields.Many2one(
        related="complaint_id.company_id", store=True, precompute=True, index=True
    )
    employee_id = fields.Many2one("hr.employee", "Asked", required=True, index=True)
    user_id = fields.Many2one(
        related="employee_id.user_id", string="User", store=True, precompute=True, index=True
    )
    plate = fields.Char(related="complaint_id.vehicle_id.plate")
    complaint_words = fields.Text(
        related="complaint_id.description", string="The Customer Says"
    )
    question = fields.Char(help="What you want to know in particular.")
    facts = fields.Html("What Was Done", compute="_compute_facts", sanitize=False)
    text = fields.Text("Statement")
    asked_at = fields.Datetime(
        "Asked On", required=True, readonly=True, default=fields.Datetime.now
    )
    asked_by_id = fields.Many2one(
        "res.users", required=True, readonly=True, default=lambda self: self.env.user
    )
    given_at = fields.Datetime("Given On", readonly=True, copy=False)
    taken_by_id = fields.Many2one(
        "res.users",
        "Taken Down By",
        readonly=True,
        copy=False,
        help="Who wrote it down, where it was not the technician.",
    )
    waived_at = fields.Datetime("Given Up On", readonly=True, copy=False)
    waived_by_id = fields.Many2one("res.users", "Given Up By", readonly=True, copy=False)
    is_open = fields.Boolean("Waiting", compute="_compute_is_open", search="_search_is_open")
    is_mine = fields.Boolean("Mine", compute="_compute_is_mine")

    _uniq = models.UniqueIndex(
        "(complaint_id, employee_id)", "This person was asked already about this complaint."
    )

    @api.depends("complaint_id.name", "employee_id.name")
    def _compute_display_name(self):
        # Whoever may read a statement knows of the complaint that it is about.
        for statement, known in zip(self, self.sudo(), strict=True):
            statement.display_name = f"{known.complaint_id.name} – {known.employee_id.name}"

    @api.depends("given_at", "waived_at")
    def _compute_is_open(self):
        for statement in self:
            statement.is_open = not (statement.given_at or statement.waived_at)

    def _search_is_open(self, operator, value):
        if operator != "in":
            return NotImplemented
        return [("given_at", "=", False), ("waived_at", "=", False)]

    @api.depends("user_id")
    @api.depends_context("uid")
    def _compute_is_mine(self):
        for statement in self:
            statement.is_mine = statement.user_id == self.env.user

    @api.depends("complaint_id", "employee_id")
    @api.depends_context("lang")
    def _compute_facts(self):
        # The facts of the own work only; the complaint is not the technician's to read.
        for statement in self.sudo():
            complaint = statement.complaint_id
            statement.facts = complaint and self.env["ir.qweb"]._render(
                "service_advisor_quality.complaint_review",
                {"review": complaint._get_review(statement.employee_id)},
            )

    # ---- records --------------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        statements = super().create(vals_list)
        for statement in statements:
            statement.complaint_id._check_is_handled()
        statements._ask()
        return statements

    def write(self, vals):
        if not self.env.su:
            self._check_can_write(vals)
        return super().write(vals)

    def _check_can_write(self, vals):
        if vals.keys() & {"complaint_id", "employee_id"}:
            raise UserError(
                self.env._("A statement stays with whom it was asked from. Ask somebody else anew.")
            )
        for statement in self:
            if statement.given_at and vals.keys() & {"text", "question"}:
                raise UserError(
                    self.env._(
                        "%(statement)s is given and stays as it is. Ask again in the "
                        "messages of the complaint.",
                        statement=statement.display_name,
                    )
                )
            if "question" in vals and not may_handle(self.env):
                raise AccessError(self.env._("Whoever asks writes the question."))

    @api.ondelete(at_uninstall=False)
    def _unlink_except_given(self):
        for statement in self:
            if statement.given_at or statement.waived_at:
                raise UserError(
                    self.env._(
                        "%(statement)s belongs to the record of the complaint.",
                        statement=statement.display_name,
                    )
                )

    # ---- steps ----------------------------------------------------------------------------

    def _ask(self):
        """Put the question on the list of each technician who has a user."""
        for statement in self.filtered(lambda each: each.user_id and each.is_open):
            statement.activity_schedule(
                STATEMENT,
                user_id=statement.user_id.id,
                summary=self.env._("Say what you did and saw"),
                note=statement.question or False,
            )

    def action_give(self):
        """Keep these statements as given by the technicians, or as taken down by the desk.

        :raises UserError: where nothing is written, or it was given before.
        """
        self.check_access("write")
        self._check_can_give()
        for taken, statements in self.grouped(lambda each: not each.is_mine).items():
            # loop: the technician's own words, and those that others took down
            statements._keep(
                {"given_at": fields.Datetime.now(), "taken_by_id": taken and self.env.uid}
            )
        self._after_give()
        return True

    def _check_can_give(self):
        for statement in self:
            if not statement.is_open:
                raise UserError(
                    self.env._(
                        "%(statement)s was given or given up already.",
                        statement=statement.display_name,
                    )
                )
            if not (statement.text or "").strip():
                raise UserError(
                    self.env._(
                        "%(statement)s: write what you did and saw first, then press Give "
                        "Statement.",
                        statement=statement.display_name,
                    )
                )
            if not statement.is_mine and not may_handle(self.env):
                raise AccessError(
                    self.env._(
                        "%(statement)s is given by that person, or taken down by the desk.",
                        statement=statement.display_name,
                    )
                )

    def _after_give(self):
        """Hook: called once these statements are given; tells who handles the complaint."""
        # Activities and complaints are not the technician's; the answer ends and reaches them.
        for statement in self.sudo():
            statement.activity_unlink([STATEMENT])
            statement.complaint_id.message_post(
                body=self.env._(
                    "Statement of %(name)s: %(text)s",
                    name=statement.employee_id.name,
                    text=statement.text,
                ),
                author_id=self.env.user.partner_id.id,
                partner_ids=statement.complaint_id.advisor_id.partner_id.ids,
                subtype_xmlid="mail.mt_note",
            )

    def action_waive(self):
        """Go on without these statements, for instance of somebody who has left. Why is written
        as the statement.

        :raises UserError: where the statement is given, or does not say why there is none.
        """
        self.check_access("write")
        if not may_handle(self.env):
            raise AccessError(self.env._("The desk decides whether a statement can be missed."))
        for statement in self:
            if not statement.is_open or not (statement.text or "").strip():
                raise UserError(
                    self.env._(
                        "%(statement)s: write in its text why it can not be had; what is given "
                        "already stays.",
                        statement=statement.display_name,
                    )
                )
        self._keep({"waived_at": fields.Datetime.now(), "waived_by_id": self.env.uid})
        # Whoever goes on without it need not own the activity of the technician.
        self.sudo().activity_unlink([STATEMENT])
        return True
