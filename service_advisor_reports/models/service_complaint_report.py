from odoo import api, fields, models
from odoo.addons.service_advisor_quality.models.service_sla_policy import CONTACT_HOURS, SEVERITIES
from odoo.tools import SQL

from .service_ratio_mixin import Ratio


class ServiceComplaintReport(models.Model):
    """One row per complaint: about what, on which car, and how quickly it was answered.

    Discarded ones were no complaints. First contact: contacted within 24 hours of the clock on
    the wall ÷ complaints whose 24 hours have ended (K2).
    """

    _name = "service.complaint.report"
    _description = "Complaint Analysis"
    _inherit = "service.ratio.mixin"
    _auto = False
    _rec_name = "complaint_id"
    _order = "received_at desc, id desc"
    _depends = {
        "service.complaint": [
            "company_id", "order_id", "vehicle_id", "partner_id", "advisor_id", "category_id",
            "channel", "severity", "state", "cause_kind", "verdict", "received_at",
            "contacted_at", "resolved_at", "discarded_at", "reopen_count",
        ],
        "service.order": ["warehouse_id"],
        "service.vehicle": ["model_id", "brand_id"],
    }

    complaint_id = fields.Many2one("service.complaint", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    warehouse_id = fields.Many2one("stock.warehouse", "Branch", readonly=True)
    advisor_id = fields.Many2one("res.users", "Responsible", readonly=True)
    partner_id = fields.Many2one("res.partner", "Customer", readonly=True)
    order_id = fields.Many2one("service.order", "Service Order", readonly=True)
    model_id = fields.Many2one("fleet.vehicle.model", "Vehicle Model", readonly=True)
    brand_id = fields.Many2one("fleet.vehicle.model.brand", "Make", readonly=True)
    category_id = fields.Many2one("service.complaint.category", readonly=True)
    channel = fields.Selection(
        lambda self: self._describe("channel"), readonly=True
    )
    severity = fields.Selection(SEVERITIES, readonly=True)
    state = fields.Selection(lambda self: self._describe("state"), readonly=True)
    cause_kind = fields.Selection(
        lambda self: self._describe("cause_kind"), "Kind of Cause", readonly=True
    )
    verdict = fields.Selection(
        lambda self: self._describe("verdict"), "The Complaint Is", readonly=True
    )
    received_at = fields.Datetime("Received", readonly=True)
    due_count = fields.Integer(
        "24 Hours Over", readonly=True, help="Complaints whose 24 hours have ended."
    )
    contacted_count = fields.Integer("Contacted in Time", readonly=True)
    first_contact = fields.Float(
        "First Contact within 24 h",
        readonly=True,
        aggregator="avg",
        help="Contacted within 24 hours ÷ complaints whose 24 hours have ended; who was not "
        "contacted counts.",
    )
    contact_hours = fields.Float(
        "Hours to First Contact", readonly=True, aggregator="avg", help="On the clock on the wall."
    )
    resolve_days = fields.Float("Days to Solution", readonly=True, aggregator="avg")
    major_count = fields.Integer(
        "Major Complaints", readonly=True, help="All but those found not justified."
    )
    reopen_count = fields.Integer("Reopened", readonly=True)

    @api.model
    def _describe(self, name):
        return self.env["service.complaint"]._fields[name]._description_selection(self.env)

    @api.model
    def _get_ratios(self):
        return {"first_contact": Ratio("contacted_count", "due_count")}

    @property
    def _table_query(self):
        over = SQL(
            "(k.received_at + %s * INTERVAL '1 hour' <= NOW() AT TIME ZONE 'UTC')", CONTACT_HOURS
        )
        return self._add_ratios(
            SQL(
                """SELECT k.id, k.id AS complaint_id, k.company_id, o.warehouse_id, k.advisor_id,
                    k.partner_id, k.order_id, v.model_id, v.brand_id, k.category_id, k.channel,
                    k.severity, k.state, k.cause_kind, k.verdict, k.received_at, k.reopen_count,
                    %(over)s::int AS due_count,
                    COALESCE(
                        %(over)s AND k.contacted_at <= k.received_at + %(hours)s
                            * INTERVAL '1 hour', FALSE
                    )::int AS contacted_count,
                    EXTRACT(EPOCH FROM k.contacted_at - k.received_at) / 3600 AS contact_hours,
                    EXTRACT(EPOCH FROM k.resolved_at - k.received_at) / 86400 AS resolve_days,
                    (k.severity = 'major' AND COALESCE(k.verdict, '') != 'not')::int
                        AS major_count
                FROM service_complaint k
                LEFT JOIN service_order o ON o.id = k.order_id
                LEFT JOIN service_vehicle v ON v.id = k.vehicle_id
                WHERE k.discarded_at IS NULL""",
                over=over,
                hours=CONTACT_HOURS,
            )
        )

    def action_open_complaint(self):
        """Open the complaint behind this row."""
        return self.complaint_id._get_records_action()
