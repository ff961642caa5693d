from odoo import models


class ServiceJob(models.Model):
    """A job as one line of the history of its car."""

    _inherit = "service.job"

    def _get_timeline_name(self, hidden):
        """Return what the work was.

        :param hidden: True leaves out the customer's words.
        """
        self.ensure_one()
        if not hidden:
            return self.display_name
        return self.operation_id.name or self.symptom_id.name or self.env._("Work")

    def _describe_for_timeline(self, hidden, parts):
        """Return ``(name, text, risk)``: what the work was, and what came of it.

        :param hidden: True leaves out the customer's words.
        :param parts: list of text, the parts that left with the car.
        """
        self.ensure_one()
        name = self._get_timeline_name(hidden)
        if self.state == "declined":
            # Why, and when to ask again, is an event of its own.
            return name, self._get_state_label(), "warning"
        said = [self.cause, self.correction]
        if self.state not in ("qc", "done"):
            said.append(self._get_state_label())
        if parts:
            said.append(", ".join(parts))
        if self.warranty_until:
            said.append(self.env._("under warranty %s", self._describe_warranty()))
        return name, " · ".join(filter(None, said)), False
