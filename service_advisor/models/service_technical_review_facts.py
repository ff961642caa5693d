from markupsafe import Markup
from odoo import api, fields, models
from odoo.tools import float_repr, format_date, format_duration

from .service_job import AUTHORISED_STATES


class ServiceTechnicalReview(models.Model):
    """What the system knows about whether the work can be done: who is able to, which tools are
    there, which parts, how much time. The verdict stays that of a person.

    A fact is a dict that fits into JSON: ``kind`` ("skill", "tool", "part", "parts", "hours" or
    "plan"), ``ok``, ``name`` and what its kind needs for a sentence, see ``_say_*``.
    """

    _inherit = "service.technical.review"

    feasibility = fields.Html(compute="_compute_feasibility", sanitize=False)
    missing_note = fields.Char("Missing", compute="_compute_feasibility")

    @api.depends("state", "job_ids", "skill_ids", "tool_kind_ids", "part_ids", "hours")
    @api.depends_context("lang", "tz")
    def _compute_feasibility(self):
        for review in self:
            facts = review._get_facts()
            review.feasibility = review._render_facts(facts)
            missing = [review._say_fact(fact)[1] for fact in facts if not fact["ok"]]
            review.missing_note = " · ".join(missing) or False

    def _get_facts(self):
        """Return the facts of this review: of now, and once it is decided of that moment."""
        self.ensure_one()
        if self.state in ("decided", "superseded"):
            return (self.facts or {}).get("rows", [])
        return self._collect_facts()

    def _collect_facts(self):
        """Return the facts of this moment, as a list of dicts."""
        self.ensure_one()
        # Whoever reads the review may know them; skills, stock and plans have readers of their own.
        review = self.sudo()
        return [
            *review._collect_skills(),
            *review._collect_tools(),
            *review._collect_parts(),
            *review._collect_hours(),
            *review._collect_plan(),
        ]

    def _get_today(self):
        return self.order_id._get_day(fields.Datetime.now())

    def _collect_skills(self):
        needs = [job._get_needs() for job in self.job_ids]
        Employee = self.env["hr.employee"]
        levels = {need["skill"]: need["skill_level"] for need in needs if need["skill"]}
        for skill in self.skill_ids:
            levels.setdefault(skill, self.env["hr.skill.level"])
        if any(need["is_high_voltage"] for need in needs):
            levels.setdefault(Employee._get_high_voltage_skill(), self.env["hr.skill.level"])
        if not levels:
            return []
        staff = Employee.search(
            [("is_service_technician", "=", True), ("company_id", "=", self.company_id.id)]
        )
        skills = self.env["hr.skill"].union(*levels)
        known, nothing = staff._fetch_skills(skills), self.env["hr.employee.skill"]
        today, facts = [self._get_today()], []
        for skill in skills:
            able = staff.filtered(
                lambda one, skill=skill: known.get(one.id, nothing)._proves(
                    skill, levels[skill], today
                )
            )
            facts.append(
                {
                    "kind": "skill",
                    "ok": bool(able),
                    "name": " ".join(filter(None, [skill.name, levels[skill].name])),
                    "people": able.mapped("name"),
                }
            )
        return facts

    def _collect_tools(self):
        kinds = self.tool_kind_ids.union(*(job._get_needs()["tool_kinds"] for job in self.job_ids))
        tools = kinds and self.env["service.tool"].search(
            [("kind_id", "in", kinds.ids), ("company_id", "in", [self.company_id.id, False])]
        )
        today, facts = self._get_today(), []
        for kind in kinds:
            own = tools.filtered(lambda tool, kind=kind: tool.kind_id == kind)
            facts.append(
                {
                    "kind": "tool",
                    "ok": any(tool._is_usable(today) for tool in own),
                    "name": kind.name,
                    "tools": [
                        {
                            "name": tool.name,
                            "place": tool.home_place or "",
                            "due": fields.Date.to_string(tool.calibration_due) or "",
                            "usable": tool._is_usable(today),
                        }
                        for tool in own
                    ],
                }
            )
        return facts

    def _collect_parts(self):
        """What is agreed to is put aside or on its way; what is not needs parts that are free."""
        agreed = self.job_ids.filtered(lambda job: job.state in AUTHORISED_STATES)
        facts = [
            {
                "kind": "parts",
                "ok": job.parts_state in ("ready", "issued"),
                "name": job.display_name,
                "note": job.parts_note,
            }
            for job in agreed
            if job.parts_note
        ]
        needed = dict.fromkeys(self.part_ids, 1.0)
        for line in (self.job_ids - agreed).line_ids:
            if line.is_storable and line.part_origin != "customer":
                quantity = line.product_uom_id._compute_quantity(
                    line.product_uom_qty, line.product_id.uom_id
                )
                needed[line.product_id] = needed.get(line.product_id, 0.0) + quantity
        warehouse = self.order_id.warehouse_id
        parts = self.part_ids.union(*needed).with_context(warehouse_id=warehouse.id)
        short = parts.filtered(
            lambda part: part.uom_id.compare(part.free_qty, needed[part.with_env(self.env)]) < 0
        )
        arrivals = self.order_id._get_arrivals(short)
        for part in parts:
            arrival = arrivals.get((warehouse, part)) if part in short else None
            facts.append(
                {
                    "kind": "part",
                    "ok": part not in short,
                    "name": part.display_name,
                    "needed": needed[part.with_env(self.env)],
                    "free": max(part.free_qty, 0.0),
                    "unit": part.uom_id.name,
                    "due": arrival and fields.Date.to_string(self.order_id._get_day(arrival)) or "",
                }
            )
        return facts

    def _collect_hours(self):
        planned = sum(self.job_ids.mapped("allowed_hours"))
        if not self.hours:
            return []
        return [
            {
                "kind": "hours",
                "ok": self.hours <= planned + 1 / 60,
                "name": "",
                "hours": self.hours,
                "planned": planned,
            }
        ]

    def _collect_plan(self):
        """When the car can be ready at the earliest, where the shop plans with technicians."""
        order = self.order_id
        if order.state in ("ready", "delivered", "closed", "cancelled"):
            return []
        plan = self.env["service.planner"]._plan(order, explained=False).get(order)
        if not plan:
            return []
        ready = plan.finish is not None and self.env["service.planner"]._get_ready(plan)
        return [
            {
                "kind": "plan",
                "ok": bool(ready),
                "name": "",
                "ready": fields.Datetime.to_string(ready) if ready else "",
            }
        ]

    # ---- in words -------------------------------------------------------------------------

    def _say_fact(self, fact):
        """Return ``(what it is about, sentence)`` of a fact, in the user's language."""
        return getattr(self, f"_say_{fact['kind']}")(fact)

    def _say_skill(self, fact):
        if not fact["people"]:
            return self.env._("Skill"), self.env._("%s: no technician has it.", fact["name"])
        people = ", ".join(fact["people"])
        return self.env._("Skill"), f"{fact['name']}: {people}"

    def _say_tool(self, fact):
        subject = self.env._("Special tool")
        if not fact["tools"]:
            return subject, self.env._("%s: the workshop has none.", fact["name"])
        said = []
        for tool in fact["tools"]:
            words = [tool["name"], tool["place"]]
            if tool["due"]:
                day = format_date(self.env, fields.Date.to_date(tool["due"]))
                words.append(
                    self.env._("calibrated until %s", day)
                    if tool["usable"]
                    else self.env._("calibration ended on %s", day)
                )
            said.append(", ".join(filter(None, words)))
        return subject, f"{fact['name']}: {'; '.join(said)}"

    def _say_parts(self, fact):
        return self.env._("Parts"), f"{fact['name']}: {fact['note']}"

    def _say_part(self, fact):
        digits = {name: float_repr(fact[name], 2).rstrip("0").rstrip(".") for name in (
            "needed", "free"
        )}
        text = self.env._(
            "%(part)s: %(needed)s needed, %(free)s %(unit)s free",
            part=fact["name"],
            unit=fact["unit"],
            **digits,
        )
        if fact["due"]:
            day = format_date(self.env, fields.Date.to_date(fact["due"]))
            text = self.env._("%(text)s, expected on %(day)s", text=text, day=day)
        return self.env._("Part"), text

    def _say_hours(self, fact):
        return self.env._("Hours"), self.env._(
            "%(hours)s estimated, %(planned)s planned",
            hours=format_duration(fact["hours"]),
            planned=format_duration(fact["planned"]),
        )

    def _say_plan(self, fact):
        if not fact["ready"]:
            return self.env._("Plan"), self.env._("The workshop has no place for it by now.")
        moment = self.order_id._format_shop_time(fields.Datetime.to_datetime(fact["ready"]))
        return self.env._("Plan"), self.env._("Ready at the earliest on %s", moment)

    def _render_facts(self, facts):
        """Return the facts as a table for the form and the report."""
        rows = Markup("").join(
            Markup(
                '<tr><td style="width: 1.5rem;" class="%s"><strong>%s</strong></td>'
                '<td style="width: 7rem;" class="text-muted">%s</td><td>%s</td></tr>'
            )
            % ("" if fact["ok"] else "text-danger", "✓" if fact["ok"] else "!",
               *self._say_fact(fact))
            for fact in facts
        )
        table = Markup('<table class="table table-sm mb-0"><tbody>%s</tbody></table>')
        return rows and table % rows

    # ---- what happened before ---------------------------------------------------------------

    def action_similar_cases(self):
        """Open the finished jobs that are most like the first one this review is about."""
        self.ensure_one()
        return self.job_ids[:1].action_similar_cases()
