from contextlib import contextmanager

from odoo import api, fields, models
from psycopg2.errors import ExclusionViolation

from ..exceptions import BusyError
from ..tools.spans import Row


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

    # ---- records --------------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        self.check_access("create")  # before any word about what others have booked
        rows = [self._prepare_row(vals) for vals in vals_list]
        # Where something is missing, the required fields say so.
        self._check_rows([row for row in rows if all(row[:4])])
        with self._told_of_the_other():
            return super().create(vals_list)

    def write(self, vals):
        self.check_access("write")
        rows = [booking._prepare_row(vals) for booking in self]
        if not all(booking._holds(row) for booking, row in zip(self, rows, strict=True)):
            self._check_rows(rows, replaced=self)
        with self._told_of_the_other():
            result = super().write(vals)
            self.flush_recordset(["resource_id", "start_at", "stop_at"])
        return result

    @contextmanager
    def _told_of_the_other(self):
        """Turn the refusal of the database into words.

        What this request could see was checked before: the booking in the way is committed, yet
        too young. As a :class:`BusyError` it makes Odoo repeat the request, which then names it.
        """
        words = self.env._(
            "Somebody else has booked the same at this moment. Reload and look again."
        )
        try:
            yield
        except ExclusionViolation as error:
            raise BusyError(words) from error

    def _prepare_row(self, vals):
        """Return as a :class:`Row` what this booking, or a new one, is with ``vals``."""

        def value(name):
            return self._fields[name].convert_to_record(
                self._fields[name].convert_to_cache(vals[name], self), self
            ) if name in vals else self[name]

        return Row(
            job=value("job_id"),
            resource=value("resource_id"),
            start=value("start_at"),
            stop=value("stop_at"),
            is_allowed=bool(value("override_reason")),
        )

    def _holds(self, row):
        """Return whether ``row`` takes nothing that this booking does not hold already."""
        return (
            (self.job_id, self.resource_id) == (row.job, row.resource)
            and self.start_at <= row.start
            and row.stop <= self.stop_at
            and bool(self.override_reason) <= row.is_allowed
        )
