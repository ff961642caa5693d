from datetime import timedelta

from odoo import http
from odoo.exceptions import AccessError
from odoo.tests import Form, HttpCase, new_test_user, tagged
from odoo.tools import mute_logger
from psycopg2.errors import UniqueViolation

from .survey_common import SurveyCommon


@tagged("post_install", "-at_install")
class TestInvitation(SurveyCommon):
    def _statuses(self, *orders):
        return [order.survey_status for order in orders]

    def test_delay(self):
        """R4.4: the survey goes out after the company's days, neither sooner nor much later."""
        self.company.service_survey_delay = 3
        soon, due, old = (
            self._deliver(days, vehicle=self._new_car(index))
            for index, days in enumerate((2, 4, 30))
        )
        self._ask()
        self.assertEqual(self._statuses(soon, due, old), [False, "asked", False])
        self.company.service_survey_send = False
        self.company.service_survey_delay = 1
        self._ask()
        self.assertFalse(soon.survey_status)

    def test_mail(self):
        """R4.4: the e-mail waits in the queue, in the customer's name, with the customer's link."""
        order = self._deliver()
        self._ask()
        answer = self.env["survey.user_input"].search([("service_order_id", "=", order.id)])
        mail = self.env["mail.mail"].search([("model", "=", answer._name),
                                             ("res_id", "=", answer.id)])
        self.assertEqual(mail.state, "outgoing")
        self.assertEqual(mail.recipient_ids, self.customer)
        self.assertIn(answer.get_start_url(), mail.body_html)
        self.assertIn("/service/survey/stop/", mail.body_html)
        self.assertEqual(answer.service_advisor_id, self.advisor)
        self.assertEqual(answer.deadline.date(), (self._now() + timedelta(days=14)).date())

    def test_once_per_visit(self):
        """R4.4: nobody is asked twice about one visit; the database refuses it as well."""
        order = self._deliver()
        self._ask()
        self._ask()
        answers = self.env["survey.user_input"].search([("service_order_id", "=", order.id)])
        self.assertEqual(len(answers), 1)
        with mute_logger("odoo.sql_db"), self.assertRaises(UniqueViolation):
            self.env["survey.user_input"].create(order._prepare_survey_vals(self._now()))

    def test_not_too_often(self):
        """R4.4: a customer with two visits is asked about the first, and again after a while."""
        first, second = self._deliver(5), self._deliver(2)
        self._ask()
        self.assertEqual(self._statuses(first, second), ["asked", "recent"])
        self.customer.service_asked_at = self._now() - timedelta(days=91)
        third = self._deliver(2)
        self._ask()
        self.assertEqual(third.survey_status, "asked")

    def test_consent(self):
        """R4.4: who wants no survey, has no address or is blacklisted is not asked."""
        cars = [self._new_car(index) for index in range(4)]
        cars[0].owner_id.service_no_survey = True
        cars[1].owner_id.email = False
        self.env["mail.blacklist"].create({"email": cars[2].owner_id.email})
        orders = [self._deliver(vehicle=car) for car in cars]
        own = self._deliver(customer=self.company.partner_id)
        self._ask()
        self.assertEqual(
            self._statuses(*orders, own),
            ["refused", "no_email", "blacklisted", "asked", "internal"],
        )

    def test_nobody_types_it_in(self):
        """R4.4: an advisor can not keep a customer from being asked."""
        order = self._deliver().with_user(self.advisor)
        with self.assertRaises(AccessError):
            order.survey_status = "refused"
        with self.assertRaises(AccessError):
            order.copy({"survey_status": "refused"})
        with self.assertRaises(AccessError):
            order.with_context(default_survey_status="refused").copy()

    def _count_queries(self, number, start):
        cars = [self._new_car(start + index) for index in range(number)]
        orders = self.env["service.order"].union(
            *(self._deliver(vehicle=car) for car in cars)
        )
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        # Tests keep no history otherwise: as the scheduled action does it.
        orders.with_context(tracking_disable=False, mail_notrack=False)._ask_customers()
        self.env.flush_all()
        count = self.env.cr.sql_log_count - before
        self.assertEqual(set(orders.mapped("survey_status")), {"asked"})
        return count

    def test_queries(self):
        """R4.4: a batch costs the same queries for three customers as for thirty."""
        self._count_queries(2, 0)  # what is read once per process
        few, many = self._count_queries(3, 100), self._count_queries(30, 200)
        self.assertEqual(few, many)
        self.assertLessEqual(many, 40)


