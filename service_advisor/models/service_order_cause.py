from odoo import fields, models

from .service_order_projection import BLOCKING_KINDS


class ServiceOrder(models.Model):
    """What keeps the car of an order from being finished, as facts and in words."""

    _name = "service.order"
    _inherit = ["service.order", "service.promise.cause.mixin"]

    def _get_risk_order(self):
        return self

    def _get_limit_facts(self, limit):
        """Return what :meth:`_describe_limit` needs to know, a dict that fits into JSON: ``kind``
        and, as far as they play a part, ``jobs``, ``holds`` and ``products`` (ids), ``parts``
        (their state), ``expected_at`` and ``until`` (texts of datetimes in UTC).

        :param limit: tools.projection.Limit.
        """
        jobs = limit.detail
        facts = {"kind": limit.kind, "jobs": jobs.ids}
        if limit.key.startswith("hold:"):
            facts["holds"] = jobs.current_hold_id.ids
        elif limit.kind == "parts":
            parts = jobs.parts_facts
            facts |= {"parts": parts["state"], "products": parts["products"],
                      "expected_at": parts["expected_at"]}
        elif limit.kind == "plan":
            facts["until"] = fields.Datetime.to_string(jobs.planned_stop_at)
        return facts

    def _describe_limit(self, facts):
        """Return in a sentence what keeps this car from being finished, in the language of the
        environment.

        :param facts: see :meth:`_get_limit_facts`, with records in place of ids.
        """
        self.ensure_one()
        # An answer that the customer owes is no wait of the work, unless it was put on hold for it.
        if facts["holds"] or facts["kind"] in set(BLOCKING_KINDS) - {"customer"}:
            return self._describe_wait(facts)
        jobs = ", ".join(facts["jobs"].mapped("display_name"))
        if facts["kind"] == "overrun":
            return self.env._("Takes longer than the hours sold: %(jobs)s.", jobs=jobs)
        if facts["kind"] == "plan":
            until = fields.Datetime.to_datetime(facts["until"])
            return self.env._(
                "Planned until %(until)s: %(jobs)s.",
                until=self._format_shop_time(until),
                jobs=jobs,
            )
        return {
            "customer": self.env._(
                "The customer has not answered, and an answer now comes too late."
            ),
            "work": self.env._("Too little time is left for the work on: %(jobs)s.", jobs=jobs),
            "check": self.env._("The work is done; the final check is not."),
        }[facts["kind"]]

    def _describe_wait(self, facts):
        """Return in a sentence what the work waits for, see :meth:`_describe_limit`."""
        note = False
        if facts["holds"]:
            note = facts["jobs"]._get_hold_note(facts["holds"])
        elif "parts" in facts:
            expected = fields.Datetime.to_datetime(facts["expected_at"])
            note = facts["jobs"]._get_parts_note(facts["parts"], facts["products"], expected)
        return note or dict(self._fields["risk_kind"]._description_selection(self.env))[
            facts["kind"]
        ]
