from odoo import fields, models
from odoo.tools import SQL

from ..tools.comeback import FIXED_FIRST_DAYS


class ServiceComeback(models.Model):
    """One row per job that is a comeback, with who did the earlier work.

    Technician and operation are those of the earlier job: it is about them.
    """

    _name = "service.comeback"
    _description = "Comeback"
    _auto = False
    _rec_name = "job_id"
    _order = "returned_at desc, id desc"
    _depends = {
        "service.job": [
            "order_id", "company_id", "comeback_of_id", "comeback_kind", "is_comeback_covered",
            "state", "technician_id", "operation_id",
        ],
        "service.order": [
            "advisor_id", "vehicle_id", "warehouse_id", "checked_in_at", "delivered_at",
        ],
        "service.vehicle": ["model_id"],
    }

    job_id = fields.Many2one("service.job", readonly=True)
    order_id = fields.Many2one("service.order", "Service Order", readonly=True)
    earlier_job_id = fields.Many2one("service.job", readonly=True)
    earlier_order_id = fields.Many2one("service.order", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    warehouse_id = fields.Many2one(
        "stock.warehouse", "Branch", readonly=True, help="Where the earlier work was done."
    )
    vehicle_id = fields.Many2one("service.vehicle", readonly=True)
    model_id = fields.Many2one("fleet.vehicle.model", "Vehicle Model", readonly=True)
    advisor_id = fields.Many2one("res.users", "Service Advisor", readonly=True)
    technician_id = fields.Many2one("hr.employee", "Earlier Technician", readonly=True)
    operation_id = fields.Many2one("service.operation", "Earlier Operation", readonly=True)
    kind = fields.Selection(
        lambda self: self.env["service.job"]._fields["comeback_kind"]._description_selection(
            self.env
        ),
        "Because",
        readonly=True,
    )
    is_covered = fields.Boolean("Within the Repair Warranty", readonly=True)
    left_at = fields.Datetime("Left On", readonly=True)
    returned_at = fields.Datetime("Came Back On", readonly=True)
    days = fields.Integer("Days Between", readonly=True, aggregator="avg")
    is_soon = fields.Boolean(
        "Within 30 Days",
        readonly=True,
        help="Counts against fixed first time.",
    )

    @property
    def _table_query(self):
        return SQL(
            """
            SELECT c.id, c.id AS job_id, o.id AS order_id, e.id AS earlier_job_id,
                eo.id AS earlier_order_id, c.company_id, eo.warehouse_id, o.vehicle_id,
                v.model_id, eo.advisor_id, e.technician_id, e.operation_id,
                c.comeback_kind AS kind, c.is_comeback_covered AS is_covered,
                eo.delivered_at AS left_at, o.checked_in_at AS returned_at,
                EXTRACT(DAY FROM o.checked_in_at - eo.delivered_at)::int AS days,
                o.checked_in_at BETWEEN eo.delivered_at
                    AND eo.delivered_at + %s * INTERVAL '1 day' AS is_soon
            FROM service_job c
            JOIN service_order o ON o.id = c.order_id
            JOIN service_job e ON e.id = c.comeback_of_id
            JOIN service_order eo ON eo.id = e.order_id
            LEFT JOIN service_vehicle v ON v.id = o.vehicle_id
            WHERE c.state != 'cancelled'
            """,
            FIXED_FIRST_DAYS,
        )

    def action_open_job(self):
        """Open the job that came back."""
        return self.job_id._get_records_action()
