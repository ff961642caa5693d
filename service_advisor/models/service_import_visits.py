from datetime import datetime, time, timezone
from zoneinfo import ZoneInfo

from odoo import api, models

# What is compared to tell a visit that is known from another one with the same number.
COMPARED = ("concern", "work")


class ServiceImport(models.Model):
    """The earlier visits that rows tell of: known by the order number of the old system in this
    company, else by vehicle, day and odometer."""

    _inherit = "service.import"

    def _sort_visits(self, lines, plan, memory):
        """Add to the plan the visits that are not known yet, see ``_sort_lines``."""
        told = [line for line in lines if line.is_visit]
        known = memory.setdefault("visits", {})
        if told:
            self._load_visits(known, told)
        for line in told:
            values, slot = line.values, line.slot
            number = values.get("visit_number")
            day, km = values["visit_date"], values.get("odometer", 0)
            key = number or (slot.key, day, km)
            content = (
                slot.key, day, km, values.get("amount", 0.0),
                *(values.get(name, "") for name in COMPARED),
            )
            line.adds = key not in known
            if line.adds:
                known[key] = content
                plan.visits.append(line)
            elif known[key] != content:
                target, code = ("visit_number", "other_visit") if number else (
                    "visit_date", "same_visit")
                line.problems.append((target, code, number or str(day)))

    def _load_visits(self, known, lines):
        """Learn the known visits that these rows may tell of."""
        numbers = {line.values.get("visit_number") for line in lines} - {None, *known}
        unnumbered = {line.slot.id for line in lines if not line.values.get("visit_number")}
        Visit = self.env["service.history"]
        visits = Visit.search(
            [("number", "in", list(numbers)), ("company_id", "=", self.company_id.id)]
        )
        if unnumbered - {0}:
            visits |= Visit.search(
                [("vehicle_id", "in", list(unnumbered)), ("number", "=", False)]
            )
        for visit in visits:
            car = visit.vehicle_id.id
            content = (
                car, visit.date, visit.odometer, round(visit.amount, 2),
                *(visit[name] or "" for name in COMPARED),
            )
            known.setdefault(visit.number or (car, visit.date, visit.odometer), content)

    def _make_visits(self, plan):
        if not plan.visits:
            return
        operations = self._get_operations(plan.visits)
        self.env["service.history"].create(
            [self._prepare_visit_vals(line, operations) for line in plan.visits]
        )
        slots = dict.fromkeys(line.slot for line in plan.visits)
        first = [slot.id for slot in slots if not slot.has_visits]
        # Follows from the visits; nobody writes it by hand.
        self.env["service.vehicle"].browse(first).sudo().has_earlier_visits = True

    def _get_operations(self, lines):
        """Return ``{code: id}`` of the operations here that these rows name."""
        codes = {line.values.get("operation_code") for line in lines} - {None}
        if not codes:
            return {}
        operations = self.env["service.operation"].search_fetch(
            [("code", "in", list(codes)), ("company_id", "in", (False, self.company_id.id))],
            ["code"],
        )
        return {operation.code: operation.id for operation in operations}

    def _prepare_visit_vals(self, line, operations):
        values = line.values
        names = ("odometer", "concern", "work", "operation_code", "hours", "parts", "amount",
                 "advisor")
        return {name: values.get(name) for name in names} | {
            "vehicle_id": line.slot.id,
            "date": values["visit_date"],
            "number": values.get("visit_number"),
            "operation_id": operations.get(values.get("operation_code")),
            "source": self.source,
            "import_id": self.id,
        }

    @api.model
    def _get_noon(self, day, tz):
        """Return noon of ``day`` where the shop is, in UTC: the day is known, the hour is not."""
        noon = datetime.combine(day, time(12), ZoneInfo(tz))
        return noon.astimezone(timezone.utc).replace(tzinfo=None)
