from collections import defaultdict

from odoo import api, fields, models
from odoo.fields import Command


class ServiceJob(models.Model):
    """The money side of a job: its lines live on estimates (``sale.order``), so that price
    lists, taxes and fiscal positions are those of Odoo."""

    _inherit = "service.job"

    line_ids = fields.One2many("sale.order.line", "service_job_id", "Labour and Parts")
    estimate_id = fields.Many2one("sale.order", compute="_compute_estimate_id")
    currency_id = fields.Many2one(related="order_id.currency_id")
    amount_total = fields.Monetary("Total", compute="_compute_amount_total")
    move_ids = fields.One2many("stock.move", "service_job_id", "Stock Moves")
    department_id = fields.Many2one(
        "hr.department",
        compute="_compute_department_id",
        store=True,
        readonly=False,
        precompute=True,
        check_company=True,
        help="Estimates and invoices of the job are booked on the analytic accounts of this "
        "department.",
    )

    @api.depends("line_ids.order_id")
    def _compute_estimate_id(self):
        for job in self:
            job.estimate_id = job._get_own_lines().order_id[:1]

    @api.depends("operation_id")
    def _compute_department_id(self):
        for job in self:
            department = job.operation_id.department_id
            # A shared operation may name the department of another company.
            if department and department.company_id in (job.company_id, job.company_id.browse()):
                job.department_id = department
            else:
                job.department_id = job.department_id

    @api.depends("line_ids.price_total", "line_ids.currency_id")
    def _compute_amount_total(self):
        totals = defaultdict(float)
        today = fields.Date.context_today(self)
        # Payers have their own price lists, hence currencies; a job is shown in one.
        for job, currency, total in self.env["sale.order.line"]._read_group(
            [
                ("service_job_id", "in", self.ids),
                ("display_type", "=", False),
                # What was agreed, whatever the manufacturer pays of it.
                ("service_claim_id", "=", False),
            ],
            ["service_job_id", "currency_id"],
            ["price_total:sum"],
        ):
            totals[job.id] += currency._convert(total, job.currency_id, job.company_id, today)
        for job in self:
            job.amount_total = totals[job._origin.id]

    # ---- records --------------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        # A job that was added before the car was known has no payer yet: propose one.
        vals_list = [
            {name: value for name, value in vals.items() if name != "payer_id" or value}
            for vals in vals_list
        ]
        jobs = super().create(vals_list)
        # What comes from another system as done or declined is history: nothing to price.
        new = jobs.filtered(lambda job: job.state == "proposed")
        new._add_lines({job: job._prepare_job_lines_vals() for job in new})
        return jobs

    def write(self, vals):
        self.filtered(lambda job: job.order_id.id != vals.get("order_id", job.order_id.id))[
            :1
        ]._refuse_to_move()
        previous = {}
        if "operation_id" in vals:
            previous = {
                job: job.operation_id for job in self if job.operation_id.id != vals["operation_id"]
            }
        repriced = self.filtered(
            lambda job: vals.get("payer_id", job.payer_id.id) != job.payer_id.id
            or vals.get("pay_type", job.pay_type) != job.pay_type
        )
        (self.browse([job.id for job in previous]) | repriced)._withdraw_question(
            self.env._("operation or payer changed")
        )
        self.filtered(
            lambda job: vals.get("deductible", job.deductible) != job.deductible
        )._withdraw_question(self.env._("deductible changed"))
        told = self.filtered(lambda job: vals.get("cause") and job.cause != vals["cause"])
        result = super().write(vals)
        told.filtered(lambda job: job.order_id.advisor_id != self.env.user)._tell_cause()
        for job, operation in previous.items():
            job._replace_operation_lines(operation)
        if "operation_id" in vals or "concern" in vals:
            self._rename_sections()
        repriced._move_to_payer()
        return result

    def _refuse_to_move(self):
        for job in self:
            job.order_id._refuse(
                self.env._(
                    "Job \"%(job)s\" stays on its order, with what was proposed and approved. Add "
                    "a job to the other order instead.",
                    job=job.display_name,
                )
            )

    def unlink(self):
        # What is shared out goes with the lines it is a share of.
        self._get_own_lines().unlink()
        self.line_ids.unlink()
        return super().unlink()

    # ---- lines ----------------------------------------------------------------------------

    def _add_lines(self, vals_by_job):
        """Create lines on the open estimate of each job's payer, made where there is none.

        :param vals_by_job: ``{service.job: [values of sale.order.line]}``; a job without a
            payer waits with its lines until one is named.
        """
        new_estimates, new_lines = {}, []
        jobs = self.filtered("payer_id")
        estimates = jobs._get_open_estimates()
        for job in jobs:
            key, lines = job._get_estimate_key(), vals_by_job[job]
            if key in estimates:
                new_lines += [dict(vals, order_id=estimates[key].id) for vals in lines]
            else:
                estimate = new_estimates.setdefault(
                    key, dict(job._prepare_estimate_vals(), order_line=[])
                )
                estimate["order_line"] += [Command.create(vals) for vals in lines]
        if new_estimates:
            self.env["sale.order"]._create_estimates(list(new_estimates.values()))
        if new_lines:
            self.env["sale.order.line"].create(new_lines)

    def _replace_operation_lines(self, previous):
        """Swap the lines of operation ``previous`` for those of the operation chosen now;
        lines the advisor added by hand stay."""
        self.ensure_one()
        products = previous._get_products()
        replaced = self.line_ids.filtered(lambda line: line.product_id in products)
        vals = self._prepare_operation_lines_vals()
        if self.line_ids == replaced:
            vals = self._prepare_job_lines_vals()
        self._replace_lines(replaced, {self: vals})

    def _replace_lines(self, replaced, vals_by_job):
        """Put new lines in the place of lines ``replaced`` of these jobs. What was issued for a
        part is issued for its new line: it is neither put aside again nor left unbilled.

        :param vals_by_job: as of :meth:`_add_lines`.
        :raises UserError: naming a part that is out and has no new line.
        """
        self._add_lines(vals_by_job)
        # The desk moves no parts; which line they are billed on follows from its change.
        for job, lines in replaced.sudo().filtered("move_ids").grouped("service_job_id").items():
            fresh = (job.line_ids - replaced).grouped("product_id")
            for line in lines.filtered(lambda line, fresh=fresh: line.product_id in fresh):
                same = fresh[line.product_id]
                line.move_ids.sale_line_id = same[0]
                # Two lines of one part stay two as long as there are two new ones.
                fresh[line.product_id] = same[1:] or same
        replaced.unlink()

    def _rename_sections(self):
        for job in self:
            sections = job._get_own_lines().filtered(
                lambda line: line.display_type == "line_section"
            )
            if sections and set(sections.mapped("name")) != {job._get_section_name()}:
                sections.name = job._get_section_name()

    def _get_section_name(self, payer=None):
        """Return the job's heading on the estimate, in the language of who pays."""
        payer = payer or self.payer_id
        operation = self.operation_id.with_context(lang=payer.lang or self.env.lang)
        return operation.name or self.concern

    def _move_to_payer(self):
        """Price the lines again on the estimate of a payer that was changed."""
        moved = self.browse()
        for job in self.filtered("payer_id"):
            estimate = job._get_own_lines().order_id[:1]
            key = (job.order_id.id, estimate.partner_id.id, estimate.service_pay_type)
            if key != job._get_estimate_key():
                moved |= job
        moved._withdraw_question(self.env._("operation or payer changed"))
        vals_by_job = {job: job._copy_lines_vals() for job in moved}
        replaced = moved.line_ids
        moved._write_if_changed("proposed")
        moved._replace_lines(replaced, vals_by_job)

    def _copy_lines_vals(self):
        """Return the lines of this job without prices, which depend on the payer."""
        kept = (
            "display_type",
            "name",
            "product_id",
            "product_uom_qty",
            "product_uom_id",
            "part_origin",
        )
        lines = [
            {name: line[name].id if name.endswith("_id") else line[name] for name in kept}
            for line in self._get_own_lines()
        ]
        return [self._complete_line_vals(vals) for vals in lines] or self._prepare_job_lines_vals()

    def _prepare_job_lines_vals(self):
        """Return the values of this job's section, labour and part lines."""
        self.ensure_one()
        section = {"display_type": "line_section", "name": self._get_section_name()}
        return [self._complete_line_vals(section), *self._prepare_operation_lines_vals()]

    def _prepare_operation_lines_vals(self):
        """Return the values of the labour and part lines of this job's operation."""
        self.ensure_one()
        if not self.operation_id:
            return []
        lines = self.operation_id._prepare_job_lines(self.allowed_hours)
        return [self._complete_line_vals(vals) for vals in lines]

    def _complete_line_vals(self, vals):
        return dict(vals, service_job_id=self.id, sequence=self._get_line_sequence())

    def _get_line_sequence(self):
        """Lines of one job stand together on an estimate: they share the job's place."""
        return self.sequence * 10000 + self.id % 10000

    # ---- estimates ------------------------------------------------------------------------

    def _get_estimate_key(self):
        return (self.order_id.id, self.payer_id.id, self.pay_type)

    def _get_open_estimates(self, states=("draft",)):
        """Return the estimates of these jobs' orders that are open as ``{key: sale.order}``,
        drafts first, with the key of :meth:`_get_estimate_key`."""
        found = self.order_id.estimate_ids.filtered(lambda estimate: estimate.state in states)
        estimates = found.sorted(lambda estimate: (estimate.state == "draft", -estimate.id))
        return {
            (estimate.service_order_id.id, estimate.partner_id.id, estimate.service_pay_type): (
                estimate
            )
            for estimate in estimates
        }

    def _get_open_estimate(self):
        """Return the draft estimate of this job's payer, made where there is none.

        :raises UserError: where nobody is named to pay the job.
        """
        self.ensure_one()
        if not self.payer_id:
            self._refuse_without_payer()
        estimate = self._get_open_estimates().get(self._get_estimate_key())
        return estimate or self.env["sale.order"]._create_estimates([self._prepare_estimate_vals()])

    def _prepare_estimate_vals(self):
        """Return the values of the estimate for this job's payer: one per payer and round."""
        self.ensure_one()
        order = self.order_id
        return {
            "service_order_id": order.id,
            "service_pay_type": self.pay_type,
            "partner_id": self.payer_id.id,
            # The parts go into this customer's car, whoever pays.
            "partner_shipping_id": order.partner_id.id,
            "company_id": order.company_id.id,
            "warehouse_id": order.warehouse_id.id,
            "user_id": order.advisor_id.id,
            # No sales team: estimates stay out of the retail pipeline.
            "team_id": False,
            "origin": order.name,
        }

    def _deliver_labour(self):
        """Set the sold hours of these jobs as delivered, so that they can be invoiced."""
        # Technicians finish jobs but have no right to sell: only the delivered hours are set.
        sold = self.sudo().line_ids.filtered(lambda line: line.state == "sale")
        # Shares follow what they are a share of.
        labour = sold.filtered(
            lambda line: line.product_id.type == "service" and not line.service_share_of_id
        )
        for hours, same in labour.grouped("product_uom_qty").items():
            same.qty_delivered = hours
