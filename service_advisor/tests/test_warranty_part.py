from datetime import timedelta

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import ServiceAdvisorCommon


@tagged("post_install", "-at_install")
class TestWarrantyPart(ServiceAdvisorCommon):
    def _warranty_order(self):
        order = self._authorised_order(pay_type="warranty", payer_id=self.manufacturer.id)
        self._issue_parts(order)
        return order

    def _tags(self, order):
        return self.env["service.warranty.part"].search([("order_id", "=", order.id)])

    def _return(self, order, product, quantity):
        """Take ``quantity`` of ``product`` back from ``order``, as the warehouse."""
        picking = order.sudo().picking_ids.with_user(self.storekeeper)[0]
        wizard = (
            self.env["stock.return.picking"]
            .with_user(self.storekeeper)
            .with_context(active_id=picking.id, active_model="stock.picking")
            .create({})
        )
        for line in wizard.product_return_moves:
            line.quantity = quantity if line.product_id == product else 0
        back = self.env["stock.picking"].browse(wizard.action_create_returns()["res_id"])
        back.move_ids.picked = True
        back.with_user(self.storekeeper).button_validate()

    def test_old_parts_are_tagged(self):
        """R2.4: each part issued under warranty leaves an old one to keep, with all one asks."""
        self.company.service_kept_part_days = 30
        order = self._warranty_order()
        tags = self._tags(order)
        self.assertEqual(tags.product_id, self.pads | self.fluid)
        pads = tags.filtered(lambda tag: tag.product_id == self.pads)
        fluid = tags - pads
        self.assertEqual((pads.quantity, fluid.quantity), (1, 2))
        self.assertEqual(pads.payer_id, self.manufacturer)
        self.assertEqual((pads.job_id, pads.vin), (order.job_ids, self.vehicle.vin))
        self.assertEqual(pads.keep_until, fields.Date.context_today(pads) + timedelta(days=30))
        self.assertEqual(len(set(tags.mapped("name"))), 2)
        self.assertRegex(pads.name, r"^WP\d{5}$")

    def test_other_payers_keep_nothing(self):
        """R2.4: what customers pay is theirs; its transfers do not even ask."""
        order = self._authorised_order()
        self._issue_parts(order)
        self.assertFalse(self._tags(order))

    def test_unused_parts_come_back(self):
        """R2.4: a part that was not fitted replaced nothing: its tag shrinks or goes."""
        order = self._warranty_order()
        self._return(order, self.fluid, 1)
        fluid = self._tags(order).filtered(lambda tag: tag.product_id == self.fluid)
        self.assertEqual(fluid.quantity, 1)
        self._return(order, self.pads, 1)
        self.assertEqual(self._tags(order), fluid)

    def test_part_returned_after_the_payer_changed(self):
        """R2.4: whoever pays by now, the tag of a part that comes back goes."""
        order = self._warranty_order()
        tag = self._tags(order).filtered(lambda tag: tag.product_id == self.fluid)
        order.estimate_ids.sudo().service_pay_type = "goodwill"
        self._return(order, self.fluid, 2)
        self.assertFalse(tag.exists())

    def test_tags_follow_the_claim(self):
        """R2.4: parts issued before a job was warranty are tagged with its claim, what is out
        of them; tags of a job that is no warranty job any more are off."""
        order = self._authorised_order()
        self._issue_parts(order)
        self._return(order, self.fluid, 1)
        self.assertFalse(self._tags(order))
        job = order.job_ids
        job.write({"pay_type": "warranty", "payer_id": self.manufacturer.id})
        job._ensure_claims()
        tags = self._tags(order)
        self.assertEqual(
            {tag.product_id: tag.quantity for tag in tags}, {self.pads: 1, self.fluid: 1}
        )
        self.assertEqual(tags.payer_id, self.manufacturer)
        job._ensure_claims()
        self.assertEqual(self._tags(order), tags)
        tags[0].with_user(self.storekeeper).action_send_back()
        job.write({"pay_type": "customer", "payer_id": self.customer.id})
        self.assertFalse(job.sudo().claim_ids)
        self.assertEqual(self._tags(order), tags[0], "what left stays on record")

    def test_nobody_lets_go_by_the_date(self):
        """R2.4: the date is put off by the warehouse, and brought forward by the manager."""
        tag = self._tags(self._warranty_order())[0].with_user(self.storekeeper)
        day = timedelta(days=1)
        tag.write({"keep_until": tag.keep_until + day, "place": "W3"})
        with self.assertRaisesRegex(UserError, "Only the service manager"):
            tag.keep_until -= day
        tag.with_user(self.manager).keep_until -= day
        tag.action_send_back()
        with self.assertRaisesRegex(UserError, "is Sent Back"):
            tag.place = "W4"

    def test_kept_then_gone(self):
        """R2.4: sent back or scrapped, with who and when; not scrapped before its date."""
        tags = self._tags(self._warranty_order()).with_user(self.storekeeper)
        first, second = tags
        first.place = "W3-12"
        first.action_send_back()
        self.assertEqual((first.state, first.closed_by_id), ("sent", self.storekeeper))
        self.assertTrue(first.closed_at)
        with self.assertRaisesRegex(UserError, f"Tag {first.name} is Sent Back"):
            first.action_scrap()
        with self.assertRaisesRegex(UserError, "may ask for tag"):
            second.action_scrap()
        second.with_user(self.manager).action_scrap()
        with self.assertRaisesRegex(UserError, "let go of tag"):
            second.action_keep_again()
        first.action_keep_again()
        self.assertEqual((first.state, first.closed_at), ("kept", False))

    def test_overdue(self):
        """R2.4: the list says what the manufacturer can not ask for any more."""
        tags = self._tags(self._warranty_order())
        self.assertFalse(tags.filtered("is_overdue"))
        tags[0].sudo().keep_until = fields.Date.context_today(tags) - timedelta(days=1)
        self.assertEqual(tags.filtered("is_overdue"), tags[0])
        found = self.env["service.warranty.part"].search([("is_overdue", "=", True)])
        self.assertEqual(found & tags, tags[0])
        tags[0].with_user(self.storekeeper).action_scrap()
        self.assertFalse(tags[0].is_overdue)

    def test_tag_to_print(self):
        """R2.4: several tags in one document; each with barcode, car, order, part and date."""
        order = self._warranty_order()
        tags = self._tags(order)
        html, _kind = self.env["ir.actions.report"].with_user(self.storekeeper)._render_qweb_html(
            "service_advisor.report_service_warranty_part", tags.ids
        )
        text = html.decode()
        for value in (*tags.mapped("name"), self.vehicle.vin, order.plate, order.name,
                      "Brake pads", "Carmaker"):
            self.assertIn(value, text)
        self.assertEqual(text.count("data:image/png;base64"), 2, "a barcode per tag")

    def test_numbers_per_company(self):
        """R2.4 R5.3: each company counts its own tags."""
        other = self.env["res.company"].create({"name": "Other Shop"})
        numbers = [
            company._get_number_sequence("service.warranty.part").next_by_id()
            for company in (self.company, other, other)
        ]
        self.assertEqual(numbers[1:], ["WP00001", "WP00002"])
        self.assertRegex(numbers[0], r"^WP\d{5}$")

    def test_rights(self):
        """R2.4 R5.3: the warehouse shelves and lets go; nobody makes or edits a tag by hand."""
        tag = self._tags(self._warranty_order())[0]
        for user in (self.technician, self.reception, self.accountant):
            self.assertTrue(tag.with_user(user).name)
            with self.assertRaises(AccessError):
                tag.with_user(user).place = "A1"
        with self.assertRaises(AccessError):
            tag.with_user(self.accountant).action_send_back()
        with self.assertRaisesRegex(AccessError, "can not be entered by hand"):
            tag.with_user(self.storekeeper).quantity = 9
        for user in (self.storekeeper, self.manager):
            with self.assertRaises(AccessError):
                tag.with_user(user).copy()
            with self.assertRaises(AccessError):
                tag.with_user(user).unlink()

    def test_one_number_per_tag_is_all_that_grows(self):
        """R2.4: many tags take one query each for the number and none for anything else."""
        parts = [self._new_part(f"Part {number}", 10.0) for number in range(6)]
        for part in parts:
            self._put_on_shelf(part, 5)
        moves = []
        # The first one fills caches that the others find.
        for some in (parts[:1], parts[:2], parts):
            self.operation.part_ids = [
                Command.clear(),
                *(Command.create({"product_id": part.id, "quantity": 1}) for part in some),
            ]
            order = self._authorised_order(pay_type="warranty", payer_id=self.manufacturer.id)
            self._issue_parts(order)
            self._tags(order).sudo().unlink()
            moves.append(self.env["stock.move"].browse(order.sudo().picking_ids.move_ids.ids))
        WarrantyPart = self.env["service.warranty.part"].sudo()
        counts = []
        for some in moves:
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            WarrantyPart._tag(some)
            self.env.flush_all()
            counts.append(self.env.cr.sql_log_count - before - len(some))
        self.assertEqual(*counts[1:])
