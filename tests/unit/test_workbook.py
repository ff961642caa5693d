"""Workbooks of any length: typed cells, real charts, and nothing that a program would run."""

import datetime
import io
import zipfile
from xml.etree import ElementTree
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from .modules import load

pytest.importorskip("xlsxwriter")
openpyxl = pytest.importorskip("openpyxl")
workbook = load("service_advisor_reports/tools/workbook.py")
frequency = load("service_advisor_reports/tools/frequency.py")
svg = load("service_advisor_reports/tools/svg.py")

Column = workbook.Column
WORDS = workbook.Words("ja", "nein", "keine Daten", "Spalte", "Bedeutung", "%(name)s (%(number)s)")
DAY, MOMENT = datetime.date(2026, 3, 1), datetime.datetime(2026, 3, 1, 8, 30)
COLUMNS = [
    Column("Text"), Column("Zahl", "integer"), Column("Geld", "money", meaning="In Euro"),
    Column("Anteil", "percent"), Column("Tag", "day"), Column("Zeit", "moment"),
    Column("Stunden", "hours"), Column("Flagge", "flag"),
    Column("Art", labels={"a": "Alpha"}),
]
ROW = ["Wort", 3, 12.5, 0.25, DAY, MOMENT, 1.5, True, "a"]


def write(rows, columns=COLUMNS, none=None, limit=workbook.ROW_LIMIT, charts=False):
    target = io.BytesIO()
    book = workbook.Workbook(target, WORDS, workbook.money_format("€"), row_limit=limit)
    cover, row = book.write_cover(
        "Blatt", "Titel", [("Firma", "=1+1")], [("Satz", "percent", None, "von 0")]
    )
    table = book.write_table("Zeilen", columns, rows, none=none)
    if charts:
        book.add_charts(cover, row, [("column", "Zahlen", table, [1]), ("bar", "B", table, [1])])
    book.write_about("Worte", [("Satz", "Teil ÷ Ganzes")], [table])
    book.close()
    return target.getvalue(), table


def read(content):
    return openpyxl.load_workbook(io.BytesIO(content))


def test_typed():
    """R5.5: dates are dates, money is money, a share a percentage, a label what it stands for."""
    content, _table = write([[ROW]])
    sheet = read(content)["Zeilen"]
    cells = sheet[2]
    assert [cell.value for cell in cells] == [
        "Wort", 3, 12.5, 0.25, datetime.datetime(2026, 3, 1), MOMENT, 1.5, "ja", "Alpha",
    ]
    assert cells[2].number_format == '#,##0.00 "€"'
    assert cells[3].number_format == "0.0%"
    assert cells[4].number_format == "yyyy-mm-dd" and cells[4].is_date
    assert sheet.freeze_panes == "B2"
    assert sheet.auto_filter.ref == "A1:I2"


def test_mixed():
    """R2.5: a column of figures of different kinds keeps the kind of each."""
    content, _table = write(
        [[[("percent", 0.5)], [("money", 2.0)], [("integer", None)]]],
        columns=[Column("Wert", "mixed")], none="keine Daten",
    )
    cells = [row[0] for row in read(content)["Zeilen"].iter_rows(min_row=2)]
    assert [cell.value for cell in cells] == [0.5, 2, "keine Daten"]
    assert cells[0].number_format == "0.0%"


def test_no_data():
    """R5.5: what is not known is said in a table of figures, and empty in a long list."""
    empty = [None] * len(COLUMNS)
    content, _table = write([[empty]], none="keine Daten")
    values = [cell.value for cell in read(content)["Zeilen"][2]]
    assert values[:7] == ["keine Daten"] * 7 and values[8] == "keine Daten"
    content, _table = write([[empty]])
    assert read(content)["Zeilen"].max_row == 1
    assert read(content)["Blatt"]["B5"].value == "keine Daten"


@pytest.mark.parametrize("chunk", (1, 2, 7))
def test_row_limit(chunk):
    """R5.5: a table that is longer than a sheet goes on in further ones, heads and all."""
    rows = [[str(number), number, *ROW[2:]] for number in range(7)]
    chunks = [rows[start:start + chunk] for start in range(0, 7, chunk)]
    content, table = write(chunks, limit=4)
    book = read(content)
    assert table.sheets == ["Zeilen", "Zeilen (2)", "Zeilen (3)"] and table.count == 7
    found = []
    for name in table.sheets:
        assert book[name]["A1"].value == "Text"
        found += [row[1] for row in book[name].iter_rows(min_row=2, values_only=True)]
    assert found == list(range(7))


