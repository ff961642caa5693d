from odoo import api, fields, models
from odoo.tools import float_repr

APPROVERS = "service_advisor.group_discount"


class ServiceOrder(models.Model):
    """Discounts above the company's limit need somebody who may allow them."""

    _inherit = "service.order"

    discount_ids = fields.One2many(
        "service.discount", "order_id", "Allowed Discounts", groups="base.group_user"
    )
    has_discount_to_allow = fields.Boolean(
        compute="_compute_has_discount_to_allow", groups="base.group_user"
    )

    @api.depends("job_ids.state", "job_ids.line_ids.price_unit", "job_ids.line_ids.discount")
    def _compute_has_discount_to_allow(self):
        jobs = self.job_ids.filtered(lambda job: job.state in ("proposed", "quoted"))
        # Technicians read orders, not prices; that a manager is asked is no price.
        waiting = jobs.sudo().line_ids._get_unallowed_discounts().service_job_id.order_id
        for order in self:
            order.has_discount_to_allow = order._origin.id in waiting.ids

    def action_open_discount(self):
        """Open the dialog in which the advisor asks the managers for a discount."""
        self.ensure_one()
        self._get_lines_to_allow()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Ask for the Discount"),
            "res_model": "service.discount.wizard",
            "view_mode": "form",
            "target": "new",
            "context": {"default_order_id": self.id},
        }

    def action_allow_discounts(self):
        """Allow the discounts that stand on these orders now, and keep who allowed them.

        :raises UserError: for users who must not, naming who may; where there is none to allow.
        """
        for order in self:
            if not self.env.user.has_group(APPROVERS):
                order._refuse(
                    self.env._(
                        "You can not allow discounts above the limit: ask %(people)s.",
                        people=order._get_people(APPROVERS),
                    )
                )
            lines = order._get_lines_to_allow()
            order._allow_discounts(lines)
            order._message_log(
                body=self.env._("Discounts allowed: %s", lines._describe_discounts())
            )
            order.activity_feedback(
                ["service_advisor.mail_activity_type_discount"],
                feedback=self.env._("Discounts allowed by %s", self.env.user.name),
            )
        return True

    def _get_lines_to_allow(self):
        """Return the lines of open jobs whose discount waits for somebody to allow it.

        :raises UserError: where there is none.
        """
        self.ensure_one()
        jobs = self.job_ids.filtered(lambda job: job.state in ("proposed", "quoted"))
        lines = jobs.line_ids._get_unallowed_discounts()
        if not lines:
            self._refuse(self.env._("No discount is above the limit of the company."))
        return lines

    def _allow_discounts(self, lines):
        # Nobody may write evidence; the step that calls this was checked.
        self.env["service.discount"].sudo().create(
            [
                {
                    "order_id": line.service_job_id.order_id.id,
                    "line_id": line.id,
                    "name": line.product_id.display_name or line.name,
                    "percent": line._get_discount_percent(),
                    "amount": line.price_unit * (1 - line.discount / 100),
                    "currency_id": line.currency_id.id,
                    "allowed_by_id": self.env.uid,
                    "allowed_at": fields.Datetime.now(),
                }
                for line in lines
            ]
        )

    def _check_discounts(self, jobs):
        """Refuse to price or approve ``jobs`` of these orders with a discount above the limit
        that nobody allowed. Who may allow discounts does so by going on."""
        lines = jobs.line_ids._get_unallowed_discounts()
        if not lines or self.env.su:
            return
        if self.env.user.has_group(APPROVERS):
            self._allow_discounts(lines)
            return
        order = lines[0].service_job_id.order_id
        order._refuse(
            self.env._(
                "The discount is above the limit of %(limit)s %%: %(lines)s. Lower it, or press "
                "\"Ask for the Discount\": %(people)s can allow it.",
                limit=float_repr(order.company_id.service_discount_limit, 1),
                lines=lines.filtered(
                    lambda line: line.service_job_id.order_id == order
                )._describe_discounts(),
                people=order._get_people(APPROVERS),
            )
        )
