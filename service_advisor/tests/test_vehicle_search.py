from odoo.tests import tagged

from .common import ServiceAdvisorCommon


@tagged("post_install", "-at_install")
class TestVehicleSearch(ServiceAdvisorCommon):
    """What is typed at the desk finds the car, however short, at a cost that does not grow."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.owners = cls.env["res.partner"].create(
            [{"name": "王伟", "phone": "+86 138 7654 3210"}, {"name": "欧阳伟芳"}]
        )
        cls.cars = cls.env["service.vehicle"].create(
            [
                {"plate": f"苏E·7Q00{index}", "owner_id": owner.id, "model_id": cls.model.id}
                for index, owner in enumerate(cls.owners)
            ]
        )

    def _box(self, text):
        wizard = self.env["service.walkin.wizard"].with_user(self.reception)
        found = wizard.search_arrival(text)
        return [row["id"] for row in found["vehicles"]], [row["id"] for row in found["customers"]]

    def test_names_of_two_characters(self):
        """R5.1: a Chinese name or given name of two characters, and a surname alone."""
        first, second = self.cars
        for text, car in (("王伟", first), ("王", first), ("伟芳", second), ("欧阳", second)):
            cars, customers = self._box(text)
            self.assertIn(car.id, cars, text)
            self.assertIn(car.owner_id.id, customers, text)
            names = self.env["service.vehicle"].with_user(self.reception).name_search(text)
            self.assertIn(car.id, [found for found, _name in names], text)

    def test_phones_in_any_form(self):
        """R5.1: the end of a number, the whole of it, and with zeros in front."""
        for text in ("3210", "138 7654 3210", "+86 13876543210", "0086 138 7654 3210"):
            self.assertIn(self.cars[0].id, self._box(text)[0], text)

    def test_what_is_typed_in_full_comes_first(self):
        """R5.1: a short plate in full is shown, though many longer ones hold it as well."""
        self.env["service.vehicle"].create([{"plate": f"XA1B{n:02}"} for n in range(20)])
        short = self.env["service.vehicle"].create({"plate": "A1B"})
        self.assertEqual(self._box("a1b")[0][0], short.id)
        names = self.env["service.vehicle"].name_search("a1b", limit=8)
        self.assertEqual((names[0][0], len(names)), (short.id, 8))

    def test_an_answer_takes_eight_queries(self):
        """R5.1: however many cars match, box and name search ask the database 8 times at most."""
        box = self.env["service.walkin.wizard"].search_arrival
        for text in ("7Q0", "苏E7Q000", "王伟", "3210", "138 7654 3210"):
            for ask in (box, self.env["service.vehicle"].name_search):
                ask(text)
                self.env.flush_all()
                self.env.invalidate_all()
                self.assertTrue(self.env.company.name)  # as in a request, which has read it
                before = self.env.cr.sql_log_count
                self.assertTrue(ask(text))
                self.assertLessEqual(self.env.cr.sql_log_count - before, 8, (text, ask))
