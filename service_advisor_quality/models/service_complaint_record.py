from odoo import models
from odoo.tools import format_date, format_datetime


class ServiceComplaint(models.Model):
    """The complaint record (投诉处理记录): everything from the first word to the last."""

    _inherit = "service.complaint"

    def action_print_record(self):
        """Print the complaint record."""
        report = self.env.ref("service_advisor_quality.service_complaint_report")
        return report.report_action(self)

    def _format_moment(self, moment):
        """Return ``moment`` in the time of the company and the language of the environment."""
        if not moment:
            return ""
        return format_datetime(self.env, moment, tz=self._get_tz(), dt_format="short")

    def _format_day(self, moment):
        return format_date(self.env, moment) if moment else ""

    def _get_label(self, record, name):
        """Return the label of the selection field ``name`` of ``record``."""
        labels = dict(record._fields[name]._description_selection(self.env))
        return labels.get(record[name], "")

    def _get_history(self):
        """Return everything that happened, the first word first: a list of dicts with ``at``
        (text), ``what``, ``who`` and ``words``, in the language of the environment."""
        self.ensure_one()
        # The record is whole, whoever of those who may read the complaint prints it.
        complaint = self.sudo()
        rows = [
            *complaint._get_own_history(),
            *complaint._get_contact_history(),
            *complaint._get_work_history(),
            *complaint._get_answer_history(),
        ]
        rows = [row for row in rows if row[0]]
        rows.sort(key=lambda row: row[0])
        names = ("what", "who", "words")
        return [
            {"at": complaint._format_moment(row[0])} | dict(zip(names, row[1:], strict=True))
            for row in rows
        ]

    def _get_own_history(self):
        label = self._get_label
        rows = [
            (
                self.received_at,
                self.env._("Received: %s", label(self, "channel")),
                self.create_uid.name,
                self.description,
            ),
            (self.acknowledged_at, self.env._("Acknowledged"), "", ""),
        ]
        shown = self.step_ids.filtered(
            # Answers stand there with their signature and name, see _get_answer_history.
            lambda step: step.kind not in ("accepted", "refused", "confirmed")
        )
        return rows + [
            (
                step.at,
                label(step, "kind"),
                step.user_id.name or self.partner_id.name or "",
                step.words or "",
            )
            for step in shown
        ]

    def _get_contact_history(self):
        label = self._get_label
        rows = [
            (
                contact.at,
                f"{label(contact, 'channel')}, {label(contact, 'direction')}",
                contact.user_id.name if contact.direction == "out" else self.partner_id.name or "",
                contact.words or "",
            )
            for contact in self.contact_ids
        ]
        for pause in self.pause_ids:
            name = pause.user_id.name
            rows.append((pause.start_at, self.env._("Waits for the customer"), name, pause.reason))
            rows.append((pause.stop_at, self.env._("Goes on"), "", ""))
        return rows + [
            (
                attempt.at,
                self.env._("Call-back, nobody reached"),
                attempt.user_id.name,
                attempt.words or "",
            )
            for attempt in self.attempt_ids
        ]

    def _get_work_history(self):
        rows = []
        for statement in self.statement_ids:
            person = statement.employee_id.name
            asked = statement.question or ""
            rows.append(
                (statement.asked_at, self.env._("%s asked for a statement", person),
                 statement.asked_by_id.name, asked)
            )
            rows.append(
                (statement.given_at, self.env._("Statement of %s", person),
                 statement.taken_by_id.name or person, statement.text or "")
            )
            rows.append(
                (statement.waived_at, self.env._("No statement of %s", person),
                 statement.waived_by_id.name, statement.text or "")
            )
        for task in self.task_ids:
            where = task.department_id.name
            rows.append(
                (task.create_date, self.env._("Task for %s", where), task.create_uid.name,
                 task.name)
            )
            rows.append(
                (task.escalated_at, self.env._("Task overdue, %s", where), "", task.name)
            )
            rows.append(
                (task.done_at, self.env._("Task done, %s", where), task.done_by_id.name,
                 task.result or "")
            )
        for remedy in self.remedy_ids:
            rows.append(
                (remedy.done_at, self.env._("Given"), remedy.done_by_id.name, remedy.name)
            )
            rows.append((remedy.dropped_at, self.env._("Remedy dropped"), "", remedy.name))
        return rows

    def _get_answer_history(self):
        said = {
            ("offer", "yes"): self.env._("Accepted by the customer"),
            ("offer", "no"): self.env._("Refused by the customer"),
            ("confirmation", "yes"): self.env._("Confirmed by the customer"),
            ("confirmation", "no"): self.env._("Not satisfied"),
        }
        return [
            (
                question.answered_at,
                f"{said[question.kind, question.answer]}, "
                f"{self._get_label(question, 'answered_via')}",
                question.answered_by or "",
                question.answer_words or "",
            )
            for question in self.question_ids
            if question.answered_at
        ]

    def _get_signatures(self):
        """Return the answers the customer signed."""
        return self.question_ids.filtered("signature").sorted("answered_at")

    def _describe_first_contact(self):
        """Return in words whether the customer was contacted in time."""
        self.ensure_one()
        if self.contacted_at:
            late = self.is_contacted_late
            took = self._describe_span(self.contacted_at - self.received_at)
            if late:
                return self.env._("%s after receipt, too late", took)
            return self.env._("%s after receipt, in time", took)
        return self.env._("Not contacted")
