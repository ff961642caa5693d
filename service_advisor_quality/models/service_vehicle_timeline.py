from odoo import models
from odoo.fields import Domain

RISK_OF_SEVERITY = {"minor": "warning", "major": "danger"}


class ServiceVehicle(models.Model):
    """What the customer said about the work on a car, and work that came back."""

    _inherit = "service.vehicle"

    def _get_timeline_kinds(self):
        return super()._get_timeline_kinds() | {
            "comeback": (self.env._("Comebacks"), "fa-undo", "service.comeback"),
            "complaint": (self.env._("Complaints"), "fa-comment-o", "service.complaint"),
            "survey": (self.env._("Surveys"), "fa-smile-o", "service.survey.result"),
            "followup": (self.env._("Follow-Ups"), "fa-phone", "service.followup"),
        }

    def _get_timeline_comeback(self, limit, before):
        found = self._search_timeline(
            "service.comeback", [("vehicle_id", "=", self.id)], limit, before, "returned_at"
        )
        rows = []
        for date, comeback in found:
            job, customer = comeback.job_id, comeback.order_id.partner_id
            hidden = self._hides(date, customer)
            # The work it comes back of may be a former owner's, in whose words it stands there.
            earlier = comeback.earlier_order_id
            note_hidden = self._hides(comeback.left_at or date, earlier.partner_id)
            rows.append(
                self._prepare_timeline_row(
                    "comeback",
                    date,
                    self.env._("Came back: %s", job._get_timeline_name(hidden)),
                    job,
                    customer=customer,
                    km=comeback.order_id.odometer_in,
                    badge=self._get_choice(comeback, "kind"),
                    risk="danger" if comeback.is_covered else "warning",
                    note="" if note_hidden else job.comeback_note or "",
                )
            )
        return rows

    def _get_timeline_complaint(self, limit, before):
        found = self._search_timeline(
            "service.complaint", [("vehicle_id", "=", self.id)], limit, before, "received_at"
        )
        rows = []
        for date, complaint in found:
            hidden = self._hides(date, complaint.partner_id)
            rows.append(
                self._prepare_timeline_row(
                    "complaint",
                    date,
                    self.env._("Complaint %s", complaint.name),
                    complaint,
                    customer=complaint.partner_id,
                    by=complaint.advisor_id.name or "",
                    badge=self._get_choice(complaint, "state"),
                    risk=RISK_OF_SEVERITY.get(complaint.severity, "warning"),
                    note="" if hidden else complaint.description,
                    lines=[(complaint.category_id.name, "", False)]
                    if complaint.category_id else [],
                )
            )
        return rows

    def _get_timeline_survey(self, limit, before):
        found = self._search_timeline(
            "service.survey.result",
            self._get_own_time_domain("order_id.partner_id", "answered_at")
            & Domain("order_id.vehicle_id", "=", self.id),
            limit,
            before,
            "answered_at",
        )
        return [
            self._prepare_timeline_row(
                "survey",
                date,
                self.env._("Survey: %s of 5", result.overall) if result.overall
                else self.env._("Survey answered"),
                result,
                customer=result.order_id.partner_id,
                by=result.advisor_id.name or "",
                risk="danger" if result.is_low else "success" if result.is_satisfied else False,
                note=result.words or "",
                lines=[(self.env._("Recommends us"), f"{result.recommend} / 10", False)]
                if result.recommend_kind else [],
            )
            for date, result in found
        ]

    def _get_timeline_followup(self, limit, before):
        found = self._search_timeline(
            "service.followup",
            self._get_own_time_domain("partner_id", "create_date")
            & Domain("vehicle_id", "=", self.id),
            limit,
            before,
            "done_at",
            "due_on",
        )
        return [
            self._prepare_timeline_row(
                "followup",
                date,
                self.env._("Follow-up: %s", self._get_choice(followup, "kind")),
                followup,
                customer=followup.partner_id,
                is_day=not followup.done_at,
                by=(followup.done_by_id or followup.user_id).name or "",
                badge=self._get_choice(followup, "closed_as")
                or self._get_choice(followup, "state"),
                note=followup.words or "",
                lines=[(followup.reason, "", False)] if followup.reason else [],
            )
            for date, followup in found
        ]
