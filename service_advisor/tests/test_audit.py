from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from .common import ServiceAdvisorCommon


@tagged("at_install", "-post_install")
class TestAudit(ServiceAdvisorCommon):
    """R5.3: sensitive changes are kept with before, after, who, when and why."""

    def _rows(self, **domain):
        return self.env["service.audit"].search(
            [(name, "=", value) for name, value in domain.items()]
        )

    def test_car(self):
        """R5.3: VIN, plate and owner of a car are kept as they were; typing the same again and
        a new car are no changes."""
        new = self.env["res.partner"].create({"name": "Wang Buyer"})
        car = self.vehicle.with_user(self.advisor)
        self.assertFalse(self._rows(vehicle_id=car.id))
        car.write({"plate": "沪A·12345", "vin": "LSVAL41Z882104202"})
        self.assertFalse(self._rows(vehicle_id=car.id))
        car.with_context(service_audit_reason="Sold").write(
            {"plate": "京B54321", "owner_id": new.id, "colour": "Red"}
        )
        rows = self._rows(vehicle_id=car.id).sorted("field_name")
        self.assertEqual(rows.mapped("field_name"), ["owner_id", "plate"])
        owner, plate = rows
        self.assertEqual((owner.before, owner.after), ("Li Customer", "Wang Buyer"))
        self.assertEqual((plate.before, plate.after), ("沪A·12345", "京B·54321"))
        self.assertEqual(rows.user_id, self.advisor)
        self.assertEqual(set(rows.mapped("reason")), {"Sold"})
        self.assertEqual(rows.company_id, self.company)
        self.assertEqual(owner.field_label, "Owner")
        self.assertEqual(owner.res_name, car.display_name)

    def test_odometer_correction(self):
        """R5.3: a reading below the last one is kept with its reason; a usual one is not."""
        self.vehicle._record_odometer(60000, "manual")
        self.assertFalse(self._rows(subject="odometer"))
        self.vehicle.with_user(self.advisor)._record_odometer(
            50000, "manual", reason="typo", note="Misread"
        )
        row = self._rows(subject="odometer")
        self.assertEqual((row.before, row.after), ("60000", "50000"))
        self.assertEqual(row.reason, "Earlier reading wrong: Misread")
        self.assertEqual(row.vehicle_id, self.vehicle)

    def test_customer_contact(self):
        """R5.3: phone and e-mail of a customer with a car are kept; of another contact not."""
        other = self.env["res.partner"].create({"name": "Supplier", "phone": "1"})
        (other | self.customer).with_user(self.reception).write({"phone": "021 555"})
        row = self._rows(field_name="phone")
        self.assertEqual(row.partner_id, self.customer)
        self.assertEqual((row.before, row.after, row.user_id.id),
                         ("", "021 555", self.reception.id))

    def test_approved_price(self):
        """R5.3: another price of an approved line is kept, one of a quoted line is not."""
        order = self._new_order()
        order.action_check_in()
        order.action_quote()
        line = order.job_ids.line_ids[1]
        line.price_unit = 70
        order.action_quote()
        self.assertFalse(self._rows(subject="price"))
        order.action_approve()
        line.write({"price_unit": 95, "product_uom_qty": line.product_uom_qty})
        row = self._rows(subject="price")
        self.assertEqual((row.before, row.after), ("70", "95"))
        self.assertEqual((row.order_id, row.user_id), (order, self.advisor))
        self.assertEqual(order.job_ids.state, "proposed", "and the approval is void")

    def test_promise(self):
        """R5.3: a promise that moves is kept with its reason, the first one is no change."""
        order = self._authorised_order()
        self.assertFalse(self._rows(subject="promise"))
        before = order.promised_at
        order._move_promise(before.replace(year=before.year + 1), "Part is late", "parts")
        row = self._rows(subject="promise")
        self.assertEqual((row.order_id, row.reason), (order, "Part is late"))
        self.assertTrue(row.before and row.after and row.before != row.after)

    def test_settings_and_rights(self):
        """R5.3: limits and roles of the department are kept; other groups are not."""
        self.company.service_discount_limit = 12.5
        row = self._rows(field_name="service_discount_limit")[0]
        self.assertEqual((row.before, row.after), ("100", "12.5"))
        user = new_test_user(self.env, "audited", "base.group_user")
        self.assertFalse(self._rows(res_model="res.users", res_id=user.id))
        manager = self.env.ref("service_advisor.group_manager")
        user.write({"group_ids": [Command.link(manager.id)]})
        row = self._rows(res_model="res.users", res_id=user.id)
        self.assertEqual((row.before, row.after), ("", manager.display_name))
        self.assertFalse(row.company_id)
        manager.write({"user_ids": [Command.unlink(user.id)]})
        row = self._rows(res_model="res.groups", res_id=manager.id)
        self.assertIn(user.name, row.before)
        self.assertNotIn(user.name, row.after)
        born = new_test_user(self.env, "born", "service_advisor.group_advisor")
        self.assertTrue(self._rows(res_model="res.users", res_id=born.id))

    def test_nobody_writes_it(self):
        """R5.3: managers of the company read it; nobody writes, makes or deletes a row."""
        self.vehicle.plate = "京B54321"
        row = self._rows(vehicle_id=self.vehicle.id)
        self.assertTrue(row.with_user(self.manager).read(["before"]))
        for user in (self.manager, self.env.ref("base.user_admin")):
            mine = row.with_user(user)
            with self.assertRaises(AccessError):
                mine.copy()
            with self.assertRaises(UserError):
                mine.write({"reason": "x"})
            with self.assertRaises(AccessError):
                mine.unlink()
        with self.assertRaises(UserError):
            row.sudo().write({"reason": "x"})
        with self.assertRaises(UserError):
            row.sudo().unlink()
        for user in (self.advisor, self.technician, self.accountant):
            with self.assertRaises(AccessError):
                row.with_user(user).read(["before"])

    def test_same_queries_for_many(self):
        """R5.3: the list costs as much for two rows as for many."""
        cars = self.env["service.vehicle"].create([{"plate": f"川A1000{i}"} for i in range(6)])
        for car in cars:
            car.owner_id = self.customer
        rows = self._rows(subject="owner")
        names = ["res_name", "before", "after", "field_label"]
        rows.with_user(self.manager).read(names)
        counts = []
        for some in (rows[:2], rows):
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            some.with_user(self.manager).read(names)
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(*counts)
