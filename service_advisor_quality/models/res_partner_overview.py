from odoo import models
from odoo.fields import Domain

from ..tools.satisfaction import csat
from .service_complaint import OPEN_STATES

SHOWN = 4
# CSAT is reckoned from so many answers, the latest.
JUDGED = 50


class ResPartner(models.Model):
    """What the customer at a glance thinks of the shop, and may be asked."""

    _inherit = "res.partner"

    def _get_overview_facts(self):
        facts = super()._get_overview_facts()
        count = self.env["service.complaint"].search_count(
            Domain("partner_id", "child_of", self.ids) & Domain("state", "in", OPEN_STATES)
        )
        if count:
            label = self.env._("Open complaints")
            facts.append(self._prepare_fact(label, str(count), "danger"))
        return facts

    def _get_overview_sections(self):
        return [
            *super()._get_overview_sections(),
            self._prepare_section(
                "satisfaction", self.env._("Satisfaction"), "fa-smile-o",
                self._get_overview_answers(),
            ),
            self._prepare_section(
                "complaints", self.env._("Complaints"), "fa-comment-o",
                self._get_overview_complaints(),
            ),
            self._prepare_section(
                "consents", self.env._("Wishes"), "fa-hand-paper-o",
                self._get_overview_wishes(),
            ),
        ]

    def _get_overview_answers(self):
        """Return the share of satisfied answers and the last ones."""
        results = self.env["service.survey.result"].search(
            [("order_id.partner_id", "child_of", self.ids), ("is_answered", "=", True)],
            order="answered_at desc, id desc",
            limit=JUDGED,
        )
        share = csat(results.mapped("overall"))
        rows = []
        if share.whole:
            rows.append(
                self._prepare_overview_row(
                    self.env._("Satisfied: %(part)s of %(whole)s", **share._asdict()),
                    text=f"{share.percent:.0f} %",
                )
            )
        return rows + [
            self._prepare_overview_row(
                f"{self._format_day(result.answered_at)} · {result.order_id.name}",
                result.order_id,
                text=result.words,
                badge=f"{result.overall} / 5" if result.overall else "",
                risk="danger" if result.is_low else False,
            )
            for result in results[:SHOWN]
        ]

    def _get_overview_complaints(self):
        complaints = self.env["service.complaint"].search(
            [("partner_id", "child_of", self.ids)], order="received_at desc", limit=SHOWN
        )
        states = dict(complaints._fields["state"]._description_selection(self.env))
        return [
            self._prepare_overview_row(
                f"{self._format_day(complaint.received_at)} · {complaint.name}",
                complaint,
                text=complaint.category_id.name,
                badge=states[complaint.state],
                risk="danger" if complaint.state in OPEN_STATES else False,
            )
            for complaint in complaints
        ]

    def _get_overview_wishes(self):
        """Return what the customer does not want; whoever wants everything has no wish."""
        refused = ("service_no_survey", "service_no_quality_call", "service_no_offer_call")
        labels = self.fields_get(refused, ["string"])
        return [
            self._prepare_overview_row(labels[name]["string"], risk="warning")
            for name in refused
            if self[name]
        ]
