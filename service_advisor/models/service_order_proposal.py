from collections import defaultdict

from odoo import api, fields, models
from odoo.tools import formatLang


class ServiceOrder(models.Model):
    """What is proposed to the customer, version by version."""

    _inherit = "service.order"

    proposal_ids = fields.One2many("service.proposal", "order_id", "Proposals")
    proposal_count = fields.Integer(compute="_compute_proposal_count")
    payer_totals = fields.Char(
        "By Payer", compute="_compute_payer_totals", groups="base.group_user"
    )

    def _compute_proposal_count(self):
        counts = dict(
            self.env["service.proposal"]._read_group(
                [("order_id", "in", self.ids)], ["order_id"], ["__count"]
            )
        )
        for order in self:
            order.proposal_count = counts.get(order._origin, 0)

    @api.depends("estimate_ids.amount_total", "estimate_ids.state")
    def _compute_payer_totals(self):
        """Say what each payer is asked for, where there is more than one."""
        totals = defaultdict(list)
        for order, payer, currency, total in self.env["sale.order"]._read_group(
            [("service_order_id", "in", self.ids), ("state", "!=", "cancel")],
            ["service_order_id", "partner_id", "currency_id"],
            ["amount_total:sum"],
        ):
            # Estimates that were asked about in vain, or left over from another payer.
            if not currency.is_zero(total):
                totals[order.id].append(
                    f"{payer.display_name}: {formatLang(self.env, total, currency_obj=currency)}"
                )
        for order in self:
            found = totals[order._origin.id]
            order.payer_totals = " · ".join(found) if len(found) > 1 else False

    # ---- the customer ---------------------------------------------------------------------

    def write(self, vals):
        given = vals.keys() & {"partner_id", "vehicle_id"}
        if given:
            self._check_customer_stays(vals, given)
        before = {order: order.partner_id for order in self} if given else {}
        result = super().write(vals)
        for order, former in before.items():
            if former and order.partner_id != former:
                order._forget_customer(former)
        return result

    def _check_customer_stays(self, vals, given):
        """Refuse another customer or car once the work is over: what the customer owes holds the
        car, and it stays on the estimates of who agreed to it."""
        if self.env.su:
            return
        for order in self.filtered(lambda order: order.state in ("ready", "delivered", "closed")):
            if any(order[name].id != vals[name] for name in given):
                labels = dict(self._fields["state"]._description_selection(self.env))
                order._refuse(
                    self.env._(
                        "It is %(state)s, and %(customer)s agreed to the work on this car, so "
                        "customer and vehicle stay. Invoice it as it was agreed; where somebody "
                        "else pays in the end, the accountant credits and bills anew.",
                        state=labels[order.state],
                        customer=order.partner_id.display_name,
                    )
                )

    def _forget_customer(self, former):
        """Let the links and messages of ``former`` end where the order is another customer's."""
        self.access_token = False
        self.message_unsubscribe(former.ids)

    # ---- versions -------------------------------------------------------------------------

    def _get_open_proposals(self):
        """Return ``{order: service.proposal}`` of those that wait for an answer."""
        found = self.proposal_ids.filtered(lambda proposal: proposal.state == "open")
        return {proposal.order_id: proposal for proposal in found}

    def _propose(self, jobs):
        """Propose ``jobs`` of these orders: a new version per order, which replaces the open
        one.

        :return: ``service.proposal`` records, one per order that has jobs among ``jobs``.
        """
        jobs.line_ids.mapped("tax_ids")  # read for all jobs at once
        by_order = jobs.grouped("order_id")
        orders = self.browse([order.id for order in by_order])
        orders._withdraw_proposals()
        orders.proposal_ids.flush_recordset(["state"])  # one is open, also in between
        # Nobody may write evidence; the step of the order that calls this was checked.
        Proposal = self.env["service.proposal"].sudo()
        Proposal.browse(orders.proposal_ids.ids).flush_recordset(["state"])  # one open, in between
        proposals = Proposal.create(
            [
                Proposal._prepare_proposal_vals(by_order[order], order._get_next_version())
                for order in orders
            ]
        )
        orders._message_log_batch(
            bodies={proposal.order_id.id: proposal._get_note() for proposal in proposals}
        )
        return proposals.sudo(False)

    def _get_next_version(self):
        self.ensure_one()
        # Also after versions that the user may not read.
        return max(self.sudo().proposal_ids.mapped("version"), default=0) + 1

    def _withdraw_proposals(self):
        """Close what was proposed and is no longer what is going to be done."""
        # Nobody may write evidence; that the question was taken back belongs to it.
        proposals = self.sudo().proposal_ids.filtered(lambda proposal: proposal.state == "open")
        if proposals:
            proposals.state = "replaced"

    def _find_current_proposal(self):
        """Return the proposal that waits for an answer, else the latest version, if any."""
        self.ensure_one()
        proposals = self.proposal_ids.sorted("version", reverse=True)
        return proposals.filtered(lambda p: p.state == "open")[:1] or proposals[:1]

    def _get_current_proposal(self):
        """Return the proposal that waits for an answer, else the latest version.

        :raises UserError: where nothing was proposed yet.
        """
        current = self._find_current_proposal()
        if not current:
            self._refuse(
                self.env._("Nothing was proposed yet. Press \"Price and Promise\" first.")
            )
        return current

    def _tell_answered(self, proposal):
        """Tell the advisor that the customer has answered on the portal."""
        order = self.with_context(lang=self.advisor_id.lang or self.env.lang)
        labels = dict(
            proposal.line_ids._fields["answer"]._description_selection(order.env)
        )
        order.activity_schedule(
            "mail.mail_activity_data_todo",
            user_id=self.advisor_id.id,
            summary=order.env._("%s has answered the proposal", proposal.answered_by),
            note=", ".join(f"{line.name}: {labels[line.answer]}" for line in proposal.line_ids),
        )

    def _tell_voided(self, job, why):
        """Say in the history, to the advisor and to whoever did it, that an approval is void."""
        body = self.env._(
            "The approval of \"%(job)s\" by %(name)s is void: %(why)s. Ask the customer again.",
            job=job.display_name,
            name=job.authorised_name,
            why=why,
        )
        self._message_log(body=body)
        if self.env.user != self.advisor_id:
            self.activity_schedule(
                "mail.mail_activity_data_call", user_id=self.advisor_id.id, summary=body
            )
        self.env.user._bus_send(
            "simple_notification", {"type": "warning", "message": body, "sticky": True}
        )

    # ---- buttons --------------------------------------------------------------------------

    def action_view_proposals(self):
        """Open every version of what was proposed on these orders."""
        return self.proposal_ids._get_records_action(name=self.env._("Proposals"))

    def action_print_proposal(self):
        """Print the service proposal and quotation of these orders."""
        for order in self:
            order._get_current_proposal()
        report = self.env.ref("service_advisor.service_order_report_proposal")
        return report.report_action(self)

    def action_send_proposal(self):
        """Open the e-mail with the proposal and the customer's link to answer it."""
        self.ensure_one()
        self._renew_proposal()
        return self._open_composer(
            self.env._("Send the Proposal"),
            "service_advisor.mail_template_proposal",
            service_mark_proposal_sent=True,
        )

    def message_post(self, **kwargs):
        """Keep when the proposal was sent."""
        message = super().message_post(**kwargs)
        if self.env.context.get("service_mark_proposal_sent"):
            proposal = self._get_current_proposal()
            if not proposal.sent_at:
                # Nobody may write evidence; that it was sent is a fact of this step.
                proposal.sudo().sent_at = fields.Datetime.now()
        return message

    def _renew_proposal(self):
        """Propose again, with a promise of today, what waits for an answer that the latest version
        does not take any more: it expired, or a job of it was changed or taken off.

        :raises UserError: where nothing was proposed yet.
        """
        self.ensure_one()
        current, jobs = self._get_current_proposal(), self._get_quoted_jobs()
        if jobs and (current.state != "open" or current.is_expired):
            self._set_promise(*self._compute_promises()[self])
            self._propose(jobs)

    def _get_proposal_url(self):
        """Return the link under which the customer answers the current proposal; before there
        is one, the link of the order's own page."""
        page = self._find_current_proposal() or self
        return page.get_base_url() + page.get_portal_url()

    def _get_sender(self):
        """Return the address that e-mails about this order come from."""
        self.ensure_one()
        return self.advisor_id.email_formatted or self.company_id.email_formatted
