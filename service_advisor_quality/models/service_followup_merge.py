from odoo import api, models

# What two open calls to one customer have in common that are the same call.
KEY = ("kind", "partner_id", "vehicle_id", "order_id", "recall_id")


class ServiceFollowup(models.Model):
    """Calls to a customer, or about a car, that turn out to be the same one."""

    _inherit = "service.followup"

    @api.model
    def _drop_doubled(self, name, sources, target):
        """Take the calls of ``sources`` off the list that ``target`` is to get anyway.

        :param name: the field in which ``target`` takes the place of ``sources``.
        """
        calls = self.search([(name, "in", (sources | target).ids), ("state", "=", "open")])
        known, doubled = set(), self.browse()
        for call in calls.sorted(lambda call: (call[name] != target, call.id)):
            key = tuple(
                target.id if field == name else call._fields[field].convert_to_write(
                    call[field], call)
                for field in KEY
            )  # fmt: skip
            if call.kind != "complaint" and key in known:
                doubled |= call
            known.add(key)
        if doubled:
            doubled._close("given_up", "dropped")
