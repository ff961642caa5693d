from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.addons.service_advisor_quality.tests.common import ServiceAdvisorQualityCommon
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

RIGHT, SLIP = "LSVNV4189E9903301", "LSVNV4189E9903307"


@tagged("post_install", "-at_install")
class TestDuplicate(ServiceAdvisorQualityCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Pair = cls.env["service.duplicate"]
        cls.Pair.search([]).unlink()
        cls.env["service.duplicate.pass"].search([]).unlink()
        cls.one, cls.other = cls._people(
            {"name": "Sun Yue", "phone": "+86 21 5550 7701", "email": "sun@x.example"},
            {"name": "Yue Sun", "phone": "+86 2155507701"},
        )

    @classmethod
    def _people(cls, *vals_list):
        return cls.env["res.partner"].create(list(vals_list))

    def _find(self):
        self.Pair._find_all()
        return self._pairs()

    def _pairs(self):
        return self.Pair.search([("partner_id", "in", (self.one | self.other).ids)])

    def _cars(self, *vals_list):
        return self.env["service.vehicle"].create(list(vals_list))

    def _car_pair(self, cars):
        return self.Pair.search(
            [("vehicle_id", "=", cars[0].id), ("other_vehicle_id", "=", cars[1].id)]
        )

    # ---- finding --------------------------------------------------------------------------

    def test_customers(self):
        """R5.1: the same phone, however it was typed, is a pair with the evidence in words, in
        the language of the reader."""
        pair = self._find()
        self.assertEqual((pair.partner_id, pair.other_partner_id), (self.one, self.other))
        self.assertEqual(pair.evidence, "Same phone, same name")
        self.assertEqual(pair.confidence, 80)
        self.other.email = "other@x.example"
        self.assertEqual(self._find().evidence, "Same phone, same name; different: e-mail")

    def test_address(self):
        """R5.1: a similar name at the same address is a pair, the house next door is none."""
        one, other, _next_door = self._people(
            {"name": "Zhao Qiang", "street": "Nanjing Road 7", "city": "Shanghai"},
            {"name": "Zhao  Qiangg", "street": "NANJING ROAD, 7", "city": "Shanghai"},
            {"name": "Zhao Qiang", "street": "Nanjing Road 9", "city": "Shanghai"},
        )
        self._find()
        pair = self.Pair.search([("partner_id", "=", one.id)])
        self.assertEqual(pair.other_partner_id, other)
        self.assertEqual(pair.evidence, "Similar name, same address")

    def test_who_is_no_customer(self):
        """R5.1: colleagues, contacts of a firm and archived customers are no duplicates."""
        self._people(
            {"name": "Sun Yue", "phone": "+86 21 5550 7701", "active": False},
            {"name": "Sun Yue", "phone": "+86 21 5550 7701", "parent_id": self.manufacturer.id},
        )
        self.advisor.partner_id.write({"phone": "+86 21 5550 7701"})
        self.assertEqual(len(self._find()), 1)

    def test_cars(self):
        """R5.1: cars with a VIN typed wrong, a plate misread, a former plate, and VIN here and
        plate there, each once, with the evidence."""
        model = {"model_id": self.model.id, "owner_id": self.customer.id}
        slips = self._cars(
            {"vin": RIGHT}, {"vin": SLIP, "vin_override_reason": "so read", "plate": "A 1"}
        )
        misread = self._cars({"plate": "BX 10I"}, {"plate": "BX-101"})
        former = self._cars({"plate": "CX 900"}, {"plate": "CX 901"})
        former[0].plate = "CX 902"
        former[1].plate = "CX 900"
        gap = self._cars(model | {"vin": "WVWZZZ1KZ6W000001"}, model | {"plate": "DX 1"})
        self._find()
        for cars, words in (
            (slips, "One VIN is the other one typed wrong"),
            (misread, "Same plate but for O and 0, I and 1"),
            (former, "One carried the plate of the other"),
            (gap, "Same model, same owner, one knows the VIN alone, the other the plate alone"),
        ):
            with self.subTest(words=words):
                self.assertEqual(self._car_pair(cars).evidence, words)

    def test_companies(self):
        """R5.1: each company keeps its own record of a car: no pair across companies."""
        company = self.env["res.company"].create({"name": "Second Shop"})
        cars = self._cars({"vin": RIGHT}, {"vin": RIGHT, "company_id": company.id})
        self._find()
        self.assertFalse(self._car_pair(cars))

    def test_too_many(self):
        """R5.1: what more than twenty have in common is told, not compared with each other."""
        self._people(*({"name": f"Guest {n}", "phone": "+86 21 5550 7799"} for n in range(21)))
        search = self.Pair._find_all()
        [group] = search.group_ids.filtered(lambda group: group.rule == "phone")
        self.assertEqual((group.value, group.size), ("+862155507799", 21))
        self.assertFalse(self.Pair.search([("partner_id.name", "like", "Guest")]))

    def test_idempotent(self):
        """R5.1: searching again finds the same pairs, none twice, and none is new."""
        before = self._find()
        search = self.Pair._find_all()
        self.assertEqual(search.found, 0)
        self.assertEqual(self._pairs(), before)

    def test_no_longer_alike(self):
        """R5.1: a pair whose facts were corrected leaves the list."""
        self._find()
        self.other.write({"phone": "+86 21 5550 7702", "name": "Sun Xin"})
        self.assertFalse(self._find())

    def test_changed_only(self):
        """R5.1: after the first search only changed records are compared with the rest, by the
        scheduled action, which ends where nothing is left."""
        self._find()
        third = self._people(
            {"name": "Yue, Sun", "phone": "021 5550 7701", "country_id": self.env.ref("base.cn").id}
        )
        with patch.object(self.registry["ir.cron"], "_commit_progress", lambda *a, **k: 1):
            self.Pair._cron_find_duplicates()
        last = self.env["service.duplicate.pass"].search([], limit=1)
        self.assertTrue(last.since and last.finished_at)
        pairs = self.Pair.search([("other_partner_id", "=", third.id)])
        self.assertEqual(pairs.partner_id, self.one | self.other)
        self.assertEqual(last.found, 2)

    def test_goes_on(self):
        """R5.1: a search that was stopped goes on with the step that was not done."""
        progress = iter([1, 0])
        with patch.object(
            self.registry["ir.cron"], "_commit_progress", lambda *a, **k: next(progress)
        ):
            self.Pair._cron_find_duplicates()
        search = self.env["service.duplicate.pass"].search([])
        self.assertEqual(search.done, ["phone"])
        self.assertEqual(len(self._pairs()), 1)
        with patch.object(self.registry["ir.cron"], "_commit_progress", lambda *a, **k: 1):
            self.Pair._cron_find_duplicates()
        self.assertTrue(search.finished_at)
        self.assertEqual(len(self._pairs()), 1)

    def _count_queries(self, people):
        self.env["res.partner"].create(
            [
                {"name": f"Twin {number // 2}", "phone": f"+86 21 5551 {number // 2:04}"}
                for number in range(people)
            ]
        )
        self.env.flush_all()
        self.Pair._find_all()
        self.env.flush_all()
        self.env.invalidate_all()
        count = self.cr.sql_log_count
        self.Pair._find_all()
        self.env.flush_all()
        return self.cr.sql_log_count - count

    def test_queries(self):
        """R5.1: a search costs as many queries for many pairs as for two."""
        few = self._count_queries(4)
        self.assertEqual(self._count_queries(120), few)

    # ---- answers --------------------------------------------------------------------------

    def test_dismissed_stays(self):
        """R5.1: who said why two are not the same is kept, and the pair does not come back,
        unless something else agrees than did then."""
        pair = self._find().with_user(self.advisor)
        action = pair.action_dismiss()
        wizard = self.env[action["res_model"]].with_user(self.advisor)
        wizard = wizard.with_context(**action["context"]).create({"reason": " "})
        with self.assertRaisesRegex(UserError, "why"):
            wizard.action_confirm()
        wizard.reason = "Mother and daughter"
        wizard.action_confirm()
        self.assertEqual((pair.state, pair.reason), ("dismissed", "Mother and daughter"))
        self.assertEqual(pair.answered_by_id, self.advisor)
        self.assertTrue(pair.answered_at)
        self.assertEqual(self._find().state, "dismissed")
        self.other.city = "Shanghai"
        self.assertEqual(self._find().state, "dismissed")
        self.other.email = self.one.email
        pair = self._find()
        self.assertEqual(pair.state, "open")
        self.assertFalse(pair.reason)

    def test_answered_twice(self):
        """R5.1: whoever comes second is told who answered the pair and how."""
        pair = self._find().with_user(self.advisor)
        pair._dismiss("Mother and daughter")
        with self.assertRaisesRegex(UserError, "Advisor has answered .* Not the Same"):
            pair.action_propose()
        pair.action_reopen()
        self.assertEqual(pair.state, "open")

    def test_roles(self):
        """R5.1: an advisor proposes, the manager merges; nobody writes a pair by hand."""
        pair = self._find()
        mine = pair.with_user(self.advisor)
        mine.action_propose()
        self.assertEqual(pair.proposed_by_id, self.advisor)
        with self.assertRaises(AccessError):
            mine.action_merge()
        with self.assertRaises(AccessError):
            mine.action_search_now()
        with self.assertRaises(AccessError):
            mine.write({"state": "merged"})
        with self.assertRaises(AccessError):
            pair.with_user(self.reception).read(["evidence"])
        self.assertEqual(
            pair.with_user(self.manager).action_merge()["context"]["active_ids"],
            (self.one | self.other).ids,
        )
        pair.with_user(self.manager).action_search_now()
        self.assertTrue(self.env["service.duplicate.pass"].search([("finished_at", "=", False)]))

    def test_counted_on_both(self):
        """R5.1: customer and car say that they may be there twice, and lead to the pair."""
        pair = self._find()
        people = (self.one | self.other).with_user(self.advisor)
        self.assertEqual(people.mapped("service_duplicate_count"), [1, 1])
        action = people[1].action_view_service_duplicates()
        self.assertEqual(self.Pair.search(action["domain"]), pair)
        cars = self._cars({"plate": "BX 10I"}, {"plate": "BX-101"}).with_user(self.advisor)
        self.assertEqual(cars.mapped("duplicate_count"), [0, 0])
        self._find()
        cars.invalidate_recordset()
        self.assertEqual(cars.mapped("duplicate_count"), [1, 1])
        self.assertEqual(len(self.Pair.search(cars[0].action_view_duplicates()["domain"])), 1)

    def test_comparison(self):
        """R5.1: both records side by side say what differs, and how much hangs on each."""
        order = self._new_order()
        order.partner_id = self.one
        pair = self._find().with_user(self.advisor)
        rows = {row["label"]: row for row in pair._get_comparison()}
        self.assertEqual(rows["Email"]["state"], "missing")
        self.assertEqual(rows["Name"]["state"], "differs")
        orders = rows["Service Orders"]
        self.assertEqual((orders["first"], orders["second"]), ("1", "0"))
        self.assertIn("sun@x.example", pair.comparison)

    # ---- merging --------------------------------------------------------------------------

    def test_merge_customers(self):
        """R5.1: Odoo's own dialog opens with the pair and merges it: orders, complaints, calls
        and consents follow, the pair is marked, and another pair is that of who is left."""
        third = self._people({"name": "Sun Xin", "phone": "+86 21 5550 7701"})
        self._find()
        pairs = self.Pair.search([("other_partner_id", "=", third.id)])
        pairs.filtered(lambda pair: pair.partner_id == self.other)._dismiss("Daughter")
        complaint = self.env["service.complaint"].create(
            {"partner_id": self.other.id, "description": "Rattles"}
        )
        calls = self.env["service.followup"].create(
            [
                {"kind": "lost", "partner_id": person.id, "vehicle_id": self.vehicle.id}
                for person in (self.one, self.other)
            ]
        )
        pair = self._pairs().filtered(lambda pair: pair.other_partner_id == self.other)
        action = pair.with_user(self.manager).action_merge()
        wizard = (
            self.env[action["res_model"]]
            .with_user(self.manager)
            .with_context(**action["context"])
            .create({"dst_partner_id": self.one.id})
        )
        self.assertEqual(wizard.partner_ids, self.one | self.other)
        wizard.action_merge()
        self.assertFalse(self.other.exists())
        self.assertEqual(complaint.partner_id, self.one)
        self.assertEqual(calls.partner_id, self.one)
        self.assertEqual(sorted(calls.mapped("state")), ["given_up", "open"])
        self.assertEqual((pair.state, pair.answered_by_id), ("merged", self.manager))
        left = self.Pair.search([("other_partner_id", "=", third.id)])
        self.assertEqual(left.partner_id, self.one)

    def test_merge_cars(self):
        """R5.1: the pair of cars opens the dialog with both, and is marked once they are one."""
        cars = self._cars(
            {"vin": RIGHT}, {"vin": SLIP, "vin_override_reason": "so read", "plate": "A 1"}
        )
        third = self._cars({"plate": "A-I"})
        self._find()
        pair = self._car_pair(cars)
        self.env["service.followup"].create(
            [
                {"kind": "lost", "partner_id": self.customer.id, "vehicle_id": car.id}
                for car in cars
            ]
        )
        action = pair.with_user(self.manager).action_merge()
        wizard = self.env[action["res_model"]].with_user(self.manager)
        wizard = wizard.with_context(**action["context"]).create({"keep": "first"})
        wizard.action_merge()
        self.assertEqual(pair.state, "merged")
        self.assertEqual(pair.answered_by_id, self.manager)
        self.assertEqual(cars[0].plate, "A 1")
        self.assertEqual(cars[0].vin, RIGHT)
        self.assertFalse(cars[1].active)
        self.assertEqual(self._car_pair(cars[0] | third).state, "open")
        self.assertEqual(self._find() and self._car_pair(cars[0] | third).state, "open")
        self.assertIn("merged", pair.with_user(self.advisor).comparison or "merged")

    def test_unique_index_is_no_obstacle(self):
        """R5.1: what a unique index allows once only does not stop the merge of two customers,
        which Odoo's own merge would do."""
        calls = self.env["service.followup"].create(
            [
                {"kind": "lost", "partner_id": person.id, "vehicle_id": self.vehicle.id}
                for person in (self.one, self.other)
            ]
        )
        wizard = self.env["base.partner.merge.automatic.wizard"].with_user(self.manager).create({})
        with patch.object(self.registry["service.followup"], "_drop_doubled", lambda *args: None):
            wizard._merge((self.one | self.other).ids, self.one.with_user(self.manager))
        self.assertEqual(calls.exists().partner_id, self.one)
        self.assertFalse(self.other.exists())

    def test_forgotten(self):
        """R5.1: searches of long ago are forgotten, the last one never."""
        long_ago = fields.Datetime.now() - timedelta(days=99)
        passes = self.env["service.duplicate.pass"].create(
            [{"started_at": long_ago, "finished_at": long_ago} for _index in range(2)]
        )
        passes._gc_passes()
        self.assertEqual(passes.exists(), passes[1])
