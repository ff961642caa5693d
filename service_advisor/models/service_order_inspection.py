from odoo import fields, models


class ServiceOrder(models.Model):
    """Inspections of the car, from a checklist to proposed jobs."""

    _inherit = "service.order"

    inspection_ids = fields.One2many("service.inspection", "order_id", "Inspections")
    inspection_count = fields.Integer(compute="_compute_inspection_count")

    def _compute_inspection_count(self):
        counts = dict(
            self.env["service.inspection"]._read_group(
                [("order_id", "in", self.ids)], ["order_id"], ["__count"]
            )
        )
        for order in self:
            order.inspection_count = counts.get(order._origin, 0)

    def action_view_inspections(self):
        """Open the inspections of these orders."""
        return self.inspection_ids._get_records_action(name=self.env._("Inspections"))

    def action_health_check(self):
        """Open the health check under way, or start one from the company's checklist.

        :raises UserError: naming the order whose car is not in the workshop.
        """
        return self._start_inspections("health")._get_records_action()

    def _start_inspections(self, kind):
        """Return one open inspection of ``kind`` per order, started where there is none."""
        self._check_can_inspect(kind)
        Inspection = self.env["service.inspection"]
        drafts = Inspection.search(
            [("order_id", "in", self.ids), ("kind", "=", kind), ("state", "=", "draft")]
        )
        missing = self - drafts.order_id
        checklists = missing._get_checklists(kind)
        for order in missing:
            if not checklists[order]:
                order._refuse(
                    self.env._(
                        "There is no checklist for this inspection. The service manager adds one "
                        "under Configuration, Checklists."
                    )
                )
        return drafts + Inspection.create(
            [
                Inspection._prepare_inspection_vals(order, kind, checklists[order])
                for order in missing
            ]
        )

    def _get_checklists(self, kind):
        """Hook: return ``{order: service.checklist}``, one or several whose items are gone
        through in an inspection of ``kind``; empty where there is none."""
        found = self.env["service.checklist"]._get_by_company(kind, self.company_id)
        return {order: found[order.company_id] for order in self}

    def _check_can_inspect(self, kind):
        """Hook: raise a UserError where an inspection of ``kind`` can not be started."""
        for order in self:
            if kind == "health":
                order._check_state_is(
                    ("checked_in", "quoted", "authorised", "in_work"),
                    self.env._("start a health check"),
                )

    def _find_open_job(self, operation):
        """Return the job with ``operation``, or with a package that includes it, that the
        customer did not decline, if there is one."""
        self.ensure_one()
        return self.job_ids.filtered(
            lambda job: operation in job.operation_id._get_included()
            and job.state not in ("declined", "cancelled")
        )[:1]
