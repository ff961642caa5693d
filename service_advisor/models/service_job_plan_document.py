from odoo import models
from odoo.tools import format_date

from .service_job import AUTHORISED_STATES


class ServiceJob(models.Model):
    """What the service plan document says of one job: no price, and nobody who pays."""

    _inherit = "service.job"

    def _is_planned_work(self):
        """Tell whether this job belongs to what is going to be done."""
        return self.state in ("proposed", "quoted", *AUTHORISED_STATES)

    def _get_plan_needs(self):
        """Return what the work takes besides parts, as a list of ``(label, text)`` in the
        language of the environment."""
        self.ensure_one()
        # Whoever prints the plan may know who is planned and which tools it takes.
        job = self.sudo()
        needs = job._get_needs()
        skills = needs["skill"].mapped("name") + needs["skill_level"].mapped("name")
        if needs["is_high_voltage"]:
            # The operation or its review may ask for it by name as well.
            qualification = job.env["hr.employee"]._get_high_voltage_skill()
            skills += [name for name in qualification.mapped("name") if name not in skills]
        technician, skills = job.technician_id.name or "", ", ".join(skills)
        if technician and skills:
            technician = f"{technician} ({skills})"
        found = [
            (self.env._("Technician"), technician or skills),
            (self.env._("Bay"), job.bay_names or needs["bay_kind"].name or ""),
            (self.env._("Special tools"), ", ".join(needs["tool_kinds"].mapped("name"))),
        ]
        return [(label, text) for label, text in found if text]

    def _get_plan_parts(self):
        """Return the parts of this job: a list of dicts with ``name``, ``quantity``, ``unit`` and
        ``where`` (are they there), in the language of the environment."""
        self.ensure_one()
        # Which parts the work takes is no price.
        lines = self.sudo().line_ids.filtered(
            lambda line: line.product_id.type == "consu" and not line.service_share_kind
        )
        labels = dict(lines._fields["part_state"]._description_selection(self.env))
        parts = []
        for line in lines:
            where = labels.get(line.part_state, "")
            if line.part_origin == "customer":
                where = self.env._("Brought by the customer")
            elif line.part_expected_at:
                day = self.order_id._get_day(line.part_expected_at)
                where = f"{where}, {format_date(self.env, day)}"
            parts.append(
                {
                    "name": line.product_id.name,
                    "quantity": line.product_uom_qty,
                    "unit": line.product_uom_id.name,
                    "where": where,
                }
            )
        return parts
