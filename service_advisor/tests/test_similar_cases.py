from datetime import timedelta
from unittest.mock import patch

from odoo import Command, fields
from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged

from .common import ServiceAdvisorCommon


class CasesCommon(ServiceAdvisorCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other_model = cls.env["fleet.vehicle.model"].create(
            {"name": "Estate", "brand_id": cls.model.brand_id.id}
        )
        cls.judder = cls._make_case(
            concern="Engine judders when cold",
            cause="Ignition coil of cylinder 1 cracked",
            correction="Coil replaced, adaptation reset",
            fault_codes="p0301, u0100",
        )

    @classmethod
    def _make_case(cls, model=None, days=100, company=None, car=None, **vals):
        """Return a job that was finished so many ``days`` ago, on a car of its own."""
        company = company or cls.company
        car = car or cls.env["service.vehicle"].create(
            {
                "plate": f"沪C{cls.env['service.vehicle'].search_count([]):05}",
                "model_id": (model or cls.model).id,
                "owner_id": cls.customer.id,
                "company_id": company.id,
            }
        )
        then = fields.Datetime.now() - timedelta(days=days)
        order = cls.env["service.order"].with_company(company).create(
            {
                "vehicle_id": car.id,
                "company_id": company.id,
                "odometer_in": 50000 - 100 * days,
                "arrived_at": then - timedelta(hours=8),
                "job_ids": [
                    Command.create(
                        {"state": "done", "finished_at": then, "concern": "Judders"} | vals
                    )
                ],
            }
        )
        return order.job_ids

    def _ask(self, text="", job=None, user=None, **options):
        """Return ``(ids, answer)``; only the cases of this test are looked at."""
        answer = (
            self.env["service.case"]
            .with_user(user or self.technician)
            .search_cases(text, job_id=job.id if job else False, **options)
        )
        return [case["id"] for case in answer["cases"]], answer


@tagged("post_install", "-at_install")
class TestSimilarCases(CasesCommon):
    def test_fault_code_comes_first(self):
        """R6.1: a shared fault code is closer than the same words or the same model."""
        words = self._make_case(
            concern="Engine judders when cold", cause="Injector clogged", model=self.other_model
        )
        found, answer = self._ask("engine judders cold P0301")
        self.assertEqual(found[:2], [self.judder.id, words.id])
        self.assertIs(answer["job"], False)
        first = answer["cases"][0]
        self.assertEqual(first["codes"], [["P0301", True], ["U0100", False]])
        self.assertEqual(first["cause"], "Ignition coil of cylinder 1 cracked")
        self.assertEqual(first["correction"], "Coil replaced, adaptation reset")
        self.assertIn("Saloon", first["model"])
        self.assertEqual(self._ask("p0301")[0][0], self.judder.id)
        self.assertNotIn(words.id, self._ask("P0301")[0])

    def test_chinese(self):
        """R6.1: a Chinese word of two characters is found in a sentence without blanks, in a
        database of any collation."""
        case = self._make_case(
            concern="低速踩刹车时前轮异响", cause="制动片磨损到极限", correction="更换前制动片"
        )
        for text in ("异响", "刹车", "制动片磨损", "前轮有异响"):
            self.assertEqual(self._ask(text)[0][:1], [case.id], text)
        self.assertEqual(self._ask("空调")[0], [])

    def test_rare_words_are_in_no_case(self):
        """R6.1: among many cases, a pair over the seam of two words is the rarest and in none;
        what has the others is found all the same."""
        case = self._make_case(concern="加速时涡轮增压器有啸叫", cause="密封圈漏")
        common = dict.fromkeys(("涡轮", "轮增", "增压", "压器", "啸叫"), 0.2)
        with patch.object(
            type(self.env["service.case"]), "_get_common_terms", lambda self, day: (common, 10**6)
        ):
            self.assertEqual(self._ask("涡轮增压器啸叫")[0][:1], [case.id])

    def test_forms_of_words(self):
        """R6.1: the cause and the correction are searched as well, in any form of a word."""
        self.assertEqual(self._ask("coils cracking")[0][:1], [self.judder.id])
        self.assertEqual(self._ask("xylophone")[0], [])
        self.assertEqual(self._ask("  ")[0], [])

    def test_like_a_job(self):
        """R6.1: a job asks with its own words, codes, symptom, operation and model, and is not
        its own answer."""
        symptom = self.env["service.symptom"].create({"name": "Judders"})
        far = self._make_case(model=self.other_model, symptom_id=symptom.id, concern="Runs bad")
        near = self._make_case(symptom_id=symptom.id, concern="Runs bad")
        order = self._new_order(
            concern="Rough idle", operation_id=False, symptom_id=symptom.id
        )
        found, answer = self._ask(job=order.job_ids)
        self.assertEqual(found[:2], [near.id, far.id])
        self.assertTrue(answer["cases"][0]["is_same_model"])
        self.assertEqual(answer["job"]["name"], "Rough idle")
        found, _answer = self._ask(job=order.job_ids, same_model=True)
        self.assertIn(near.id, found)
        self.assertNotIn(far.id, found)
        self.assertEqual(self._ask("xylophone", job=order.job_ids)[0], [])
        order.job_ids.with_user(self.technician).fault_codes = "P0301"
        self.assertEqual(self._ask(job=order.job_ids)[0][0], self.judder.id)
        action = order.job_ids.with_user(self.technician).action_similar_cases()
        self.assertEqual(action["context"]["active_id"], order.job_ids.id)

    def test_model_is_named(self):
        """R6.1: the name of a model finds its cars, and can leave out others."""
        estate = self._make_case(model=self.other_model, concern="Judders")
        self.assertEqual(self._ask("estate")[0], [estate.id])
        found, answer = self._ask("judders estate", same_model=True)
        self.assertEqual(found, [estate.id])
        self.assertIn("Estate", answer["models"][0])

    def test_what_is_shown(self):
        """R6.1: hours taken, parts used and whether the car came back are in the answer; nothing
        of a customer is."""
        order = self._authorised_order(fault_codes="C1200")
        job = order.job_ids.with_user(self.technician)
        job.action_start()
        clock = self.env["service.clocking"].search([("job_id", "=", job.id)])
        clock.sudo().start_at -= timedelta(hours=2)
        self._finish_job(job)
        self._issue_parts(order)
        _found, answer = self._ask("C1200")
        case = answer["cases"][0]
        self.assertEqual(case["id"], job.id)
        self.assertAlmostEqual(case["hours"], 2.0, 1)
        self.assertEqual(case["allowed"], 1.5)
        self.assertEqual(case["parts"], ["1 × Brake pads", "2 × Brake fluid"])
        self.assertFalse(case["came_back"])
        self.assertNotIn(self.customer.name, str(answer))
        self.assertNotIn(self.vehicle.plate, str(answer))

    def test_came_back(self):
        """R6.1: a later job with the same fault code on the same car says that it came back, and
        what was done then; other work does not."""
        car = self.judder.vehicle_id
        self._make_case(car=car, days=90, concern="Wipers smear")
        self.assertFalse(self._ask("P0301")[1]["cases"][0]["came_back"])
        self._make_case(
            car=car, days=60, concern="Judders again", fault_codes="P0301", correction="Loom mended"
        )
        cases = {case["id"]: case for case in self._ask("P0301")[1]["cases"]}
        said = cases[self.judder.id]["came_back"]
        self.assertIn("Judders again", said)
        self.assertIn("Loom mended", said)
        self.assertRegex(said, "(39|40) days and 4,000 km")

    def test_only_finished_ones_and_kept_up_to_date(self):
        """R6.1: open work tells nothing yet; a word that is corrected later is found."""
        order = self._authorised_order(concern="Zirping noise")
        job = order.job_ids.with_user(self.technician)
        self.assertEqual(self._ask("zirping")[0], [])
        job.action_start()
        self._finish_job(job)
        self.assertEqual(self._ask("zirping")[0], [job.id])
        job.cause = "Marten"
        self.assertEqual(self._ask("marten")[0], [job.id])
        job._send_back_to_work()
        self.assertEqual(self._ask("marten")[0], [])

    def test_cases_from_before(self):
        """R6.3 C2: jobs that were finished before there were terms get theirs in batches by the
        scheduled action, each once; what it is stopped at is left to the next run."""
        more = self._make_case(concern="Engine judders") | self._make_case(concern="Judders too")
        jobs, open_job = self.judder | more, self._new_order().job_ids
        self.env.flush_all()
        terms = {job: job.sudo().case_terms for job in jobs}
        every = self.env["service.job"].search([])
        self.env.cr.execute(
            "UPDATE service_job SET case_terms = CASE WHEN id = ANY(%s) THEN NULL ELSE "
            "COALESCE(case_terms, '') END WHERE id = ANY(%s)",
            [(jobs | open_job).ids, every.ids],
        )
        self.env.invalidate_all()
        self.assertNotIn(self.judder.id, self._ask("judders")[0])
        stopped = patch.object(
            type(self.env["ir.cron"]), "_commit_progress", lambda self, *args, **kwargs: 0
        )
        with patch("odoo.addons.service_advisor.models.service_job_case.BATCH", 1):
            with stopped:
                self.env["service.job"]._cron_index_cases()
            self.assertEqual([bool(job.sudo().case_terms) for job in jobs], [True, False, False])
            with self.enter_registry_test_mode():
                self.env.ref("service_advisor.ir_cron_index_cases").method_direct_trigger()
        self.env.invalidate_all()
        self.assertEqual({job: job.sudo().case_terms for job in jobs}, terms)
        self.assertFalse(open_job.sudo().case_terms)
        self.assertIn(self.judder.id, self._ask("judders")[0])

    def test_other_companies(self):
        """R6.1: cases of companies that the user does not work for are not shown."""
        company = self.env["res.company"].create({"name": "Other Garage"})
        other = self._make_case(company=company, fault_codes="P0420")
        self.assertEqual(self._ask("P0420")[0], [])
        self.technician.company_ids |= company
        case = self.env["service.case"].with_user(self.technician)
        found = case.with_context(allowed_company_ids=[self.company.id, company.id])
        self.assertEqual(found.search_cases("P0420")["cases"][0]["id"], other.id)

    def test_roles(self):
        """R6.1: everybody of the service department may look up cases; a customer may not, though
        the portal shows the own jobs, and a salesperson may not."""
        for user in (self.reception, self.advisor, self.manager, self.storekeeper):
            self.assertEqual(self._ask("P0301", user=user)[0], [self.judder.id], user.name)
        portal = new_test_user(self.env, "cases_portal", groups="base.group_portal")
        for user in (portal, self.salesperson):
            with self.assertRaises(AccessError):
                self._ask("P0301", user=user)
        with self.assertRaises(AccessError):
            self.judder.with_user(self.advisor).case_terms = "anything"

    def test_query_count(self):
        """R6.1: the queries do not depend on how many cases are found."""
        self._make_case(fault_codes="P0420")
        for index in range(6):
            self._make_case(fault_codes="P0430", concern=f"Lamp {index}")
        case = self.env["service.case"].with_user(self.technician)
        counts = []
        for code, found in (("P0430", 6), ("P0420", 1), ("P0430", 6)):  # the first warms up
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.assertEqual(len(case.search_cases(code)["cases"]), found)
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(counts[1], counts[2])
        self.assertLessEqual(counts[1], 20)


@tagged("post_install", "-at_install")
class TestFaultCodes(CasesCommon):
    def test_normalised(self):
        """R6.1: standard codes are written in upper case, each once; others stay as typed."""
        job = self._authorised_order().job_ids.with_user(self.technician)
        job.fault_codes = "p0301；u0100 P0301, DFc105"
        self.assertEqual(job.fault_codes, "P0301, U0100, DFc105")
        job.fault_codes = " , "
        self.assertFalse(job.fault_codes)

    def test_on_the_claim(self):
        """R6.1: codes of the job are proposed on its claim, also when they are read later; what
        was typed there stays."""
        order = self._new_order(
            pay_type="warranty", payer_id=self.manufacturer.id, fault_codes="c1200"
        )
        job = order.job_ids
        claim = job._ensure_claims()
        self.assertEqual(claim.fault_code, "C1200")
        claim.fault_code = "C1201"
        job.with_user(self.technician).fault_codes = "c1202"
        self.assertEqual(claim.fault_code, "C1201")
        claim.fault_code = False
        job.with_user(self.technician).fault_codes = "c1203"
        self.assertEqual(claim.fault_code, "C1203")
        claim.fault_code = "c1203, 17978"
        self.assertEqual(job._get_fault_codes(), "C1203, 17978")
