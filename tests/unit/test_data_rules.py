from dataclasses import fields, replace
from datetime import date, timedelta

from hypothesis import example, given
from hypothesis import strategies as st

from .modules import load

rules = load("service_advisor_reports/tools/data_rules.py")

GOOD = rules.Customer(
    phone="+86 21 5550 1001", phone_key="+862155501001", email="li@mail.example",
    email_key="li@mail.example", street="1 Nanjing Road", city="Shanghai", country="48",
    has_orders=True, has_vehicle=True,
)
TODAY = date(2026, 3, 2)
CAR = rules.Vehicle(
    owner=7, owner_phone="+86 21 5550 1001", vin="LSVAM40Z2E2315518", plate="沪A·12345",
    has_model=True, has_date=True, known_since=date(2020, 1, 1),
    readings=((10000, None, date(2025, 1, 1)), (12000, None, date(2026, 1, 1))),
)
DAYS = 400
READINGS = st.lists(
    st.tuples(
        st.integers(0, 300000),
        st.sampled_from([None, "", "meter_replaced", "typo"]),
        st.just(TODAY),
    ),
    max_size=8,
).map(tuple)
CODES = "abcdef"
WEIGHTS = st.dictionaries(st.sampled_from(CODES), st.integers(0, 100))


def test_good_data():
    """R5.1: nothing is found where nothing is missing."""
    assert rules.customer_faults(GOOD) == {}
    assert rules.vehicle_faults(CAR, TODAY, DAYS) == {}


def test_one_fault_of_a_customer_is_one_finding():
    """R5.1: each gap is found, alone, with what stands in the record."""
    for change, faults in (
        ({"phone": "", "phone_key": ""}, {"phone_missing": ""}),
        ({"phone_key": ""}, {"phone_invalid": "+86 21 5550 1001"}),
        ({"email": "", "email_key": ""}, {"email_missing": ""}),
        ({"email_key": ""}, {"email_unreachable": "invalid:li@mail.example"}),
        ({"bounces": 1}, {"email_unreachable": "bounced:li@mail.example"}),
        ({"bounces": 9}, {"email_unreachable": "bounced:li@mail.example"}),
        ({"is_blocked": True}, {"email_unreachable": "blocked:li@mail.example"}),
        ({"street": "", "country": ""}, {"address_incomplete": "street,country"}),
        ({"lacks_consent": True}, {"consent_missing": ""}),
        ({"has_vehicle": False}, {"vehicle_missing": ""}),
        ({"has_vehicle": False, "is_person": False}, {}),
        ({"has_vehicle": False, "has_orders": False}, {}),
        ({"phone": "", "phone_key": "", "bounces": 2, "email": "", "email_key": ""},
         {"phone_missing": "", "email_missing": ""}),
    ):
        assert rules.customer_faults(replace(GOOD, **change)) == faults, change


def test_one_fault_of_a_car_is_one_finding():
    """R5.1: owner, VIN, plate, model, dates and the odometer of a car."""
    for change, faults in (
        ({"owner": 0, "owner_phone": ""}, {"owner_missing": ""}),
        ({"owner_phone": ""}, {"owner_phone_missing": "7"}),
        ({"vin": ""}, {"vin_missing": ""}),
        ({"vin_problem": "check_digit"}, {"vin_invalid": CAR.vin}),
        ({"vin_problem": "check_digit", "vin_reason": " "}, {"vin_invalid": CAR.vin}),
        ({"vin_problem": "check_digit", "vin_reason": "So printed"}, {}),
        ({"vin_problem": "shape", "vin_reason": "So printed"}, {"vin_invalid": CAR.vin}),
        ({"plate_doubt": "unknown"}, {"plate_odd": CAR.plate}),
        ({"plate_doubt": "military"}, {}),
        ({"plate_doubt": "military", "is_in_china": True}, {"plate_odd": CAR.plate}),
        ({"has_model": False}, {"model_missing": ""}),
        ({"has_date": False}, {"date_missing": ""}),
        ({"readings": ()}, {"reading_old": ""}),
        ({"readings": (), "known_since": TODAY}, {}),
    ):
        assert rules.vehicle_faults(replace(CAR, **change), TODAY, DAYS) == faults, change


@given(st.integers(0, 2000), st.integers(0, 1000))
@example(400, 400)
@example(401, 400)
def test_reading_grows_old(age, days):
    """R5.1: the odometer is asked for after so many days, not on the last of them."""
    day = TODAY - timedelta(days=age)
    found = rules.vehicle_faults(replace(CAR, readings=((1, None, day),)), TODAY, days)
    assert found == ({"reading_old": day.isoformat()} if age > days else {})


@given(READINGS)
@example(((5, None, TODAY), (4, None, TODAY), (9, None, TODAY), (3, "typo", TODAY)))
def test_falls_are_those_without_a_reason(readings):
    """R5.1: the last pair that goes down without a reason is told, and nothing else is."""
    fall = None
    for before, after in zip(readings, readings[1:]):  # noqa: B905 - the last has no next
        if after[0] < before[0] and not after[1]:
            fall = (before[0], after[0])
    assert rules.find_fall(readings) == fall
    given_reasons = tuple((value, reason or "typo", day) for value, reason, day in readings)
    assert rules.find_fall(given_reasons) is None
    assert rules.find_fall(tuple(sorted(readings, key=lambda found: found[0]))) is None


@given(WEIGHTS, st.sets(st.sampled_from(CODES)))
def test_score_is_the_share_in_order(weights, faults):
    """R5.1: 0 to 100; each finding lowers it or leaves it, and 100 says that none counts."""
    found = rules.score(weights, faults)
    assert 0 <= found <= 100
    lost = sum(weights.get(code, 0) for code in faults)
    assert (found == 100) == (lost == 0)
    assert (found == 0) == (lost > 0 and lost * 100 > (100 - 1) * sum(weights.values()))
    assert all(rules.score(weights, faults | {code}) <= found for code in CODES)


@given(st.builds(rules.Customer), st.booleans())
def test_nothing_known_is_no_error(customer, value):
    """R5.1: a customer of whom nothing is known is one with findings."""
    flags = {f.name: value for f in fields(customer) if isinstance(f.default, bool)}
    faults = rules.customer_faults(replace(customer, **flags))
    assert {"phone_missing", "email_missing", "address_incomplete"} <= set(faults)
    assert ("consent_missing" in faults) == value
