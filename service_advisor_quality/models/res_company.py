import secrets

from odoo import fields, models

from ..tools.sampling import Rates


class ResCompany(models.Model):
    """How much of the work is checked while it is under way, and by whom."""

    _inherit = "res.company"

    service_sampling_base = fields.Float(
        "Checked in Process (%)",
        default=10.0,
        digits=(5, 2),
        help="Share of all jobs that is checked while the work is under way.",
    )
    service_sampling_new = fields.Float(
        "New Technician (+ %)",
        default=20.0,
        digits=(5, 2),
        help="Added where the technician is new in the shop.",
    )
    service_sampling_new_days = fields.Integer(
        "New for (days)",
        default=90,
        help="A technician is new until so many days after the first clock on a job.",
    )
    service_sampling_difficult = fields.Float(
        "Difficult Work (+ %)", default=15.0, digits=(5, 2), help="Added for difficult work."
    )
    service_sampling_comeback = fields.Float(
        "Comeback (+ %)",
        default=40.0,
        digits=(5, 2),
        help="Added where the car is back with work that was done before.",
    )
    service_sampling_failures = fields.Float(
        "Earlier Failures (+ %)",
        default=25.0,
        digits=(5, 2),
        help="Added where the technician or the operation has failed an inspection lately.",
    )
    service_sampling_failure_days = fields.Integer(
        "Failures Count for (days)", default=90, help="Older failures are forgiven."
    )
    service_sampling_floor = fields.Float(
        "Brakes, Steering, High Voltage (%)",
        default=100.0,
        digits=(5, 2),
        help="Such work is checked at least this often, whatever the other shares add up to. It "
        "can not be 0.",
    )
    service_sampling_at_finish = fields.Boolean(
        "Draw at Finish",
        help="Draw short work at the moment it is finished, so that no car is ready before. "
        "Otherwise it is drawn within minutes, while it waits for its final inspection.",
    )
    service_sampling_seed = fields.Char(
        default=lambda self: secrets.token_hex(8),
        groups="service_advisor.group_manager",
        help="Decides with the number of a job whether it is drawn; nobody in the workshop knows "
        "it.",
    )
    service_allow_own_inspection = fields.Boolean(
        "Exceptions from Independence",
        help="For shops with two people: a manager may allow, with a reason that stands on the "
        "inspection, that somebody inspects a job that he or she has worked on.",
    )

    _service_sampling_range = models.Constraint(
        "CHECK(service_sampling_base BETWEEN 0 AND 100 AND service_sampling_new BETWEEN 0 AND 100"
        " AND service_sampling_difficult BETWEEN 0 AND 100"
        " AND service_sampling_comeback BETWEEN 0 AND 100"
        " AND service_sampling_failures BETWEEN 0 AND 100)",
        "The shares of the work that is checked lie between 0 % and 100 %.",
    )
    _service_sampling_floor_range = models.Constraint(
        "CHECK(service_sampling_floor BETWEEN 1 AND 100)",
        "Work on brakes, steering and high voltage is checked at 1 % to 100 %, never at 0 %.",
    )

    def _get_sampling_rates(self):
        """Return the configured shares (:class:`~..tools.sampling.Rates`)."""
        self.ensure_one()
        return Rates(
            base=self.service_sampling_base,
            added={
                "new_technician": self.service_sampling_new,
                "difficult": self.service_sampling_difficult,
                "comeback": self.service_sampling_comeback,
                "failures": self.service_sampling_failures,
            },
            floor=self.service_sampling_floor,
        )
