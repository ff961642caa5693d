from odoo import api, fields, models
from odoo.tools import SQL

from ..tools.fault_codes import normalise_codes
from ..tools.similar import list_terms
from .service_job import FINISHED

# So many jobs are given their terms before that is committed.
BATCH = 500
# Where a finished job changes in one of these, it is found by other words.
CASE_FIELDS = frozenset(
    {"state", "concern", "cause", "correction", "fault_codes", "symptom_id", "operation_id"}
)


class ServiceJob(models.Model):
    """A finished job is a case: others look up what it was and what was done about it."""

    _inherit = "service.job"

    fault_codes = fields.Char(
        "Fault Codes (DTC)",
        copy=False,
        help="As read from the car, several with commas: P0301, U0100. Standard codes are "
        "written in upper case, those of a manufacturer stay as typed.",
    )
    # One place that every search reads. Never read with the job: it is long.
    case_terms = fields.Text(copy=False, prefetch=False, groups="base.group_system")

    _case_terms_index = models.Index(
        "USING gin (string_to_array(case_terms, ' ')) WHERE case_terms IS NOT NULL"
    )

    @api.model_create_multi
    def create(self, vals_list):
        jobs = super().create([self._normalise_codes(vals) for vals in vals_list])
        # What comes from another system as done is history to learn from.
        jobs._index_cases()
        return jobs

    def write(self, vals):
        result = super().write(self._normalise_codes(vals))
        if not CASE_FIELDS.isdisjoint(vals):
            self._index_cases()
        if vals.get("fault_codes"):
            self._propose_codes()
        return result

    @api.model
    def _normalise_codes(self, vals):
        if vals.get("fault_codes"):
            return dict(vals, fault_codes=normalise_codes(vals["fault_codes"]) or False)
        return vals

    def _index_cases(self):
        """Keep the terms by which those of these jobs that are finished are found; written with
        the step that finished them, at no query of its own."""
        for job in self:
            if job.state in FINISHED:
                # Technicians finish jobs; nobody writes by hand what they are found by.
                job.sudo().case_terms = job._get_case_terms()

    @api.model
    def _cron_index_cases(self):
        """Give finished jobs that have no terms theirs: those of a database from before, and
        what was loaded past the ORM. In batches that are committed one by one."""
        cron, last = self.env["ir.cron"], 0
        ids = self._find_unindexed(last)
        cron._commit_progress(remaining=len(ids))
        while ids:
            # loop: one batch after the other, none is read before the last is committed
            self.browse(ids).try_lock_for_update(allow_referencing=True)._index_cases()
            self.env.flush_all()
            self.env.invalidate_all()
            if not cron._commit_progress(len(ids)):
                break
            last = ids[-1]
            # loop: as above
            ids = self._find_unindexed(last)
            cron._commit_progress(remaining=len(ids))

    @api.model
    def _find_unindexed(self, last):
        """Return the ids of the next finished jobs after the id ``last`` without terms."""
        self.flush_model(["state", "case_terms"])
        rows = self.env.execute_query(
            SQL(
                """SELECT id FROM service_job
                    WHERE case_terms IS NULL AND state IN %s AND id > %s
                    ORDER BY id LIMIT %s""",
                FINISHED, last, BATCH,
            )
        )
        return [row[0] for row in rows]

    def _get_case_terms(self):
        """Return the terms of this job as one line."""
        self.ensure_one()
        return " ".join(self._list_case_terms())

    def _list_case_terms(self):
        return list_terms(
            self.concern,
            self.cause,
            self.correction,
            codes=self.fault_codes,
            facts=[("sym", self.symptom_id.id), ("op", self.operation_id.id)],
        )

    # ---- where fault codes go -------------------------------------------------------------

    def _get_fault_codes(self):
        """Return the fault codes read from the car for this job, with those of its claims."""
        codes = [self.fault_codes or "", super()._get_fault_codes()]
        return normalise_codes(", ".join(codes))

    def _ensure_claims(self):
        claims = super()._ensure_claims()
        self._propose_codes(claims)
        return claims

    def _propose_codes(self, claims=None):
        """Put the codes that were read on the draft claims that have none.

        :param claims: those to look at; None is all of these jobs.
        """
        if not any(self.mapped("fault_codes")):
            return
        # Whoever reads the car need not have the right to claim.
        claims = self.sudo().claim_ids if claims is None else claims.sudo()
        for claim in claims.filtered(lambda claim: claim.state == "draft"):
            if claim.job_id.fault_codes and not claim.fault_code:
                claim.fault_code = claim.job_id.fault_codes

    # ---- similar cases --------------------------------------------------------------------

    def action_similar_cases(self):
        """Open the finished jobs that are most like this one."""
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.client"]._for_xml_id("service_advisor.service_case_action")
        return dict(action, context={"active_id": self.id, "active_model": "service.job"})
