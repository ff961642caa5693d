from odoo import fields, models

# So many qualified people are named in an error.
NAMED_PEOPLE = 5


class ServiceOrder(models.Model):
    """Who may make a high-voltage car safe."""

    _inherit = "service.order"

    def _get_high_voltage_people(self):
        """Return the employees who are qualified on this day, of the order's company."""
        day = fields.Datetime.context_timestamp(
            self.with_context(tz=self._get_shop_tz()), fields.Datetime.now()
        ).date()
        # Who is qualified is no secret; the skills of people are HR's.
        employees = self.env["hr.employee"].sudo()._get_high_voltage_qualified(day)
        return employees.filtered(lambda employee: employee.company_id == self.company_id)

    def _get_high_voltage_names(self):
        """Return the names of those people, or who can change that there is nobody."""
        names = self._get_high_voltage_people()[:NAMED_PEOPLE].mapped("name")
        return ", ".join(names) or self.env._(
            "nobody; HR enters the qualification with its validity on the employee"
        )
