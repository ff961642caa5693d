from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

# What can be asked about a last visit.
COMPARED = ("<", "<=", ">", ">=")


class ResPartner(models.Model):
    """When a customer was here last: who is not seen for long is lost."""

    _inherit = "res.partner"

    service_last_visit_at = fields.Datetime(
        "Last Visit",
        compute="_compute_service_last_visit_at",
        search="_search_service_last_visit_at",
        compute_sudo=True,
        groups="service_advisor.group_reception,service_advisor.group_seat",
        help="The last check-in at the current company.",
    )

    @api.depends_context("company")
    def _compute_service_last_visit_at(self):
        visits = self.env["service.order"]._read_group(
            [
                ("partner_id", "in", self.ids),
                ("company_id", "=", self.env.company.id),
                ("state", "!=", "cancelled"),
            ],
            ["partner_id"], ["checked_in_at:max"],
        )
        last = {partner.id: moment for partner, moment in visits}
        for partner in self:
            partner.service_last_visit_at = last.get(partner.id)

    def _search_service_last_visit_at(self, operator, value):
        if operator not in COMPARED:
            return NotImplemented
        self.env["service.order"].flush_model()
        moment = fields.Datetime.to_datetime(value)
        return Domain("id", "in", SQL(
            "(SELECT partner_id FROM (%s) visits WHERE last_at %s %s)",
            self._get_last_visit_query(), SQL(operator), moment,
        ))

    @api.model
    def _get_last_visit_query(self):
        """Return the SQL of ``partner_id`` and ``last_at`` of the customers of the company."""
        return SQL(
            """
            SELECT partner_id, MAX(checked_in_at) AS last_at FROM service_order
            WHERE company_id = %s AND state != 'cancelled' AND checked_in_at IS NOT NULL
            GROUP BY partner_id
            """,
            self.env.company.id,
        )
