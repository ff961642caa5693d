from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..tools.limits import judge

# From the worst to the best.
COLOURS = ("red", "yellow", "green")


class ServiceInspectionLine(models.Model):
    """One item of an inspection, copied from the checklist as it was on that day."""

    _name = "service.inspection.line"
    _description = "Inspection Item"
    _order = "inspection_id, sequence, id"

    inspection_id = fields.Many2one(
        "service.inspection", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(
        related="inspection_id.company_id", store=True, precompute=True, index=True
    )
    sequence = fields.Integer(default=10)
    section = fields.Char(required=True, readonly=True)
    name = fields.Char("Item", required=True, readonly=True)
    method = fields.Char("How to Check", readonly=True)
    answer = fields.Selection(
        [("colour", "Green, yellow or red"), ("measure", "Measurement")],
        default="colour",
        required=True,
        readonly=True,
    )
    unit = fields.Char(readonly=True)
    min_limit = fields.Float("Lower Limit", readonly=True)
    max_limit = fields.Float("Upper Limit", readonly=True)
    limits = fields.Char(compute="_compute_limits")
    value = fields.Float("Measured")
    is_measured = fields.Boolean(
        "Number Taken",
        compute="_compute_is_measured",
        store=True,
        readonly=False,
        precompute=True,
        help="Tick it where the measured number is 0: a number that was not taken is not 0.",
    )
    result = fields.Selection(
        [
            ("not_checked", "Not Checked"),
            ("green", "Green"),
            ("yellow", "Yellow"),
            ("red", "Red"),
            ("na", "Not Applicable"),
        ],
        compute="_compute_result",
        store=True,
        readonly=False,
        required=True,
        precompute=True,
        default="not_checked",
    )
    note = fields.Char()
    photo = fields.Image(max_width=1920, max_height=1920)
    operation_id = fields.Many2one("service.operation", "Recommended Operation", readonly=True)
    job_id = fields.Many2one(
        "service.job", "Proposed Job", readonly=True, index="btree_not_null", ondelete="set null"
    )

    @api.depends("unit", "min_limit", "max_limit")
    def _compute_limits(self):
        for line in self:
            low, high, unit = f"{line.min_limit:g}", f"{line.max_limit:g}", line.unit or ""
            if line.max_limit:
                line.limits = f"{low} – {high} {unit}".strip()
            else:
                line.limits = f"≥ {low} {unit}".strip() if line.min_limit else unit

    @api.depends("value")
    def _compute_is_measured(self):
        for line in self:
            line.is_measured = bool(line.value) or line.is_measured

    @api.depends("value", "is_measured")
    def _compute_result(self):
        for line in self:
            line.result = line._judge() or line.result or "not_checked"

    def _judge(self):
        """Return the colour that the measured number stands for, or None to leave it open."""
        if self.answer == "measure" and self.is_measured:
            return judge(self.value, self.min_limit, self.max_limit)
        return None

    def _describe_for_timeline(self):
        """Return what was found, in words: the number where one was taken, and the note."""
        self.ensure_one()
        number = f"{self.value:g} {self.unit or ''}".strip() if self.is_measured else ""
        return " · ".join(filter(None, (number, self.note)))

    # Whatever changes the number computes the result anew, so the result alone is watched: in
    # between, the number is new and the result still old.
    @api.constrains("result")
    def _check_result_within_limits(self):
        for line in self:
            if line.result != "red" and line._judge() == "red":
                raise ValidationError(
                    self.env._(
                        "%(item)s: %(value)g %(unit)s is outside its limits (%(limits)s), so it is "
                        "red. Correct the number if it was misread.",
                        item=line.name,
                        value=line.value,
                        unit=line.unit or "",
                        limits=line.limits,
                    )
                )

    # ---- records --------------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        lines.inspection_id._check_not_done()
        return lines

    def write(self, vals):
        # The job proposed from an item is the one thing that comes after the inspection.
        if vals.keys() - {"job_id"}:
            self.inspection_id._check_not_done()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_done(self):
        self.inspection_id._check_not_done()

    # ---- answers --------------------------------------------------------------------------

    def action_green(self):
        """Mark these items green, in one tap on a phone."""
        self.result = "green"
        return True

    def action_yellow(self):
        """Mark these items yellow."""
        self.result = "yellow"
        return True

    def action_red(self):
        """Mark these items red."""
        self.result = "red"
        return True

    def _get_unchecked(self):
        """Return the items without an answer: a measurement needs its number as well."""
        return self.filtered(
            lambda line: line.result == "not_checked"
            or (line.answer == "measure" and line.result != "na" and not line.is_measured)
        )

    def _propose_jobs(self):
        """Propose a job for each of these findings. The customer is not asked twice for the same
        work: findings share the job of their operation, also one that is on the order already."""
        groups = {}
        for line in self:
            order = line.inspection_id.order_id
            job = line.operation_id and order._find_open_job(line.operation_id)
            if job:
                line.job_id = job
            else:
                key = (order, line.operation_id or line)
                groups[key] = groups.get(key, self.browse()) | line
        jobs = self.env["service.job"].create(
            [lines._prepare_job_vals() for lines in groups.values()]
        )
        for lines, job in zip(groups.values(), jobs, strict=True):
            lines.job_id = job

    def _prepare_job_vals(self):
        """Return the values of the job that these findings propose."""
        return {
            "order_id": self.inspection_id.order_id.id,
            "concern": "; ".join(f"{line.name}: {line._get_finding()}" for line in self),
            "operation_id": self.operation_id.id,
        }

    def _get_finding(self):
        """Return in words what was found: colour, number and note."""
        self.ensure_one()
        labels = dict(self._fields["result"]._description_selection(self.env))
        number = f"{self.value:g} {self.unit or ''}".strip() if self.is_measured else ""
        return ", ".join(part for part in (labels[self.result], number, self.note) if part)
