from odoo import fields, models
from odoo.tools import format_date

from .service_job import AUTHORISED_STATES

# How far a car is, as its customer sees it.
STEPS = ("received", "examined", "answered", "work", "check", "ready", "handed_over")


class ServiceOrder(models.Model):
    """Where the customer's car is, in plain words; nothing that is only for the house."""

    _inherit = "service.order"

    def _get_customer_progress(self):
        """Return what the customer may know about how far the car is, a dict:

        ``steps``: ``[{"name", "state": "done", "now" or "todo", "note"}]``;
        ``promise``: the promised moment in words, or False;
        ``first_promise``: the first one in words where it was another, or False;
        ``notice``: what else there is to know, in a sentence, or False;
        ``is_ready``: whether the car can be fetched or was;
        ``updated``: the time of this answer in words.

        Names, causes and costs of the house stay out. The language is that of the environment,
        the time that of the workshop.
        """
        self.ensure_one()
        moved = self.first_promised_at and self.first_promised_at != self.promised_at
        is_ready = self.state in ("ready", "delivered", "closed")
        return {
            "steps": self._get_customer_steps(),
            "promise": self.promised_at and self._format_day_time(self.promised_at),
            "first_promise": moved and self._format_day_time(self.first_promised_at),
            "notice": not is_ready and self._get_customer_notice(),
            "is_ready": is_ready,
            "updated": self._format_clock(fields.Datetime.now()),
        }

    def _get_customer_steps(self):
        reached = self._get_customer_step()
        position = STEPS.index(reached) if reached else -1
        names = {
            "received": self.env._("Received"),
            "examined": self.env._("Examined"),
            "answered": self.env._("Your answer"),
            "work": self.env._("In work"),
            "check": self.env._("Final check"),
            "ready": self.env._("Ready"),
            "handed_over": self.env._("Handed over"),
        }
        last = len(STEPS) - 1
        return [
            {
                "name": names[step],
                "state": "done"
                if index < position or position == last
                else "now" if index == position else "todo",
                "note": step == "work" and self._get_customer_work_note(),
            }
            for index, step in enumerate(STEPS)
        ]

    def _get_customer_step(self):
        """Return which of ``STEPS`` the car is at; None before it was taken in."""
        if self.state == "quoted":
            return "answered"
        if self.state == "checked_in":
            return "examined" if self.promised_at else "received"
        return {
            "authorised": "work",
            "in_work": "work",
            "quality_check": "check",
            "ready": "ready",
            "delivered": "handed_over",
            "closed": "handed_over",
        }.get(self.state)

    def _get_customer_work_note(self):
        jobs = self.job_ids.filtered(lambda job: job.state in AUTHORISED_STATES)
        done = jobs.filtered(lambda job: job.state in ("qc", "done"))
        if not jobs:
            return False
        if self.state == "authorised":
            return self.env._("Waits for its turn")
        return self.env._("%(done)s of %(all)s jobs", done=len(done), all=len(jobs))

    def _get_customer_notice(self):
        """Return in a polite sentence what the work waits for, or that it takes longer."""
        held = set(self.job_ids.mapped("hold_reason"))
        if self._get_quoted_jobs() or "customer" in held:
            return self.env._("We wait for your answer, and go on as soon as we have it.")
        if "parts" in held or self.parts_state in ("short", "expected"):
            if self.parts_expected_at:
                return self.env._(
                    "We wait for a part, which is expected on %s.",
                    self._format_shop_day(self.parts_expected_at),
                )
            if "parts" in held or self.parts_state == "short":
                return self.env._("We wait for a part and will tell you when it comes.")
        if "warranty" in held:
            return self.env._("We wait for the manufacturer to approve the repair.")
        if "sublet" in held:
            return self.env._("A specialist workshop works on your car at the moment.")
        if self.is_late:
            return self.env._(
                "It takes longer than we promised. Your service advisor will tell you a new time."
            )
        return False

    def _format_shop_day(self, moment):
        """Return the day of ``moment`` at the workshop, in the language of the environment."""
        local = self.with_context(tz=self._get_shop_tz())
        day = fields.Datetime.context_timestamp(local, moment).date()
        return format_date(self.env, day, date_format="EEEE d MMMM")

    def _format_clock(self, moment):
        """Return the time of the day of ``moment`` at the workshop."""
        local = self.with_context(tz=self._get_shop_tz())
        return fields.Datetime.context_timestamp(local, moment).strftime("%H:%M")
