from odoo import api, fields, models
from odoo.tools.misc import clean_context

from .service_job import AUTHORISED_STATES, PAY_TYPES


def _get_number(estimate):
    """Return the number of an estimate within its service order: 2 of RO000012-2."""
    number = (estimate.name or "").rpartition("-")[2]
    return int(number) if number.isdecimal() else 0


class SaleOrder(models.Model):
    """An estimate of a service order: one per payer and approval round."""

    _name = "sale.order"
    _inherit = ["sale.order", "service.listed.mixin"]
    _listed_by = "service_order_id"

    service_order_id = fields.Many2one(
        "service.order",
        index="btree_not_null",
        ondelete="restrict",
        copy=False,
        check_company=True,
    )
    service_pay_type = fields.Selection(
        PAY_TYPES,
        "Pay Type",
        copy=False,
    )
    service_round = fields.Integer(
        "Round", copy=False, help="1 is the first proposal; each supplement is a further round."
    )

    _service_name_uniq = models.UniqueIndex(
        "(service_order_id, name) WHERE service_order_id IS NOT NULL",
        "Somebody has just added a round to this order. Reload it and try again.",
    )

    @api.constrains("partner_id")
    def _check_payer(self):
        """Who is billed is who was asked: the payer of the jobs."""
        for estimate in self.filtered("service_order_id"):
            for line in estimate.order_line.filtered("service_job_id"):
                job = line.service_job_id
                if estimate.partner_id not in line._get_payers():
                    job.order_id._refuse(
                        self.env._(
                            "Estimate %(estimate)s bills \"%(job)s\" to %(payer)s. Change the "
                            "payer on the job, so that the new one is asked.",
                            estimate=estimate.name,
                            job=job.display_name,
                            payer=job.payer_id.name,
                        )
                    )

    @api.model
    def _create_estimates(self, vals_list):
        """Create estimates, numbered after their service order: RO000012-1, -2 …

        A payer's first estimate is round 1, each supplement a further round. The conversation
        with the customer is kept on the service order, so the estimate itself starts without
        the notes and followers of a retail quotation.
        """
        orders = self.env["service.order"].browse({vals["service_order_id"] for vals in vals_list})
        # Numbers are taken by every estimate, also by those of another company.
        rounds = {
            order: [estimate.partner_id.id for estimate in order.estimate_ids]
            for order in orders.sudo()
        }
        # A draft that was deleted leaves a gap, so that no number stands for two estimates.
        numbers = {order: max(map(_get_number, order.estimate_ids), default=0) for order in rounds}
        for vals in vals_list:
            order = orders.browse(vals["service_order_id"])
            payers = rounds[order]
            payers.append(vals["partner_id"])
            numbers[order] += 1
            vals["name"] = f"{order.name}-{numbers[order]}"
            vals["service_round"] = payers.count(vals["partner_id"])
        self.check_access("create")
        # Other sales addons default fields that only salespeople may read.
        return (
            self.sudo()
            .with_context(
                # Defaults of the request are not checked as what the user may write is.
                clean_context(self.env.context),
                mail_create_nosubscribe=True,
                mail_create_nolog=True,
                mail_auto_subscribe_no_notify=True,
            )
            .create(vals_list)
            .with_env(self.env)
        )

    def _split_jobs(self, jobs, vals):
        """Move the lines of ``jobs`` from these estimates to sibling estimates.

        An estimate of nothing but ``jobs`` stays as it is: no empty one is left behind.

        :param vals: values of the estimates with the lines of ``jobs``, for instance the state.
        """
        for estimate in self:
            lines = estimate.order_line.filtered(lambda line: line.service_job_id in jobs)
            if lines and lines == estimate.order_line:
                estimate.write(vals)
            elif lines:
                # loop: one sibling per payer that was asked in the same breath, rarely two
                sibling = self._create_estimates([estimate._prepare_sibling_vals()])
                lines.order_id = sibling
                sibling.write(vals)

    def _move_to_new_round(self, lines):
        """Move ``lines`` of this confirmed estimate to the payer's open one, made where there is
        none. An estimate that is left without work is cancelled; its signature stays. One that
        carries a deposit stays as well, so that the deposit is deducted or credited later."""
        self.ensure_one()
        for job, same in lines.grouped("service_job_id").items():
            # loop: jobs whose approval is taken back, rarely two; they share a new estimate
            same.order_id = job._get_open_estimate()
        emptied = self.state == "sale" and not self.order_line.service_job_id
        if emptied and not self.order_line._get_kept_deposits():
            self.with_context(disable_cancel_warning=True)._action_cancel()

    def _has_to_be_signed(self):
        """Customers answer on the page of the proposal, job by job, not on the estimate."""
        return not self.service_order_id and super()._has_to_be_signed()

    def _has_to_be_paid(self):
        return not self.service_order_id and super()._has_to_be_paid()

    def _prepare_sibling_vals(self):
        self.ensure_one()
        job = self.order_line.service_job_id[:1]
        return dict(
            job._prepare_estimate_vals(),
            partner_id=self.partner_id.id,
            service_pay_type=self.service_pay_type,
            pricelist_id=self.pricelist_id.id,
            fiscal_position_id=self.fiscal_position_id.id,
        )

    def _action_confirm(self):
        """An estimate confirmed or signed outside the desk's dialog is an answer as well, also one
        on work that was declined or cancelled before."""
        jobs = self.order_line.service_job_id.filtered(
            lambda job: job.state not in AUTHORISED_STATES
        )
        over = jobs.filtered(lambda job: job.state in ("declined", "cancelled"))
        over.order_id._check_can_propose()
        jobs._check_shared_out()
        result = super()._action_confirm()
        if jobs:
            via = "portal" if self.env.user.share else "counter"
            orders = jobs.order_id
            seen = orders._ensure_proposed(jobs)
            orders._write_answers({"approved": jobs}, {"authorised_via": via}, seen)
            (jobs.line_ids.order_id - self)._confirm_only(jobs)
            orders._propose_rest()
        return result

    def _confirm_only(self, jobs):
        """Confirm the estimates of the other payers of ``jobs``, which were approved on one of
        them; what else stands on these estimates is left as it is."""
        waiting = self.filtered(lambda estimate: estimate.state != "sale")
        for state, same in waiting.grouped("state").items():
            same._split_jobs(same.order_line.service_job_id - jobs, {"state": state})
            if state == "cancel":
                same.action_draft()
            same.action_confirm()

    def _check_can_cancel_alone(self):
        """Refuse to cancel what one payer bears of a job that others pay as well: they agreed to
        their shares of the whole."""
        shared = self.order_line.filtered(
            lambda line: line.service_share_kind or line.service_has_shares
        ).service_job_id
        for job in shared.filtered(lambda job: job.state != "cancelled"):
            others = (job.line_ids.order_id - self).filtered(lambda e: e.state != "cancel")
            if others:
                job.order_id._refuse(
                    self.env._(
                        "Job \"%(job)s\" is also paid by %(payers)s, so %(estimate)s can not be "
                        "cancelled alone. Let the customer decline the job, press \"Change\" on "
                        "it, or cancel the order: that takes the estimates of all payers along.",
                        job=job.display_name,
                        payers=", ".join(others.partner_id.mapped("name")),
                        estimate=", ".join((job.line_ids.order_id & self).mapped("name")),
                    )
                )

    def _action_cancel(self):
        """Cancelling an estimate takes its jobs along, unless the work has begun."""
        self._check_can_cancel_alone()
        self._check_no_deposit()
        jobs = self.order_line.service_job_id
        for job in jobs:
            if job.state in ("in_work", "qc", "done"):
                job.order_id._refuse(
                    self.env._(
                        "Job \"%(job)s\" has been worked on. Settle it instead of cancelling "
                        "estimate %(estimate)s.",
                        job=job.display_name,
                        estimate=job.estimate_id.name,
                    )
                )
        self._check_shared_drafts()
        asked = jobs.filtered(lambda job: job.state == "quoted").order_id
        jobs.filtered(lambda job: job.state != "declined")._write_if_changed("cancelled")
        ours = self.filtered("service_order_id")
        ours.check_access("write")
        # Odoo tells buyers, gives reserved parts back and takes along drafts of deposits: none of
        # them are the desk's documents.
        result = super(SaleOrder, ours.sudo())._action_cancel()
        if self != ours:
            result = super(SaleOrder, self - ours)._action_cancel()
        # Nobody is asked about work that is off; what is left goes into a new version.
        asked._withdraw_proposals()
        asked._propose_rest()
        return result

    def _check_shared_drafts(self):
        """Odoo cancels the draft invoices of a cancelled estimate; the work of others on them
        would go unbilled."""
        for estimate in self.filtered("service_order_id"):
            drafts = estimate.order_line.invoice_lines.move_id.filtered(
                lambda move: move.state == "draft"
            )
            shared = drafts.filtered(
                lambda move, own=self: move.invoice_line_ids.sale_line_ids.order_id - own
            )
            if shared:
                estimate.service_order_id._refuse(
                    self.env._(
                        "Estimate %(estimate)s is on a draft invoice with work of other orders "
                        "or payers (%(payer)s). The accountant takes its lines off that draft "
                        "first.",
                        estimate=estimate.name,
                        payer=shared[0].partner_id.name,
                    )
                )

    def _get_invoice_grouping_keys(self):
        """One invoice per service order for customers; one per manufacturer for warranty,
        whoever owns the cars (a ship-to in the keys would split the monthly invoice)."""
        keys = super()._get_invoice_grouping_keys()
        pay_types = set(self.mapped("service_pay_type"))
        if pay_types == {"warranty"}:
            return [key for key in keys if key != "partner_shipping_id"]
        if pay_types and False not in pay_types:
            return [*keys, "invoice_origin"]
        return keys

    def _create_invoices(self, grouped=False, final=False, date=None):
        """Also where all kinds of estimates are invoiced with one click in Odoo's own list, each
        kind keeps to its own grouping, and none is mixed with retail orders. A monthly run bills
        all kinds of one payer together."""
        kinds = self.grouped("service_pay_type")
        if grouped or len(kinds) < 2 or self.env.context.get("service_monthly"):
            return super()._create_invoices(grouped=grouped, final=final, date=date)
        invoices = self.env["account.move"]
        for same in kinds.values():
            some = same.with_context(raise_if_nothing_to_invoice=False)
            # loop: one kind each of retail and of the pay types
            invoices |= super(SaleOrder, some)._create_invoices(final=final, date=date)
        return invoices or super()._create_invoices(final=final, date=date)

    def _prepare_invoice(self):
        values = super()._prepare_invoice()
        if self.service_order_id:
            values["invoice_origin"] = self.service_order_id.name
        return values

    def action_view_service_order(self):
        """Open the service order this estimate belongs to."""
        self.ensure_one()
        return self.service_order_id._get_records_action()
