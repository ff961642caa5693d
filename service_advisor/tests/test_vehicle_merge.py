from datetime import date, datetime

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged
from odoo.tests.form import Form
from odoo.tools import SQL, mute_logger
from psycopg2 import IntegrityError

from ..models.service_reference_mover import ServiceReferenceMover
from .common import ServiceAdvisorCommon

DAY = date(2026, 1, 10)


@tagged("post_install", "-at_install")
class TestVehicleMerge(ServiceAdvisorCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.twin = cls.env["service.vehicle"].create(
            {"plate": "沪A·12346", "owner_id": cls.customer.id, "colour": "Red"}
        )

    def _merge(self, values=None, user=None):
        twin = self.twin.with_user(user or self.manager)
        return twin._merge_into(self.vehicle.with_user(user or self.manager), values)

    # ---- everything comes along -----------------------------------------------------------

    def _get_columns(self):
        """Return ``[(field, kind)]`` of every stored field that may refer to a vehicle."""
        mover = self.env["service.reference.mover"]
        return [(field, kind) for kind, field in mover._get_reference_fields("service.vehicle")]

    def _make_something(self, field):
        """Return a record whose ``field`` is the twin, made without the checks of its model."""
        Model = self.env[field.model_name]
        columns = {
            f.name: self._get_filling(f)
            for f in Model._fields.values()
            if f.store and f.column_type and f.name != "id"
            and (f.required or f.name in (field.name, "date_to"))
        }  # fmt: skip
        columns[field.name] = self.twin.id
        query = SQL(
            "INSERT INTO %s (%s) VALUES (%s) RETURNING id",
            SQL.identifier(Model._table),
            SQL(", ").join(map(SQL.identifier, columns)),
            SQL(", ").join(SQL("%s", value) for value in columns.values()),
        )
        [[row_id]] = self.env.execute_query(query)
        return row_id

    def _get_filling(self, field):
        if field.type == "many2one":
            found = self.env[field.comodel_name].with_context(active_test=False)
            return found.search([], limit=1).id
        fillings = {"char": "x", "text": "x", "date": DAY, "datetime": datetime(2026, 1, 10)}
        if field.type == "selection":
            return field.get_values(self.env)[0]
        if field.type == "json":
            return "{}"
        return fillings.get(field.type, 0)

    def test_every_reference_moves(self):
        """R5.1: every many2one of the database that may refer to a vehicle does so no longer
        after the merge: a row is made in each of our tables, and all tables are asked."""
        order = self._new_order()
        made, refused = {}, []
        for field, kind in self._get_columns():
            ours = (self.registry[field.model_name]._original_module or "").startswith("service_")
            if kind == "many2one" and ours and field.name != "merged_into_id":
                try:
                    with self.env.cr.savepoint(), mute_logger("odoo.sql_db"):
                        made[field] = self._make_something(field)
                except IntegrityError:
                    refused.append(field.model_name)
        self.assertIn("service.order", [field.model_name for field in made])
        self.assertGreater(len(made), 5)
        # What other addons refuse to have half filled is for their own tests.
        modules = {self.registry[model]._original_module for model in refused}
        self.assertNotIn("service_advisor", modules)
        self.env.invalidate_all()
        self._merge()
        foreign_keys = self.env.execute_query(
            SQL(
                "SELECT c.conrelid::regclass::text, a.attname FROM pg_constraint c"
                " JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = c.conkey[1]"
                " WHERE c.contype = 'f' AND c.confrelid = 'service_vehicle'::regclass"
            )
        )
        self.assertGreater(len(foreign_keys), len(made))
        for table, column in foreign_keys:
            if (table, column) == ("service_vehicle_merge", "merged_id"):
                continue
            with self.subTest(table=table, column=column):
                left = self.env.execute_query(
                    SQL(
                        "SELECT count(*) FROM %s WHERE %s = %s",
                        SQL.identifier(table),
                        SQL.identifier(column),
                        self.twin.id,
                    )
                )
                self.assertEqual(left, [(0,)])
        self.assertEqual(order.vehicle_id, self.vehicle)

    def test_what_hangs_on_it(self):
        """R5.1: messages, files, activities, followers and names of imports come along, and what
        the other record has already is not doubled."""
        message = self.twin.message_post(body="Key is at the desk")
        file = self.env["ir.attachment"].create(
            {"name": "licence", "res_model": "service.vehicle", "res_id": self.twin.id}
        )
        activity = self.twin.activity_schedule("mail.mail_activity_data_todo", summary="Call")
        for car in (self.vehicle, self.twin):
            car.message_subscribe(self.customer.ids)
        name = self.env["ir.model.data"].create(
            {"module": "x", "name": "car", "model": "service.vehicle", "res_id": self.twin.id}
        )
        self._merge()
        self.assertEqual(message.res_id, self.vehicle.id)
        self.assertEqual(file.res_id, self.vehicle.id)
        self.assertEqual(activity.res_id, self.vehicle.id)
        self.assertEqual(activity.res_name, self.vehicle.display_name)
        self.assertEqual(name.res_id, self.vehicle.id)
        self.assertEqual(self.vehicle.message_partner_ids.ids.count(self.customer.id), 1)
        self.assertFalse(self.twin.message_follower_ids)

    def test_orders_stay_as_they_were(self):
        """R5.1: a closed order comes along as it was: customer, plate and approval stay."""
        other = self.env["res.partner"].create({"name": "Other Owner"})
        order = self._authorised_order()
        self.assertEqual(order.job_ids.mapped("state"), ["approved"])
        plate = order.plate
        self.twin.write({"owner_id": other.id})
        self.vehicle.with_user(self.manager)._merge_into(self.twin.with_user(self.manager))
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertEqual(order.vehicle_id, self.twin)
        self.assertEqual(order.partner_id, self.customer)
        self.assertEqual(order.plate, plate)
        self.assertEqual(order.job_ids.mapped("state"), ["approved"])

    # ---- what is left ---------------------------------------------------------------------

    def test_log_and_chatter(self):
        """R5.1: who merged what and how much came along is kept and told in the chatter."""
        self.twin._record_odometer(10, "manual")
        log = self._merge()
        self.assertEqual(log.user_id, self.manager)
        self.assertEqual(log.merged_id, self.twin)
        self.assertEqual(log.vehicle_id, self.vehicle)
        self.assertEqual(log.moved["service.vehicle.odometer"], 1)
        self.assertIn("Odometer Reading: 1", log.moved_words)
        self.assertIn("Odometer Reading: 1", self.vehicle.message_ids[0].body)
        self.assertFalse(self.twin.active)
        self.assertEqual(self.twin.action_open_merged_into()["res_id"], self.vehicle.id)

    def test_old_plate_and_vin_find_it(self):
        """R5.1: plate and VIN of the merged record find the one that is left."""
        self.twin.write({"vin": "WVWZZZ1KZ6W000001"})
        self._merge()
        Vehicle = self.env["service.vehicle"].with_user(self.reception)
        for text in ("沪A12346", "WVWZZZ1KZ6W000001", "W000001", "12345"):
            with self.subTest(text=text):
                found = [car_id for car_id, _name in Vehicle.name_search(text)]
                self.assertEqual(found, [self.vehicle.id])
        exact = Vehicle.search([("display_name", "in", ["WVWZZZ1KZ6W000001"])])
        self.assertEqual(exact, self.vehicle)

    def test_what_is_known_is_kept(self):
        """R5.1: what only the merged record knew is not lost, and what was chosen wins; the
        plate and VIN are free for the other one at once."""
        self._merge({"plate": self.twin.plate})
        self.assertEqual(self.vehicle.plate, "沪A·12346")
        self.assertEqual(self.vehicle.colour, "Red")
        self.assertEqual(self.vehicle.vin, "LSVAL41Z882104202")
        self.assertEqual(self.vehicle.brand_id, self.model.brand_id)

    def test_unknown_field_is_refused(self):
        """R5.1: what is no fact of a car can not be written by a merge."""
        with self.assertRaisesRegex(UserError, "odometer"):
            self._merge({"odometer": 5})

    def test_histories(self):
        """R5.1: one owner and one plate are open, periods follow each other, and the latest
        reading is the odometer."""
        former = self.env["res.partner"].create({"name": "Former"})
        self.twin.owner_id = former
        self.twin.owner_id = self.customer
        self.vehicle._record_odometer(500, "manual")
        late, early = self.twin._record_odometer(900, "manual"), self.vehicle.odometer_ids
        late.date, early.date = datetime(2026, 3, 1), datetime(2026, 2, 1)
        self._merge()
        owners = self.vehicle.owner_ids
        self.assertEqual(owners.filtered(lambda o: not o.date_to).partner_id, self.customer)
        self.assertEqual(owners.partner_id, self.customer | former)
        self.assertEqual(len(owners.filtered(lambda o: not o.date_to)), 1)
        plates = self.vehicle.plate_ids
        self.assertEqual(plates.filtered(lambda p: not p.date_to).plate, "沪A·12345")
        self.assertEqual(set(plates.mapped("plate")), {"沪A·12345", "沪A·12346"})
        self.assertEqual(self.vehicle.odometer, 900)
        self.assertFalse(self.twin.owner_ids | self.env["service.vehicle.owner"])

    def test_falling_odometer_is_told(self):
        """R5.1: where the readings of both contradict each other, the chatter says which."""
        high, low = self.vehicle._record_odometer(9000, "manual"), self.twin
        low = low._record_odometer(100, "manual")
        high.date, low.date = datetime(2026, 2, 1), datetime(2026, 3, 1)
        self._merge()
        self.assertIn("9000 km on 2026-02-01, then 100 km", self.vehicle.message_ids[0].body)
        self.assertEqual(self.vehicle.odometer, 100)

    def test_chain(self):
        """R5.1: a record merged into one that is merged again leads to the last one."""
        third = self.env["service.vehicle"].create({"vin": "WVWZZZ1KZ6W000001"})
        self._merge()
        self.vehicle._merge_into(third)
        self.assertEqual(self.twin.merged_into_id, third)
        self.assertEqual(third.merge_ids.merged_id, self.vehicle | self.twin)

    # ---- refused --------------------------------------------------------------------------

    def test_roles(self):
        """R5.1: the manager merges; an advisor may not, neither by the dialog nor without."""
        for user in (self.advisor, self.reception, self.technician):
            with self.subTest(user=user.name), self.assertRaises(AccessError):
                self._merge(user=user)
            with self.subTest(user=user.name), self.assertRaises(AccessError):
                self.env["service.vehicle.merge.wizard"].with_user(user).create(
                    {"vehicle_id": self.vehicle.id, "other_id": self.twin.id}
                )
        with self.assertRaises(AccessError):
            self.twin.with_user(self.manager).write({"merged_into_id": self.vehicle.id})
        self._merge()

    def test_twice(self):
        """R5.1: who comes second is told who merged the two and into which record."""
        self._merge()
        with self.assertRaisesRegex(UserError, "was merged into .* by Manager"):
            self._merge()
        with self.assertRaisesRegex(UserError, "was merged into"):
            self.vehicle._merge_into(self.twin)

    def test_refused(self):
        """R5.1: a record is not merged with itself, into an archived one, or across companies."""
        with self.assertRaisesRegex(UserError, "same record"):
            self.vehicle._merge_into(self.vehicle)
        company = self.env["res.company"].create({"name": "Second Shop"})
        foreign = self.env["service.vehicle"].create({"plate": "B 1", "company_id": company.id})
        with self.assertRaisesRegex(UserError, "Second Shop"):
            foreign._merge_into(self.vehicle)
        self.twin.action_archive()
        with self.assertRaisesRegex(UserError, "archived"):
            self.vehicle._merge_into(self.twin)

    def test_stays_archived(self):
        """R5.1: the merged record can not come to life again beside the other one."""
        self._merge()
        with mute_logger("odoo.sql_db"), self.assertRaisesRegex(IntegrityError, "merged_archived"):
            self.twin.action_unarchive()
            self.twin.flush_recordset()

    def test_no_order_for_it(self):
        """R5.1: an order for the merged record is refused, naming the one to use."""
        self._merge()
        with self.assertRaisesRegex(ValidationError, "merged into 沪A·12345"):
            self.env["service.order"].create({"vehicle_id": self.twin.id})

    # ---- entered again --------------------------------------------------------------------

    def test_entered_again(self):
        """R5.1: a plate, a VIN or a telephone that is known is noticed while it is typed; of what
        is saved nothing is asked."""
        self.customer.phone = "+86 21 5550 3301"
        car = self.env["service.vehicle"].with_user(self.reception)
        for vals in ({"plate": "沪a 12345"}, {"vin": "lsval41z882104202"}):
            with self.subTest(vals=vals):
                self.assertEqual(car.new(vals).known_as_id._origin, self.vehicle)
        self.vehicle.plate = "沪A54321"
        self.assertEqual(car.new({"plate": "沪A12345"}).known_as_id._origin, self.vehicle)
        person = self.env["res.partner"].with_user(self.reception)
        known = person.new({"phone": "+862155503301"}).service_known_as_id
        self.assertEqual(known._origin, self.customer)
        self.assertFalse(person.new({"name": "Li"}).service_known_as_id)
        saved = self.vehicle.with_user(self.reception) + self.twin.with_user(self.reception)
        saved.fetch(["plate", "plate_key", "vin", "company_id"])
        with self.assertQueryCount(0):
            self.assertFalse(saved.known_as_id)

    # ---- dialog ---------------------------------------------------------------------------

    def test_dialog(self):
        """R5.1: the dialog shows what differs, proposes the record that knows more, and what it
        does not know from the other; a line may be chosen otherwise."""
        wizard = Form(
            self.env["service.vehicle.merge.wizard"].with_user(self.manager).with_context(
                active_model="service.vehicle", active_ids=(self.twin | self.vehicle).ids
            )
        )
        self.assertEqual(wizard.keep, "second")
        wizard = wizard.save()
        choices = {line.field_name: line.choice for line in wizard.line_ids}
        self.assertEqual(choices["plate"], "second")
        self.assertEqual(choices["colour"], "first")
        self.assertNotIn("owner_id", choices)
        wizard.line_ids.filtered(lambda line: line.field_name == "plate").choice = "first"
        action = wizard.action_merge()
        self.assertEqual(action["res_id"], self.vehicle.id)
        self.assertEqual(self.vehicle.plate, "沪A·12346")
        self.assertEqual(self.vehicle.colour, "Red")

    def test_dialog_prefers_the_right_vin(self):
        """R5.1: a VIN whose check digit is right is proposed against one that is doubtful; the
        car is found by the wrong one as well."""
        wrong = self.env["service.vehicle"].create(
            {"vin": "LSVAL41Z882104203", "vin_override_reason": "so read", "plate": "A 1"}
        )
        wizard = self.env["service.vehicle.merge.wizard"].create(
            {"vehicle_id": wrong.id, "other_id": self.vehicle.id, "keep": "first"}
        )
        choices = {line.field_name: line.choice for line in wizard.line_ids}
        self.assertEqual((choices["vin"], choices["plate"]), ("second", "first"))
        wizard.action_merge()
        self.assertEqual(wrong.vin, "LSVAL41Z882104202")
        self.assertFalse(wrong.vin_override_reason)
        found = self.env["service.vehicle"].name_search("LSVAL41Z882104203")
        self.assertEqual([car_id for car_id, _name in found], wrong.ids)

    def test_dialog_needs_two(self):
        """R5.1: one car, or three, are no pair."""
        with self.assertRaisesRegex(UserError, "two vehicles"):
            self.env["service.vehicle.merge.wizard"].with_context(
                active_model="service.vehicle", active_ids=self.vehicle.ids
            ).create({})

    # ---- customers ------------------------------------------------------------------------

    def _merge_customers(self, *others, user=None):
        wizard = self.env["base.partner.merge.automatic.wizard"].with_user(user or self.manager)
        customers = self.customer.union(*others)
        wizard.create(
            {
                "state": "selection",
                "partner_ids": [Command.set(customers.ids)],
                "dst_partner_id": self.customer.id,
            }
        ).action_merge()

    def test_customers(self):
        """R5.1: Odoo's own merge, by the manager, takes cars, orders and the history of owners
        along; who followed himself as an owner had the car all along."""
        double = self.env["res.partner"].create({"name": "Li Customer", "email": "li@x.example"})
        order = self._new_order()
        self.vehicle.owner_id = double
        order.partner_id = double
        self._merge_customers(double)
        self.assertFalse(double.exists())
        self.assertEqual(order.partner_id, self.customer)
        self.assertEqual(self.vehicle.owner_id, self.customer)
        self.assertEqual(self.vehicle.owner_ids.partner_id, self.customer)
        self.assertEqual(len(self.vehicle.owner_ids), 1)
        self.assertFalse(self.vehicle.owner_ids.date_to)
        self.assertEqual(self.customer.email, "li@x.example")

    def test_two_addresses(self):
        """R5.1: two different e-mail addresses stay a matter for the administrator, and a
        customer who is gone is named."""
        self.customer.email = "a@x.example"
        double = self.env["res.partner"].create({"name": "Li", "email": "b@x.example"})
        with self.assertRaisesRegex(UserError, "same email"):
            self._merge_customers(double)
        gone = self.env["res.partner"].create({"name": "Li"})
        wizard = self.env["base.partner.merge.automatic.wizard"].with_user(self.manager).create({})
        gone.unlink()
        with self.assertRaisesRegex(UserError, "already"):
            wizard._merge([gone.id, self.customer.id], self.customer)

    def test_mover_is_not_public(self):
        """R5.1: nobody moves references over RPC."""
        public = [name for name in vars(ServiceReferenceMover) if not name.startswith("_")]
        self.assertFalse(public)
