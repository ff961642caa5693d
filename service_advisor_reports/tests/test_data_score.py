from datetime import timedelta

from odoo import Command, fields
from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger
from psycopg2.errors import UniqueViolation

from .data_common import DataCommon


@tagged("post_install", "-at_install")
class TestFound(DataCommon):
    """R5.1: what is missing or wrong is found, and counts as the manager says."""

    def test_good_data(self):
        """R5.1: who lacks nothing has 100, and no findings."""
        self.assertEqual(self._score(), (100, 100))
        self.assertFalse(self._codes(self.customer) | self._codes(self.vehicle))
        self.assertTrue(self.customer.service_data_scored_at)

    def test_customer(self):
        """R5.1: phone, e-mail, address and a car that was sold."""
        self.customer.write({"phone": "123", "email": "li@", "street": False})
        order = self._new_order()
        self.vehicle.owner_id = self.manufacturer
        order.partner_id = self.customer
        score, _car = self._score()
        self.assertEqual(
            self._codes(self.customer),
            {"phone_invalid", "email_unreachable", "address_incomplete", "vehicle_missing"},
        )
        total = sum(self.env["service.data.check"].search(
            [("model", "=", "customer"), ("company_id", "=", False)]).mapped("weight"))
        self.assertEqual(score, 100 * (total - 20 - 10 - 10 - 10) // total)
        self.customer.phone = "0049 30 901820"
        self.assertEqual(self.customer.phone_sanitized, "+4930901820")
        self.assertNotIn("phone_invalid", self._codes(self.customer), "a number of abroad")

    def test_bounced_and_blocked(self):
        """R5.1: e-mails that came back are told; a new address has had none, a blocked one is
        found at once."""
        self._score()
        self.customer.message_bounce = 2
        issue = self._issue(self.customer, "email_unreachable")
        self.assertIn("come back", issue.evidence)
        self.customer.email = "other@customer.example"
        self.assertEqual(self.customer.message_bounce, 0)
        self.assertEqual(issue.state, "fixed")
        self.env["mail.blacklist"]._add("other@customer.example")
        self.assertEqual(issue.state, "open")
        self.env["mail.blacklist"]._remove("other@customer.example")
        self.assertEqual((issue.state, self.customer.service_data_score), ("fixed", 100))

    def test_vehicle(self):
        """R5.1: owner, VIN, plate, model and dates of a car."""
        car = self.env["service.vehicle"].create({"plate": "沪A·O553"})
        self.Score._score(car)
        self.assertEqual(
            self._codes(car),
            {"owner_missing", "vin_missing", "plate_odd", "model_missing", "date_missing"},
        )
        car.owner_id = self.manufacturer
        self.assertIn("owner_phone_missing", self._codes(car))
        self.manufacturer.phone = "+86 21 5550 2002"
        self.assertFalse({"owner_missing", "owner_phone_missing"} & self._codes(car))

    def test_vin_with_a_reason(self):
        """R5.1: a wrong check digit that has its reason is no finding."""
        self.vehicle.write({"vin": "LSVAL41Z082104202", "vin_override_reason": "So printed"})
        self.assertEqual(self._score()[1], 100)
        # As it came from an import of another system.
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE service_vehicle SET vin_override_reason = NULL WHERE id = %s",
            [self.vehicle.id],
        )
        self.env.invalidate_all()
        self._score()
        self.assertEqual(self._codes(self.vehicle), {"vin_invalid"})
        self.assertIn("check digit", self._issue(self.vehicle, "vin_invalid").evidence)

    def _read(self, *readings):
        now = fields.Datetime.now()
        self.env["service.vehicle.odometer"].create(
            [
                {
                    "vehicle_id": self.vehicle.id,
                    "value": value,
                    "date": now - timedelta(days=days),
                    "source": "import",
                    "reason": reason,
                }
                for value, days, reason in readings
            ]
        )

    def test_odometer(self):
        """R5.1: a reading below the one before, without a reason; corrected, it is in order."""
        self._read((10000, 90, False), (99000, 60, False), (12000, 30, False))
        self._score()
        self.assertEqual(self._codes(self.vehicle), {"odometer_falls"})
        evidence = self._issue(self.vehicle, "odometer_falls").evidence
        self.assertIn("99000", evidence)
        self.assertIn("12000", evidence)
        issue = self._issue(self.vehicle, "odometer_falls")
        with self.assertRaises(AccessError):
            issue.with_user(self.reception).action_reading_wrong()
        issue.with_user(self.advisor).action_reading_wrong()
        self.assertEqual((issue.state, self.vehicle.data_score), ("fixed", 100))
        wrong = self.vehicle.odometer_ids.filtered("is_superseded")
        self.assertEqual(wrong.mapped("value"), [99000])
        self.assertIn("99000", self.vehicle.message_ids[0].body)

    def test_odometer_replaced(self):
        """R5.1: a new meter starts at 0; that is no finding."""
        self._read((90000, 60, False), (10, 30, "meter_replaced"))
        self.assertEqual(self._score()[1], 100)
        self._read((50, 20, False), (7, 10, False))
        self._score()
        issue = self._issue(self.vehicle, "odometer_falls").with_user(self.advisor)
        issue.action_meter_replaced()
        self.assertEqual(issue.state, "fixed")
        self.assertFalse(self.vehicle.odometer_ids.filtered("is_superseded"))

    def test_reading_old(self):
        """R5.1: the odometer is asked for when it was not read for long; the manager says how
        long."""
        self._read((90000, 60, False))
        self.assertEqual(self._score()[1], 100)
        self._check("reading_old").days = 50
        self._score()
        self.assertEqual(self._codes(self.vehicle), {"reading_old"})
        # The desk reads it: no search there, the scheduled action looks at the car.
        self.vehicle._record_odometer(91000, "check_in")
        self.assertFalse(self.vehicle.data_scored_at)
        self._run()
        self.assertEqual(self.vehicle.data_score, 100)

    def test_consent(self):
        """R5.1: where consents are recorded, who was never asked is found."""
        self._score()
        asked = self.env.registry["res.partner"]
        self.patch(asked, "_get_without_consent", lambda partners: partners)
        self._score()
        self.assertEqual(self._codes(self.customer), {"consent_missing"})

    def test_who_is_scored(self):
        """R5.1: customers of the shop are scored, nobody else; who is one no more has no score
        and no findings."""
        stranger = self.env["res.partner"].create({"name": "Stranger"})
        self.Score._score(stranger)
        self.assertFalse(stranger.service_data_scored_at or self._codes(stranger))
        self.customer.phone = False
        self._score()
        self.vehicle.owner_id = self.manufacturer
        self.assertFalse(self.customer.service_data_scored_at)
        self.assertFalse(self._codes(self.customer))
        self.vehicle.vin = False
        self.assertEqual(self._codes(self.vehicle), {"vin_missing", "owner_phone_missing"})
        self.vehicle.active = False
        self.assertFalse(self._codes(self.vehicle) or self.vehicle.data_scored_at)

    def test_weights(self):
        """R5.1: the manager weighs a check in another way or switches it off."""
        self.vehicle.vin = False
        before = self._score()[1]
        check = self._check("vin_missing").with_user(self.manager)
        check.weight = 200
        self.assertLess(self._score()[1], before)
        check.active = False
        self.assertEqual(self._score()[1], 100)
        self.assertFalse(self._codes(self.vehicle))
        with self.assertRaises(AccessError):
            check.code = "other"
        with self.assertRaises(AccessError):
            check.with_user(self.advisor).weight = 0

    def test_check_of_a_company(self):
        """R5.1: a company weighs a check in its own way, or does not want it."""
        other = self.env["res.company"].create({"name": "Other Dealer"})
        there = self.env["service.vehicle"].create(
            {"plate": "OTHER-1", "company_id": other.id, "model_id": self.model.id}
        )
        self.vehicle.vin = False
        self._score()
        self.Score._score(there)
        self.assertIn("vin_missing", self._codes(there))
        self.manager.company_ids |= other
        check = self._check("vin_missing").with_user(self.manager).with_company(other)
        own = self.env["service.data.check"].browse(check.action_set_for_company()["res_id"])
        self.assertEqual((own.company_id, own.code), (other, "vin_missing"))
        again = check.action_set_for_company()
        self.assertEqual(again["res_id"], own.id)
        own.with_user(self.manager).with_company(other).active = False
        self._score()
        self.Score._score(there)
        self.assertNotIn("vin_missing", self._codes(there))
        self.assertIn("vin_missing", self._codes(self.vehicle))

    def test_evidence_in_the_language_of_the_reader(self):
        """R5.1: what is kept is what was found; the words are made for whoever reads them."""
        self.customer.phone = "12 34"
        self._score()
        issue = self._issue(self.customer, "phone_invalid")
        self.assertIn("12 34", issue.evidence)
        self.assertEqual(issue.value, "12 34")
        for check in self.env["service.data.check"].search([]):
            with self.subTest(check.code):
                self.assertTrue(hasattr(issue, f"_explain_{check.code}"))
                self.assertTrue(getattr(issue, f"_explain_{check.code}")(""))


