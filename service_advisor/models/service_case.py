import math

from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.fields import Domain
from odoo.tools import SQL, format_date, ormcache

from ..tools.fault_codes import split_codes
from ..tools.similar import MODEL, ask, list_terms, list_words
from ..tools.text import clean_text
from .service_job import FINISHED

# About so many jobs are looked at for one answer, however many there are.
BUDGET = 4000
# So many cases are shown: the first ones are the closest, and nobody reads more.
SHOWN = 12
SHOWN_OF_JOB = (
    "concern", "cause", "correction", "fault_codes", "operation_id", "symptom_id", "order_id",
    "allowed_hours", "finished_at", "state",
)
# Names of models, symptoms and operations that a few words may mean.
MEANT = 20


class ServiceCase(models.AbstractModel):
    """Similar cases: what finished jobs of the house tell about a concern.

    Only the car is shown, never whose it was: nothing of a customer is read.
    """

    _name = "service.case"
    _description = "Similar Cases"

    @api.model
    @api.readonly
    def search_cases(self, text="", job_id=False, same_model=False):
        """Return the finished jobs that are closest to some words, or to a job.

        :param text: words, fault codes, names of models; empty: the words of the job.
        :param job_id: id of the ``service.job`` the cases are to be like; it is left out.
        :param same_model: only cars of the model of the job, or named in ``text``.
        :return: dict of ``job`` (``name``, ``model``, ``codes`` of the job, or False),
            ``models`` (names of the models that were asked for) and ``cases`` (the closest
            first, see :meth:`_read_cases`).
        :raises AccessError: for users who may not read jobs, and for customers.
        """
        self._check_may_search()
        job = self.env["service.job"].browse(job_id and int(job_id)).exists()
        job.check_access("read")
        text = clean_text(str(text or ""))
        terms, among, words = self._list_asked(text, job)
        models = self._find_models(text, words) if words else self.env["fleet.vehicle.model"]
        wanted = models or job.vehicle_id.model_id
        only_models = bool(same_model and wanted)
        found = self._find(terms, among, wanted, job, only_models, bool(models))
        return {
            "job": self._read_asking(job),
            "models": wanted.mapped("display_name"),
            "cases": self._read_cases(found, terms, wanted),
        }

    def _check_may_search(self):
        """Customers read their own jobs in the portal, and no others."""
        self.env["service.job"].check_access("read")
        if not self.env.user._is_internal():
            raise AccessError(self.env._("Only people of the house look up similar cases."))

    def _read_asking(self, job):
        if not job:
            return False
        return {
            "name": job.concern,
            "model": job.vehicle_id.model_id.display_name or "",
            "codes": split_codes(job.fault_codes),
        }

    # ---- what is asked --------------------------------------------------------------------

    def _list_asked(self, text, job):
        """Return ``(terms, among, words)``: what makes jobs close, the terms they have to share
        one of (None: any), and the words as typed. Where somebody types, the words rule, and the
        job they came from only says what is closer."""
        facts = [("sym", job.symptom_id.id), ("op", job.operation_id.id)]
        if not text.strip():
            codes = job.fault_codes or ""
            return list_terms(job.concern, job.cause, codes=codes, facts=facts), None, []
        words = list_words(text)
        named = [("sym", found.id) for found in self._find_named("service.symptom", words)]
        named += [("op", found.id) for found in self._find_named("service.operation", words)]
        among = list_terms(text, facts=named)
        near = list_terms(codes=job.fault_codes or "", facts=facts)
        return list(dict.fromkeys([*among, *near])), among, words

    def _find_named(self, model, words):
        """Return the records of ``model`` whose names have all of ``words``."""
        if not words:
            return self.env[model]
        records = self.env[model].with_context(active_test=False)
        return records.search_fetch(
            Domain.AND(Domain("display_name", "ilike", word) for word in words),
            ["id"],
            limit=MEANT,
        )

    def _find_models(self, text, words):
        """Return the models of cars that are named in ``text``: by their first word, or without
        blanks around them where they are written in Chinese."""
        Model = self.env["fleet.vehicle.model"]
        Model.flush_model(["name"])
        rows = self.env.execute_query(
            SQL(
                """SELECT id FROM fleet_vehicle_model
                    WHERE split_part(lower(name), ' ', 1) = ANY(%s)
                       OR (name ~ '[^ -~]' AND strpos(%s, lower(name)) > 0)
                    ORDER BY id LIMIT %s""",
                words,
                text.lower(),
                MEANT,
            )
        )
        return Model.browse([row[0] for row in rows])

    # ---- the search -----------------------------------------------------------------------

    def _find(self, terms, among, models, job, only_models, named):
        """Return the closest jobs, the closest first.

        :param terms, among: see :meth:`_list_asked`.
        :param models: fleet.vehicle.model that count more.
        :param only_models: others are left out.
        :param named: the models were named in the words, so that they alone are an answer.
        """
        Job = self.env["service.job"]
        Job.flush_model()
        self.env["service.order"].flush_model(["vehicle_id"])
        self.env["service.vehicle"].flush_model(["model_id"])
        rows = []
        if terms:
            _question, rows = self._rank(terms, among, models, job, only_models)
        if not rows and named:
            rows = self.env.execute_query(self._get_query(None, models, job, True))
        # What the rules of the user leave, read at once, in the order of closeness.
        own = Job.search_fetch([("id", "in", [row[0] for row in rows])], SHOWN_OF_JOB, order="id")
        return Job.browse([row[0] for row in rows if row[0] in own._ids])

    def _rank(self, terms, among, models, job, only_models):
        """Return ``(question, rows)``: what was asked at last, and ``(id, closeness)`` of what
        was found. Where the rarest terms are in too few jobs, or in none, such as a pair of
        characters over the seam of two words, all terms are asked for.

        :param terms, among, models, job, only_models: see :meth:`_find`.
        """
        frequencies, rows, asked = self._read_frequencies(terms), [], None
        for budget in (BUDGET, math.inf):
            question = ask(terms, *frequencies, budget, among)
            if not question.wanted or (asked and question.wanted == asked.wanted):
                break
            # loop: twice at most
            rows = self.env.execute_query(self._get_query(question, models, job, only_models))
            asked = question
            if len(rows) >= SHOWN:
                break
        return asked, rows

    def _read_frequencies(self, terms):
        """Return ``({term: share}, number of cases)`` of the common ones among ``terms``."""
        shares, total = self._get_common_terms(fields.Date.today())
        return {term: shares[term] for term in terms if term in shares}, total

    @ormcache("day")
    def _get_common_terms(self, day):
        """Return ``({term: share}, number of cases)`` as PostgreSQL's own statistics tell: they
        know the common terms, and no search has to count them. Kept for ``day``: it only says
        what is worth looking for."""
        rows = self.env.execute_query(
            SQL(
                """SELECT stats.most_common_elems::text::text[], stats.most_common_elem_freqs,
                          index.reltuples
                     FROM pg_class index
                     LEFT JOIN pg_stats stats ON stats.tablename = index.relname
                           AND stats.schemaname = current_schema()
                           AND stats.most_common_elems IS NOT NULL
                    WHERE index.oid = to_regclass('service_job_case_terms_index')"""
            )
        )
        terms, shares, total = rows[0] if rows else ((), (), 0)
        # After the shares of the terms come their least, their most and that of nothing.
        return dict(zip(terms or (), shares or (), strict=False)), max(int(total), 0)

    def _get_query(self, question, models, job, only_models):
        """Return the SQL of the closest cases: rows of ``(id, closeness)``.

        :param question: a :class:`~..tools.similar.Question`, or None for all terms.
        """
        own = SQL(
            "job.state IN %s AND job.company_id = ANY(%s) AND job.order_id != %s",
            FINISHED, self.env.companies.ids, job.order_id.id or 0,
        )
        if question:
            # Said once more for PostgreSQL: the index holds only jobs that have terms.
            own = SQL(
                "%s AND job.case_terms IS NOT NULL"
                " AND string_to_array(job.case_terms, ' ') && %s::text[]",
                own,
                list(question.wanted),
            )
        if only_models:
            own = SQL("%s AND vehicle.model_id = ANY(%s)", own, models.ids)
        terms, weights = question[:2] if question else ((), ())
        return SQL(
            """SELECT job.id, closeness.words
                      + CASE WHEN job.model_id = ANY(%(models)s) THEN %(model)s ELSE 0 END AS score
                 FROM (SELECT job.id, job.finished_at, job.case_terms, vehicle.model_id
                         FROM service_job job
                         JOIN service_order o ON o.id = job.order_id
                         JOIN service_vehicle vehicle ON vehicle.id = o.vehicle_id
                        WHERE %(own)s
                        ORDER BY job.id DESC
                        LIMIT %(most)s) job
                CROSS JOIN LATERAL (
                      SELECT string_to_array(job.case_terms, ' ') AS terms OFFSET 0) parts
                CROSS JOIN LATERAL (
                      SELECT COALESCE(SUM(asked.weight), 0) AS words
                        FROM unnest(%(terms)s::text[], %(weights)s::float8[]) asked(term, weight)
                       WHERE asked.term = ANY(parts.terms)) closeness
                ORDER BY score DESC, job.finished_at DESC NULLS LAST, job.id DESC
                LIMIT %(shown)s""",
            models=models.ids, model=MODEL, own=own, most=4 * BUDGET,
            terms=list(terms), weights=list(weights), shown=SHOWN,
        )

    # ---- the answer -----------------------------------------------------------------------

    def _read_cases(self, jobs, terms, models):
        """Return what is shown of ``jobs``, one dict for each: ``id``, ``name``, ``model``,
        ``odometer``, ``finished`` (text), ``codes`` (list of ``[code, whether it is shared]``),
        ``is_same_model``, ``concern``, ``cause``, ``correction``, ``hours`` and ``allowed``
        (floats), ``parts`` (list of text) and ``came_back`` (text, or False). The number of
        queries does not depend on how many they are."""
        hours = dict(
            self.env["service.clocking"]._read_group(
                [("job_id", "in", jobs.ids)], ["job_id"], ["hours:sum"]
            )
        )
        jobs.order_id.fetch(["vehicle_id", "odometer_in", "company_id"])
        jobs.order_id.vehicle_id.fetch(["model_id"])
        parts, returns = jobs._get_case_parts(), jobs._find_returns()
        shared = {term for term in terms if term.startswith("dtc:")}
        return [
            {
                "id": job.id,
                "name": job.display_name,
                "model": job.order_id.vehicle_id.model_id.display_name or "",
                "odometer": job.order_id.odometer_in,
                "finished": job.finished_at and format_date(
                    self.env, job.order_id._get_day(job.finished_at)
                ),
                "codes": [
                    [code, not shared.isdisjoint(list_terms(codes=code))]
                    for code in split_codes(job.fault_codes)
                ],
                "is_same_model": bool(models & job.order_id.vehicle_id.model_id),
                "concern": job.concern,
                "cause": job.cause or "",
                "correction": job.correction or "",
                "hours": hours.get(job, 0.0),
                "allowed": job.allowed_hours,
                "parts": parts.get(job, []),
                "came_back": job in returns and job._describe_return(returns[job]),
            }
            for job in jobs
        ]
