from datetime import timedelta
from uuid import uuid4

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

# Who was not asked within these days after the delay is not asked any more.
LATE = timedelta(days=14)
# What the scheduled actions keep of a visit.
ASKED = frozenset({"survey_status", "followup_made_at"})


class ServiceOrder(models.Model):
    """Asking the customer how the visit was: once per visit, and not more often than wanted."""

    _inherit = "service.order"

    survey_status = fields.Selection(
        [
            ("asked", "Asked"),
            ("no_email", "No E-mail Address"),
            ("refused", "Customer Wants No Surveys"),
            ("blacklisted", "Address Blacklisted"),
            ("recent", "Asked Lately"),
            ("internal", "Own Car"),
        ],
        "Survey",
        readonly=True,
        copy=False,
        help="Whether the customer was asked about this visit, or why not.",
    )

    followup_made_at = fields.Datetime(
        "Follow-Ups Made On",
        readonly=True,
        copy=False,
        help="When the calls about this visit were put on the list.",
    )
    followup_ids = fields.One2many("service.followup", "order_id", "Follow-Ups")
    followup_count = fields.Integer(compute="_compute_followup_count")

    _followup_due_idx = models.Index(
        "(delivered_at) WHERE followup_made_at IS NULL AND delivered_at IS NOT NULL"
    )
    _survey_due_idx = models.Index(
        "(delivered_at) WHERE survey_status IS NULL AND delivered_at IS NOT NULL"
    )

    @api.depends("followup_ids")
    def _compute_followup_count(self):
        counts = dict(
            self.env["service.followup"]._read_group(
                [("order_id", "in", self.ids)], ["order_id"], ["__count"]
            )
        )
        for order in self:
            order.followup_count = counts.get(order._origin, 0)

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._check_not_asked(vals)
        return super().create(vals_list)

    def write(self, vals):
        self._check_not_asked(vals)
        return super().write(vals)

    def _check_not_asked(self, vals):
        """Whoever could type in who was asked and called would choose who is not."""
        defaults = {f"default_{name}" for name in ASKED} & self.env.context.keys()
        if defaults or ASKED & vals.keys():
            self._check_not_kept([name for name in ASKED if name in vals or defaults])

    @api.model
    def _cron_ask_customers(self):
        """Send the survey to customers whose car was handed over, see the settings."""
        domain = self._get_survey_domain()
        orders = self.search(domain, order="delivered_at, id")
        self.env["service.batch"]._run(orders, domain, lambda batch: batch._ask_customers())

    @api.model
    def _get_survey_domain(self):
        """Hook: return the domain of the orders whose customers are asked now."""
        now = fields.Datetime.now()
        due = []
        for company in self.env["res.company"].search([("service_survey_send", "=", True)]):
            until = now - timedelta(days=company.service_survey_delay)
            due.append(
                Domain("company_id", "=", company.id)
                & Domain("delivered_at", "<=", until)
                & Domain("delivered_at", ">", until - LATE)
            )
        return Domain.OR(due) & Domain("survey_status", "=", False)

    def _ask_customers(self):
        """Send the survey about these visits, or keep why it is not sent.

        Costs the same number of queries for one order as for a batch.
        """
        now = fields.Datetime.now()
        status = {order: order._get_survey_refusal() for order in self}
        free = self.filtered(lambda order: not status[order])
        for order, claimed in free._claim_customers(now).items():
            status[order] = "asked" if claimed else "recent"
        asked = free.filtered(lambda order: status[order] == "asked")
        # Nobody follows an answer: looking for followers would cost a query for each.
        Answer = self.env["survey.user_input"].with_context(tracking_disable=True)
        answers = Answer.create([order._prepare_survey_vals(now) for order in asked])
        answers = answers.with_env(self.env)
        template = self.env.ref("service_advisor_quality.mail_template_survey")
        # Sent by the queue of e-mails: a server that is down loses none of them.
        template.send_mail_batch(answers.ids)
        for reason, orders in self.grouped(status.get).items():
            orders.with_context(tracking_disable=True)._keep({"survey_status": reason})

    def _get_survey_refusal(self):
        """Hook: return why the customer of this order is not asked, or None."""
        partner = self.partner_id
        if partner in (self.company_id.partner_id, self.company_id.service_internal_partner_id):
            return "internal"
        if partner.service_no_survey:
            return "refused"
        if not partner.email_normalized:
            return "no_email"
        return "blacklisted" if partner.is_blacklisted else None

    def _claim_customers(self, moment):
        """Return ``{order: whether its customer may be asked}`` and keep that they are asked.

        The row of the customer is what two workers meet at: the second is refused by the
        database, where both are about visits of one customer.
        """
        claimed = set()
        # loop: once per company, whose pause it is
        for company, orders in self.grouped("company_id").items():
            since = moment - timedelta(days=company.service_survey_pause)
            rows = self.env.execute_query(
                SQL(
                    """UPDATE res_partner SET service_asked_at = %(moment)s
                        WHERE id = ANY(%(ids)s)
                          AND (service_asked_at IS NULL OR service_asked_at <= %(since)s)
                    RETURNING id""",
                    moment=moment,
                    ids=orders.partner_id.ids,
                    since=since,
                )
            )
            asked = {partner for [partner] in rows}
            for order in orders:
                if order.partner_id.id in asked:
                    claimed.add(order)
                    # One visit of each customer: the earliest.
                    asked.remove(order.partner_id.id)
        self.partner_id.invalidate_recordset(["service_asked_at"], flush=False)
        return {order: order in claimed for order in self}

    def _prepare_survey_vals(self, moment):
        """Hook: return the values of the answer that the customer of this order is to give."""
        company, partner = self.company_id, self.partner_id
        lang = self.env["res.lang"]._get_data(code=partner.lang).id
        return {
            "survey_id": company._get_service_survey().id,
            "partner_id": partner.id,
            "email": partner.email,
            "nickname": partner.name,
            "lang_id": lang,
            "invite_token": str(uuid4()),
            "deadline": moment + timedelta(days=company.service_survey_validity),
            "service_order_id": self.id,
            "service_company_id": company.id,
            "service_warehouse_id": self.warehouse_id.id,
            "service_advisor_id": self.advisor_id.id,
        }

    def action_view_survey(self):
        """Open what the customer answered about these visits."""
        results = self.env["service.survey.result"].search([("order_id", "in", self.ids)])
        return results._get_records_action(name=self.env._("Survey"))

    def action_view_followups(self):
        """Open the calls about these visits."""
        followups = self.env["service.followup"].search([("order_id", "in", self.ids)])
        return followups._get_records_action(name=self.env._("Follow-Ups"))
