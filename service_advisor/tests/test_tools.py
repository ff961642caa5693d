from datetime import datetime

from odoo.tests import BaseCase

from ..tools.plate import format_plate, looks_chinese, normalise_plate, plate_kind
from ..tools.promise import latest_limit, round_up
from ..tools.vin import check_digit, has_vin_shape, needs_check_digit, normalise_vin, vin_problem


class TestVin(BaseCase):
    def test_good_numbers(self):
        """R1.1: VINs of North America and China with the right check digit, and a European one."""
        for vin in ("1M8GDM9AXKP042788", "LSVAL41Z882104202", "LFV6A24G2D3041348"):
            with self.subTest(vin):
                self.assertIsNone(vin_problem(vin))
                self.assertTrue(needs_check_digit(vin))
                self.assertEqual(check_digit(vin), vin[8])
        self.assertIsNone(vin_problem("WP0ZZZ99ZTS392124"), "no check digit in Europe")
        self.assertFalse(needs_check_digit("WP0ZZZ99ZTS392124"))
        self.assertNotEqual(check_digit("WP0ZZZ99ZTS392124"), "Z")

    def test_wrong_numbers(self):
        """R1.1: a misread VIN is told from one that is no VIN at all."""
        for vin, problem in (
            ("1M8GDM9A1KP042788", "check_digit"),
            ("LSVAL41Z082104202", "check_digit"),
            ("LSVAL41Z88210420", "shape"),
            ("LSVAL41Z8821042022", "shape"),
            ("LSVAL41Z88210420O", "shape"),
            ("IM8GDM9AXKP042788", "shape"),
            ("1M8GDM9AXKP04278Q", "shape"),
            ("LSVAL41Z88210420\n", "shape"),
            ("lsval41z882104202", "shape"),
            ("", "shape"),
            (False, "shape"),
            (None, "shape"),
        ):
            with self.subTest(vin):
                self.assertEqual(vin_problem(vin), problem)
        with self.assertRaises(ValueError):
            check_digit("LSVAL41Z88210420")

    def test_as_typed(self):
        """R1.1: a VIN is kept in one form however it was typed or pasted."""
        for typed in (
            "lsval41z882104202",
            " LSVAL41Z 8821 04202 ",
            "LSV-AL41Z8-82104202",
            "ＬＳＶＡＬ４１Ｚ８８２１０４２０２",
            "LSVAL41Z882104202\n",
            "LSVAL41Z8\u00a082104202",
        ):
            with self.subTest(typed):
                self.assertEqual(normalise_vin(typed), "LSVAL41Z882104202")
        for empty in ("", None, False, " - "):
            self.assertEqual(normalise_vin(empty), "")
        self.assertTrue(has_vin_shape("WP0ZZZ99ZTS392124"))
        self.assertFalse(has_vin_shape(None))


class TestPlate(BaseCase):
    def test_chinese_kinds(self):
        """R1.1: each kind of plate that Chinese registration knows is recognised."""
        for plate, kind in (
            ("沪A12345", "ordinary"),
            ("京N8P8F8", "ordinary"),
            ("粤B·AB123", "ordinary"),
            ("沪AD12345", "new_energy"),
            ("粤BDF0123", "new_energy"),
            ("京A12345D", "new_energy"),
            ("苏EK12345", "new_energy"),
            ("沪A1234学", "special"),
            ("京A0001警", "special"),
            ("鲁B123D挂", "special"),
            ("粤Z1234港", "border"),
            ("粤ZAB12澳", "border"),
            ("使123456", "diplomatic"),
            ("123456使", "diplomatic"),
            ("沪A1234领", "diplomatic"),
        ):
            with self.subTest(plate):
                self.assertEqual(plate_kind(plate), kind)

    def test_no_chinese_plate(self):
        """R1.1: a plate with a character that is never painted is not taken for a good one."""
        for plate in (
            "沪A1234",  # one short
            "沪A123456",  # a digit too many for an engine, no letter for a battery
            "沪O12345",  # no city has the letter O
            "沪I12345",
            "沪A1234I",
            "沪A1234O",
            "沪AL12345",  # L is no letter of a new-energy plate
            "台A12345",  # no province of GA 36
            "B-MW 1234",
            "",
            None,
        ):
            with self.subTest(plate):
                self.assertIsNone(plate_kind(plate))

    def test_as_typed(self):
        """R1.1: one key for every spelling; O and 0 are never swapped."""
        for typed in ("沪a·123 45", "沪A-12345", "沪Ａ１２３４５", " 沪A•12345\t", "沪.A.12345"):
            with self.subTest(typed):
                self.assertEqual(normalise_plate(typed), "沪A12345")
        self.assertEqual(normalise_plate("b-mw 0O1"), "BMW0O1")
        for empty in ("", None, False, " · "):
            self.assertEqual(normalise_plate(empty), "")

    def test_as_shown(self):
        """R1.1: a Chinese plate is shown as painted, another one as typed."""
        for typed, shown in (
            ("沪a12345", "沪A·12345"),
            ("沪AD12345", "沪A·D12345"),
            ("沪A1234学", "沪A·1234学"),
            ("使123456", "使123456"),
            (" B-MW 1234 ", "B-MW 1234"),
            (None, ""),
        ):
            with self.subTest(typed):
                self.assertEqual(format_plate(typed), shown)
        self.assertTrue(looks_chinese("沪A1"))
        self.assertFalse(looks_chinese("B-MW 1234"))
        self.assertFalse(looks_chinese(None))


class TestPromise(BaseCase):
    def test_round_up(self):
        """R1.4: a customer is told a quarter of an hour, and never an earlier one."""
        for moment, told in (
            (datetime(2026, 1, 5, 14, 7, 31), datetime(2026, 1, 5, 14, 15)),
            (datetime(2026, 1, 5, 14, 15), datetime(2026, 1, 5, 14, 15)),
            (datetime(2026, 1, 5, 14, 15, 0, 1), datetime(2026, 1, 5, 14, 30)),
            (datetime(2026, 12, 31, 23, 50), datetime(2027, 1, 1)),
        ):
            with self.subTest(moment):
                self.assertEqual(round_up(moment), told)
        self.assertEqual(
            round_up(datetime(2026, 1, 5, 14, 7), minutes=60), datetime(2026, 1, 5, 15)
        )

    def test_latest_limit(self):
        """R1.4: what takes longest binds the promise; on a tie what was named first."""
        early, late = datetime(2026, 1, 5, 9), datetime(2026, 1, 6, 9)
        self.assertEqual(latest_limit([(early, "work"), (late, "part")]), (late, "part"))
        self.assertEqual(latest_limit([(late, "work"), (late, "part")]), (late, "work"))
        with self.assertRaises(ValueError):
            latest_limit([])
