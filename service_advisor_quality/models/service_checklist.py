from odoo import api, fields, models
from odoo.addons.service_advisor.models.service_operation_package import REPAIR_CLASSES
from odoo.fields import Domain

# How closely a checklist fits the work, the closest first.
SCOPES = ("operation", "high_voltage", "class", "all")


class ServiceChecklist(models.Model):
    """Standard operating procedures: what is looked at while and after which work."""

    _inherit = "service.checklist"

    kind = fields.Selection(
        selection_add=[("process", "In-process Check"), ("final", "Final Inspection")],
        ondelete={"process": "cascade", "final": "cascade"},
    )
    scope = fields.Selection(
        [
            ("all", "All Work"),
            ("operation", "Chosen Operations"),
            ("high_voltage", "High-Voltage Work"),
            ("class", "Repair Class"),
        ],
        "Used For",
        default="all",
        required=True,
        help="The checklist of the operation goes first, then the one for high voltage, then that "
        "of the repair class, then the one for all work.",
    )
    operation_ids = fields.Many2many(
        "service.operation", string="Operations", help="Also as a part of a package."
    )
    repair_class = fields.Selection(REPAIR_CLASSES)
    used_for = fields.Char("Work", compute="_compute_used_for")

    @api.depends("scope", "operation_ids", "repair_class")
    @api.depends_context("lang")
    def _compute_used_for(self):
        scopes = dict(self._fields["scope"]._description_selection(self.env))
        classes = dict(self._fields["repair_class"]._description_selection(self.env))
        nothing = self.env._("Nothing yet")
        for checklist in self:
            words = scopes.get(checklist.scope)
            if checklist.scope == "operation":
                words = ", ".join(checklist.operation_ids.mapped("name")) or nothing
            elif checklist.scope == "class":
                words = classes.get(checklist.repair_class) or nothing
            checklist.used_for = words

    @api.model
    def _get_general_domain(self, kind, companies):
        return super()._get_general_domain(kind, companies) & Domain("scope", "=", "all")

    @api.model
    def _get_by_job(self, kind, jobs):
        """Return ``{job: checklist}``: that of its operation, else for high voltage, else of its
        repair class, else for all work; the company's own before the shared ones, empty where
        there is none."""
        found = self.search(
            Domain("kind", "=", kind) & Domain("company_id", "in", [False, *jobs.company_id.ids])
        )
        return {job: found._choose(job) for job in jobs}

    def _choose(self, job):
        """Return the checklist of ``self`` that fits ``job`` most closely."""
        usable = self.filtered(lambda checklist: checklist.company_id in (
            job.company_id, job.company_id.browse()
        )).sorted(lambda checklist: not checklist.company_id)
        operations = job.operation_id._get_included()
        for scope in SCOPES:
            fitting = usable.filtered(
                lambda checklist, scope=scope: checklist.scope == scope
                and checklist._fits(job, operations)
            )
            if fitting:
                return fitting[0]
        return self.browse()

    def _fits(self, job, operations):
        """Tell whether this checklist is for ``job``, whose work includes ``operations``."""
        if self.scope == "operation":
            return bool(self.operation_ids & operations)
        if self.scope == "high_voltage":
            return job.is_high_voltage
        if self.scope == "class":
            return bool(operations) and self.repair_class == job.operation_id.repair_class
        return True
