from odoo import api, fields, models
from odoo.fields import Domain

from ..tools.kpi import ADVISOR, TECHNICIAN, award, bonus

MODULE = "service_advisor_reports"


class ServiceKpiScorecard(models.Model):
    """The scorecard of whoever asks, and what an advisor's rewards still miss."""

    _inherit = "service.kpi.scorecard"

    bonus_outlook = fields.Char("Quarterly Bonus So Far", compute="_compute_outlook")
    award_outlook = fields.Char("Annual Award So Far", compute="_compute_outlook")

    # ---- found ----------------------------------------------------------------------------

    @api.model
    def action_open_own(self):
        """Open the scorecard of the current user's current month, or the last one there is; the
        list of the own ones where there is none, or one as an advisor and one as a technician."""
        own = self._get_own_domain() & Domain("company_id", "=", self.env.company.id)
        months = own & Domain("period", "=", "month")
        last = self.search(months, limit=1)
        cards = self.search(months & Domain("date_from", "=", last.date_from))
        if len(cards) == 1:
            return cards._prepare_form_action()
        kinds = {kind for (kind,) in self._read_group(own, ["kind"])}
        return self._prepare_list_action(own, kinds == {TECHNICIAN})

    @api.model
    def _get_own_domain(self):
        """Return the domain of the scorecards that are about the current user."""
        # Technicians do not read the employees, not even the one they are.
        people = self.env.user.sudo().employee_ids
        return Domain("user_id", "=", self.env.uid) | Domain("employee_id", "in", people.ids)

    def action_open_periods(self):
        """Open the months, quarters and years of whom this scorecard is of."""
        self.ensure_one()
        self.check_access("read")
        return self._prepare_list_action(
            Domain("company_id", "=", self.company_id.id)
            & Domain.AND(
                Domain(name, "=", self[name].id) for name in ("user_id", "warehouse_id",
                                                              "employee_id")
            ),
            self.kind == TECHNICIAN,
        )

    def _prepare_form_action(self):
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("My Scorecard"),
            "res_model": self._name,
            "res_id": self.id,
            "views": [(False, "form")],
        }

    @api.model
    def _prepare_list_action(self, domain, of_technicians=False):
        action = self.env["ir.actions.act_window"]._for_xml_id(
            f"{MODULE}.service_kpi_scorecard_action_periods"
        )
        if of_technicians:
            view = self.env.ref(f"{MODULE}.service_kpi_scorecard_view_list_technician")
            action["views"] = [(view.id, "list"), (False, "kanban"), (False, "form")]
        return dict(action, domain=list(domain))

    # ---- rewards --------------------------------------------------------------------------

    @api.depends("figure_ids", "state")
    @api.depends_context("lang")
    def _compute_outlook(self):
        self.bonus_outlook = self.award_outlook = False
        months = self.filtered(
            lambda card: card.kind == ADVISOR and card.period == "month" and card.state == "open"
        )
        for (company, day), cards in months.grouped(
            lambda card: (card.company_id, card.date_from)
        ).items():
            # loop: one round per month that is looked at
            quality = self._count_rewarded(
                company, "quarter", day, ["qc_first_pass", "major_complaints"]
            )
            satisfied = self._count_rewarded(company, "year", day, ["csat"])
            for card in cards:
                user = card.user_id.id
                jobs = quality.get(("qc_first_pass", user))
                majors = quality.get(("major_complaints", user))
                verdict = bonus(jobs and jobs["value"], majors and majors["value"])
                card.bonus_outlook = card._describe_verdict(verdict, jobs)[1]
                answers = satisfied.get(("csat", user))
                verdict = award(answers and answers["value"])
                card.award_outlook = card._describe_verdict(verdict, answers)[1]

    @api.model
    def _count_rewarded(self, company, period, day, codes):
        """Return the figures of all advisors in the quarter or year that ``day`` is in."""
        first, last = self._get_bounds(period, day)
        return self.env["service.kpi"]._get_figures(company, first, last, codes, ADVISOR)
