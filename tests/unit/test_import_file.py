"""Files of other systems: whatever they are, they are read row by row or refused with a word."""

import csv
import datetime
import io
import zipfile

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from .modules import load

file = load("service_advisor/tools/import_file.py")
columns = load("service_advisor/tools/import_columns.py")

openpyxl = pytest.importorskip("openpyxl")

CODES = {"empty", "size", "old_excel", "broken", "encoding", "columns", "rows"}
ROWS = [["车牌", "Name"], ["沪A12345", "王小明"], ["沪B00001", "Li; Na"]]


def text_of(rows, separator=","):
    out = io.StringIO()
    csv.writer(out, delimiter=separator).writerows(rows)
    return out.getvalue()


def sheet_of(rows, merge=None):
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    if merge:
        book.active.merge_cells(merge)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def read(content, encoding=None):
    table = file.open_table(content, encoding)
    return table.header, list(table.rows)


def code_of(content, encoding=None):
    with pytest.raises(file.UnreadableFile) as caught:
        read(content, encoding)
    return caught.value.code


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030", "utf-16"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_encodings_and_separators_are_found_out(encoding, separator):
    """R5.1: UTF-8 with and without its mark, GBK and UTF-16, with comma, semicolon or tab."""
    header, rows = read(text_of(ROWS, separator).encode(encoding))
    assert [header, *(cells for _number, cells in rows)] == ROWS
    assert [number for number, _cells in rows] == [2, 3]


def test_a_chosen_encoding_is_believed():
    """R5.1: what looks like GBK may be Western European; a wrong choice is told."""
    content = text_of([["Name"], ["Müller"]]).encode("cp1252")
    assert read(content, "cp1252")[1] == [(2, ["Müller"])]
    assert code_of(b"Name\r\n\xff\xfe\xfd", "utf-8") == "encoding"
    assert code_of(b"Name\r\n\xff\xff") == "encoding"


def test_a_workbook_keeps_its_types():
    """R5.1: dates, numbers and merged cells of an XLSX."""
    day = datetime.datetime(2025, 3, 4)
    content = sheet_of([["A", "B", "C"], [day, 12.0, None], [None] * 3, ["x", None, "y"]], "A2:B2")
    header, rows = read(content)
    assert header == ["A", "B", "C"]
    assert rows == [(2, [day, None, None]), (4, ["x", None, "y"])]
    assert file.cell_text(day) == "2025-03-04"
    assert file.cell_text(12.0) == "12"


def test_hostile_files_are_refused_in_words():
    """R5.1: empty, old, damaged, too wide and too large files."""
    assert code_of(b"") == code_of(b" \n\n ") == code_of(b",,\n,,") == "empty"
    assert code_of(sheet_of([])) == "empty"
    assert code_of(b"\xd0\xcf\x11\xe0 old") == "old_excel"
    assert code_of(b"PK\x03\x04 no zip") == "broken"
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("hello.txt", "no workbook")
    assert code_of(out.getvalue()) == "broken"
    assert code_of(sheet_of([["Plate"], ["x"]])[:-300]) == "broken"
    assert code_of(text_of([[f"H{n}" for n in range(300)]]).encode()) == "columns"
    assert code_of(sheet_of([[f"H{n}" for n in range(300)]])) == "columns"
    assert code_of(b"x" * (file.LARGEST_FILE + 1)) == "size"


def test_a_bomb_is_not_unpacked(monkeypatch):
    """R5.1: a workbook that is large once unpacked is refused before it is."""
    monkeypatch.setattr(file, "LARGEST_CONTENT", 1000)
    assert code_of(sheet_of(ROWS)) == "size"


def test_too_many_rows_are_refused(monkeypatch):
    """R5.1: more rows than the limit end with a word; empty rows do not count for ever."""
    monkeypatch.setattr(file, "MOST_ROWS", 2)
    monkeypatch.setattr(file, "EMPTY_ROWS", 3)
    assert code_of(b"A\n1\n2\n3\n") == "rows"
    assert read(b"A\n1\n,\n,\n,\n,\n2\n")[1] == [(2, ["1"])]


def test_only_a_header():
    """R5.1: a file with a header and nothing below has no rows."""
    assert read(b"Plate,VIN\n") == (["Plate", "VIN"], [])


def test_a_cell_of_a_megabyte_costs_its_row_only():
    """R5.1: what no reader takes is one bad row; the rows behind it are read."""
    content = ("Plate,Name\nA1,x\nA2," + "y" * 2**20 + "\nA3,z\n").encode()
    before = csv.field_size_limit(2**17)  # Odoo allows more
    try:
        rows = read(content)[1]
    finally:
        csv.field_size_limit(before)
    assert rows[0] == (2, ["A1", "x"])
    assert (3, None) in rows
    assert rows[-1][1] == ["A3", "z"]


@settings(max_examples=200)
@given(st.binary(max_size=300), st.sampled_from([None, *file.ENCODINGS]))
@example(b'a,b\n"unclosed', None)
@example(b"PK\x03\x04", None)
def test_any_bytes_are_read_or_refused(content, encoding):
    """R5.1: no file makes the reader fail in another way."""
    try:
        header, rows = read(content, encoding)
    except file.UnreadableFile as error:
        assert error.code in CODES
    else:
        assert header
        assert all(cells is None or len(cells) == len(header) for _number, cells in rows)


@given(st.text())
@example("=1+1")
@example("'=1+1")
@example("-5.00")
def test_disarmed_text_computes_nothing_and_comes_back(text):
    """R5.1: the list of refused rows is no formula, and reads as it was once corrected."""
    safe = file.disarm(text)
    assert not safe.startswith(("=", "+", "-", "@", "\t", "\r"))
    if not text.startswith("'"):
        assert file.rearm(safe) == text


@given(st.lists(st.lists(st.text(alphabet="ab,;\"'=+\n王"), min_size=2, max_size=2), max_size=5))
def test_the_list_of_refused_rows_is_read_again(rows):
    """R5.1: what is written is read back, whatever the cells hold."""
    content = file.write_csv(["A", "B"], rows)
    kept = [[file.disarm(cell) for cell in row] for row in rows]
    kept = [row for row in kept if not file.is_blank(row)]
    found = [cells for _number, cells in read(content, "utf-8")[1]]
    assert found == kept


def test_headers_are_known_in_both_languages():
    """R5.1: columns of a Chinese and an English system, in any case, find their meaning."""
    guess = columns.guess_targets
    assert guess(["车牌号码", "车架号", "车主", "手机号", "进厂日期", "里程（km）", "工单号"]) == [
        "plate", "vin", "owner_name", "owner_phone", "visit_date", "odometer", "visit_number"]
    assert guess(["License Plate", "VIN", "CUSTOMER NAME", "Mobile_No.", "Fav. colour"]) == [
        "plate", "vin", "owner_name", "owner_phone", None]
    assert guess(["Plate", "plate no.", "Reason", "Row"]) == ["plate", None, None, None]


@given(st.lists(st.text(), max_size=50))
def test_any_headers_are_judged_once(headers):
    """R5.1: whatever is written on top, no meaning is given twice."""
    found = [target for target in columns.guess_targets(headers) if target]
    assert len(found) == len(set(found))
