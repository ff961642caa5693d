from datetime import timedelta

from dateutil.relativedelta import relativedelta
from odoo import api, fields, models
from odoo.addons.service_advisor_quality.models.service_complaint import (
    OPEN_STATES as OPEN_COMPLAINTS,
)
from odoo.fields import Domain
from odoo.tools import format_amount, format_date

from .service_lead_proposal import OPEN_STATES, REASONS

# Days after which a car is looked at again.
LOOK_AGAIN = timedelta(days=7)


class ServiceLeadProposal(models.Model):
    """Which cars are proposed to sales, and why."""

    _inherit = "service.lead.proposal"

    @api.model
    def _cron_propose(self):
        """Look at each car of the companies with a sales team once a week."""
        domain = self._get_look_domain()
        cars = self.env["service.vehicle"].search(domain, order="id")
        self.env["service.batch"]._run(cars, domain, self._propose)

    @api.model
    def _get_look_domain(self):
        """Return the domain of the cars that are to be looked at now."""
        companies = self.env["res.company"].search([("service_lead_team_id", "!=", False)])
        before = fields.Date.context_today(self) - LOOK_AGAIN
        looked = Domain("lead_looked_on", "=", False) | Domain("lead_looked_on", "<=", before)
        return (
            Domain("company_id", "in", companies.ids) & Domain("owner_id", "!=", False) & looked
        )

    @api.model
    def _propose(self, cars):
        """Propose those of these cars that give reason to, each at most once at a time.

        Costs the same number of queries for one car as for a batch.
        """
        suitable = cars - self._get_unsuitable(cars)
        known = self._get_known(suitable)
        # What is looked at is what sales may see, and a few figures of each car.
        figures = self.env["service.vehicle.sales"].sudo()
        vals_list = []
        for figure in figures.search_fetch([("id", "in", suitable.ids)]):
            found = self._speaking_to(figure.company_id)._get_reasons(figure)
            reasons = {
                reason: words
                for reason, words in found.items()
                if (figure.id, reason) not in known
            }
            if reasons:
                vals_list.append(self._prepare_proposal_vals(figure, reasons))
        self.create(vals_list)
        # Nobody enters when a car was looked at.
        cars.sudo().write({"lead_looked_on": fields.Date.context_today(self)})

    @api.model
    def _speaking_to(self, company):
        """Return this model in the language of a company, whose sales people read what is stored:
        a scheduled action has none."""
        return self.with_context(lang=company.partner_id.lang)

    @api.model
    def _prepare_proposal_vals(self, figure, reasons):
        """Return the values of the proposal of a car; the weightiest reason leads.

        :param figure: the ``service.vehicle.sales`` of the car.
        :param reasons: ``{reason: in words}``.
        """
        ordered = [reason for reason, _label in REASONS if reason in reasons]
        return {
            "vehicle_id": figure.id,
            "advisor_id": figure.advisor_id.id or False,
            "reason": ordered[0],
            "words": "; ".join(reasons[reason] for reason in ordered),
        }

    @api.model
    def _get_reasons(self, figure):
        """Hook: return ``{reason: in words}`` of why the owner of a car may want another one.

        :param figure: the ``service.vehicle.sales`` of the car.
        """
        company = figure.company_id
        today = fields.Date.context_today(self)
        visit = figure.last_visit_at
        last_day = visit and fields.Datetime.context_timestamp(self, visit).date()
        found = {}
        ahead = company.service_lead_lease_months
        latest = today + relativedelta(months=ahead)
        if ahead and figure.lease_end and today <= figure.lease_end <= latest:
            day = format_date(self.env, figure.lease_end)
            found["lease"] = self.env._("The lease ends on %s", day)
        if words := self._judge_bill(figure, company.service_lead_bill):
            found["bill"] = words
        # Who still comes is asked for the old car, who no longer does for that.
        years, months = company.service_lead_age, company.service_lead_lost_months
        is_lost = last_day and months and last_day <= today - relativedelta(months=months)
        if is_lost:
            day = format_date(self.env, last_day)
            found["lost"] = self.env._("Last visit on %s", day)
        elif last_day and years and figure.age >= years:
            found["age"] = self.env._(
                "%(years)s years old, %(km)s km", years=figure.age, km=figure.odometer
            )
        return found

    @api.model
    def _judge_bill(self, figure, limit):
        """Return in words that repairs cost ``limit`` or more, else None."""
        currency = figure.currency_id
        if limit and figure.spent_amount >= limit:
            amount = format_amount(self.env, figure.spent_amount, currency)
            return self.env._("Repairs of %s in a year", amount)
        if limit and figure.open_amount >= limit:
            amount = format_amount(self.env, figure.open_amount, currency)
            return self.env._("Repairs of %s are proposed", amount)
        return None

    @api.model
    def _get_unsuitable(self, cars):
        """Hook: return those of ``cars`` whose owner is not to be approached: who refused it,
        who complains at the moment, and the house itself."""
        owners = cars.owner_id
        refusing = owners._get_refusing("sales") | owners.filtered("service_no_offer_call")
        complaining = self.env["service.complaint"]._read_group(
            [("partner_id", "in", owners.ids), ("state", "in", OPEN_COMPLAINTS)], ["partner_id"]
        )
        refusing = refusing.union(*(partner for [partner] in complaining))
        return cars.filtered(
            lambda car: car.owner_id in refusing
            or car.owner_id
            in (car.company_id.partner_id, car.company_id.service_internal_partner_id)
        )

    @api.model
    def _get_known(self, cars):
        """Return ``{(car id, reason)}`` that are not to be proposed: the car is on the list, or
        this was decided lately."""
        proposals = self.search_fetch(
            [("vehicle_id", "in", cars.ids)], ["vehicle_id", "reason", "state", "decided_at"]
        )
        now, known = fields.Datetime.now(), set()
        for proposal in proposals:
            car = proposal.vehicle_id
            if proposal.state in OPEN_STATES:
                known.update((car.id, reason) for reason, _label in REASONS)
                continue
            pause = relativedelta(months=proposal.company_id.service_lead_pause)
            if proposal.decided_at and proposal.decided_at > now - pause:
                known.add((car.id, proposal.reason))
        return known
