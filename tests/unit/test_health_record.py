import json
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from .modules import load

rules = load("service_advisor/tools/health_record.py")


def visit(**vals):
    known = {
        "plate": "沪A·12345",
        "company": "Dealer",
        "vin": "LSVAL41Z882104202",
        "received_on": date(2026, 3, 2),
        "odometer": 50000,
        "settled_on": date(2026, 3, 4),
        "faults": ["Squeals when braking", "", "Airbag"],
        "settlement_no": "ST000001",
        "parts": [("BP-1", "Brake pads", 1.0)],
        "projects": [("Replace front brake pads", 1.5)],
    }
    return rules.Visit(**(known | vals))


def test_record():
    """R2.6: the names and the order of the standard, days as yyyyMMdd, every value a text."""
    assert rules.build_record(visit()) == {
        "basicInfo": {
            "vehicleplatenumber": "沪A12345",
            "companyname": "Dealer",
            "vin": "LSVAL41Z882104202",
            "repairdate": "20260302",
            "repairmileage": "50000",
            "settledate": "20260304",
            "faultdescription": "Squeals when braking; Airbag",
            "costlistcode": "ST000001",
        },
        "vehiclepartslist": [
            {"partscode": "BP-1", "partsname": "Brake pads", "partsquantity": "1"}
        ],
        "repairprojectlist": [
            {"repairproject": "Replace front brake pads", "workinghours": "1.5"}
        ],
    }


def test_gaps():
    """R2.6: a missing or short VIN and a missing day are told; a visit without parts is fine."""
    assert rules.find_gaps(rules.build_record(visit())) == []
    assert rules.find_gaps(rules.build_record(visit(parts=[]))) == []
    assert rules.find_gaps(rules.build_record(visit(vin=False, settled_on=None))) == [
        "vin", "settledate",
    ]
    assert rules.find_gaps(rules.build_record(visit(vin="LSV"))) == ["vin"]
    assert rules.find_gaps(rules.build_record(visit(projects=[]))) == ["repairprojectlist"]


def test_rounding():
    """R2.6: two digits, half up as written, no needless zeros, no negative zero."""
    def quantity(number):
        return rules.build_record(visit(parts=[("", "", number)]))["vehiclepartslist"][0][
            "partsquantity"
        ]

    for number, text in (
        (0.1 + 0.2, "0.3"), (1.005, "1.01"), (2.675, "2.68"), (10, "10"), (100.0, "100"),
        (0, "0"), (-0.001, "0"), (4.25, "4.25"), (None, "0"),
    ):
        assert quantity(number) == text, number


@given(st.text(), st.text(), st.lists(st.text(), max_size=5), st.floats(0, 1e6))
def test_any_text_fits(name, code, faults, number):
    """R2.6: whatever was typed, the record is JSON within the lengths."""
    record = rules.build_record(
        visit(faults=faults, parts=[(code, name, number)], projects=[(name, number)])
    )
    assert json.loads(json.dumps(record)) == record
    assert len(record["basicInfo"]["faultdescription"]) <= rules.LONG_TEXT
    assert len(record["vehiclepartslist"][0]["partsname"]) <= rules.SHORT_TEXT
    assert len(record["repairprojectlist"][0]["repairproject"]) <= rules.SHORT_TEXT


def test_long_texts_say_that_they_were_cut():
    """R2.6: a cut text ends with an ellipsis."""
    name = rules.build_record(visit(projects=[("x" * 51, 1)]))["repairprojectlist"][0]
    assert name["repairproject"] == "x" * 49 + "…"


def test_answers():
    """R2.6: accepted, refused, taken without a verdict, wrong settings, and what is tried again."""
    def state(status, text):
        return rules.judge_answer(status, text).state

    accepted = rules.judge_answer(200, '{"code": "1", "status": "ok", "receipt": "R-7"}')
    assert accepted == ("accepted", "R-7", "ok")
    nested = rules.judge_answer(200, '{"respInfo": {"code": 1, "message": "saved"}}')
    assert (nested.state, nested.message) == ("accepted", "saved")
    refused = rules.judge_answer(200, '{"code": "-1", "status": "VIN unknown"}')
    assert (refused.state, refused.message) == ("refused", "VIN unknown")
    assert state(400, '{"message": "no plate"}') == "refused"
    assert state(202, '{"id": "77"}') == "sent"
    for status, text in ((200, "<html>Welcome</html>"), (200, "[1]"), (200, ""),
                         (500, ""), (503, '{"code": "1"}'), (429, ""), (408, "")):
        assert state(status, text) == "again", (status, text)
    for status in (301, 302, 401, 403, 404):
        assert state(status, '{"code": "1"}') == "failed", status


@given(st.integers(100, 599), st.text())
def test_any_answer_is_judged(status, text):
    """R2.6: no answer makes the queue stumble."""
    verdict = rules.judge_answer(status, text)
    assert verdict.state in ("accepted", "refused", "sent", "failed", "again")
    assert len(verdict.message) <= rules.LONG_TEXT


@given(st.integers(0, 50))
def test_delays_grow(attempts):
    """R2.6: each try waits at least as long as the one before, a day at most."""
    assert 5 <= rules.delay_minutes(attempts) <= rules.delay_minutes(attempts + 1) <= 1440
