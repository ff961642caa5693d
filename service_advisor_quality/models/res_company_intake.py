from odoo import api, fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    service_complaint_manager_id = fields.Many2one(
        "res.users",
        "Complaint Manager",
        domain=[("share", "=", False)],
        help="Who is told of a complaint whose first contact is overdue. Empty: the first service "
        "manager of the company.",
    )
    service_general_manager_ids = fields.Many2many(
        "res.users",
        "res_company_service_general_manager_rel",
        string="General Managers",
        domain=[("share", "=", False)],
        help="Who is told at once of major complaints. Empty: the complaint manager.",
    )
    service_complaint_alias_id = fields.Many2one(
        "mail.alias",
        "Address of Complaints",
        readonly=True,
        copy=False,
        help="E-mails to this address become complaints of the company.",
    )

    @api.model
    def _get_numbers(self):
        return super()._get_numbers() | {"service.complaint": ("Complaint", "CP", 6)}

    @api.model_create_multi
    def create(self, vals_list):
        companies = super().create(vals_list)
        companies._create_complaint_aliases()
        return companies

    def _create_complaint_aliases(self):
        """Give each of these companies an alias for complaints, without an address yet."""
        missing = self.filtered(lambda company: not company.service_complaint_alias_id)
        # Who creates a company may not create aliases.
        aliases = self.env["mail.alias"].sudo().create(
            [company._prepare_complaint_alias_vals() for company in missing]
        )
        for company, alias in zip(missing, aliases, strict=True):
            company.service_complaint_alias_id = alias

    def _prepare_complaint_alias_vals(self):
        return {
            "alias_model_id": self.env["ir.model"]._get_id("service.complaint"),
            "alias_domain_id": self.alias_domain_id.id,
            "alias_defaults": repr({"company_id": self.id, "channel": "email"}),
            "alias_contact": "everyone",
        }

    def _get_complaint_manager(self):
        """Return the user who is told of overdue complaints of this company."""
        self.ensure_one()
        if self.service_complaint_manager_id.active:
            return self.service_complaint_manager_id
        return self._get_first_user("service_advisor.group_manager")

    def _get_first_user(self, group):
        """Return the first user of this company who is in ``group``, an XML id; machines and
        administrators only where there is nobody else."""
        self.ensure_one()
        # Groups are read by administrators only; whoever works is told by whoever acts.
        users = self.env.ref(group).sudo().all_user_ids
        users = users.filtered(lambda user: user.active and self in user.company_ids).sorted("id")
        machines = self.env.ref("base.user_root") | self.env.ref("base.user_admin")
        return (users - machines or users)[:1]

    def _get_general_managers(self):
        """Return the users who are told of major complaints of this company."""
        self.ensure_one()
        chosen = self.service_general_manager_ids.filtered("active")
        return chosen or self._get_complaint_manager()