@given(st.lists(
    st.text(alphabet=st.characters(blacklist_categories=("Cs",)), min_size=1, max_size=20),
    min_size=1, max_size=8,
))
@settings(max_examples=40, deadline=None)
def test_text_is_text(texts):
    """R5.5: whatever a customer typed is text: no formula, no link, no number."""
    texts = ["=cmd|' /C calc'!A0", "+1", "-1", "@SUM(A1)", "{=1+1}", "http://x.example", *texts]
    content, _table = write([[[text] for text in texts]], columns=[Column("Text")])
    with zipfile.ZipFile(io.BytesIO(content)) as files:
        for name in files.namelist():
            if "worksheets/sheet" in name:
                assert b"<f>" not in files.read(name) and b"<hyperlink" not in files.read(name)
    sheet = read(content)["Zeilen"]
    for text, (cell,) in zip(texts, sheet.iter_rows(min_row=2), strict=True):
        # openpyxl shows "=" as a formula; the file says that it is a string.
        assert isinstance(cell.value, (str, type(None)))
        if text.isprintable() and text.strip() and "_x" not in text:
            assert cell.value == text


@pytest.mark.parametrize("text", (
    "<r><t>x</t></r>", "<r>&bad</r>", "a\x01b\x0b\x1f\ufffec", "x" * 40000, "<b>",
))
def test_file_stays_whole(text):
    """R5.5: no name breaks the file: neither markup nor what XML can not hold, also in charts."""
    content, _table = write([[[text, *ROW[1:]]]], charts=True)
    with zipfile.ZipFile(io.BytesIO(content)) as files:
        for name in files.namelist():
            ElementTree.fromstring(files.read(name))
    found = read(content)["Zeilen"]["A2"].value
    if text.isprintable():
        assert found.strip() == text[:32767]


def test_old_days():
    """R5.5: a day that Excel can not count is a text, not another day."""
    values = [datetime.date(26, 5, 1), datetime.date(1900, 1, 1), datetime.date(9999, 12, 31)]
    content, _table = write([[[value] for value in values]], columns=[Column("Tag", "day")])
    cells = [cell for cell, in read(content)["Zeilen"].iter_rows(min_row=2)]
    assert [cell.value for cell in cells] == [
        "0026-05-01", datetime.datetime(1900, 1, 1), datetime.datetime(9999, 12, 31)]


def test_charts():
    """R5.5: charts are charts, with their figures, and only where there are some."""
    content, _table = write([[ROW]], charts=True)
    with zipfile.ZipFile(io.BytesIO(content)) as files:
        chart = files.read("xl/charts/chart1.xml").decode()
    assert "Zeilen!$B$2" in chart and "<c:v>3</c:v>" in chart
    content, _table = write([], charts=True)
    assert not [name for name in zipfile.ZipFile(io.BytesIO(content)).namelist() if "chart" in name]


def test_about():
    """R5.5: a sheet says what each figure and column means."""
    content, _table = write([[ROW]])
    rows = list(read(content)["Worte"].iter_rows(values_only=True))
    assert rows == [("Spalte", "Bedeutung"), ("Satz", "Teil ÷ Ganzes"), ("Geld", "In Euro")]


@given(st.text(), st.sets(st.text(max_size=3)))
def test_sheet_names(name, taken):
    """R5.5: any name makes a sheet that Excel opens, and no two are called alike."""
    found = workbook.sheet_name(name, taken)
    assert 0 < len(found) <= 31 and not set(found) & set("[]:*?/\\")
    assert found.lower() not in taken


def test_money():
    """R5.5: money in the format of its currency."""
    assert workbook.money_format("¥", 0, True) == '"¥" #,##0'
    assert workbook.money_format('"', 2) == "#,##0.00"


def test_local():
    """R5.5: times are those on the clock of the shop, in summer and in winter."""
    berlin = ZoneInfo("Europe/Berlin")
    assert workbook.local(datetime.datetime(2026, 1, 1, 12), berlin).hour == 13
    assert workbook.local(datetime.datetime(2026, 7, 1, 12), berlin).hour == 14
    assert workbook.local(False, berlin) is None


@given(st.sampled_from(sorted(frequency.STEPS)), st.dates(datetime.date(2000, 1, 1)))
def test_periods(often, day):
    """R2.5: the latest period is over, follows the one before, and the next day is later."""
    first, last = frequency.last_period(often, day)
    following = frequency.next_day(often, day)
    assert first <= last < day < following
    # On the next day, the period after this one is over.
    assert frequency.last_period(often, following)[0] == last + frequency.DAY
    # A day before, it is still the same.
    assert frequency.last_period(often, following - frequency.DAY) == (first, last)


def test_svg():
    """R5.5: labels are escaped, what is not known is not drawn, and nothing is no chart."""
    chart = svg.bars([("<b>", 2), ("none", None)])
    assert "&lt;b&gt;" in chart and "none" not in chart
    assert svg.bars([]) == "" and svg.columns([("a", None)]) == ""
    assert svg.columns([("a", 0)]).count("<rect") == 1