@tagged("post_install", "-at_install")
class TestAnswer(SurveyCommon):
    def test_scores(self):
        """R4.4: the scores of each question are kept with the answer, left out ones are none."""
        order = self._deliver()
        self._ask()
        answer = self._answer(order, overall=5, quality=4, recommend=0, words="All good")
        self.assertEqual(answer.service_score_overall, 5)
        self.assertEqual(answer.service_score_quality, 4)
        self.assertEqual(answer.service_recommend_kind, "detractor")
        result = self.env["service.survey.result"].browse(answer.id).with_user(self.advisor)
        self.assertEqual((result.overall, result.price, result.recommend), (5, 0, 0))
        self.assertTrue(result.is_answered and result.is_valid and result.is_satisfied)
        self.assertEqual(result.order_id, order)
        [prices] = result._read_group([("id", "=", answer.id)], [], ["price:avg"])
        self.assertFalse(prices[0], "a question left out is no 0 in a mean")

    def test_words_without_personal_data(self):
        """R4.4: numbers, addresses, plate and name are taken out of the customer's words."""
        order = self._deliver()
        self._ask()
        said = "Li: call 139 1234 5678 or li@mail.example about 沪A·12345, please"
        answer = self._answer(order, overall=4, words=said)
        self.assertEqual(
            answer.service_words, "•••: call ••• or ••• about •••, please"
        )

    def test_kept(self):
        """R4.4: nobody changes what a customer answered, or makes answers up."""
        order = self._deliver()
        self._ask()
        answer = self._answer(order, overall=2)
        officer = new_test_user(
            self.env, "test_officer",
            "survey.group_survey_manager,service_advisor.group_manager",
        )
        mine = answer.with_user(officer)
        self.assertEqual(mine.service_score_overall, 2)
        with self.assertRaises(AccessError):
            mine.service_score_overall = 5
        with self.assertRaises(AccessError):
            mine.user_input_line_ids.value_scale = 5
        with self.assertRaises(AccessError):
            mine.unlink()
        with self.assertRaises(AccessError):
            self.env["survey.user_input"].with_user(officer).create(
                {"survey_id": self.survey.id, "service_order_id": order.id}
            )

    def test_own_questionnaire(self):
        """R4.4: a shop with own questions, one of them for the house only, is scored as well."""
        survey = self.survey.copy()
        survey.question_ids.filtered(
            lambda question: question.service_topic not in ("overall", "words")
        ).unlink()
        self.company.service_survey_id = survey
        order = self._deliver()
        self._ask()
        self.questions = {
            question.service_topic: question for question in survey.question_ids
        }
        answer = self._answer(order, overall=4, words="Fine")
        self.assertEqual(answer.survey_id, survey)
        self.assertEqual((answer.service_score_overall, answer.service_words), (4, "Fine"))

    def test_order_shows_it(self):
        """R4.4: the advisor opens the answer from the order."""
        order = self._deliver()
        self._ask()
        answer = self._answer(order, overall=4)
        with Form(order.with_user(self.advisor)) as form:
            self.assertEqual(form.survey_status, "asked")
        self.assertEqual(order.with_user(self.advisor).action_view_survey()["res_id"], answer.id)


