from odoo import api, fields, models
from odoo.addons.service_advisor.models.service_job import FINISHED
from odoo.addons.service_advisor.models.service_order import OPEN_STATES
from odoo.addons.service_advisor.tools.repair_warranty import judge_until
from odoo.tools import format_date

from ..tools.comeback import Work, compare, is_soon

# What a job is compared by: whoever writes one of them may make it a comeback, or end it.
COMPARED = frozenset({"concern", "operation_id", "symptom_id", "origin_job_id"})


class ServiceJob(models.Model):
    """Comebacks: the same fault of the same car, soon after it was repaired.

    Found by themselves when a car is checked in and when a concern, a symptom or an operation is
    written; an advisor links or dismisses them with a reason.
    """

    _inherit = "service.job"
    _kept_fields = frozenset(
        {
            "comeback_of_id", "comeback_kind", "is_comeback_covered", "comeback_reason",
            "comeback_dismissed_ids",
        }
    )

    comeback_of_id = fields.Many2one(
        "service.job",
        "Earlier Job",
        readonly=True,
        copy=False,
        index="btree_not_null",
        help="The job of an earlier visit whose fault has come back.",
    )
    comeback_kind = fields.Selection(
        [
            ("operation", "Same Operation"),
            ("concern", "Same Concern"),
            ("manual", "Linked by a Person"),
        ],
        "Comeback Because",
        readonly=True,
        copy=False,
    )
    is_comeback_covered = fields.Boolean(
        "Within the Repair Warranty",
        readonly=True,
        copy=False,
        help="The car came back within the warranty on the earlier repair, days and kilometres.",
    )
    comeback_reason = fields.Char(
        "Reason for the Link", readonly=True, copy=False, groups="base.group_user"
    )
    comeback_dismissed_ids = fields.Many2many(
        "service.job",
        "service_job_comeback_dismissed_rel",
        "job_id",
        "earlier_job_id",
        string="No Comeback Of",
        readonly=True,
        copy=False,
        groups="base.group_user",
        help="An advisor has said why it is another fault; it is not proposed again.",
    )
    comeback_note = fields.Char(
        "Comeback", compute="_compute_comeback_note", groups="base.group_user"
    )

    @api.depends("comeback_of_id", "is_comeback_covered")
    def _compute_comeback_note(self):
        for job in self:
            job.comeback_note = job.comeback_of_id and job._describe_comeback()

    def _describe_comeback(self):
        """Return in one sentence what this job is a comeback of: order, day, technicians."""
        # Who did the work is no secret in the shop; employees and other orders may be.
        earlier = self.comeback_of_id.sudo()
        visit = earlier.order_id
        facts = {
            "work": earlier.display_name,
            "order": visit.name,
            "day": format_date(self.env, visit._get_day(visit.delivered_at or visit.create_date)),
            "people": ", ".join(earlier._get_workers().mapped("name")) or self.env._("nobody"),
        }
        if self.is_comeback_covered:
            return self.env._(
                "Comeback of %(order)s (%(work)s), left on %(day)s, done by %(people)s. Free of "
                "charge within the repair warranty, unless another cause is found.",
                **facts,
            )
        return self.env._(
            "Comeback of %(order)s (%(work)s), left on %(day)s, done by %(people)s. The repair "
            "warranty is over.",
            **facts,
        )

    # ---- records --------------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        jobs = super().create(vals_list)
        jobs._look_for_comebacks()
        return jobs

    def write(self, vals):
        result = super().write(vals)
        if COMPARED & vals.keys():
            self._look_for_comebacks()
        return result

    # ---- found by themselves --------------------------------------------------------------

    def _look_for_comebacks(self, history=None):
        """Link those of these jobs that are comebacks, and take back links that no longer hold.

        One query more where a checked-in car has work to compare, however many jobs there are.

        :param history: ``{vehicle: jobs}`` where it was read already.
        """
        # What only a person has linked or what is over stays as it is.
        jobs = self.filtered(
            lambda job: job.comeback_kind != "manual"
            and job.state not in ("declined", "cancelled")
            and job.order_id.checked_in_at
            and job.order_id.state in OPEN_STATES
        )
        if not jobs:
            return
        if history is None:
            history = jobs._get_repairs_of_cars()
        found = {}
        for job in jobs:
            vals = job._find_comeback(history.get(job.vehicle_id, job.browse()))
            known = (job.comeback_of_id.id, job.comeback_kind, job.is_comeback_covered)
            if known != tuple(vals.values()):
                found.setdefault(tuple(vals.items()), []).append(job.id)
        for vals, ids in found.items():
            # Facts about the car, whoever writes down its concern.
            self.browse(ids).sudo().write(dict(vals))
        linked = self.browse([job_id for ids in found.values() for job_id in ids])
        linked.filtered("comeback_of_id")._after_comeback_found()

    def _get_repairs_of_cars(self):
        """Return ``{vehicle: jobs}``: work that left the shop with the cars of these jobs."""
        jobs = self.search(
            [
                ("order_id.vehicle_id", "in", self.vehicle_id.ids),
                ("state", "in", FINISHED),
                ("order_id.delivered_at", "!=", False),
            ],
            order="id desc",
        )
        return jobs.grouped("vehicle_id")

    def _find_comeback(self, history):
        """Return the values that say what this job is a comeback of; empty ones where it is none.

        :param history: the jobs of its car, the latest first.
        """
        self.ensure_one()
        best = (self.browse(), False, False)
        work = self._get_compared_work()
        for earlier in history - self.comeback_dismissed_ids:
            covered = self._judge_return(earlier)
            if covered is None:
                continue
            kind = compare(work, earlier._get_compared_work()) if work else None
            if not kind and earlier == self.origin_job_id:
                kind = "manual"  # the desk added it from the suggested work
            if kind and (not best[1] or earlier == self.origin_job_id):
                best = (earlier, kind, covered)
        return {
            "comeback_of_id": best[0].id,
            "comeback_kind": best[1],
            "is_comeback_covered": best[2],
        }

    def _get_compared_work(self):
        """Return the :class:`~..tools.comeback.Work` of this job, or None where it is routine:
        an oil change that is due is no comeback."""
        # The catalogue need not be for everybody who takes in a car.
        operation = self.sudo().operation_id
        if operation.is_routine:
            return None
        return Work(operation.id or None, self.symptom_id.id or None, self.concern)

    def _judge_return(self, earlier):
        """Tell whether this visit is within the repair warranty of ``earlier``; None where the
        car did not come back soon enough to be a comeback."""
        order, visit = self.order_id, earlier.order_id
        left_at = visit.delivered_at
        if (
            visit == order
            or earlier.company_id != self.company_id
            or earlier.state not in FINISHED
            or not left_at
            or left_at > order.checked_in_at
        ):
            return None
        left_on, came_on = visit._get_day(left_at), order._get_day(order.checked_in_at)
        promised = earlier._get_warranty()
        left_km = visit.odometer_out or visit.odometer_in
        covered = bool(promised) and judge_until(
            *promised, left_on, left_km, came_on, order._get_odometer()
        ).is_valid
        return covered if covered or is_soon(left_at, order.checked_in_at) else None

    def _after_comeback_found(self):
        """Hook: called with jobs that were just found, or said, to be comebacks."""

    # ---- said by a person -----------------------------------------------------------------

    def action_open_comeback(self):
        """Ask of what job this one is a comeback, or why it is none."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Comeback"),
            "res_model": "service.comeback.wizard",
            "view_mode": "form",
            "target": "new",
            "context": {
                "default_job_id": self.id,
                "default_answer": "dismiss" if self.comeback_of_id else "link",
            },
        }

    def _link_comeback(self, earlier, reason):
        """Keep that this job is a comeback of ``earlier``, as a person says for ``reason``.

        :raises UserError: where ``earlier`` is no finished work of an earlier visit of the car.
        """
        self.ensure_one()
        self._check_reason(reason)
        if (
            earlier.vehicle_id != self.vehicle_id
            or earlier.order_id == self.order_id
            or earlier.state not in FINISHED
            or not earlier.order_id.delivered_at
        ):
            self.order_id._refuse(
                self.env._(
                    "Job \"%(job)s\" is no finished work of an earlier visit of this car. Choose "
                    "one that left the shop with it.",
                    job=earlier.display_name,
                )
            )
        self._keep(
            {
                "comeback_of_id": earlier.id,
                "comeback_kind": "manual",
                "comeback_reason": reason,
                "is_comeback_covered": bool(self._judge_return(earlier)),
                "comeback_dismissed_ids": [fields.Command.unlink(earlier.id)],
            }
        )
        self._log_comeback(self.env._("Linked as a comeback of %(order)s: %(reason)s",
                                      order=earlier.order_id.name, reason=reason))
        self._after_comeback_found()

    def _dismiss_comeback(self, reason):
        """Keep why this job is no comeback; what was dismissed is not proposed again."""
        self.ensure_one()
        self._check_reason(reason)
        earlier = self.comeback_of_id
        if not earlier:
            self.order_id._refuse(
                self.env._("Job \"%s\" is linked to no earlier job.", self.display_name)
            )
        self._keep(
            {
                "comeback_of_id": False,
                "comeback_kind": False,
                "comeback_reason": reason,
                "is_comeback_covered": False,
                "comeback_dismissed_ids": [fields.Command.link(earlier.id)],
            }
        )
        self._log_comeback(self.env._("No comeback of %(order)s: %(reason)s",
                                      order=earlier.order_id.name, reason=reason))

    def _check_reason(self, reason):
        if not (reason or "").strip():
            self.order_id._refuse(
                self.env._("Say why the job is a comeback, or why it is none.")
            )

    def _log_comeback(self, text):
        self._message_log(body=text)
        self.order_id._message_log(body=f"{self.display_name}. {text}")

    def action_comeback_free(self):
        """Let the shop itself pay the rework that its repair warranty covers.

        :raises UserError: naming the order whose job is no covered comeback, or the missing payer.
        """
        for job in self:
            if not job.is_comeback_covered or job.state not in ("proposed", "quoted"):
                job.order_id._refuse(
                    self.env._(
                        "Job \"%(job)s\" is no comeback within the repair warranty that still "
                        "waits for its price. Choose who pays on the job.",
                        job=job.display_name,
                    )
                )
        self.pay_type = "internal"
        for job in self.filtered(lambda job: not job.payer_id):
            job._refuse_without_payer()
        return True
