import logging
from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain
from psycopg2 import OperationalError
from psycopg2.errors import UniqueViolation

from ..tools.sampling import RISKS, draw, get_rate, get_shares

_logger = logging.getLogger(__name__)

# So many jobs are decided on before what was decided is committed.
BATCH = 200
# Work that was over before it was decided on has its decision too, where it is as young as this.
JUST_OVER = timedelta(days=1)
# In these states the car is out of reach of an inspector.
GONE = ("ready", "delivered", "closed", "cancelled")
EVERYTHING = {
    "job_id", "technician_id", "operation_id", "decided_at", "rate", "lot", "shares", "risk",
    "is_drawn", "drawn_share",
}


class ServiceSampling(models.Model):
    """Whether a job is checked while it is under way: decided once, and kept with its reason.

    The decisions of a quarter can be counted: as often as the rate said, a job was drawn.
    """

    _name = "service.sampling"
    _description = "Sampling Decision"
    _inherit = "service.kept.mixin"
    _order = "id desc"
    _rec_name = "job_id"
    _kept_fields = frozenset(EVERYTHING)

    job_id = fields.Many2one(
        "service.job", required=True, readonly=True, index=True, ondelete="cascade"
    )
    order_id = fields.Many2one(related="job_id.order_id", string="Service Order")
    company_id = fields.Many2one(
        related="job_id.company_id", store=True, precompute=True, index=True
    )
    technician_id = fields.Many2one("hr.employee", readonly=True)
    operation_id = fields.Many2one("service.operation", readonly=True)
    decided_at = fields.Datetime(
        "Decided On", required=True, readonly=True, default=fields.Datetime.now
    )
    rate = fields.Float(
        "Rate (%)", readonly=True, digits=(5, 2), aggregator="avg",
        help="How often such work is checked, as the settings were.",
    )
    lot = fields.Float(
        readonly=True, digits=(5, 2), aggregator=None,
        help="Drawn from the number of the job, between 0 and 100: below the rate, it is checked.",
    )
    shares = fields.Json(readonly=True)
    risk = fields.Selection(
        [
            ("critical", "Brakes, Steering, High Voltage"),
            ("none", "No Special Risk"),
            ("new_technician", "New Technician"),
            ("difficult", "Difficult Work"),
            ("comeback", "Comeback"),
            ("failures", "Earlier Failures"),
            ("several", "Several Risks"),
        ],
        required=True,
        readonly=True,
    )
    reason = fields.Char(compute="_compute_reason")
    is_drawn = fields.Boolean("Drawn", readonly=True)
    drawn_share = fields.Float(
        "Drawn (%)", readonly=True, digits=(5, 2), aggregator="avg",
        help="In a group: how often such work was drawn, to compare with the rate.",
    )
    inspection_ids = fields.One2many("service.inspection", "sampling_id", "Checks")
    process_state = fields.Selection(related="job_id.process_state", string="Outcome")

    _job_uniq = models.UniqueIndex("(job_id)", "This job is decided on already.")

    @api.depends("shares", "rate", "risk")
    @api.depends_context("lang")
    def _compute_reason(self):
        labels = dict(self._fields["risk"]._description_selection(self.env))
        labels["base"] = self.env._("All work")
        for sampling in self:
            shares = sampling.shares or {}
            words = ", ".join(
                f"{labels[name]} {'' if name == 'base' else '+'}{shares[name]:g} %"
                for name in ("base", *RISKS)
                if name in shares
            )
            if sampling.risk == "critical":
                words = f"{labels['critical']}: {sampling.rate:g} %"
            sampling.reason = words

    # ---- scheduled action -----------------------------------------------------------------

    @api.model
    def _cron_plan_checks(self):
        """Decide for every job, once, whether it is checked, and plan the checks: of the work
        that goes on, and of short work that was over before anybody came by.

        In batches that are committed one by one; what a killed worker had not committed is done
        by the next run, with the same lots.
        """
        cron, Job = self.env["ir.cron"], self.env["service.job"]
        jobs = Job.search(self._get_undecided_domain(), order="id")
        cron._commit_progress(remaining=len(jobs))
        for start in range(0, len(jobs), BATCH):
            batch = jobs[start : start + BATCH]
            self._decide_safely(batch)
            if not cron._commit_progress(len(batch)):
                break

    @api.model
    def _get_undecided_domain(self):
        """Hook: return the domain of the jobs that wait for their decision."""
        over = Domain("state", "in", ("qc", "done")) & Domain(
            "finished_at", ">", fields.Datetime.now() - JUST_OVER
        )
        return (Domain("state", "=", "in_work") | over) & Domain("sampling_ids", "=", False)

    @api.model
    def _decide_safely(self, jobs):
        """Decide on ``jobs``; one that fails keeps no other from being decided on."""
        try:
            with self.env.cr.savepoint():
                # Whoever holds a job changes it just now: the next run decides.
                free = jobs.try_lock_for_update(allow_referencing=True)
                self._decide(free.filtered_domain(self._get_undecided_domain()))
        except (OperationalError, UniqueViolation):
            if len(jobs) == 1:
                _logger.info("Somebody else has just decided on service job %s", jobs.id)
                return
            self._decide_halves(jobs)
        except Exception:
            if len(jobs) == 1:
                _logger.exception("No in-process check is planned for service job %s", jobs.id)
                return
            self._decide_halves(jobs)

    def _decide_halves(self, jobs):
        half = len(jobs) // 2
        self._decide_safely(jobs[:half])
        self._decide_safely(jobs[half:])

    # ---- decision -------------------------------------------------------------------------

    @api.model
    def _decide(self, jobs):
        """Decide on ``jobs`` that are not decided on yet and plan the checks of those drawn.

        To be called with the rights of the system: nobody decides by hand.
        """
        jobs = jobs.with_prefetch()  # read together, wherever they come from
        risks = jobs._get_sampling_risks()
        decisions = self.create([self._prepare_vals(job, risks[job]) for job in jobs])
        decisions.filtered("is_drawn")._plan()
        return decisions

    @api.model
    def _prepare_vals(self, job, risks):
        """Return the values of the decision on ``job``, which runs ``risks``."""
        company = job.company_id
        rates, critical = company._get_sampling_rates(), job._is_always_checked()
        shares, rate = get_shares(rates, risks), get_rate(rates, risks, critical)
        lot = draw(company.service_sampling_seed, job.id)
        named = [name for name in shares if name != "base"]
        risk = named[0] if len(named) == 1 else "several" if named else "none"
        return {
            "job_id": job.id,
            "technician_id": job.technician_id.id,
            "operation_id": job.operation_id.id,
            "rate": rate,
            "lot": lot,
            "shares": shares,
            "risk": "critical" if critical else risk,
            "is_drawn": lot < rate,
            "drawn_share": 100.0 if lot < rate else 0.0,
        }

    def _plan(self):
        """Plan an in-process check for each of these decisions; without any checklist there is
        nothing to look at, and the decision shows that none was planned."""
        Inspection, jobs = self.env["service.inspection"], self.job_id
        checklists = self.env["service.checklist"]._get_by_job("process", jobs)
        planned = self.filtered(lambda decision: checklists[decision.job_id])
        Inspection.create(
            [
                Inspection._prepare_process_vals(decision, checklists[decision.job_id])
                for decision in planned
            ]
        )
        planned.job_id._keep({"process_state": "planned"})
        planned._miss_gone()

    def _miss_gone(self):
        """Keep as missed what was drawn when the car was ready already: nobody can look any
        more, and nobody planned it away."""
        gone = self.filtered(lambda decision: decision.order_id.state in GONE)
        gone.inspection_ids._keep({"state": "missed"})
        gone.job_id._keep({"process_state": "missed"})
