from odoo import models
from odoo.fields import Domain
from odoo.tools import format_datetime, formatLang

from .service_order import OPEN_STATES

RISK_OF_COLOUR = {"green": "success", "yellow": "warning", "red": "danger"}
RISK_OF_VERDICT = {"go": "success", "conditional": "warning", "no_go": "danger"}


class ServiceVehicle(models.Model):
    """What was done, seen, asked and declined on a car."""

    _inherit = "service.vehicle"

    def _get_timeline_visit(self, limit, before):
        found = self._search_timeline(
            "service.order", [("vehicle_id", "=", self.id)], limit, before, "checked_in_at"
        )
        orders = self.env["service.order"].union(*(order for _date, order in found))
        jobs = orders.job_ids.filtered(lambda job: job.state != "cancelled")
        parts = jobs._get_case_parts()
        with_money = self.env.user.has_group("service_advisor.group_reception")
        rows = []
        for date, order in found:
            hidden = self._hides(date, order.partner_id)
            amount = with_money and not hidden and order.amount_total
            rows.append(
                self._prepare_timeline_row(
                    "visit",
                    date,
                    self.env._("Visit %s", order.name),
                    order,
                    customer=order.partner_id,
                    by=order.advisor_id.name,
                    km=order.odometer_in,
                    amount=amount and formatLang(
                        self.env, amount, currency_obj=order.currency_id
                    ),
                    badge=self._get_choice(order, "state")
                    if order.state in (*OPEN_STATES, "cancelled") else "",
                    risk=order.is_late and "danger",
                    lines=[
                        job._describe_for_timeline(hidden, parts.get(job, []))
                        for job in order.job_ids
                        if job in jobs
                    ],
                )
            )
        return rows

    def _get_timeline_booking(self, limit, before):
        found = self._search_timeline(
            "service.order",
            [("vehicle_id", "=", self.id), ("checked_in_at", "=", False)],
            limit,
            before,
            "create_date",
        )
        return [
            self._prepare_timeline_row(
                "booking",
                date,
                self.env._("Appointment %s", order.name),
                order,
                customer=order.partner_id,
                by=order.advisor_id.name,
                badge=self._get_choice(order, "state"),
                note=order.appointment_at and self.env._(
                    "For %s", format_datetime(self.env, order.appointment_at, dt_format="short")
                ) or "",
            )
            for date, order in found
        ]

    def _get_timeline_deferred(self, limit, before):
        found = self._search_timeline(
            "service.job",
            [("order_id.vehicle_id", "=", self.id), ("state", "=", "declined")],
            limit,
            before,
            "authorised_at",
            "create_date",
        )
        rows = []
        for date, job in found:
            customer = job.order_id.partner_id
            hidden = self._hides(date, customer)
            again = job._describe_followup()
            rows.append(
                self._prepare_timeline_row(
                    "deferred",
                    date,
                    job._get_timeline_name(hidden),
                    job,
                    customer=customer,
                    km=job.order_id.odometer_in,
                    badge=job._get_state_label(),
                    risk="warning",
                    note="" if hidden else job.decline_reason or "",
                    lines=[(self.env._("Ask again"), again, False)] if again else [],
                )
            )
        return rows

    def _get_timeline_inspection(self, limit, before):
        found = self._search_timeline(
            "service.inspection",
            self._get_inspection_domain(),
            limit,
            before,
            "done_at",
        )
        return [
            self._prepare_timeline_row(
                "inspection",
                date,
                self._get_choice(inspection, "kind"),
                inspection,
                customer=inspection.order_id.partner_id,
                by=inspection.sudo().inspector_id.name,  # who of the house is no secret
                km=inspection.order_id.odometer_in,
                badge=self._get_choice(inspection, "result"),
                risk=RISK_OF_COLOUR.get(inspection.result, False),
                lines=[
                    (line.name, line._describe_for_timeline(), RISK_OF_COLOUR[line.result])
                    for line in inspection.line_ids
                    if line.result in ("red", "yellow")
                ],
            )
            for date, inspection in found
        ]

    def _get_inspection_domain(self):
        """Return the domain of the inspections shown; customers get those made for them."""
        domain = Domain("order_id.vehicle_id", "=", self.id) & Domain("state", "=", "done")
        for_customer = self.env.context.get("timeline_for_customer")
        return domain & Domain("kind", "=", "health") if for_customer else domain

    def _get_timeline_review(self, limit, before):
        found = self._search_timeline(
            "service.technical.review",
            [("order_id.vehicle_id", "=", self.id)],
            limit,
            before,
            "asked_at",
        )
        return [
            self._prepare_timeline_row(
                "review",
                date,
                self.env._("Technical review %s", review.name),
                review,
                customer=review.order_id.partner_id,
                by=review.decided_by_id.name or review.asked_by_id.name,
                km=review.order_id.odometer_in,
                badge=self._get_choice(review, "verdict" if review.verdict else "state"),
                risk=RISK_OF_VERDICT.get(review.verdict, False),
                note=review.question,
                lines=[(self.env._("Findings"), review.findings, False)]
                if review.findings else [],
            )
            for date, review in found
        ]

    def _get_timeline_certificate(self, limit, before):
        found = self._search_timeline(
            "service.certificate",
            [("order_id.vehicle_id", "=", self.id)],
            limit,
            before,
            "issued_at",
        )
        return [
            self._prepare_timeline_row(
                "certificate",
                date,
                self.env._("Certificate %s", certificate.name),
                certificate,
                customer=certificate.order_id.partner_id,
                by=certificate.issued_by_id.name,
                badge=self._get_choice(certificate, "state"),
                note=certificate.void_reason or "",
            )
            for date, certificate in found
        ]

    def _get_timeline_part(self, limit, before):
        found = self._search_timeline(
            "service.warranty.part",
            [("order_id.vehicle_id", "=", self.id)],
            limit,
            before,
            "issued_on",
        )
        return [
            self._prepare_timeline_row(
                "part",
                date,
                f"{part.quantity:g} × {part.sudo().product_id.name}",  # the warehouse's catalogue
                part,
                customer=part.order_id.partner_id,
                is_day=True,
                km=part.order_id.odometer_in,
                badge=self._get_choice(part, "state"),
                note=self.env._("Replaced under warranty, tag %s", part.name),
            )
            for date, part in found
        ]

    def _get_timeline_recall(self, limit, before):
        """Campaigns as they were put to the customer, and those nobody has looked at yet."""
        told = self._search_timeline(
            "service.suggestion",
            [("vehicle_id", "=", self.id), ("recall_id", "!=", False)],
            limit,
            before,
            "create_date",
        ) if self.env["service.suggestion"].has_access("read") else []
        rows = [
            self._prepare_timeline_row(
                "recall",
                date,
                found.recall_id.display_name,
                found.order_id,
                customer=found.order_id.partner_id,
                km=found.order_id.odometer_in,
                badge=self._get_choice(found, "outcome"),
                risk="success" if found.outcome == "done" else self._get_risk(found.recall_id),
            )
            for date, found in told
        ]
        rows += self._get_untold_recalls(before)
        return sorted(rows, key=lambda row: row["date"], reverse=True)[:limit]

    def _get_untold_recalls(self, before):
        """Return the rows of campaigns that mean this car and that no visit has shown yet."""
        matching = self.env["service.recall"]._match(self).get(self)
        if not matching:
            return []
        # Also where the reader may not see what was suggested.
        told = self.env["service.suggestion"].sudo()._read_group(
            [("vehicle_id", "=", self.id), ("recall_id", "in", matching.ids)], ["recall_id"]
        )
        untold = matching - matching.browse([recall.id for [recall] in told])
        dated = [(self._get_midnight(recall.start_date), recall) for recall in untold]
        return [
            self._prepare_timeline_row(
                "recall",
                date,
                recall.display_name,
                recall,
                is_of_car=True,
                is_day=True,
                badge=self.env._("Open"),
                risk=self._get_risk(recall),
                note=recall.description or "",
            )
            for date, recall in dated
            if not before or date < before
        ]

    def _get_risk(self, recall):
        return "danger" if recall.do_not_drive else "warning"
