from odoo import api, fields, models

SEVERITIES = [("minor", "Minor"), ("major", "Major")]

# Without any policy: the standard of the house.
CONTACT_HOURS = 24.0
WARNING_HOURS = (4.0, 1.0)


class ServiceSlaPolicy(models.Model):
    """Within how many wall-clock hours a complaint of some severity is answered."""

    _name = "service.sla.policy"
    _description = "Deadlines of Complaints"
    _order = "company_id, severity, id"
    _rec_name = "severity"

    company_id = fields.Many2one(
        "res.company",
        index=True,
        default=lambda self: self.env.company,
        help="Empty: for every company that has no deadlines of its own.",
    )
    severity = fields.Selection(SEVERITIES, required=True)
    contact_hours = fields.Float(
        "First Contact (h)",
        default=CONTACT_HOURS,
        required=True,
        help="Wall-clock hours from the complaint until somebody has called, written to or "
        "visited the customer. Nights, Sundays and holidays count.",
    )
    warning_hours = fields.Float(
        "Warning (h)",
        default=WARNING_HOURS[0],
        help="So many hours before the first contact is due, its advisor is warned. 0: not.",
    )
    last_warning_hours = fields.Float(
        "Last Warning (h)", default=WARNING_HOURS[1], help="Once more, so many hours before."
    )
    proposal_hours = fields.Float(
        "Proposal (h)",
        default=72.0,
        help="Hours until the customer is proposed a remedy; waiting for the customer does not "
        "count. 0: no deadline.",
    )
    resolution_hours = fields.Float(
        "Resolution (h)",
        default=168.0,
        help="Hours until the remedy is done; waiting for the customer does not count. "
        "0: no deadline.",
    )

    _company_severity_uniq = models.UniqueIndex(
        "(COALESCE(company_id, 0), severity)",
        "This severity has deadlines already: change those instead.",
    )
    _hours_range = models.Constraint(
        "CHECK(contact_hours > 0 AND contact_hours <= 8760 AND warning_hours >= 0"
        " AND last_warning_hours >= 0 AND proposal_hours >= 0 AND resolution_hours >= 0)",
        "Deadlines are positive numbers of hours, the first contact within a year.",
    )

    @api.model
    def _find_policies(self, companies):
        """Return ``{(company id or False, severity): policy}`` of these companies and of all."""
        # Whoever records a complaint need not read the deadlines of the house.
        found = self.sudo().search([("company_id", "in", [False, *companies.ids])])
        return {(policy.company_id.id, policy.severity): policy for policy in found}

    def _get_warnings(self):
        """Return the hours before the deadline at which somebody is warned."""
        return (self.warning_hours, self.last_warning_hours) if self else WARNING_HOURS
