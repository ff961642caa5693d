from odoo.addons.service_advisor_reports.tools import duplicates as rules
from odoo.addons.service_advisor_reports.tools.duplicates import Car, Customer
from odoo.tests import BaseCase

VIN, SLIP, OTHER = "LSVAL41Z882104202", "LSVAL41Z882104203", "WVWZZZ1KZ6W000001"


class TestDuplicateRules(BaseCase):
    """Rules without records."""

    def _confidence(self, one, other):
        return rules.confidence(rules.compare(one, other))

    def test_customers(self):
        """R5.1: what two customers have in common, and what speaks against it."""
        li = Customer("+862155501001", "li@x.example", "Li Na", "Huaihai Road 118 Shanghai")
        cases = [
            (Customer("+862155501001", name="Na LI"), {"phone": "same", "name": "same"}),
            (Customer(email="li@x.example", name="Lí, Na"), {"email": "same", "name": "same"}),
            (
                Customer(name="Li Naa", address="HUAIHAI ROAD, 118 Shanghai"),
                {"name": "similar", "address": "same"},
            ),
            (
                Customer("+862155501002", name="Li Na", address="Huaihai Road 119 Shanghai"),
                {"phone": "differs", "name": "same", "address": "differs"},
            ),
            (Customer(), {}),
        ]
        for other, findings in cases:
            with self.subTest(other=other):
                self.assertEqual(dict(rules.compare(li, other)), findings)
                self.assertEqual(rules.compare(li, other), rules.compare(other, li))

    def test_customers_ranked(self):
        """R5.1: the same phone and name come before the same phone alone, the same phone under
        another name is still a pair, a name alone is none."""
        li = Customer("+862155501001", "li@x.example", "Li Na", "Huaihai Road 118")
        both = self._confidence(li, Customer("+862155501001", name="Li Na"))
        phone = self._confidence(li, Customer("+862155501001"))
        family = self._confidence(li, Customer("+862155501001", name="Wang Lei"))
        name = self._confidence(li, Customer(name="Li Na", address="Nanjing Road 1"))
        self.assertTrue(both > phone > family > name)
        self.assertGreaterEqual(family, rules.THRESHOLD)
        self.assertLess(name, rules.THRESHOLD)

    def test_cars(self):
        """R5.1: a VIN typed wrong, a plate misread or of former days, and the end of the VIN
        beside model and owner."""
        car = Car(VIN, "沪A12345", frozenset({"沪B00001"}), 1, 7)
        cases = [
            (Car(SLIP, "沪A99999"), {"vin": "slip", "plate": "differs"}),
            (Car("", "沪AI2345"), {"plate": "misread"}),
            (Car("", "沪B00001"), {"plate": "former"}),
            (Car("LSVAL41Z112104202", model=1, owner=7),
             {"vin": "tail", "model": "same", "owner": "same"}),
            (Car("LSVAL41Z112104202", model=1, owner=8),
             {"vin": "differs", "model": "same", "owner": "differs"}),
            (Car(OTHER, "沪B00001"), {"vin": "differs", "plate": "former"}),
        ]  # fmt: skip
        for other, findings in cases:
            with self.subTest(other=other):
                self.assertEqual(dict(rules.compare(car, other)), findings)
                self.assertEqual(rules.compare(car, other), rules.compare(other, car))

    def test_plate_moved_to_the_next_car(self):
        """R5.1: an owner who takes the plate to another car has two cars, as the VINs tell."""
        old = Car(VIN, "", frozenset({"沪A12345"}), 1, 7)
        new = Car(OTHER, "沪A12345", frozenset(), 2, 7)
        self.assertLess(self._confidence(old, new), rules.THRESHOLD)

    def test_gap(self):
        """R5.1: one record knows the VIN, the other the plate: perhaps one car of one owner."""
        vin, plate = Car(VIN, model=1, owner=7), Car(plate="沪A12345", model=1, owner=7)
        self.assertIn(("gap", "fits"), rules.compare(vin, plate))
        self.assertGreaterEqual(self._confidence(vin, plate), rules.THRESHOLD)
        self.assertNotIn("gap", dict(rules.compare(vin, plate._replace(owner=8))))

    def test_fingerprints(self):
        """R5.1: a change of what agrees is noticed, of what does not agree not, and nobody reads
        a telephone from it."""
        one, other = Customer("+8621", "a@x.example", "Li"), Customer("+8621", "", "Wang")
        before = rules.fingerprints(rules.compare(one, other), one, other)
        self.assertFalse([text for text in before if "8621" in text])
        other = other._replace(name="Zhao")
        self.assertEqual(rules.fingerprints(rules.compare(one, other), one, other), before)
        other = other._replace(email="a@x.example")
        after = rules.fingerprints(rules.compare(one, other), one, other)
        self.assertLess(set(before), set(after))
