from odoo import api, fields, models
from odoo.fields import Command

from .service_inspection_line import COLOURS


class ServiceInspection(models.Model):
    """A checklist gone through on one car: what was seen, by whom and when.

    Done, it is evidence: neither it nor its lines change any more.
    """

    _name = "service.inspection"
    _description = "Inspection"
    _inherit = "service.kept.mixin"
    _order = "id desc"
    _check_company_auto = True
    _kept_fields = frozenset({"state", "inspector_id", "started_at", "done_at"})

    order_id = fields.Many2one(
        "service.order", "Service Order", required=True, index=True, ondelete="restrict"
    )
    company_id = fields.Many2one(
        related="order_id.company_id", store=True, precompute=True, index=True
    )
    vehicle_id = fields.Many2one(related="order_id.vehicle_id", string="Vehicle")
    kind = fields.Selection([("health", "Health Check")], required=True, readonly=True)
    checklist_id = fields.Many2one(
        "service.checklist", required=True, readonly=True, ondelete="restrict"
    )
    inspector_id = fields.Many2one(
        "hr.employee",
        "Inspected By",
        readonly=True,
        index=True,
        help="Whoever finished the inspection.",
    )
    started_at = fields.Datetime("Started On", readonly=True, default=fields.Datetime.now)
    done_at = fields.Datetime("Done On", readonly=True, index=True)
    state = fields.Selection(
        [("draft", "In Progress"), ("done", "Done")], default="draft", required=True, readonly=True
    )
    line_ids = fields.One2many("service.inspection.line", "inspection_id", "Items")
    result = fields.Selection(
        [("green", "Green"), ("yellow", "Yellow"), ("red", "Red")],
        compute="_compute_result",
        store=True,
        help="The worst item, once the inspection is done.",
    )
    unchecked_count = fields.Integer("Still to Check", compute="_compute_line_facts")
    has_findings = fields.Boolean(compute="_compute_line_facts")

    _open_uniq = models.UniqueIndex(
        "(order_id, kind) WHERE state = 'draft'",
        "Somebody has just started this inspection. Reload the order and open it.",
    )

    @api.depends("kind", "order_id.name")
    def _compute_display_name(self):
        labels = dict(self._fields["kind"]._description_selection(self.env))
        for inspection in self:
            kind = labels.get(inspection.kind, "")
            inspection.display_name = f"{kind} {inspection.order_id.name or ''}".strip()

    @api.depends("state", "line_ids.result")
    def _compute_result(self):
        for inspection in self:
            found = set(inspection.line_ids.mapped("result"))
            worst = next((colour for colour in COLOURS if colour in found), False)
            inspection.result = inspection.state == "done" and worst

    @api.depends("line_ids.result", "line_ids.is_measured", "line_ids.job_id")
    def _compute_line_facts(self):
        for inspection in self:
            inspection.unchecked_count = len(inspection.line_ids._get_unchecked())
            inspection.has_findings = bool(inspection._get_findings())

    # ---- records --------------------------------------------------------------------------

    @api.model
    def _prepare_inspection_vals(self, order, kind, checklist):
        """Hook: return the values of a new inspection with a copy of the checklist's items;
        where there are several checklists, of the items of all."""
        return {
            "order_id": order.id,
            "kind": kind,
            "checklist_id": checklist[:1].id,
            "line_ids": [
                Command.create(item._prepare_line_vals()) for item in checklist.item_ids
            ],
        }

    def write(self, vals):
        self._check_not_done()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_done(self):
        self._check_not_done()

    def _check_not_done(self):
        for inspection in self:
            if inspection.state == "done":
                inspection.order_id._refuse(
                    self.env._(
                        "The %(inspection)s is done and stays as it is. Start another one from "
                        "the order.",
                        inspection=inspection.display_name,
                    )
                )

    # ---- done -----------------------------------------------------------------------------

    def action_done(self):
        """Finish these inspections; whoever does it is the inspector.

        :raises UserError: naming the items that nobody has checked.
        """
        for inspection in self:
            inspection._keep(inspection._prepare_done_vals())
        self._after_inspection_done()
        return True

    @api.constrains("state")
    def _check_state(self):
        # A constraint: no way of writing the state leads past the check.
        self.filtered(lambda inspection: inspection.state == "done")._check_can_finish_inspection()

    def _check_can_finish_inspection(self):
        """Hook: raise a UserError where an inspection can not be finished.

        Called with what :meth:`_prepare_done_vals` returned already set.
        """
        for inspection in self:
            lines = inspection.line_ids
            inspection._refuse_items(
                lines._get_unchecked(), self.env._("Not checked yet: %(items)s.")
            )
            inspection._refuse_items(
                lines.filtered(lambda line: line.result == "na" and not line.note),
                self.env._("Say in the note why this does not apply: %(items)s."),
            )
            if not any(line.result in COLOURS for line in lines):
                inspection.order_id._refuse(
                    self.env._("Nothing was checked, so the inspection can not be done.")
                )

    def _refuse_items(self, lines, why):
        """Raise ``why`` with the first names of ``lines``, if there are any."""
        if lines:
            names = ", ".join(lines[:3].mapped("name"))
            more = self.env._(" and %s more", len(lines) - 3) if len(lines) > 3 else ""
            self.order_id._refuse(why % {"items": names + more})

    def _prepare_done_vals(self):
        """Hook: return what is written on one inspection when it is done."""
        user = self.env.user.with_company(self.company_id)
        return {
            "state": "done",
            "done_at": fields.Datetime.now(),
            "inspector_id": user.employee_id.id,
        }

    def _after_inspection_done(self):
        """Hook: called once the inspections of ``self`` are done."""
        for inspection in self.filtered(lambda inspection: inspection.kind == "health"):
            inspection._tell_advisor()

    def _tell_advisor(self):
        """Say on the order what the health check found."""
        order = self.order_id.sudo()  # technicians report on orders that they may only read
        found = self.line_ids.mapped("result")
        order.message_post(
            body=self.env._(
                "Health check by %(name)s: %(red)s red, %(yellow)s yellow.",
                name=self.inspector_id.name or self.env.user.name,
                red=found.count("red"),
                yellow=found.count("yellow"),
            ),
            partner_ids=order.advisor_id.partner_id.ids,
        )

    # ---- findings -------------------------------------------------------------------------

    def _get_findings(self):
        """Return the yellow and red items that no job was proposed for yet."""
        return self.line_ids.filtered(
            lambda line: line.result in ("yellow", "red") and not line.job_id
        )

    def action_propose_jobs(self):
        """Propose jobs for the yellow and red items, each once, and open the order.

        :raises UserError: naming the order where an inspection is not done.
        """
        for inspection in self:
            if inspection.state != "done":
                inspection.order_id._refuse(
                    self.env._("Finish the inspection before jobs are proposed from it.")
                )
            inspection.order_id._check_state_is(
                ("checked_in", "quoted", "authorised", "in_work", "quality_check"),
                self.env._("propose jobs"),
            )
        self._get_findings()._propose_jobs()
        return self.order_id._get_records_action()
