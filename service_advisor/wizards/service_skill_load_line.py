from datetime import timedelta

from odoo import fields, models
from odoo.fields import Command
from odoo.tools import format_date

# A certification that ends so soon after the days looked at is worth renewing now.
SOON = timedelta(days=30)


class ServiceSkillLoadLine(models.TransientModel):
    """One skill at one level: the work that needs it and the people who have it."""

    _name = "service.skill.load.line"
    _description = "Skill and Its Load"
    _order = "gap desc, id"

    load_id = fields.Many2one(
        "service.skill.load", required=True, index=True, ondelete="cascade"
    )
    skill_id = fields.Many2one("hr.skill", readonly=True)
    level_name = fields.Char("Level", readonly=True)
    job_ids = fields.Many2many("service.job", readonly=True)
    technician_ids = fields.Many2many("hr.employee.public", readonly=True)
    technicians = fields.Char("Who Has It", readonly=True)
    expiring = fields.Char("Ends Soon", readonly=True)
    needed = fields.Float("Needed (h)", readonly=True)
    waiting = fields.Float("Not Booked (h)", readonly=True)
    available = fields.Float("At Work (h)", readonly=True)
    booked = fields.Float("Booked (h)", readonly=True)
    gap = fields.Float("Gap (h)", readonly=True)
    gap_text = fields.Char("In Words", readonly=True)

    def _prepare_line_vals(self, load, row, found):
        """Return the values of the line of ``row``, a ``tools.skill_load.Row``.

        :param found: what :meth:`service.planner._read_load` returns.
        """
        people = self.env["hr.employee"].browse(row.people)
        ends = {
            person: found["ends"].get((person.id, row.skill, row.level)) for person in people
        }
        names = {person: found["names"][person.id] for person in people}
        soon = found["days"][-1] + SOON if found["days"] else None
        return {
            "load_id": load.id,
            "skill_id": row.skill,
            "level_name": found["levels"].get((row.skill, row.level)),
            "job_ids": [Command.set(row.jobs)],
            "technician_ids": [Command.set(row.people)],
            "technicians": ", ".join(
                self.env._("%(name)s (until %(day)s)", name=names[person],
                           day=format_date(self.env, ends[person]))
                if ends[person] else names[person]
                for person in people
            ),
            "expiring": ", ".join(
                f"{names[person]}: {format_date(self.env, ends[person])}"
                for person in people
                if ends[person] and soon and ends[person] <= soon
            ),
            "needed": row.booked + row.waiting,
            "waiting": row.waiting,
            "available": row.available,
            "booked": row.taken,
            "gap": round(row.gap, 2),
            "gap_text": self._describe_gap(row),
        }

    def _describe_gap(self, row):
        free, waiting, gap = f"{row.free:.1f}", f"{row.waiting:.1f}", f"{row.gap:.1f}"
        if not row.people:
            return self.env._("Nobody has it; %s h of work wait", waiting)
        if row.gap > 0.05:
            return self.env._(
                "%(gap)s h too few: %(waiting)s h wait, %(free)s h are free",
                gap=gap,
                waiting=waiting,
                free=free,
            )
        return self.env._(
            "Enough: %(waiting)s h wait, %(free)s h are free", waiting=waiting, free=free
        )

    def action_view_jobs(self):
        """Open the jobs that need this skill."""
        return self.job_ids._get_records_action(name=self.env._("Jobs"))

    def action_view_technicians(self):
        """Open the technicians who have this skill."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "service_advisor.hr_employee_public_action_technicians"
        )
        return dict(action, domain=[("id", "in", self.technician_ids.ids)])

    def action_lend(self):
        """Open the dialog in which somebody who has this skill is lent to the workshop."""
        self.load_id._check_may_see()
        action = self.load_id.action_lend()
        able = self._find_able()
        return dict(action, context=dict(action["context"], able_ids=able.ids))

    def _find_able(self):
        """Return the technicians of the company who have this skill, wherever they are."""
        # Managers see what people are able to do; that it is one was checked.
        planner = self.env["service.planner"].sudo()
        people = planner._find_technicians(self.load_id.company_id)
        known = people._fetch_skills(self.skill_id)
        return people.filtered(lambda person: person.id in known)

    def action_plan_training(self):
        """Open the dialog in which a training for this skill is planned."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Plan a Training"),
            "res_model": "service.training.wizard",
            "view_mode": "form",
            "target": "new",
            "context": {
                "default_skill_id": self.skill_id.id,
                "default_level_name": self.level_name,
            },
        }
