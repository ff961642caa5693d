from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger
from psycopg2.errors import CheckViolation

from .common import SIGNATURE, ServiceAdvisorCommon


@tagged("post_install", "-at_install")
class TestDamage(ServiceAdvisorCommon):
    def _damage(self, order, user=None, **vals):
        vals = {"order_id": order.id, "pos_x": 50, "pos_y": 50, "kind": "dent"} | vals
        return self.env["service.damage"].with_user(user or self.reception).create(vals)

    def _signed_order(self, user=None):
        order = self._new_order(user=user or self.reception)
        order.write(
            {
                "checkin_signature": SIGNATURE,
                "belongings": "Child seat",
                "damage_ids": [Command.create({"pos_x": 50, "pos_y": 90, "kind": "scratch"})],
            }
        )
        order.action_check_in()
        return order

    def _reopen(self, order, reason="Typed wrong"):
        wizard = self.env["service.checkin.correction.wizard"].with_user(self.manager)
        wizard.create({"order_id": order.id, "reason": reason}).action_confirm()

    # ---- the picture ----------------------------------------------------------------------

    def test_place_follows_the_tap(self):
        """R1.2: where it was tapped names the part of the car; people may know better."""
        order = self._new_order(user=self.reception)
        damage = self._damage(order, pos_x=50, pos_y=85)
        self.assertEqual(damage.place, "left")
        damage.write({"pos_x": 8, "pos_y": 50})
        self.assertEqual(damage.place, "front")
        damage.place = "glass"
        self.assertEqual(damage.place, "glass")
        self.assertEqual(self._damage(order, pos_x=0, pos_y=0).place, "interior")
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(CheckViolation),
            self.env.cr.savepoint(),
        ):
            self._damage(order, pos_x=101)

    def test_new_damage_on_screen(self):
        """R1.2: the picture gets the place from the server before anything is saved."""
        form = Form(
            self.env["service.damage"]
            .with_user(self.reception)
            .with_context(default_pos_x=92, default_pos_y=50, default_kind="crack")
        )
        self.assertEqual((form.place, form.kind), ("rear", "crack"))

    # ---- evidence -------------------------------------------------------------------------

    def test_unsigned_check_in_stays_open(self):
        """R1.2: what nobody signed may be completed until work is approved on it."""
        order = self._new_order(user=self.advisor)
        order.action_check_in()
        self.assertFalse(order.is_checkin_locked)
        order.belongings = "Child seat"
        self._damage(order)
        order.action_quote()
        order.energy_level = 40
        order.action_approve()
        self.assertTrue(order.is_checkin_locked)
        with self.assertRaisesRegex(UserError, "Correct Check-in"):
            order.belongings = "Nothing"

    def test_signature_after_check_in(self):
        """R1.2: a late signature can be saved, and locks what it stands under."""
        order = self._new_order(user=self.reception)
        order.action_check_in()
        with Form(order) as form:
            form.checkin_signature = SIGNATURE
            form.belongings = "Child seat"
        self.assertEqual(order.belongings, "Child seat")
        self.assertTrue(order.is_checkin_locked)

    def test_signed_check_in_is_evidence(self):
        """R1.2: nobody changes what the customer signed: not by hand, RPC or import."""
        order = self._signed_order()
        lamp = self.env.ref("service_advisor.warning_lamp_oil")
        changes = [
            {"vehicle_id": self.vehicle.copy({"plate": "沪A00001", "vin": False}).id},
            {"odometer_in": 1},
            {"energy_level": 90},
            {"belongings": "Nothing"},
            {"sender_name": "Somebody"},
            {"checkin_signature": False},
            {"warning_lamp_ids": [Command.link(lamp.id)]},
            {"damage_ids": [Command.clear()]},
            {"damage_ids": [Command.create({"place": "roof", "kind": "dent"})]},
        ]
        for user in (self.reception, self.advisor, self.manager):
            for vals in changes:
                with self.subTest(user.login, **vals), self.assertRaises(UserError):
                    order.with_user(user).write(vals)
            own = order.damage_ids.with_user(user)
            with self.assertRaises(UserError):
                own.write({"kind": "dent"})
            with self.assertRaises(UserError):
                own.unlink()
            with self.assertRaises(UserError):
                self._damage(order, user=user)
        result = (
            self.env["service.order"]
            .with_user(self.advisor)
            .load([".id", "belongings"], [[str(order.id), "Nothing"]])
        )
        self.assertTrue(result["messages"])
        order.write({"key_tag": "17", "loaner": "沪A·00001"})  # no part of what was signed
        self.assertEqual((order.belongings, order.odometer_in), ("Child seat", 50000))

    def test_damage_is_not_moved(self):
        """R1.2: a damage is neither moved into a signed check-in nor out of it."""
        signed, other = self._signed_order(), self._new_order(user=self.reception)
        damage = self._damage(other)
        with self.assertRaises(UserError):
            damage.order_id = signed
        with self.assertRaises(UserError):
            signed.damage_ids.order_id = other

    def test_manager_corrects_with_a_reason(self):
        """R1.2 R5.3: the chatter keeps why a signed check-in was changed, and what was."""
        order = self._signed_order()
        with self.assertRaises(AccessError):
            self.env["service.checkin.correction.wizard"].with_user(self.advisor).create(
                {"order_id": order.id, "reason": "I want to"}
            )
        with self.assertRaisesRegex(UserError, "why"):
            self._reopen(order, reason="  ")
        self._reopen(order, "Read 5 for 6")
        with self.assertRaises(UserError):
            order.with_user(self.advisor).belongings = "Nothing"
        own = order.with_user(self.manager)
        own.write({"odometer_in": 60000, "damage_ids": [Command.create(
            {"pos_x": 50, "pos_y": 50, "kind": "chip"})]})
        own.damage_ids[0].unlink()
        told = " ".join(order.sudo().message_ids.mapped("body"))
        for words in ("Read 5 for 6", "50000 km → 60000 km", "Stone Chip, Roof",
                      "Removed: Scratch, Left Side"):
            with self.subTest(words):
                self.assertIn(words, told)
        self.assertEqual(self.vehicle.odometer, 60000)
        own.action_lock_checkin()
        with self.assertRaises(UserError):
            own.belongings = "Nothing"

    def test_correction_is_not_opened_by_hand(self):
        """R1.2 R5.3: only the manager's step reopens a check-in."""
        order = self._signed_order()
        for user in (self.advisor, self.manager):
            with self.assertRaises(AccessError):
                order.with_user(user).write({"checkin_reopened_at": self._now()})

    # ---- access ---------------------------------------------------------------------------

    def test_access(self):
        """R1.2 R5.3: desk and technicians note damage, other departments read it."""
        order = self._new_order(user=self.reception)
        for user in (self.reception, self.advisor, self.technician):
            with self.subTest(user.login):
                self._damage(order, user=user)
        with self.assertRaises(AccessError):
            order.damage_ids[0].with_user(self.technician).unlink()
        self.assertTrue(order.damage_ids.with_user(self.storekeeper).mapped("kind"))
        with self.assertRaises(AccessError):
            self._damage(order, user=self.storekeeper)
        with self.assertRaises(AccessError):
            order.damage_ids.with_user(self.salesperson).mapped("kind")

    # ---- the sheet ------------------------------------------------------------------------

    def _sheet(self, order):
        html, _type = self.env["ir.actions.report"]._render_qweb_html(
            "service_advisor.report_service_checkin", order.ids
        )
        return html.decode()

    def test_check_in_sheet(self):
        """R1.2: the sheet says what was taken in, in whose words, and where it is damaged."""
        order = self._signed_order()
        order.sudo().write(
            {
                "energy_level": 45,
                "key_tag": "K 17",
                "sender_name": "Driver of Li",
                "transport": "loaner",
                "loaner": "沪A·00001",
                "warning_lamp_ids": [
                    Command.link(self.env.ref("service_advisor.warning_lamp_engine").id)
                ],
            }
        )
        sheet = self._sheet(order)
        for words in (order.name, self.company.name, "Li Customer", "Driver of Li", "沪A·12345",
                      "LSVAL41Z882104202", "50,000", "45", "K 17", "Loaner Car", "沪A·00001",
                      "Engine", "Child seat", "Squeals when braking", "Scratch, Left Side",
                      "left: 50.0%", "data:image/png;base64"):
            with self.subTest(words):
                self.assertIn(words, sheet)

    def test_check_in_sheet_without_anything_noted(self):
        """R1.2: nothing noted is said, not left blank; unsigned it has a line to sign on."""
        order = self._new_order()
        order.action_check_in()
        sheet = self._sheet(order)
        for words in ("No damage was noted", "Not read", "None is lit", "Date and signature"):
            with self.subTest(words):
                self.assertIn(words, sheet)
