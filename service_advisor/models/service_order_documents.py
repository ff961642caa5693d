from odoo import fields, models
from odoo.tools import format_date

from .service_job import FINISHED

# So much maintenance is named as due next.
NAMED_DUE = 4


class ServiceOrder(models.Model):
    """What the service report and the repair record say of the order as a whole."""

    _inherit = "service.order"

    def _get_done_jobs(self):
        """Return the jobs that were carried out."""
        return self.job_ids.filtered(lambda job: job.state in FINISHED)

    def _get_declined_jobs(self):
        """Return the jobs the customer said no to."""
        return self.job_ids.filtered(lambda job: job.state == "declined")

    def _get_open_jobs(self):
        """Return the jobs that are neither carried out nor given up."""
        return self.job_ids.filtered(
            lambda job: job.state not in (*FINISHED, "declined", "cancelled")
        )

    def _get_health_check(self):
        """Return the last health check of this visit that was finished, if there is one."""
        done = self.inspection_ids.filtered(
            lambda check: check.kind == "health" and check.state == "done"
        )
        return done.sorted("id")[-1:]

    def _get_health_summary(self):
        """Return what the customer is told of the health check: a dict of ``counts``
        (``{colour: items}``, "not_checked" and "na" among the colours) and ``lines`` (red and
        yellow items, the red ones first); empty without a finished check."""
        check = self._get_health_check()
        if not check:
            return {}
        colours = check.line_ids.mapped("result")
        bad = check.line_ids.filtered(lambda line: line.result in ("red", "yellow"))
        return {
            "counts": {
                colour: colours.count(colour)
                for colour in ("green", "yellow", "red", "na", "not_checked")
            },
            "lines": bad.sorted(lambda line: line.result != "red"),
        }

    def _get_next_maintenance(self):
        """Return what is due next on the car, this visit counted, the soonest first: a list of
        ``(name, text)``."""
        self.ensure_one()
        plan = self.env["service.maintenance.plan"]._get_by_vehicle(self.vehicle_id).get(
            self.vehicle_id
        )
        if not plan:
            return []
        last_done = self._get_last_done(self._get_car_history(), with_own=True)
        day = self._get_day(self.delivered_at or self.ready_at or fields.Datetime.now())
        odometer = self.odometer_out or self.odometer_in
        found = []
        for line in plan.line_ids.filtered("operation_id.active"):
            due = line._judge(self.vehicle_id, day, odometer, last_done.get(line.operation_id))
            found.append((due.days_over, due.km_over, line, due))
        # Some km and some days are compared by how a car is usually driven: 40 km a day.
        found.sort(
            key=lambda each: max(
                over for over in (each[0], each[1] and each[1] / 40, -100000) if over is not None
            ),
            reverse=True,
        )
        return [
            (line.operation_id.name, self._describe_due(due))
            for _days, _km, line, due in found[:NAMED_DUE]
        ]

    def _describe_due(self, due):
        said = []
        if due.due_km is not None:
            km = f"{due.due_km:,}"
            said.append(self.env._("at %s km", km))
        if due.due_date is not None:
            said.append(self.env._("on %s", format_date(self.env, due.due_date)))
        text = self.env._(" or ").join(said)
        return self.env._("now, it was due %s", text) if due.state == "due" else text

    def _get_old_parts_label(self):
        """Return in words what became of the parts taken out, False where it is not known."""
        labels = dict(self._fields["old_parts"]._description_selection(self.env))
        return labels.get(self.old_parts, False)

    def _get_record_sections(self):
        """Hook: return what the repair record says beyond the jobs, one table each: a list of
        dicts with ``title``, ``header`` (texts) and ``rows`` (lists of as many texts), in the
        language of the environment. Tables without rows are left out.
        """
        self.ensure_one()
        return [
            *self._get_inspection_sections(),
            self._get_wait_section(),
            self._get_promise_section(),
        ]

    def _get_wait_section(self):
        """Return what the work waited for, and how long."""
        holds = self.job_ids.hold_ids.sorted("start_at")
        reasons = dict(holds._fields["reason"]._description_selection(self.env))
        return {
            "title": self.env._("Waiting"),
            "header": [
                self.env._("Job"), self.env._("Waiting For"), self.env._("Since"),
                self.env._("Until"),
            ],
            "rows": [
                [
                    hold.job_id.display_name,
                    ", ".join(filter(None, [reasons[hold.reason], hold.note])),
                    self._format_shop_time(hold.start_at),
                    self._format_shop_time(hold.stop_at) if hold.stop_at else "",
                ]
                for hold in holds
            ],
        }

    def _get_promise_section(self):
        """Return how the promised time moved, and why."""
        return {
            "title": self.env._("Promise Changes"),
            "header": [
                self.env._("Promised Before"), self.env._("Promised Now"), self.env._("Reason"),
            ],
            "rows": [
                [
                    self._format_shop_time(change.old_promised_at),
                    self._format_shop_time(change.new_promised_at),
                    change.reason,
                ]
                for change in self.promise_change_ids.sorted("id")
            ],
        }

    def _get_inspection_sections(self):
        """Return one table for each inspection that is over."""
        return [
            {
                "title": self.env._("Inspection: %s", inspection.display_name),
                "header": [
                    self.env._("Item"), self.env._("Limits"), self.env._("Result"),
                ],
                "rows": [
                    [line.name, line.limits or "", line._get_finding()]
                    for line in inspection.line_ids
                ],
                "note": self.env._(
                    "%(name)s, %(time)s",
                    name=inspection.inspector_id.name or "",
                    time=self._format_shop_time(inspection.done_at),
                ),
            }
            for inspection in self.inspection_ids.filtered(lambda check: check.state == "done")
        ]