@tagged("post_install", "-at_install")
class TestMarketing(SurveyCommon):
    """R4.4: marketing learns what customers say, not who they are."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.marketer = new_test_user(
            cls.env, "test_marketer", "service_advisor_quality.group_survey_results"
        )
        # Whoever runs surveys of other kinds as well.
        cls.officer = new_test_user(
            cls.env, "test_survey_officer",
            "service_advisor_quality.group_survey_results,survey.group_survey_manager",
        )

    def _sent(self, shares):
        self.customer.service_shares_results = shares
        order = self._deliver()
        self._ask()
        answer = self._answer(order, overall=3, words="Too slow")
        return self.env["service.survey.result"].browse(answer.id)

    def test_no_personal_data(self):
        """R4.4: without consent there is no name, number, address, car or order to be read."""
        result = self._sent(shares=False).with_user(self.marketer)
        [row] = result.read()
        text = repr(row)
        self.assertIn("Too slow", text)
        for secret in ("Li Customer", "5550", "li@customer", "沪A", "RO0"):
            self.assertNotIn(secret, text)
        with self.assertRaises(AccessError):
            result.read(["order_id"])
        with self.assertRaises(AccessError):
            result.search([("order_id.partner_id.name", "=", "Li Customer")])
        for model in ("service.order", "service.followup", "survey.user_input"):
            with self.assertRaises(AccessError):
                self.env[model].with_user(self.marketer).search([])

    def test_consent(self):
        """R4.4: with consent marketing sees whom to thank."""
        result = self._sent(shares=True).with_user(self.marketer)
        self.assertEqual(result.partner_name, "Li Customer")
        self.assertEqual(result.partner_email, "li@customer.example")

    def test_survey_app(self):
        """R4.4: the survey app is no way round it."""
        result = self._sent(shares=False)
        answers = self.env["survey.user_input"].with_user(self.officer)
        self.assertFalse(answers.search([("id", "=", result.id)]))
        with self.assertRaises(AccessError):
            answers.browse(result.id).read(["email"])
        lines = self.env["survey.user_input.line"].with_user(self.officer)
        self.assertFalse(lines.search([("user_input_id", "=", result.id)]))
        other = self.survey.copy()._create_answer(user=self.officer, test_entry=True)
        self.assertTrue(answers.search([("id", "=", other.id)]))

    def test_read_only(self):
        """R4.4: results are read."""
        result = self._sent(shares=False).with_user(self.marketer)
        for operation in ("write", "create", "unlink"):
            self.assertFalse(result.has_access(operation))

    def test_other_company(self):
        """R4.4: results of another company are not shown."""
        result = self._sent(shares=False)
        other = self.env["res.company"].create({"name": "Other"})
        self.marketer.write({"company_ids": [(6, 0, other.ids)], "company_id": other.id})
        results = self.env["service.survey.result"].with_user(self.marketer)
        self.assertFalse(results.search([("id", "=", result.id)]))


@tagged("post_install", "-at_install")
class TestCustomer(HttpCase, SurveyCommon):
    """R4.4: the customer at the other end of the link."""

    def setUp(self):
        super().setUp()
        order = self._deliver()
        self._ask()
        self.answer = self.env["survey.user_input"].search(
            [("service_order_id", "=", order.id)]
        )
        self.tokens = f"{self.survey.access_token}/{self.answer.access_token}"

    def _call(self, step, **params):
        return self.make_jsonrpc_request(f"/survey/{step}/{self.tokens}", params)

    def _scores(self, **scores):
        return {str(self.questions[topic].id): score for topic, score in scores.items()}

    def test_answer_once(self):
        """R4.4: the link takes one answer; a second one changes nothing."""
        page = self.url_open(self.answer.get_start_url())
        self.assertIn("How was your visit?", page.text)
        self._call("begin")
        self._call("submit", **self._scores(overall="4", recommend="9"))
        self.env.invalidate_all()
        self.assertEqual(self.answer.state, "done")
        self.assertEqual(self.answer.service_score_overall, 4)
        page = self.url_open(self.answer.get_start_url()).text
        self.assertIn("Thank you!", page)
        self.assertNotIn("Start Survey", page)
        self.assertNotIn("/survey/retry/", page)
        again = self._call("submit", **self._scores(overall="1"))
        self.assertEqual(again[1]["error"], "unauthorized")
        self.url_open(f"/survey/retry/{self.tokens}")
        self.env.invalidate_all()
        self.assertEqual(self.answer.service_score_overall, 4)
        answers = self.env["survey.user_input"].search([("partner_id", "=", self.customer.id)])
        self.assertEqual(answers, self.answer)

    def test_expired(self):
        """R4.4: who comes too late is told so politely, and nothing is kept."""
        self.answer.deadline = self._now() - timedelta(days=1)
        page = self.url_open(self.answer.get_start_url()).text
        self.assertIn("tell your service advisor", page)
        self.assertEqual(self._call("begin")[1]["error"], "answer_deadline")
        self.assertEqual(self.answer.state, "new")

    def test_no_more_surveys(self):
        """R4.4: only the button says no more surveys; the link, which scanners follow, not."""
        url = f"/service/survey/stop/{self.tokens}"
        self.assertIn("Ask me no more", self.url_open(url).text)
        self.assertFalse(self.customer.service_no_survey)
        self.authenticate(None, None)
        page = self.url_open(url, data={"csrf_token": http.Request.csrf_token(self)})
        self.assertIn("We will not ask you again", page.text)
        self.env.invalidate_all()
        self.assertTrue(self.customer.service_no_survey)
        stranger = f"/service/survey/stop/{self.survey.access_token}/{self.survey.access_token}"
        self.assertEqual(self.url_open(stranger).status_code, 404)
