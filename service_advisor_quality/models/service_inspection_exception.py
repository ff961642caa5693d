from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from .service_inspection import WORK_KINDS
from .service_inspection_process import OPEN_STATES

MANAGER = "service_advisor.group_manager"


class ServiceInspection(models.Model):
    """Two people run the shop: a manager answers for it that somebody inspects own work."""

    _inherit = "service.inspection"
    _kept_fields = frozenset({"independence_reason", "independence_by_id", "independence_at"})

    independence_reason = fields.Char(
        "Inspected by the Technician Because",
        readonly=True,
        copy=False,
        help="Why whoever has worked on the job may inspect it.",
    )
    independence_by_id = fields.Many2one(
        "res.users", "Exception Signed By", readonly=True, copy=False
    )
    independence_at = fields.Datetime("Exception Signed On", readonly=True, copy=False)
    can_except = fields.Boolean(compute="_compute_can_except")

    @api.depends("kind", "state", "independence_reason")
    @api.depends_context("uid")
    def _compute_can_except(self):
        for inspection in self:
            inspection.can_except = (
                inspection.state in OPEN_STATES
                and inspection.kind in WORK_KINDS
                and not inspection.independence_reason
                and inspection._may_be_excepted()
            )

    def _may_be_excepted(self):
        """Tell whether the user may sign an exception here: managers, where the company has
        exceptions at all."""
        self.ensure_one()
        return self.company_id.service_allow_own_inspection and self.env.user.has_group(MANAGER)

    def action_except(self):
        """Open the dialog in which a manager signs that somebody inspects own work."""
        self.ensure_one()
        self._check_can_except()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "service_advisor_quality.service_independence_wizard_action"
        )
        return dict(action, context={"default_inspection_id": self.id})

    def _check_can_except(self):
        """Raise unless the user is a manager of a company that has exceptions."""
        for inspection in self:
            if not self.env.user.has_group(MANAGER):
                raise AccessError(
                    self.env._("Only a service manager may sign that somebody inspects own work.")
                )
            if not inspection.company_id.service_allow_own_inspection:
                inspection.order_id._refuse(
                    self.env._(
                        "Nobody inspects own work in %(company)s. Where the shop is too small for "
                        "that, switch on Exceptions from Independence in the settings.",
                        company=inspection.company_id.name,
                    )
                )
            if inspection.kind not in WORK_KINDS:
                inspection.order_id._refuse(
                    self.env._("Anybody may do this inspection; no exception is needed.")
                )
        self._check_not_done()

    def _except(self, reason):
        """Sign, as the manager who is logged in, that whoever did the work may inspect it.

        :raises AccessError: where the user is no manager.
        :raises UserError: without a reason, or where the company has no exceptions.
        """
        self._check_can_except()
        reason = (reason or "").strip()
        if not reason:
            raise UserError(self.env._("Write down why nobody else can inspect the work."))
        self._keep(
            {
                "independence_reason": reason,
                "independence_by_id": self.env.uid,
                "independence_at": fields.Datetime.now(),
            }
        )
        for inspection in self:
            inspection.order_id._message_log(
                body=self.env._(
                    "%(name)s allows that the %(inspection)s is done by somebody who has worked "
                    "on the job: %(reason)s",
                    name=self.env.user.name,
                    inspection=inspection.display_name,
                    reason=reason,
                )
            )
