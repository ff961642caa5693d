from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import format_date

from .service_order_survey import LATE

# What a visit of the car answers by itself.
ANSWERED_BY_VISIT = ("maintenance", "lost", "declined", "recall")


class ServiceFollowup(models.Model):
    """Calls that a visit gives reason to: how it was, and the work that was declined."""

    _inherit = "service.followup"

    @api.model
    def _cron_find_visits(self):
        """Put the calls about visits on the list once the car is handed over."""
        domain = (
            Domain("delivered_at", ">", fields.Datetime.now() - LATE)
            & Domain("followup_made_at", "=", False)
            & Domain("state", "in", ("delivered", "closed"))
        )
        orders = self.env["service.order"].search(domain, order="delivered_at, id")
        self.env["service.batch"]._run(orders, domain, self._follow_visits)

    @api.model
    def _follow_visits(self, orders):
        """Make the follow-ups of these visits, and take off the list what they answer."""
        self._drop_answered(orders)
        vals_list = [
            self._prepare_common_vals(order.vehicle_id, order.partner_id, order) | vals
            for order in orders
            for vals in self._prepare_visit_vals(order)
            if self._may_call(order.partner_id, vals["kind"])
        ]
        self._put_on_list(vals_list)
        orders.with_context(tracking_disable=True)._keep(
            {"followup_made_at": fields.Datetime.now()}
        )

    @api.model
    def _prepare_visit_vals(self, order):
        """Hook: return the values of the follow-ups that this visit gives reason to."""
        company = order.company_id
        day = order._get_day(order.delivered_at)
        if order.partner_id in (company.partner_id, company.service_internal_partner_id):
            return []
        found = []
        if company.service_followup_days:
            due = day + timedelta(days=company.service_followup_days)
            found.append({"kind": "three_day", "order_id": order.id, "due_on": due})
        declined = order._get_declined_jobs()
        if declined and company.service_declined_days:
            named = [job.followup_date for job in declined if job.followup_date]
            due = min(named, default=day + timedelta(days=company.service_declined_days))
            found.append(
                {
                    "kind": "declined",
                    "order_id": order.id,
                    "job_ids": declined.ids,
                    "due_on": due,
                    "reason": ", ".join(declined.mapped("display_name")),
                }
            )
        return found

    @api.model
    def _drop_answered(self, orders):
        """Take the calls off the list that were to bring these cars in: they came."""
        followups = self.search(
            [
                ("vehicle_id", "in", orders.vehicle_id.ids),
                ("state", "=", "open"),
                ("kind", "in", ANSWERED_BY_VISIT),
                ("order_id", "not in", orders.ids),
            ]
        )
        followups._close("given_up", "dropped")

    # ---- for all kinds --------------------------------------------------------------------

    @api.model
    def _put_on_list(self, vals_list):
        """Make follow-ups. The list tells callers of them: an e-mail for each would be read by
        nobody."""
        return self.with_context(tracking_disable=True).create(vals_list)

    @api.model
    def _may_call(self, partner, kind):
        """Hook: tell whether ``partner`` can be called and has not refused such calls."""
        flag = self._get_refusal_flag_of(kind)
        return bool(partner.phone and not (flag and partner[flag]))

    @api.model
    def _prepare_common_vals(self, vehicle, partner, order):
        """Return who is called about which car, and by whom, after the visit ``order``."""
        company = vehicle.company_id
        caller = company.service_followup_user_id or order.advisor_id
        if not caller.active or company not in caller.company_ids:
            caller = caller.browse()
        return {
            "company_id": company.id,
            "vehicle_id": vehicle.id,
            "partner_id": partner.id,
            "user_id": caller.id,
        }

    @api.model
    def _format_day(self, day):
        return format_date(self.env, day)
