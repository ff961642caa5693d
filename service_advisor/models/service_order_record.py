from odoo import fields, models

from ..tools.health_record import Visit, build_record


class ServiceOrder(models.Model):
    """The electronic health record of a visit, queued when the car has left."""

    _inherit = "service.order"

    record_upload_ids = fields.One2many(
        "service.record.upload",
        "order_id",
        "Health Record Uploads",
        groups="service_advisor.group_manager",
    )

    def _after_deliver(self):
        result = super()._after_deliver()
        switched_on = self.filtered("company_id.service_record_upload")
        if switched_on:
            # Advisors hand over; the queue is nobody's to write.
            self.env["service.record.upload"].sudo()._queue(switched_on)
        return result

    def _get_health_record(self):
        """Return the health record of this visit, see
        :func:`~..tools.health_record.build_record`."""
        self.ensure_one()
        self._give_settlement_no()
        jobs = self._get_done_jobs()
        invoiced = self._get_own_estimates().invoice_ids.filtered(
            lambda move: move.state == "posted" and move.invoice_date
        )
        delivered_on = self._get_day(self.delivered_at) if self.delivered_at else None
        return build_record(
            Visit(
                plate=self.plate,
                company=self.company_id.name,
                vin=self.vehicle_id.vin,
                received_on=self.checked_in_at and self._get_day(self.checked_in_at),
                odometer=self.odometer_in,
                settled_on=max(invoiced.mapped("invoice_date"), default=delivered_on),
                faults=self.job_ids.filtered(lambda job: job.state != "cancelled").mapped(
                    "concern"
                ),
                settlement_no=self.settlement_no,
                parts=[
                    (part["code"], part["name"], part["quantity"])
                    for job in jobs
                    for part in job._get_fitted_parts()
                ],
                projects=[(job.display_name, job._get_sold_hours()) for job in jobs],
            )
        )
