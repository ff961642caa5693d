from collections import defaultdict

from odoo import fields, models
from odoo.tools import format_date

from ..tools.repair_warranty import judge_until
from .service_job import AUTHORISED_STATES, FINISHED


class ServiceOrder(models.Model):
    """Where suggested work comes from: recalls, repair warranty, maintenance, declined work.

    Each ``_suggest_x`` returns ``{order: [values of service.suggestion]}`` for many orders at
    once, from the one history that :meth:`_get_car_history` reads.
    """

    _inherit = "service.order"

    def _get_car_history(self):
        """Return ``{vehicle: jobs}``: work approved or declined on the cars of these orders,
        the latest first."""
        jobs = self.env["service.job"].search(
            [
                ("order_id.vehicle_id", "in", self.vehicle_id.ids),
                ("state", "in", (*AUTHORISED_STATES, "declined")),
            ],
            order="id desc",
        )
        jobs.operation_id._get_included()  # read for all cars at once
        by_vehicle = jobs.grouped("vehicle_id")
        return {vehicle: by_vehicle.get(vehicle, jobs.browse()) for vehicle in self.vehicle_id}

    def _get_earlier_jobs(self, history):
        """Return the jobs of this car's other orders."""
        self.ensure_one()
        return history[self.vehicle_id].filtered(lambda job: job.order_id != self._origin)

    def _get_odometer(self):
        """Return the reading of this visit, before it is taken the last one known."""
        return self.odometer_in or self.vehicle_id.odometer

    def _get_day(self, moment):
        """Return the day of ``moment`` where the shop is."""
        shop = self.with_context(tz=self._get_shop_tz())
        return fields.Datetime.context_timestamp(shop, moment).date()

    def _get_last_done(self, history, with_own=False):
        """Return ``{operation: (day, km)}`` of the work on this car, also inside packages; that
        of this visit counts ``with_own`` only."""
        done = {}
        jobs = history[self.vehicle_id] if with_own else self._get_earlier_jobs(history)
        for job in jobs:
            if job.finished_at and job.state in FINISHED:
                record = (self._get_day(job.finished_at), job.order_id.odometer_in)
                for operation in job.operation_id._get_included():
                    done[operation] = max(done.get(operation, record), record)
        # What other systems know of; the flag is read with the car.
        if self.vehicle_id.has_earlier_visits:
            for visit in self.vehicle_id.history_ids:
                record = (visit.date, visit.odometer)
                for operation in visit.operation_id._get_included():
                    done[operation] = max(done.get(operation, record), record)
        return done

    # ---- recalls --------------------------------------------------------------------------

    def _suggest_recalls(self):
        found = {}
        for order, recalls in self._get_open_recalls().items():
            found[order] = [order._prepare_recall_vals(recall) for recall in recalls]
        return found

    def _get_open_recalls(self):
        """Return ``{order: recalls}`` that mean the car and were not done at an earlier visit."""
        matches = self.env["service.recall"]._match(self.vehicle_id)
        if not any(matches.values()):
            return {}
        answers = self.env["service.suggestion"].search(
            [
                ("vehicle_id", "in", self.vehicle_id.ids),
                ("recall_id", "!=", False),
                ("state", "!=", "open"),
            ]
        )
        done = defaultdict(set)
        for answer in answers:
            if answer.outcome == "done":
                done[answer.vehicle_id].add((answer.recall_id, answer.order_id))
        return {
            order: matches[order.vehicle_id].filtered(
                lambda recall, order=order: not any(
                    found == recall and visit != order for found, visit in done[order.vehicle_id]
                )
            )
            for order in self
            if order.vehicle_id in matches
        }

    def _get_unanswered_recalls(self):
        """Return ``{order: recalls}`` that forbid to drive the car and are neither done nor
        refused at this visit."""
        unanswered = {}
        for order, recalls in self._get_open_recalls().items():
            answered = order.suggestion_ids.filtered(lambda found: found.outcome != "open")
            unanswered[order] = recalls.filtered("do_not_drive") - answered.recall_id
        return unanswered

    def _prepare_recall_vals(self, recall):
        job = self._find_open_job(recall.operation_id)
        reason = recall.description or ""
        if recall.do_not_drive:
            reason = self.env._("The car must not be driven. %s", reason).strip()
        vals = {
            "kind": "recall",
            "name": self.env._("Recall %s", recall.display_name),
            "reason": reason,
            "is_urgent": recall.do_not_drive,
            "operation_id": recall.operation_id.id,
            "recall_id": recall.id,
        }
        # Somebody has put the work on the order by hand: it counts as the recall's.
        return dict(vals, state="added", job_id=job.id) if job else vals

    # ---- warranty on earlier repairs ------------------------------------------------------

    def _suggest_repair_warranty(self, history):
        if not any(history.values()):
            return {}
        return {
            order: [
                vals
                for job in order._get_earlier_jobs(history)
                for vals in order._prepare_warranty_vals(job)
            ]
            for order in self
        }

    def _prepare_warranty_vals(self, job):
        """Return the suggestion for one earlier job in a list, empty where none is due."""
        visit = job.order_id
        promised = job._get_warranty()
        if not promised or job in self.job_ids.origin_job_id:
            return []
        left = judge_until(
            *promised,
            self._get_day(visit.delivered_at),
            visit.odometer_out or visit.odometer_in,
            self._get_day(fields.Datetime.now()),
            self._get_odometer(),
        )
        if not left.is_valid:
            return []
        km, until = f"{left.km_ago:,}", f"{left.until_km:,}"
        reason = self.env._(
            "Done %(days)s days and %(km)s km ago on %(order)s, under repair warranty until "
            "%(day)s or %(until)s km. Is it the same fault?",
            order=visit.name,
            days=left.days_ago,
            km=km,
            day=format_date(self.env, left.until_date),
            until=until,
        )
        vals = {"kind": "repair_warranty", "name": job.display_name, "reason": reason}
        return [dict(vals, source_job_id=job.id)]

    # ---- maintenance ----------------------------------------------------------------------

    def _suggest_maintenance(self, history):
        plans = self.env["service.maintenance.plan"]._get_by_vehicle(self.vehicle_id)
        operations = self.env["service.maintenance.line"].union(
            *(plan.line_ids for plan in plans.values())
        ).operation_id
        operations._get_included()  # read for all cars at once
        return {
            order: order._prepare_maintenance_vals(plans[order.vehicle_id], history)
            for order in self
            if order.vehicle_id in plans
        }

    def _prepare_maintenance_vals(self, plan, history):
        """Return the suggestions for what is due or nearly due and not on the order yet; what
        comes inside a package that is due as well is not asked for twice."""
        last_done, due_lines = self._get_last_done(history), {}
        today, odometer = self._get_day(fields.Datetime.now()), self._get_odometer()
        for line in plan.line_ids.filtered("operation_id.active"):
            last = last_done.get(line.operation_id)
            due = line._judge(self.vehicle_id, today, odometer, last)
            if due.state != "not_due":
                due_lines[line] = (due, last)
        inside = self.env["service.operation"].union(
            *(
                line.operation_id._get_included() - line.operation_id
                for line, (due, _last) in due_lines.items()
                if due.state == "due"
            )
        )
        return [
            {
                "kind": "maintenance",
                "name": line.operation_id.name,
                "reason": line._describe(due, last),
                "operation_id": line.operation_id.id,
            }
            for line, (due, last) in due_lines.items()
            if line.operation_id not in inside and not self._find_open_job(line.operation_id)
        ]

    # ---- declined earlier -----------------------------------------------------------------

    def _suggest_declined(self, history):
        return {
            order: order._prepare_declined_vals(history)
            for order in self
            if order._get_earlier_jobs(history)
        }

    def _prepare_declined_vals(self, history):
        """Return the suggestions for work the customer declined earlier and nobody did since,
        each once and with the last reason given; what is to be asked again now comes first."""
        last_done, seen, found = self._get_last_done(history), set(), []
        today, odometer = self._get_day(fields.Datetime.now()), self._get_odometer()
        for job in self._get_earlier_jobs(history):
            operation, visit = job.operation_id, job.order_id
            if job.state != "declined" or (operation or job) in seen:
                continue
            seen.add(operation or job)
            moment = job.authorised_at or visit.checked_in_at or job.create_date
            day = self._get_day(moment)
            if operation in last_done and last_done[operation][0] >= day:
                continue
            if operation and self._find_open_job(operation):
                continue
            by_date = bool(job.followup_date) and job.followup_date <= today
            by_km = 0 < job.followup_odometer <= odometer
            # A former owner's words are nobody's any more.
            hidden = self.vehicle_id._is_former_time(moment, visit.partner_id)
            found.append(
                {
                    "kind": "declined",
                    "name": job._get_timeline_name(hidden),
                    "reason": self._describe_declined(job, day, hidden),
                    "operation_id": operation.id,
                    "source_job_id": job.id,
                    "is_urgent": by_date or by_km,
                }
            )
        return sorted(found, key=lambda vals: not vals["is_urgent"])

    def _describe_declined(self, job, day, hidden=False):
        """Return when and why work was declined; never who said so, for the car may have been
        sold since. ``hidden`` leaves out the words."""
        said = [self.env._("Declined on %s", format_date(self.env, day))]
        if job.decline_reason and not hidden:
            said.append(self.env._("reason: %s", job.decline_reason))
        if job.followup_date:
            day = format_date(self.env, job.followup_date)
            said.append(self.env._("ask again on %s", day))
        if job.followup_odometer:
            km = f"{job.followup_odometer:,}"
            said.append(self.env._("ask again at %s km", km))
        return ", ".join(said)