@tagged("post_install", "-at_install")
class TestAtOnce(DataCommon):
    """R5.1: a record that changes is looked at again at once."""

    def test_since_when(self):
        """R5.1: a finding keeps since when it stands; found again, it starts anew."""
        self.customer.phone = "12"
        self._score()
        issue = self._issue(self.customer, "phone_invalid")
        issue.sudo().found_at = "2025-01-01"
        self.customer.phone = "123"
        self.assertEqual(str(issue.found_at), "2025-01-01 00:00:00")
        self.assertIn("\"123\"", issue.evidence)
        self.customer.phone = "+86 21 5550 1001"
        self.assertEqual((issue.state, issue.evidence), ("fixed", False))
        self.assertTrue(issue.fixed_at)
        self.customer.phone = "12"
        self.assertEqual((issue.state, issue.fixed_at), ("open", False))
        self.assertGreater(str(issue.found_at), "2025-01-02")

    def test_where_it_is_worked_on(self):
        """R5.1: the branch and the advisor of the last order have the work."""
        branch = self.env["stock.warehouse"].create({"name": "Branch", "code": "BR2"})
        self._new_order()
        self.customer.phone = False
        self._score()
        issue = self._issue(self.customer, "phone_missing")
        self.assertEqual((issue.advisor_id, issue.warehouse_id), (self.advisor, self.warehouse))
        self._new_order(user=self.manager).warehouse_id = branch
        self._score()
        self.assertEqual((issue.advisor_id, issue.warehouse_id), (self.manager, branch))

    def test_never_scored(self):
        """R5.1: who has no score yet waits for the scheduled action; a change asks nothing."""
        self.env.flush_all()
        self.customer.phone = "12"
        self.assertFalse(self.customer.service_data_scored_at or self._codes(self.customer))

    def test_many_at_once(self):
        """R5.1: many records changed at once cost as much as two, far too many wait."""
        cars = self._new_cars(20)
        self.Score._score(cars)
        few, many = cars[:2], cars[2:]
        counts = []
        for some in (few, many):
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            some.write({"model_id": self.model.id})
            self.env.flush_all()
            counts.append(self.env.cr.sql_log_count - before)
            self.assertFalse(some.filtered(lambda car: "model_missing" in self._codes(car)))
        self.assertEqual(*counts)
        waiting = self._new_cars(101)
        self.Score._score(waiting)
        waiting.write({"model_id": self.model.id})
        self.assertFalse(any(waiting.mapped("data_scored_at")))

    def test_an_import_waits(self):
        """R5.1: each row of an import would be scored by itself: the scheduled action does it."""
        self._score()
        self.vehicle.with_context(import_file=True).vin = False
        self.assertFalse(self.vehicle.data_scored_at)

    def test_plain_life(self):
        """R5.1: what the desk writes on a complete car and its customer asks nothing more."""
        self._score()
        self.assertTrue(self.vehicle.plate)  # read before
        self.env.flush_all()
        before = self.env.cr.sql_log_count
        self.vehicle._keep({"odometer": 60000})
        self.env.flush_all()
        with_score = self.env.cr.sql_log_count - before
        self.assertLessEqual(with_score, 2)
        self.assertTrue(self.vehicle.data_scored_at)

    def test_nobody_types_a_score(self):
        """R5.1: scores and findings are counted, never typed in."""
        self.customer.phone = False
        self._score()
        customer = self.customer.with_user(self.manager)
        vehicle = self.vehicle.with_user(self.manager)
        issue = self._issue(customer, "phone_missing").with_user(self.manager)
        for record, vals in (
            (vehicle, {"data_score": 100}),
            (vehicle, {"data_scored_at": False}),
            (issue, {"state": "fixed"}),
            (issue, {"value": "", "dismiss_reason": "x"}),
        ):
            with self.subTest(vals), self.assertRaises(AccessError):
                record.write(vals)
        with self.assertRaises(AccessError):
            customer.create({"name": "Typed", "service_data_score": 100})
        customer.write({"service_data_score": 100, "service_data_scored_at": False})
        self.assertLess(customer.service_data_score, 100)
        self.assertTrue(customer.service_data_scored_at)
        with self.assertRaises(AccessError):
            issue.unlink()

    def test_database_keeps_one_row(self):
        """R5.1: one row per record and check."""
        self.customer.phone = False
        self._score()
        issue = self._issue(self.customer, "phone_missing")
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(UniqueViolation),
            self.env.cr.savepoint(),
        ):
            self.env.cr.execute(
                "INSERT INTO service_data_issue (code, check_id, partner_id, state)"
                " VALUES ('phone_missing', %s, %s, 'open')",
                [issue.check_id.id, self.customer.id],
            )

    def test_outsider_changes_a_phone(self):
        """R5.1: whoever may not see scores changes a customer as before."""
        self._score()
        clerk = new_test_user(
            self.env, login="clerk", groups="base.group_user,base.group_partner_manager"
        )
        self.customer.with_user(clerk).phone = "12"
        self.assertIn("phone_invalid", self._codes(self.customer))
        with self.assertRaises(AccessError):
            self.Issue.with_user(clerk).search([])


    def test_merged_customers(self):
        """R5.1: customers that Odoo merges are one, with the findings of the one that stays."""
        double = self.customer.copy({"phone": False})
        car = self._new_cars(1)
        car.owner_id = double
        self._score()
        self.Score._score(double)
        self.assertIn("phone_missing", self._codes(double))
        wizard = self.env["base.partner.merge.automatic.wizard"].with_user(
            self.env.ref("base.user_admin")
        )
        wizard.create({})._merge((double | self.customer).ids, self.customer)
        self.assertEqual(car.owner_id, self.customer)
        self.assertEqual(self.customer.service_data_score, 100)
        self.assertFalse(self._codes(self.customer))


