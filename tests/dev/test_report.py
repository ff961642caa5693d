"""What counts as passed, failed and noise."""
import pytest

from tools import report

START = "2026-01-05 10:00:00,000 77 "
END = (START + "INFO db odoo.tests.result: "
       "0 failed, 0 error(s) of 5 tests when loading database 'db'")


def test_all_passed():
    result = report.read_odoo_log(END)
    assert (result.passed, result.failed, result.skipped) == (5, 0, 0)
    assert result.line() == "5 passed, 0 failed"


def test_failures_carry_their_reason_and_are_counted_once():
    log = "\n".join([
        START + "ERROR db odoo.addons.service_advisor.tests.test_x: FAIL: TestX.test_y",
        "Traceback (most recent call last):", '  File "x.py", line 1, in test_y',
        "AssertionError: 1 != 2", " ",
        START + "ERROR db odoo.modules.loading: Module service_advisor: 1 failures, 0 errors of 5",
        START + "ERROR db odoo.tests.result: 1 failed, 0 error(s) of 5 tests when loading "
        "database 'db'"])
    result = report.read_odoo_log(log)
    assert (result.passed, result.failed) == (4, 1)
    assert result.problems == ["FAIL service_advisor: TestX.test_y: AssertionError: 1 != 2"]


def test_skipped_tests_are_not_passed():
    log = START + "INFO db odoo.addons.a.tests.t: skipped TestX.test_y : no browser\n" + END
    result = report.read_odoo_log(log)
    assert (result.passed, result.skipped) == (4, 1)
    assert result.line() == "4 passed, 0 failed, 1 skipped"


def test_a_warning_fails_unless_it_is_known_noise():
    bad = report.read_odoo_log(START + "WARNING db odoo.models: two fields, one label\n" + END)
    assert bad.failed == 1
    fine = report.read_odoo_log(
        START + "WARNING db odoo.addons.iap.tools.iap_tools: no connection\n" + END)
    assert fine.failed == 0


def test_the_same_warning_counts_once():
    warning = START + "WARNING db odoo.models: two fields, one label\n"
    assert report.read_odoo_log(warning * 3 + END).failed == 1


@pytest.mark.parametrize("log", ["", "Segmentation fault", END.replace("of 5", "of 0")])
def test_no_result_is_a_failure(log):
    assert report.read_odoo_log(log).failed == 1


def test_no_test_is_fine_where_none_may_be_left():
    assert report.read_odoo_log(END.replace("of 5", "of 0"), expect_tests=False).failed == 0
    assert report.read_odoo_log("Segmentation fault", expect_tests=False).failed == 1


def test_junit(tmp_path):
    path = tmp_path / "x.xml"
    path.write_text(
        '<testsuites><testsuite><testcase classname="a" name="ok"/>'
        '<testcase classname="a" name="bad"><failure message="1 != 2">t</failure></testcase>'
        '<testcase classname="a" name="broken"><error message="import">t</error></testcase>'
        '<testcase classname="a" name="later"><skipped message="no"/></testcase>'
        "</testsuite></testsuites>")
    result = report.read_junit(path)
    assert (result.passed, result.failed, result.skipped) == (1, 2, 1)
    assert "a::bad: 1 != 2" in result.problems


def test_a_check_counts_as_one():
    assert report.Result.check([]).line() == "1 passed, 0 failed"
    assert report.Result.check(["a", "b"]).line() == "0 passed, 1 failed"
