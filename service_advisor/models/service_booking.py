from odoo import api, fields, models


class ServiceBooking(models.Model):
    """A technician, a bay or a tool held for a job for one stretch of time.

    A job that goes on after a closing time has several rows for each resource. The database
    itself refuses to hold a resource twice at the same time; an overbooking that a manager
    allowed carries the reason, blocks nobody and is blocked by nobody.
    """

    _name = "service.booking"
    _description = "Booking"
    _inherit = ["service.kept.mixin"]
    _order = "start_at, id"
    _rec_name = "job_id"
    _check_company_auto = True
    _kept_fields = frozenset({"override_reason", "override_by_id"})

    job_id = fields.Many2one("service.job", required=True, index=True, ondelete="cascade")
    order_id = fields.Many2one(
        related="job_id.order_id", store=True, precompute=True, index=True
    )
    company_id = fields.Many2one(
        related="job_id.company_id", store=True, precompute=True, index=True
    )
    resource_id = fields.Many2one(
        "resource.resource", required=True, index=True, ondelete="restrict", check_company=True
    )
    kind = fields.Selection(
        [("technician", "Technician"), ("bay", "Bay"), ("tool", "Tool")],
        compute="_compute_kind",
        store=True,
        precompute=True,
    )
    start_at = fields.Datetime("Start", required=True, index=True)
    stop_at = fields.Datetime("Stop", required=True)
    override_reason = fields.Char("Overbooked Because", readonly=True, copy=False)
    override_by_id = fields.Many2one("res.users", "Overbooked By", readonly=True, copy=False)

    # Needs no extension: a range of one number stands for the resource.
    _no_double_booking = models.Constraint(
        "EXCLUDE USING gist (int4range(resource_id, resource_id, '[]') WITH &&, "
        "tsrange(start_at, stop_at) WITH &&) WHERE (override_reason IS NULL)",
        "Somebody has booked this at the same time already. Choose another time or resource.",
    )
    _stop_after_start = models.Constraint(
        "CHECK(stop_at > start_at)", "A booking ends after it starts."
    )

    @api.depends("resource_id")
    def _compute_kind(self):
        bays, tools = self.resource_id._get_bays().resource_id, self.resource_id._get_tools()
        for booking in self:
            resource = booking.resource_id
            kind = "tool" if resource in tools.resource_id else "technician"
            booking.kind = "bay" if resource in bays else kind