@tagged("post_install", "-at_install")
class TestWorkList(DataCommon):
    """R5.1: the fix is on the screen that shows what is missing."""

    def _open(self, record, code, user=None):
        self._score()
        return self._issue(record, code).with_user(user or self.advisor)

    def test_fix_in_the_list(self):
        """R5.1: the right value is typed into the line; the record has it, the line is done."""
        self.customer.write({"phone": False, "email": "li@"})
        phone = self._open(self.customer, "phone_missing")
        self.assertTrue(phone.has_fix_value)
        phone.fix_value = "+86 21 5550 1009"
        self.assertEqual(self.customer.phone, "+86 21 5550 1009")
        self.assertEqual(phone.state, "fixed")
        email = self._open(self.customer, "email_unreachable")
        self.assertEqual(email.fix_value, "li@")
        email.fix_value = "li@other.example"
        self.assertEqual((email.state, self.customer.email), ("fixed", "li@other.example"))
        self.assertEqual(self.customer.service_data_score, 100)

    def test_fix_in_the_dialog(self):
        """R5.1: address, owner, model and dates are corrected in the finding itself."""
        self.customer.write({"street": False, "city": False})
        address = self._open(self.customer, "address_incomplete")
        self.assertFalse(address.has_fix_value)
        address.write({"street": "2 Nanjing Road", "city": "Shanghai"})
        self.assertEqual((address.state, self.customer.street), ("fixed", "2 Nanjing Road"))
        self.vehicle.write({"owner_id": False, "first_registration_date": False})
        owner = self._open(self.vehicle, "owner_missing")
        owner.owner_id = self.customer
        date = self._issue(self.vehicle, "date_missing").with_user(self.advisor)
        date.invoice_date = "2024-01-01"
        self.assertEqual((owner.state, date.state), ("fixed", "fixed"))
        self.assertEqual(self.vehicle.owner_ids[:1].partner_id, self.customer)

    def test_phone_of_the_owner(self):
        """R5.1: the phone of a car's owner is corrected from the car; both are scored."""
        self.customer.phone = False
        issue = self._open(self.vehicle, "owner_phone_missing")
        self.assertEqual(issue.customer_id, self.customer)
        issue.phone = "+86 21 5550 1009"
        self.assertEqual(issue.state, "fixed")
        self.assertEqual(self.customer.service_data_score, 100)

    def test_check_again(self):
        """R5.1: \"Fixed?\" looks again and says what still stands."""
        self.customer.phone = False
        issue = self._open(self.customer, "phone_missing")
        told = issue.action_check_again()["params"]
        self.assertEqual((told["type"], issue.state), ("warning", "open"))
        self.assertIn("phone", told["message"])
        # Somebody else corrected it in another way.
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE res_partner SET phone = '1', phone_sanitized = '+1' WHERE id = %s",
            [self.customer.id],
        )
        self.env.invalidate_all()
        self.assertEqual(issue.action_check_again()["params"]["type"], "success")
        self.assertEqual(issue.state, "fixed")

    def _dismiss(self, issue, reason="Comes in person"):
        action = issue.action_dismiss()
        self.env[action["res_model"]].with_user(issue.env.user).with_context(
            **action["context"]
        ).create({"reason": reason}).action_dismiss()

    def test_dismissed(self):
        """R5.1: not to be fixed, with a reason that is kept; it no longer lowers the score, and
        it comes back when the value changes."""
        self.customer.phone = "12"
        issue = self._open(self.customer, "phone_invalid")
        self._dismiss(issue)
        self.assertEqual(
            (issue.state, issue.dismiss_reason, issue.dismissed_by_id),
            ("dismissed", "Comes in person", self.advisor),
        )
        self.assertEqual(self.customer.service_data_score, 100)
        self._run()
        self._score()
        self.customer.street = "3 Nanjing Road"
        self.assertEqual((issue.state, issue.dismiss_reason), ("dismissed", "Comes in person"))
        self.customer.phone = "123"
        self.assertEqual((issue.state, issue.dismiss_reason), ("open", False))
        self.assertLess(self.customer.service_data_score, 100)

    def test_put_back(self):
        """R5.1: what was set aside can be put back on the list."""
        self.customer.phone = "12"
        issue = self._open(self.customer, "phone_invalid")
        self._dismiss(issue)
        issue.action_reopen()
        self.assertEqual((issue.state, issue.dismissed_at), ("open", False))
        self.assertLess(self.customer.service_data_score, 100)

    def test_who_dismisses(self):
        """R5.1: an advisor or the manager decides; the receptionist corrects."""
        self.customer.phone = "12"
        issue = self._open(self.customer, "phone_invalid", self.reception)
        with self.assertRaises(AccessError):
            issue.action_dismiss()
        issue.fix_value = "+86 21 5550 1009"
        self.assertEqual(issue.state, "fixed")
        for user in (self.technician, self.storekeeper, self.salesperson):
            with self.subTest(user.login), self.assertRaises(AccessError):
                self.Issue.with_user(user).search([])

    def test_companies(self):
        """R5.1: findings follow the record: those of another company's car are not seen, those of
        a customer of all companies are."""
        other = self.env["res.company"].create({"name": "Other Dealer"})
        boss = new_test_user(
            self.env, login="boss", groups="service_advisor.group_manager",
            company_id=other.id, company_ids=[Command.set(other.ids)],
        )
        self.customer.phone = False
        self.vehicle.vin = False
        self._score()
        seen = self.Issue.with_user(boss).search(
            ["|", ("partner_id", "=", self.customer.id), ("vehicle_id", "=", self.vehicle.id)]
        )
        self.assertEqual(seen.mapped("code"), ["phone_missing"])
        self.customer.company_id = self.company
        self._score()
        self.assertFalse(self.Issue.with_user(boss).search([("partner_id", "=", self.customer.id)]))

    def test_opened_from_the_record(self):
        """R5.1: the score on the customer leads to all that is missing, cars included."""
        self.customer.phone = False
        self._score()
        action = self.customer.with_user(self.advisor).action_view_service_data()
        found = self.Issue.search(action["domain"])
        self.assertEqual(set(found.mapped("code")), {"phone_missing", "owner_phone_missing"})
        action = self.vehicle.with_user(self.advisor).action_view_data_issues()
        self.assertEqual(self.Issue.search(action["domain"]).code, "owner_phone_missing")


