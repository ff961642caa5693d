from collections import defaultdict, namedtuple
from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import format_date

from .stock_move_parts import WAITING_STATES

# What a job lacks to start, in words; ``is_hard``: nobody may start without it.
Missing = namedtuple("Missing", "text is_hard", defaults=[False])


class ServiceJob(models.Model):
    """Is everything there to start: parts, special tools, a bay, somebody who is able to?

    Only what the operation asks for counts; each sentence begins with who unblocks it.
    """

    _inherit = "service.job"

    is_kit_ready = fields.Boolean(
        "Kit Ready", compute="_compute_kit", compute_sudo=True, search="_search_is_kit_ready"
    )
    kit_missing = fields.Char("Missing to Start", compute="_compute_kit", compute_sudo=True)
    is_start_blocked = fields.Boolean(compute="_compute_kit", compute_sudo=True)

    @api.depends("state", "technician_id", "is_high_voltage", "kit_override_by_id", "booking_ids")
    @api.depends_context("lang", "tz")
    def _compute_kit(self):
        missing = self.filtered(lambda job: job.state == "approved")._find_missing()
        for job in self:
            found = missing.get(job, ())
            job.kit_missing = " ".join(what.text for what in found) or False
            job.is_kit_ready = job.state == "approved" and not found
            job.is_start_blocked = bool(job._get_blocking(found))

    def _search_is_kit_ready(self, operator, value):
        if operator != "in":
            return NotImplemented
        ready = self.search([("state", "=", "approved")]).filtered("is_kit_ready")
        return [("id", "in", ready.ids)]

    def _find_missing(self, starters=None):
        """Return ``{job: [Missing]}`` for the jobs of ``self`` that lack something; the number
        of queries does not depend on how many there are.

        :param starters: ``{job: hr.employee}`` who is about to start; otherwise whoever is
            planned, or anybody who is able to.
        """
        found = defaultdict(list)
        for job, what in self._find_missing_parts().items():
            found[job].append(what)
        # What the operation itself knows spares the search in a shop that asks for nothing.
        asking = self.filtered(
            lambda job: job.is_high_voltage or job.operation_id.has_needs or job.review_state
        )
        if asking:
            needs = {job: job._get_needs() for job in asking}
            stock = asking._read_equipment(needs)
            for job in asking:
                found[job] += job._find_missing_equipment(needs[job], stock)
            for job, what in asking._find_missing_people(needs, starters or {}).items():
                found[job].append(what)
        return {job: missing for job, missing in found.items() if missing}

    # ---- parts ----------------------------------------------------------------------------

    def _find_missing_parts(self):
        # Technicians start work; where its parts are is read from the warehouse's moves.
        waiting = self.env["stock.move"].sudo()._read_group(
            [
                ("service_job_id", "in", self.ids),
                ("state", "in", WAITING_STATES),
                ("location_dest_id.usage", "=", "customer"),
            ],
            ["service_job_id"],
        )
        jobs = self & self.browse(job.id for [job] in waiting)
        return {job: Missing(self.env._("Warehouse: %s", job.parts_note)) for job in jobs}

    # ---- bays and tools -------------------------------------------------------------------

    def _read_equipment(self, needs):
        """Return what the jobs could use, as a dict: ``bays``, ``tools``, ``held`` (resource
        id: service.booking of now) and ``away`` (resource: time off of now)."""
        now = fields.Datetime.now()
        # Whether a tool is free is known to all who start work.
        env = self.sudo().env
        tool_kinds = env["service.tool.kind"].union(*(n["tool_kinds"] for n in needs.values()))
        bay_kinds = env["service.bay.kind"].union(*(n["bay_kind"] for n in needs.values()))
        tools = env["service.tool"].search_fetch([("kind_id", "in", tool_kinds.ids)])
        bays = env["service.bay"].search_fetch([("kind_ids", "in", bay_kinds.ids)])
        resources = tools.resource_id | bays.resource_id
        held = env["service.booking"].search_fetch(
            [
                ("resource_id", "in", resources.ids),
                ("stop_at", ">", now),
                "|", ("start_at", "<=", now), ("job_id", "in", self.ids),
            ]
        )
        return {
            "bays": bays,
            "tools": tools,
            "held": held.grouped(lambda booking: booking.resource_id.id),
            "away": resources._get_absences(now, now + timedelta(minutes=1)),
        }

    def _find_missing_equipment(self, needs, stock):
        """Return the list of :class:`Missing` of this job's bay and special tools."""
        found = []
        for kind in needs["tool_kinds"]:
            tools = stock["tools"].filtered(lambda tool, kind=kind: tool.kind_id == kind)
            found.append(self._judge_equipment(kind, tools, stock))
        kind = needs["bay_kind"]
        if kind:
            bays = stock["bays"].filtered(lambda bay: kind in bay.kind_ids)
            found.append(self._judge_equipment(kind, bays, stock))
        return [Missing(text) for text in found if text]

    def _judge_equipment(self, kind, equipment, stock):
        """Return in words why none of ``equipment`` can be used for this job now, or None."""
        equipment = equipment.filtered(
            lambda one: one.company_id in (self.company_id, one.company_id.browse())
        )
        if not equipment:
            return self.env._("Manager: the workshop has none of: %s.", kind.name)
        today = self.order_id._get_day(fields.Datetime.now())
        usable = equipment.filtered(lambda one: one._is_usable(today))
        if not usable:
            return self.env._(
                "Manager: the calibration of %(tool)s ended on %(day)s.",
                tool=equipment[0].name,
                day=format_date(self.env, equipment[0].calibration_due),
            )
        obstacles = [self._find_obstacle(one, stock) for one in usable]
        return None if None in obstacles else obstacles[0]

    def _find_obstacle(self, one, stock):
        """Return in words why the usable ``one`` is not at hand for this job, or None."""
        bookings = stock["held"].get(one.resource_id.id, self.env["service.booking"])
        if self in bookings.job_id:
            return None
        now = fields.Datetime.now()
        holding = bookings.filtered(lambda booking: booking.start_at <= now)[:1]
        if holding:
            return self.env._(
                "Advisor: %(resource)s is held until %(time)s for %(order)s.",
                resource=one.name,
                time=self.order_id._format_shop_time(holding.stop_at),
                order=holding.order_id.name,
            )
        leave = stock["away"][one.resource_id][:1]
        return leave and self.env._(
            "Manager: %(resource)s is out of use until %(time)s.",
            resource=one.name,
            time=self.order_id._format_shop_time(leave.date_to),
        ) or None

    # ---- people ---------------------------------------------------------------------------

    def _find_missing_people(self, needs, starters):
        """Return ``{job: Missing}`` where those who are to do the job are not able to."""
        # Skills are the employees'; that somebody lacks one may be said.
        env = self.sudo().env
        Employee = env["hr.employee"]
        high_voltage = Employee._get_high_voltage_skill()
        skills = high_voltage.union(*(need["skill"] for need in needs.values()))
        skills.fetch(["name"])  # together, whichever of them is missing
        able = env["hr.employee.skill"].search_fetch(
            [
                ("skill_id", "in", skills.ids),
                ("employee_id.company_id", "in", self.company_id.ids),
                ("employee_id.active", "=", True),
            ]
        ).grouped("employee_id")
        found = {}
        for job in self:
            person = starters.get(job) or job.technician_id
            candidates = person or Employee.union(*able).filtered(
                lambda one, job=job: one.company_id == job.company_id
            )
            what = job._judge_people(person, candidates, needs[job], able, high_voltage)
            if what:
                found[job] = what
        return found

    def _judge_people(self, person, candidates, needs, able, high_voltage):
        """Return as :class:`Missing` what all of ``candidates`` lack for this job, or None."""
        Booking, nothing = self.env["service.booking"], self.env["hr.employee.skill"]
        today = [self.order_id._get_day(fields.Datetime.now())]
        lacks = [
            Booking._find_missing_skill(able.get(one, nothing), needs, high_voltage, today)
            for one in candidates or [None]
        ]
        if None in lacks:
            return None
        is_hard = bool(person and lacks[0] == Booking._name_skill(high_voltage))
        if person:
            text = self.env._(
                "Advisor: %(person)s is not qualified: %(skill)s.",
                person=person.name,
                skill=lacks[0],
            )
        else:
            text = self.env._("Manager: nobody is qualified: %s.", lacks[0])
        return Missing(text, is_hard)
