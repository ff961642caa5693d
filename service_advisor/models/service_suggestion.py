from odoo import api, fields, models

from .service_order import OPEN_STATES

KINDS = [
    ("recall", "Recall"),
    ("guarantee", "Three Guarantees"),
    ("repair_warranty", "Repair Warranty"),
    ("maintenance", "Maintenance"),
    ("declined", "Declined Before"),
]
# What makes two suggestions of an order the same one.
KEY = ("kind", "operation_id", "source_job_id", "recall_id")


class ServiceSuggestion(models.Model):
    """Work that a car in the shop may need, found by the system and answered by a person."""

    _name = "service.suggestion"
    _description = "Suggested Work"
    _inherit = "service.kept.mixin"
    _order = "order_id desc, is_urgent desc, id"
    # All of it: what was suggested and what became of it is written by actions alone.
    _kept_fields = frozenset(
        {
            "kind", "name", "reason", "is_urgent", "operation_id", "source_job_id", "recall_id",
            "vehicle_id", "state", "job_id", "dismissal", "dismiss_reason",
        }
    )

    order_id = fields.Many2one("service.order", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(
        related="order_id.company_id", store=True, precompute=True, index=True
    )
    # Not the order's: what was said about a car stays with it when the order gets another one.
    vehicle_id = fields.Many2one(
        "service.vehicle", required=True, readonly=True, index=True, ondelete="cascade"
    )
    kind = fields.Selection(KINDS, required=True, readonly=True)
    name = fields.Char("Work", required=True, readonly=True)
    reason = fields.Char("Why", readonly=True)
    is_urgent = fields.Boolean("Urgent", readonly=True)
    operation_id = fields.Many2one(
        "service.operation", readonly=True, index="btree_not_null", ondelete="cascade"
    )
    source_job_id = fields.Many2one(
        "service.job",
        "Earlier Job",
        readonly=True,
        index="btree_not_null",
        ondelete="cascade",
    )
    recall_id = fields.Many2one(
        "service.recall", readonly=True, index="btree_not_null", ondelete="cascade"
    )
    state = fields.Selection(
        [("open", "Open"), ("added", "Added"), ("dismissed", "Dismissed")],
        default="open",
        required=True,
        readonly=True,
    )
    job_id = fields.Many2one(
        "service.job", readonly=True, index="btree_not_null", ondelete="set null"
    )
    dismissal = fields.Selection(
        [
            ("later", "Not at This Visit"),
            ("refused", "Refused by the Customer"),
            ("elsewhere", "Done Elsewhere"),
        ],
        readonly=True,
    )
    dismiss_reason = fields.Char("Reason for Dismissing", readonly=True)
    outcome = fields.Selection(
        [("open", "Open"), ("done", "Done"), ("refused", "Refused")],
        compute="_compute_outcome",
        help="What became of the recall on this car.",
    )

    _key_uniq = models.UniqueIndex(
        "(order_id, kind, COALESCE(operation_id, 0), COALESCE(source_job_id, 0), "
        "COALESCE(recall_id, 0))",
        "Somebody has just looked for suggested work as well. Reload the order.",
    )

    @api.depends("state", "dismissal", "job_id.state")
    def _compute_outcome(self):
        for suggestion in self:
            suggestion.outcome = suggestion._get_outcome()

    def _get_outcome(self):
        if self.dismissal == "elsewhere" or self.job_id.state in ("qc", "done"):
            return "done"
        if self.dismissal == "refused" or self.job_id.state == "declined":
            return "refused"
        return "open"

    def _is_unanswered(self):
        """Tell whether the work is still to be decided on: also where its job was cancelled."""
        return self.state == "open" or self.job_id.state == "cancelled"

    def _get_key(self):
        return tuple(self.kind if name == "kind" else self[name].id for name in KEY)

    # ---- answers --------------------------------------------------------------------------

    def action_add(self):
        """Make these suggestions jobs; work that is on the order already is linked, not added.

        :raises UserError: naming the order whose work is over.
        """
        open_ones = self._with_same_work().filtered(lambda found: found.state == "open")
        open_ones.order_id._check_can_propose()
        jobs, missing = {}, {}
        for suggestion in open_ones:
            job = suggestion._find_job()
            if job:
                jobs[suggestion] = job
            else:
                key = (suggestion.order_id, suggestion.operation_id or suggestion)
                missing[key] = missing.get(key, self.browse()) | suggestion
        created = self.env["service.job"].create(
            [same[0]._prepare_job_vals() for same in missing.values()]
        )
        for same, job in zip(missing.values(), created, strict=True):
            jobs.update(dict.fromkeys(same, job))
        for suggestion, job in jobs.items():
            suggestion._keep({"state": "added", "job_id": job.id})
            if suggestion.kind == "repair_warranty":
                job.origin_job_id = suggestion.source_job_id
        return True

    def _with_same_work(self):
        """Return these suggestions and those of their orders that mean the same operation."""
        return self | self.order_id.suggestion_ids.filtered(
            lambda found: found.operation_id
            and any(
                found.operation_id == mine.operation_id and found.order_id == mine.order_id
                for mine in self
            )
        )

    def action_dismiss(self):
        """Put these suggestions aside for this visit. A recall asks for the customer's reason."""
        recall = self.filtered("recall_id")[:1]
        if recall:
            return recall._open_dismiss_wizard()
        self._dismiss("later", self.env._("Not wanted at this visit"))
        return True

    def _open_dismiss_wizard(self):
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Recall Not Done Here"),
            "res_model": "service.suggestion.wizard",
            "view_mode": "form",
            "target": "new",
            "context": {"default_suggestion_id": self.id},
        }

    def _dismiss(self, dismissal, reason):
        """Keep that these suggestions are not followed, and why.

        :raises UserError: naming the order whose car has left.
        """
        for order in self.order_id:
            order._check_state_is(OPEN_STATES, self.env._("dismiss suggested work"))
        self.filtered(lambda suggestion: suggestion.state == "open")._keep(
            {"state": "dismissed", "dismissal": dismissal, "dismiss_reason": reason}
        )

    def _reopen(self):
        """Ask again: the jobs these suggestions became were taken off the order."""
        # Whoever may delete a job has no hand in what was suggested.
        self.sudo().write({"state": "open", "job_id": False})

    # ---- jobs -----------------------------------------------------------------------------

    def _find_job(self):
        """Return the job of the order that already is this work."""
        self.ensure_one()
        if self.kind == "repair_warranty":
            jobs = self.order_id.job_ids.filtered(
                lambda job: job.state in ("proposed", "quoted")
                and job.operation_id
                and job.operation_id == self.source_job_id.operation_id
            )
            return jobs[:1]
        return self.operation_id and self.order_id._find_open_job(self.operation_id)

    def _prepare_job_vals(self):
        """Hook: return the values of the job that this suggestion becomes.

        A comeback brings no operation: what it takes and what it costs is the advisor's to say.
        """
        self.ensure_one()
        vals = {
            "order_id": self.order_id.id,
            "concern": self.name,
            "operation_id": self.operation_id.id,
        }
        if self.kind == "repair_warranty":
            vals["concern"] = self.env._(
                "Under repair warranty: %(work)s (%(order)s)",
                work=self.name,
                order=self.source_job_id.order_id.name,
            )
        return vals
