from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain

# So many improvements are escalated in one transaction.
BATCH = 100
ACTIVITY = "service_advisor_quality.mail_activity_type_improvement"


class ServiceImprovement(models.Model):
    """What is late with an improvement, and who is told: its owner, then the managers."""

    _inherit = "service.improvement"

    deadline = fields.Date(
        "Next Date",
        compute="_compute_deadline",
        store=True,
        help="When the actions are due; once they are done, when it is checked.",
    )
    is_overdue = fields.Boolean(
        "Overdue", compute="_compute_is_overdue", search="_search_is_overdue"
    )
    escalation = fields.Selection(
        [("none", "Nobody"), ("owner", "Owner"), ("manager", "Managers")],
        "Reminded",
        default="none",
        required=True,
        readonly=True,
        copy=False,
    )

    _deadline_idx = models.Index("(deadline) WHERE deadline IS NOT NULL")

    @api.depends("state", "due_date", "check_date")
    def _compute_deadline(self):
        for improvement in self:
            if improvement.state in ("closed", "cancelled"):
                improvement.deadline = False
            elif improvement.state == "verify":
                improvement.deadline = improvement.check_date
            else:
                improvement.deadline = improvement.due_date

    @api.depends("deadline")
    def _compute_is_overdue(self):
        for improvement in self:
            deadline = improvement.deadline
            improvement.is_overdue = bool(deadline and deadline < improvement._get_today())

    def _search_is_overdue(self, operator, value):
        if operator != "in":
            return NotImplemented
        return self._get_overdue_domain()

    def _get_today(self):
        """Return the day it is where the company is."""
        return self._get_day_of(self.company_id)

    @api.model
    def _get_day_of(self, company):
        # Whoever is late need not read working hours.
        tz = company.sudo().resource_calendar_id.tz or self.env.user.tz
        return fields.Date.context_today(self.with_context(tz=tz))

    @api.model
    def _get_overdue_domain(self, days=None):
        """Return the domain of what is overdue.

        :param days: function of a ``res.company``: only what is overdue since so many days.
        """
        by_day = {}
        # Every company has its own today.
        for [company] in self._read_group([("deadline", "!=", False)], ["company_id"]):
            late = timedelta(days=days(company) if days else 0)
            by_day.setdefault(self._get_day_of(company) - late, []).append(company.id)
        return Domain.OR(
            Domain("company_id", "in", ids) & Domain("deadline", "<", day)
            for day, ids in by_day.items()
        )

    def write(self, vals):
        result = super().write(vals)
        if {"due_date", "check_date", "state"} & vals.keys():
            # A new date is a new start: who was reminded is reminded of it again.
            late = self.filtered(lambda found: found.escalation != "none" and not found.is_overdue)
            if late:
                # Kept: the dates write it, nobody by hand.
                late.sudo().write({"escalation": "none"})
        return result

    # ---- scheduled action -----------------------------------------------------------------

    @api.model
    def _cron_escalate(self):
        """Remind the owners of overdue improvements once, and their managers some days later.

        In batches that are committed one by one: two workers share the work, and what one that is
        killed had not committed is done by the next run.
        """
        to_owner = self._get_owner_domain()
        to_manager = self._get_manager_domain()
        total = self.search_count(to_owner | to_manager)
        self.env["ir.cron"]._commit_progress(remaining=total)
        if self._escalate_all(to_owner, "owner"):
            self._escalate_all(to_manager, "manager")

    @api.model
    def _get_owner_domain(self):
        """Hook: return the domain of the improvements whose owner is to be reminded."""
        return self._get_overdue_domain() & Domain("escalation", "=", "none")

    @api.model
    def _get_manager_domain(self):
        """Hook: return the domain of the improvements that the managers are to be told of."""
        late = self._get_overdue_domain(
            lambda company: company.service_improvement_escalation_days
        )
        return late & Domain("escalation", "=", "owner")

    @api.model
    def _escalate_all(self, domain, level):
        """Escalate what is in ``domain`` to ``level``; return whether there is time left."""
        cron = self.env["ir.cron"]
        found = self.search(domain, order="deadline, id")
        for start in range(0, len(found), BATCH):
            batch = found[start : start + BATCH]
            # Whoever holds one changes it just now; whoever was faster has reminded already.
            free = batch.try_lock_for_update(allow_referencing=True).filtered_domain(domain)
            free._escalate(level)
            if not cron._commit_progress(len(batch)):
                return False
        return True

    def _escalate(self, level):
        """Give whoever ``level`` means a reminder of each of these improvements."""
        if not self:
            return
        kind = self.env.ref(ACTIVITY)
        model = self.env["ir.model"]._get_id(self._name)
        managers = self._get_managers() if level == "manager" else {}
        self.env["mail.activity"].with_context(mail_activity_quick_update=True).create(
            [
                found._prepare_escalation_vals(kind, model, user)
                for found in self
                for user in managers.get(found.company_id, found.owner_id)
            ]
        )
        self.with_context(tracking_disable=True)._keep({"escalation": level})

    def _prepare_escalation_vals(self, kind, model, user):
        reader = self.with_context(lang=user.lang or self.env.lang)
        return {
            "activity_type_id": kind.id,
            "res_model_id": model,
            "res_id": self.id,
            "user_id": user.id,
            "summary": reader.env._("Overdue improvement of %s", self.owner_id.name),
            "note": self.problem,
            "automated": True,
            "date_deadline": self.deadline,
        }

    def _get_managers(self):
        """Return ``{company: res.users}``: the service managers of these improvements."""
        # Groups are read by administrators only.
        users = self.env.ref("service_advisor.group_manager").sudo().all_user_ids
        return {
            company: users.filtered(
                lambda user, company=company: company in user.company_ids and not user.share
                and user.active
            )
            for company in self.company_id
        }
