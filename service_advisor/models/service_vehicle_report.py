from odoo import models

# On paper, the newest so many; more is not read by anybody.
PRINTED_ROWS = 500


class ServiceVehicle(models.Model):
    """The history of a car on paper: for the workshop, and for its owner."""

    _inherit = "service.vehicle"

    def _get_customer_kinds(self):
        """Hook: return the kinds of the time line that its owner gets on paper."""
        return [
            "visit", "deferred", "inspection", "certificate", "recall", "warranty", "odometer",
        ]

    def _get_printed_rows(self, for_customer=False):
        """Return the rows of the printed history, formatted as for the screen.

        :param for_customer: only what happened while the car was its owner's, without what the
            house paid or was paid, and nothing that was said inside the house.
        """
        if not for_customer:
            rows = self._get_timeline(PRINTED_ROWS)
        else:
            car = self.with_context(timeline_for_customer=True)
            rows = [
                dict(row, amount=False, by="")
                for row in car._get_timeline(PRINTED_ROWS, kinds=self._get_customer_kinds())
                if not row["is_former"]
            ]
        return [self._format_timeline_row(row) for row in rows]