@tagged("post_install", "-at_install")
class TestScheduled(DataCommon):
    """R5.1: everybody is scored by the scheduled action, whoever has waited longest first."""

    def test_all_are_scored(self):
        """R5.1: customers and cars without a score get one; a second run finds nobody."""
        cars = self._new_cars(3)
        self.env.flush_all()
        self.assertTrue({*cars.ids} <= {*self.Score._get_due("service.vehicle")})
        self._run()
        self.assertTrue(all(cars.mapped("data_scored_at")))
        self.assertTrue(all(cars.owner_id.mapped("service_data_scored_at")))
        self.assertFalse(self.Score._get_due("service.vehicle"))
        self.assertFalse(self.Score._get_due("res.partner"))

    def test_in_order(self):
        """R5.1: first who has no score, then the oldest; time alone makes a score old."""
        self._run()
        never, old, older = self._new_cars(3)
        now = fields.Datetime.now()
        old.sudo().data_scored_at = now - timedelta(days=8)
        older.sudo().data_scored_at = now - timedelta(days=9)
        self.vehicle.sudo().data_scored_at = now - timedelta(days=6)
        self.env.flush_all()
        found = list(self.Score._get_due("service.vehicle"))
        self.assertEqual(found, [never.id, older.id, old.id])

    def test_changed_check(self):
        """R5.1: a check that changes makes every older score due."""
        self._run()
        self.vehicle.sudo().data_scored_at = fields.Datetime.now() - timedelta(hours=1)
        self.env.flush_all()
        self.assertFalse(self.Score._get_due("service.vehicle"))
        self._check("vin_missing").weight = 3
        self.env.flush_all()
        self.assertIn(self.vehicle.id, self.Score._get_due("service.vehicle"))

    def test_new_order_is_due(self):
        """R5.1: a new order changes whose work it is: its customer and its car are due."""
        self._run()
        hour_ago = fields.Datetime.now() - timedelta(hours=1)
        (self.customer.sudo().service_data_scored_at, self.vehicle.sudo().data_scored_at) = (
            hour_ago, hour_ago,
        )
        self._new_order()
        self.env.flush_all()
        self.assertIn(self.vehicle.id, self.Score._get_due("service.vehicle"))
        self.assertIn(self.customer.id, self.Score._get_due("res.partner"))

    def test_scored_meanwhile(self):
        """R5.1: whom another worker has scored since is left alone."""
        [car] = self._new_cars(1)
        self.env.flush_all()
        found = self.Score._get_due("service.vehicle")
        self.Score._score(car)
        then = fields.Datetime.now() - timedelta(days=1)
        car.sudo().data_scored_at = then
        self.env.flush_all()
        self.Score._score_batch(car, found)
        self.assertEqual(car.data_scored_at, then)

    def test_one_bad_record(self):
        """R5.1: a record that can not be scored keeps no other one waiting."""
        cars = self._new_cars(3)
        bad = cars[1]
        faults = type(cars)._find_data_faults

        def fail(records, *args):
            if bad in records:
                raise ValueError("not to be scored")
            return faults(records, *args)

        self.patch(self.env.registry["service.vehicle"], "_find_data_faults", fail)
        with self.assertLogs("odoo.addons.service_advisor_quality", "ERROR"):
            self._run()
        self.assertEqual(cars.mapped(lambda car: bool(car.data_scored_at)), [True, False, True])

    def test_query_counts(self):
        """R5.1: two records cost as many queries as many."""
        cars = self._new_cars(30)
        for some, many in ((cars[:2], cars[2:]), (cars[:2].owner_id, cars[2:].owner_id)):
            counts = []
            for records in (some, many):
                self.env.flush_all()
                self.env.invalidate_all()
                before = self.env.cr.sql_log_count
                self.Score._score(records)
                counts.append(self.env.cr.sql_log_count - before)
            with self.subTest(records=some._name):
                self.assertEqual(*counts)
                self.assertLessEqual(counts[0], 14)
