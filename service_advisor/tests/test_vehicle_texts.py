import random

from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import mute_logger
from psycopg2.errors import UniqueViolation

from .common import ServiceAdvisorCommon

ROUNDS = 4_000
PIECES = (
    "沪A12345", "lsval41z882104202", "Li Customer", "+86 21 5550 1234", "%", "_", "\\", "'", '"',
    "\0", "\x01", "\x7f", "\u200b", "\u202e", "\ud800", "\udfff", "🚗", "🧑\u200d🔧", "é",
    "e\u0301", "ß", "ΐ", "²", "٣", "Ａ", "￥", "·", "-", " ", "\n", "\t", "(", ")", "[", "{", "}",
    "$1", "${x}", "%s", "%(x)s", "--", ";", "/*", "NULL", "0", "00", "+", "+0", "임",
    "\u1100\u1161", "ﷺ", "临",
)
ANY = (0x20, 0x7F, 0x250, 0x2FFF, 0x4E00, 0x9FFF, 0xD7FF, 0xFFFF, 0x1F64F, 0x10FFFF)


@tagged("post_install", "-at_install")
class TestAnyText(ServiceAdvisorCommon):
    """Whatever is typed, scanned or sent: an answer or a clear word, never a traceback."""

    def _texts(self, count):
        """Return ``count`` texts, the same on every run."""
        chance = random.Random(19)
        for index in range(count):
            size = chance.choice((1, 2, 5, 17, 30)) if index % 500 else 5000
            parts = [
                chance.choice(PIECES)
                if chance.random() < 0.5
                else chr(chance.randrange(chance.choice(ANY) + 1))
                for _piece in range(size)
            ]
            yield "".join(parts)[: chance.choice((None, 3, 17))]

    def test_search_box(self):
        """R1.1: 4 000 texts in the search box, in the list and under the field."""
        Vehicle = self.env["service.vehicle"].with_user(self.reception)
        for index, text in enumerate(self._texts(ROUNDS)):
            with self.subTest(text=ascii(text)[:200]):
                if index % 2:
                    Vehicle.name_search(text, limit=8)
                else:
                    Vehicle.web_search_read(
                        [("display_name", "ilike", text)], {"display_name": {}}, limit=8
                    )

    def test_exact_search(self):
        """R1.1: the same for the exact search of an import, and where it must not match."""
        Vehicle = self.env["service.vehicle"].with_user(self.reception)
        for text in self._texts(500):
            with self.subTest(text=ascii(text)[:200]):
                Vehicle.search([("display_name", "=", text)], limit=1)
                Vehicle.search([("display_name", "not ilike", text)], limit=1)
                Vehicle.name_search(text, operator="=", limit=1)

    def test_vin_field(self):
        """R1.1: 4 000 texts as a VIN: in the form a proposal, on saving a VIN or a clear word."""
        Vehicle = self.env["service.vehicle"].with_user(self.reception)
        saved = refused = 0
        for index, text in enumerate(self._texts(ROUNDS)):
            with self.subTest(text=ascii(text)[:200]):
                blank = Vehicle.new({"vin": text, "plate": text})
                self.assertFalse(blank.brand_id.id and not blank.vin)
                self.assertIsInstance(blank.display_name, str)
                if index % 10:
                    continue
                try:
                    with mute_logger("odoo.sql_db"), self.env.cr.savepoint() as savepoint:
                        Vehicle.create({"vin": text, "plate": text})
                        self.env.flush_all()
                        saved += 1
                        savepoint.rollback()
                except UserError as error:
                    refused += 1
                    self.assertRegex(str(error), "VIN|plate")
                except UniqueViolation:  # the car of the shop itself; Odoo tells it in our words
                    self.assertRegex(text, "沪A12345|lsval41z882104202")
        self.assertTrue(saved and refused, (saved, refused))
