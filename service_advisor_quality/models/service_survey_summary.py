from collections import defaultdict
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from babel.dates import format_interval, format_skeleton
from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import babel_locale_parse, get_lang

from ..tools.period import periods_until, whole_months
from ..tools.satisfaction import Share, csat, mean, promoters
from ..tools.words import themes
from .survey_question import SCORED, TOPICS

# So many periods are compared, the one asked for among them.
TREND = 6
# A score of this and less is counted beside each question.
LOW = 3
# The field of service.survey.result of each question.
FIELDS = {"advisor": "advisor_score", "time": "time_kept"}
READ = [
    "sent_at", "answered_at", "open_until", "warehouse_id", "advisor_id", "is_answered", "words",
    "recommend", "recommend_kind", *(FIELDS.get(topic, topic) for topic in SCORED),
]


class ServiceSurveySummary(models.AbstractModel):
    """The summary of a period, reckoned from the surveys that were sent in it.

    One base for every figure: the surveys sent from the first to the last day, where the shop
    is. So each share is one of surveys that can still be looked at.
    """

    _name = "service.survey.summary"
    _description = "Survey Summary"

    @api.model
    def _summarise(self, company, start, end, warehouses=None, advisors=None):
        """Return the figures of the surveys sent from ``start`` to ``end``, both days included.

        :param warehouses, advisors: only these, where given.
        :return: ``{"rows", "total", "advisors", "questions", "trend", "themes", "words"}``; see
            :meth:`_count` for what is counted of each group.
        """
        periods = periods_until(start, end, TREND)
        rows = self._read_surveys(company, periods[0][0], end, warehouses, advisors)
        by_period = self._split(rows, periods)
        current = by_period[-1]
        answers = [row for row in current if row["is_answered"]]
        words = [row for row in answers if row["words"]]
        return {
            "rows": current,
            "total": self._count(current),
            "advisors": self._count_advisors(current),
            "questions": self._count_questions(answers),
            "trend": [
                dict(self._count(found), label=self._name_period(*period), period=period)
                for period, found in zip(periods, by_period, strict=True)
            ],
            "themes": themes(row["words"] for row in words),
            "words": words,
        }

    @api.model
    def _get_tz(self, company):
        # Whoever reads figures may know where the shop is, not its working hours.
        return ZoneInfo(company.sudo().resource_calendar_id.tz or self.env.user.tz or "UTC")

    @api.model
    def _read_surveys(self, company, start, end, warehouses, advisors):
        """Return the surveys sent on these days as dicts, with the ``day`` in the shop's time."""
        zone = self._get_tz(company)

        def utc(day):
            local = datetime.combine(day, time.min, zone)
            return local.astimezone(ZoneInfo("UTC")).replace(tzinfo=None)

        domain = (
            Domain("company_id", "=", company.id)
            & Domain("sent_at", ">=", utc(start))
            & Domain("sent_at", "<", utc(end + timedelta(days=1)))
        )
        if warehouses:
            domain &= Domain("warehouse_id", "in", warehouses.ids)
        if advisors:
            domain &= Domain("advisor_id", "in", advisors.ids)
        rows = self.env["service.survey.result"].search_read(domain, READ, order="sent_at, id")
        for row in rows:
            local = row["sent_at"].replace(tzinfo=ZoneInfo("UTC")).astimezone(zone)
            row["day"] = local.date()
        return rows

    @api.model
    def _split(self, rows, periods):
        found = [[] for _period in periods]
        for row in rows:
            for index, (start, end) in enumerate(periods):
                if start <= row["day"] <= end:
                    found[index].append(row)
        return found

    # ---- figures --------------------------------------------------------------------------

    @api.model
    def _count(self, rows):
        """Return ``{"response": Share, "csat": Share, "nps": Promoters, "mean", "waiting"}`` of
        these surveys; ``waiting`` can still be answered."""
        now = fields.Datetime.now()
        answered = [row for row in rows if row["is_answered"]]
        scores = [row["overall"] for row in answered]
        return {
            "response": Share(len(answered), len(rows)),
            "csat": csat(scores),
            "mean": mean(scores),
            "nps": promoters([row["recommend_kind"] for row in answered]),
            "waiting": sum(
                not row["is_answered"] and bool(row["open_until"] and row["open_until"] > now)
                for row in rows
            ),
        }

    @api.model
    def _count_advisors(self, rows):
        """Return what is counted of each advisor's surveys, in the order of their names."""
        by_advisor = defaultdict(list)
        for row in rows:
            by_advisor[row["advisor_id"] or (0, "")].append(row)
        return [
            dict(self._count(found), label=name)
            for (_id, name), found in sorted(by_advisor.items(), key=lambda pair: pair[0][1])
        ]

    @api.model
    def _count_questions(self, answers):
        """Return ``[{"label", "csat": Share, "mean", "low"}]`` of each question with a score."""
        labels = dict(self.env["survey.question"]._fields["service_topic"]._description_selection(
            self.env
        ))
        found = []
        for topic, _label in TOPICS:
            if topic in SCORED:
                scores = [row[FIELDS.get(topic, topic)] for row in answers]
                found.append(
                    {
                        "label": labels[topic],
                        "csat": csat(scores),
                        "mean": mean(scores),
                        "low": sum(0 < score <= LOW for score in scores),
                    }
                )
        return found

    @api.model
    def _name_period(self, start, end):
        # Languages differ in what comes first, the month or the year.
        locale = babel_locale_parse(get_lang(self.env).code)
        if whole_months(start, end) == 1:
            return format_skeleton("yMMM", start, locale=locale)
        return format_interval(start, end, "yMMMd", locale=locale)

    # ---- in words -------------------------------------------------------------------------

    @api.model
    def _format_share(self, share):
        """Return a :class:`Share` in words: the per cent and what it is of."""
        if share.percent is None:
            return self.env._("no data")
        return f"{share.percent:.1f} % ({share.part}/{share.whole})"

    @api.model
    def _format_nps(self, counted):
        """Return the NPS in words: the score and how many answers it is of."""
        if counted.nps is None:
            return self.env._("no data")
        score = f"{counted.nps:+.0f}" if round(counted.nps) else "0"
        return f"{score} (n = {counted.answers})"

    @api.model
    def _format_mean(self, value):
        return self.env._("no data") if value is None else f"{value:.2f}"

    @api.model
    def _get_explanations(self):
        """Return ``[(figure, how it is reckoned)]``, for whoever reads the summary."""
        return [
            (
                self.env._("Base"),
                self.env._(
                    "All surveys that were sent from the first to the last day of the period, by "
                    "the clock of the shop. A survey counts for the advisor, the branch and the "
                    "company of the visit as they were when it was sent."
                ),
            ),
            (
                self.env._("Response rate"),
                self.env._("Surveys that were answered to the end ÷ surveys sent. Surveys that "
                           "can still be answered are counted as sent."),
            ),
            (
                self.env._("CSAT"),
                self.env._("Answers of 4 or 5 to \"All in all\" ÷ answers to that question."),
            ),
            (
                self.env._("NPS"),
                self.env._("Share of the customers who recommend with 9 or 10, minus the share of "
                           "those with 0 to 6, of all who answered that question; from -100 to "
                           "+100."),
            ),
            (
                self.env._("Mean"),
                self.env._("Mean of the scores of 1 to 5 that were given; questions that were "
                           "left out count for nothing."),
            ),
            (
                self.env._("Low"),
                self.env._("Answers with a score of 1, 2 or 3 to the question."),
            ),
            (
                self.env._("Most used words"),
                self.env._("In how many answers a word occurs, of those that two answers or more "
                           "use; of Chinese, two characters that follow one another."),
            ),
            (
                self.env._("Customer's words"),
                self.env._("As they were written; telephone numbers, e-mail addresses, plates and "
                           "the customer's name are left out."),
            ),
            (
                self.env._("No data"),
                self.env._("Nothing was answered, so there is no share: neither 0 % nor 100 %."),
            ),
        ]
