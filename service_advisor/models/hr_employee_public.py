from odoo import fields, models
from odoo.exceptions import UserError

MANAGERS = "service_advisor.group_manager"


class HrEmployeePublic(models.Model):
    """Who takes part in the planning of the workshop: the service manager says so, without the
    right to read or write employees. Skills, working hours and time off stay with whoever keeps
    the employees."""

    _inherit = "hr.employee.public"

    is_service_technician = fields.Boolean("Service Technician", readonly=True)
    service_warehouse_id = fields.Many2one("stock.warehouse", "Home Workshop", readonly=True)

    def action_plan_with(self):
        """Let these employees take part in the planning of the workshop.

        :raises UserError: where the user is no service manager of their company.
        """
        return self._set_service_technician(True)

    def action_plan_without(self):
        """Plan the workshop without these employees from now on.

        :raises UserError: as for :meth:`action_plan_with`, and naming who is booked for work to
            come.
        """
        self._check_may_plan()
        self._check_not_booked()
        return self._set_service_technician(False)

    def _set_home(self, warehouse):
        """Let these technicians be planned for the orders of ``warehouse`` only; empty: for all.

        :raises UserError: as for :meth:`action_plan_with`, and listing what they are booked for
            elsewhere.
        """
        self._check_may_plan()
        # Service managers need not keep employees; this one fact is theirs, and was checked.
        employees = self.env["hr.employee"].sudo().browse(self.ids)
        employees.service_warehouse_id = warehouse
        employees.flush_recordset(["service_warehouse_id"])
        self.invalidate_recordset(["service_warehouse_id"])

    def _set_service_technician(self, value):
        self._check_may_plan()
        # Service managers need not keep employees; this one fact is theirs, and was checked.
        employees = self.env["hr.employee"].sudo().browse(self.ids)
        employees.is_service_technician = value
        # What everybody reads is a view of the table.
        employees.flush_recordset(["is_service_technician"])
        self.invalidate_recordset(["is_service_technician"])
        return True

    def _check_may_plan(self):
        self.check_access("read")
        if not (self.env.su or self.env.user.has_group(MANAGERS)):
            raise UserError(
                self.env._("The service manager says who takes part in the planning.")
            )
        for employee in self:
            if employee.company_id not in self.env.companies:
                raise UserError(
                    self.env._(
                        "%(name)s works for %(company)s. Choose that company first.",
                        name=employee.name,
                        # Whoever may read the employee may know where they work.
                        company=employee.sudo().company_id.name,
                    )
                )

    def _check_not_booked(self):
        # Who is booked is known to whoever plans.
        booking = self.env["service.booking"].sudo().search(
            [
                ("resource_id", "in", self.resource_id.ids),
                ("stop_at", ">", fields.Datetime.now()),
                ("job_id.state", "in", ("proposed", "quoted", "approved")),
            ],
            order="start_at",
            limit=1,
        )
        if booking:
            raise UserError(
                self.env._(
                    "%(name)s is booked for %(order)s on %(time)s. Move that work on the board "
                    "first.",
                    name=booking.resource_id.name,
                    order=booking.order_id.name,
                    time=booking.order_id._format_shop_time(booking.start_at),
                )
            )
