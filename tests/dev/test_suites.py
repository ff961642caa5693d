"""What Odoo's own suites say, beside what they say without our addons."""
import pytest

from tools import suites
from tools.console import Fail

START = "2026-01-05 10:00:00,000 77 "


def line(level, logger, message):
    return f"{START}{level} db odoo.addons.{logger}: {message}"


LOG = "\n".join([
    line("INFO", "sale_stock.tests.test_x", "Starting TestX.test_a ... "),
    line("ERROR", "sale_stock.tests.test_x", "FAIL: TestX.test_a"),
    "Traceback (most recent call last):", "AssertionError: 1 != 2",
    line("INFO", "sale_stock.tests.test_x", "Starting TestX.test_b ... "),
    line("ERROR", "sale_stock.tests.test_x", "ERROR: Subtest TestX.test_b (number=1)"),
    line("ERROR", "sale_stock.tests.test_x", "FAIL: Subtest TestX.test_b (number=2)"),
    line("INFO", "sale_stock.tests.test_x", "Starting TestX.test_c ... "),
    line("INFO", "sale_stock.tests.test_x", "skipped TestX.test_c : no browser"),
    line("ERROR", "sale_stock.tests.test_y", "ERROR: setUpClass (odoo.addons.sale_stock.tests."
         "test_y.TestY)"),
    line("WARNING", "sale_stock.models", "something that is no test"),
])
BAD = ["TestX.test_a", "TestX.test_b", "setUpClass (odoo.addons.sale_stock.tests.test_y.TestY)",
       "skipped TestX.test_c"]


def test_every_bad_test_is_named_once():
    assert suites.read(LOG) == (3, BAD)


def test_a_run_without_tests_is_no_success():
    with pytest.raises(Fail, match="no test"):
        suites.read(line("ERROR", "sale_stock.tests.test_x", "FAIL: TestX.test_a"))


def kept(bad, tests=3, known=()):
    return {"without": {"sale_stock": {"tests": tests, "bad": bad}},
            "known": {"sale_stock": dict.fromkeys(known, "the reason")}}


def test_what_fails_without_us_too_is_not_ours():
    assert suites.compare("sale_stock", 3, BAD, kept(BAD)) == []
    assert suites.compare("sale_stock", 3, [], kept(BAD)) == []


def test_what_fails_only_with_us_is_told():
    assert suites.compare("sale_stock", 3, BAD, kept(BAD[1:])) == ["sale_stock: TestX.test_a"]
    assert suites.compare("sale_stock", 3, BAD, kept(BAD[1:], known=BAD[:1])) == []


def test_a_test_that_did_not_run_is_told():
    assert "only 2 tests ran" in suites.compare("sale_stock", 2, [], kept([]))[0]


def test_nothing_to_compare_with_is_told():
    assert "--baseline" in suites.compare("account", 3, [], kept([]))[0]


def test_every_known_difference_has_its_reason():
    there = suites.load()
    assert set(there["without"]) <= set(suites.SUITES)
    assert all(reason for known in there["known"].values() for reason in known.values())
