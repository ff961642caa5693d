"""Cells of other systems: dates, numbers and words as people write them."""

import datetime
import string

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from .modules import load

values = load("service_advisor/tools/import_values.py")
plan = load("service_advisor/tools/import_plan.py")
columns = load("service_advisor/tools/import_columns.py")

STYLE = values.Style(today=datetime.date(2026, 3, 1))
AMERICAN = values.Style(day_first=False)
GERMAN = values.Style(decimal_comma=True)
DAY = datetime.date(2025, 4, 3)


def bad(parse, cell, style=STYLE):
    with pytest.raises(values.BadCell) as caught:
        parse(cell, style)
    return caught.value.args[0]


@pytest.mark.parametrize("cell", [
    DAY, datetime.datetime(2025, 4, 3, 9, 30), "2025-04-03", "2025/4/3", "2025.4.3", "20250403",
    "2025年4月3日", "2025-04-03 09:30:00", "2025-04-03T09:30", "03/04/2025", "3.4.2025 09:30",
    45750, 45750.0, "45750", "45750.4", "２０２５－０４－０３",
])
def test_dates(cell):
    """R5.1: a day as a date, a spreadsheet's number, or text of many kinds."""
    assert values.parse_date(cell, STYLE) == DAY


def test_dates_that_are_none():
    """R5.1: what is no day, or a day to come where something has happened, is refused."""
    assert values.parse_date("04/03/2025", AMERICAN) == DAY
    for cell in ("soon", "2025-02-30", "31/31/2025", "1066-10-14", 12, "12", True, "99999"):
        assert bad(values.parse_date, cell) == "date", cell
    assert values.parse_date("-", STYLE) is None
    assert bad(values.parse_past, "2026-03-02") == "future"
    assert values.parse_past("2026-03-01", STYLE)


@pytest.mark.parametrize(("cell", "style", "number"), [
    ("1,234.50", STYLE, 1234.5), ("1.234,50", GERMAN, 1234.5), ("¥ 1,234", STYLE, 1234),
    ("1234元", STYLE, 1234), ("-12.3", STYLE, -12.3), ("1.2万公里", STYLE, 12000),
    ("12 345 km", STYLE, 12345), (12.345, STYLE, 12.35), ("１２３", STYLE, 123), ("—", STYLE, None),
    ("'-5.00", STYLE, -5),
])
def test_numbers(cell, style, number):
    """R5.1: amounts and readings with separators, currencies and units."""
    cell = cell.replace("—", "-") if isinstance(cell, str) else cell
    assert values.parse_number(cell, style) == number


def test_numbers_that_are_none():
    """R5.1: neither words nor separators in wrong places are taken for a number."""
    for cell in ("abc", "12,34,56", "1.2.3", "nan", float("nan"), float("inf"), True,
                 "1e400", "9" * 20):
        assert bad(values.parse_number, cell) == "number", cell
    assert bad(values.parse_whole, "-5") == bad(values.parse_whole, 99_999_999) == "odometer"


def test_words():
    """R5.1: plates, VINs, phones, years and energies."""
    assert values.parse_vin(" lsval41z8-82104202 ") == "LSVAL41Z882104202"
    assert bad(values.parse_vin, "LSVAL41Z88210420O") == "vin"
    assert values.parse_plate("-") == ""
    assert bad(values.parse_plate, "A" * 30) == "plate"
    assert values.parse_phone("'+86 138 0000 0000") == "+86 138 0000 0000"
    assert values.parse_phone(13800000000.0) == "13800000000"
    assert bad(values.parse_phone, "1.38E+10") == "scientific"
    assert bad(values.parse_phone, "123") == "phone"
    assert values.parse_energy("纯电动") == "electric"
    assert bad(values.parse_energy, "steam") == "energy"
    assert values.parse_year("2024款") == "2024"
    assert bad(values.parse_text, "x" * 201) == bad(values.parse_long, "x" * 10_001) == "long"


CELLS = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.datetimes(), st.dates(), st.times(),
    st.timedeltas(), st.text(), st.text(alphabet=string.digits + "-/.,年月日万 "),
)


@given(CELLS, st.sampled_from(sorted(columns.TARGETS)))
@example("\ud800", "work")
@example("٣٤٥٦٧", "odometer")
@example("²", "owner_phone")
def test_any_cell_has_a_value_or_a_reason(cell, target):
    """R5.1: bad cells never stop a run."""
    line = values.parse_line(7, [cell], [target], STYLE)
    assert not (line.values and line.problems)
    for text in (*line.cells, *(problem[2] for problem in line.problems)):
        assert isinstance(text, str)


def test_a_car_is_found_by_vin_then_by_plate():
    """R5.1: rows of one car meet; a plate of another car is refused."""
    cars = plan.Cars()
    one, _ = cars.find("V1", "沪A 1")
    assert cars.find("V1", None) == cars.find(None, "沪a·1") == cars.find("V1", "B2") == (one, None)
    assert cars.find("V2", "沪A1") == (None, "other_car")
    other, _ = cars.find("V2", "B3")
    assert other is not one
    assert cars.find("V2", "沪A1") == (None, "two_cars")
    late, _ = cars.find(None, "C4")
    assert cars.find("V4", "C4") == (late, None)
    assert cars.find("V4", None) == (late, None)


def test_what_is_known_stays():
    """R5.1: rows complete a car and never write over it; readings only go up."""
    slot = plan.Slot(id=5, filled={"colour"}, is_new=False, odometer=100, read_on=DAY)
    assert slot.add({"colour": "red", "plate": "A1"})
    assert slot.vals == {"plate": "A1"}
    assert not slot.add({"plate": "A2"})
    later = DAY + datetime.timedelta(days=1)
    assert not slot.take_reading(DAY, 100)
    assert not slot.take_reading(DAY - datetime.timedelta(days=1), 200)
    assert slot.take_reading(later, 200)
    assert slot.reading == (later, 200)


def test_a_customer_is_found_by_what_tells_people_apart():
    """R5.1: number, phone, or name with a detail; a name alone means nobody."""
    customers = plan.Customers()
    wang = plan.Customer(1, "K1", "Wang Lei")
    customers.learn(wang, [("phone", "+861")])
    wife = plan.Customer(2, "", "Li Na")
    customers.learn(wife, [("phone", "+861")])
    assert customers.find([("phone", "+861")], "", "li na") is wife
    assert customers.find([("phone", "+861")], "", "Somebody") is wang
    assert customers.find([("phone", "+861")], "K2", "Wang Lei") is wife
    assert plan.customer_keys({"owner_name": "Wang Lei"}, None) == []
    assert plan.customer_keys({"owner_name": "Wang Lei", "owner_email": "w@x.y"}, None) == [
        ("name", "wanglei", "w@x.y")]
    assert plan.customer_keys({"owner_ref": "K1", "owner_phone": "1"}, "+861") == [
        ("ref", "K1"), ("phone", "+861")]
