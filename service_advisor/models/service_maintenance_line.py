from odoo import fields, models
from odoo.tools import format_date

from ..tools.maintenance import Interval, judge_maintenance


class ServiceMaintenanceLine(models.Model):
    """Work that is due again and again: every so many km or months, whichever comes first."""

    _name = "service.maintenance.line"
    _description = "Maintenance Due"
    _order = "plan_id, sequence, id"
    _check_company_auto = True

    plan_id = fields.Many2one(
        "service.maintenance.plan", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="plan_id.company_id", store=True, index=True)
    sequence = fields.Integer(default=10)
    operation_id = fields.Many2one(
        "service.operation",
        "Operation or Package",
        required=True,
        index=True,
        check_company=True,
        help="Counts as done when a package that includes it was done.",
    )
    every_km = fields.Integer("Every (km)")
    every_months = fields.Integer("Every (months)", help="Whichever of the two comes first.")
    first_km = fields.Integer("First At (km)", help="Only where the first time differs.")
    first_months = fields.Integer("First After (months)")

    _some_interval = models.Constraint(
        "CHECK(COALESCE(every_km, 0) > 0 OR COALESCE(every_months, 0) > 0)",
        "Say after how many km or months the work is due again.",
    )
    _not_negative = models.Constraint(
        "CHECK(every_km >= 0 AND every_months >= 0 AND first_km >= 0 AND first_months >= 0)",
        "Kilometres and months can not be negative.",
    )

    def _judge(self, vehicle, today, odometer, last):
        """Return the :class:`~..tools.maintenance.Due` of this work on ``vehicle``.

        :param last: ``(date, km)`` when it was last done here, or None.
        """
        self.ensure_one()
        plan = self.plan_id
        interval = Interval(
            self.every_km,
            self.every_months,
            self.first_km,
            self.first_months,
            plan.remind_km,
            plan.remind_days,
        )
        start = vehicle.first_registration_date or vehicle.invoice_date
        return judge_maintenance(interval, today, odometer, start or None, last)

    def _describe(self, due, last):
        """Return in words why this work is due: what was reached, and when it was last done."""
        self.ensure_one()
        plan = self.plan_id
        said = []
        if due.km_over is not None and due.km_over >= -plan.remind_km:
            said.append(self._describe_km(due))
        if due.days_over is not None and due.days_over >= -plan.remind_days:
            said.append(self._describe_days(due))
        if last:
            day, km = format_date(self.env, last[0]), f"{last[1]:,}"
            said.append(self.env._("last done %(day)s at %(km)s km", day=day, km=km))
        else:
            said.append(self.env._("no record of it here"))
        text = ", ".join(said)
        return text[:1].upper() + text[1:]

    def _describe_km(self, due):
        km, over = f"{due.due_km:,}", f"{abs(due.km_over):,}"
        if due.km_over < 0:
            return self.env._("due in %(left)s km (at %(km)s km)", left=over, km=km)
        return self.env._("due since %(km)s km (%(over)s km over)", km=km, over=over)

    def _describe_days(self, due):
        day, over = format_date(self.env, due.due_date), f"{abs(due.days_over):,}"
        if due.days_over < 0:
            return self.env._("due in %(left)s days (on %(day)s)", left=over, day=day)
        return self.env._("due since %(day)s (%(over)s days over)", day=day, over=over)
