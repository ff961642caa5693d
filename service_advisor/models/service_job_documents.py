from collections import defaultdict

from odoo import models
from odoo.tools import format_date


class ServiceJob(models.Model):
    """What the documents of finished work say of one job. Nothing here is a price."""

    _inherit = "service.job"

    def _get_fitted_parts(self):
        """Return the parts that left with the car for this job: issued and not returned, and
        those the customer brought.

        A list of dicts with ``code``, ``name``, ``origin`` (label), ``quantity``, ``unit`` and
        ``serials`` (text), in the language of the environment.
        """
        self.ensure_one()
        # Customers and technicians are told what was fitted; transfers are the warehouse's.
        job = self.sudo()
        labels = dict(self.env["sale.order.line"]._fields["part_origin"]._description_selection(
            self.env
        ))
        quantities, serials = defaultdict(float), defaultdict(list)
        for move, quantity in job.move_ids._get_unused().items():
            product = move.product_id
            origin = move.sale_line_id.part_origin or product.service_part_origin
            key = (product, origin)
            quantities[key] += move.product_uom._compute_quantity(quantity, product.uom_id)
            serials[key] += move._get_fitted_lots().mapped("name")
        for line in job.line_ids:
            if line.part_origin == "customer" and line.state == "sale":
                quantities[line.product_id, "customer"] += line.product_uom_id._compute_quantity(
                    line.product_uom_qty, line.product_id.uom_id
                )
        return [
            {
                "code": product.default_code or "",
                "name": product.name,
                "origin": labels.get(origin, ""),
                "quantity": quantity,
                "unit": product.uom_id.name,
                "serials": ", ".join(serials[product, origin]),
            }
            for (product, origin), quantity in quantities.items()
        ]

    def _get_sold_hours(self):
        """Return the hours of labour that were agreed on for this job; what is sold by the piece
        is no labour, and a day has its hours."""
        self.ensure_one()
        hour = self.env.ref("uom.product_uom_hour")
        # Hours are told to whoever reads the job; the lines carry prices as well.
        lines = self.sudo().line_ids.filtered(
            lambda line: line.state == "sale"
            and not line.display_type
            and not line.is_downpayment
            and not line.service_share_kind
            and not line.service_claim_id
            and line.product_id.type == "service"
            and not line.product_id.service_to_purchase
            and line.product_uom_id._has_common_reference(hour)
        )
        return sum(
            line.product_uom_id._compute_quantity(line.product_uom_qty, hour, round=False)
            for line in lines
        )

    def _get_workers(self):
        """Return the employees who worked on these jobs, planned or clocked."""
        # The clock of every technician counts, whoever asks.
        jobs = self.sudo()
        return jobs.technician_id | jobs.clocking_ids.employee_id

    def _get_worked_hours(self):
        """Return ``[(name, hours)]`` of the technicians of this job; the planned one stands
        there without hours too."""
        self.ensure_one()
        hours = dict.fromkeys(self._get_workers(), 0.0)
        # The clock of every technician counts, whoever prints the record.
        for clocking in self.sudo().clocking_ids:
            hours[clocking.employee_id] += clocking.hours
        return [(employee.name, total) for employee, total in hours.items()]

    def _get_fault_codes(self):
        """Return the fault codes read from the car for this job, as text."""
        self.ensure_one()
        # They stand on the claims, which not everybody reads for their amounts.
        codes = self.sudo().claim_ids.filtered("fault_code").mapped("fault_code")
        return ", ".join(dict.fromkeys(codes))

    def _describe_followup(self):
        """Return when the customer means to think of this declined work again, False if never."""
        said = []
        if self.followup_date:
            said.append(self.env._("on %s", format_date(self.env, self.followup_date)))
        if self.followup_odometer:
            km = f"{self.followup_odometer:,}"
            said.append(self.env._("at %s km", km))
        return self.env._(" or ").join(said) or False
