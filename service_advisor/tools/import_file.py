"""Tables of other systems: CSV as anybody saves it, and XLSX, read row by row.

Nothing here knows what a column means. A file that can not be read at all raises
:class:`UnreadableFile`; a single record that can not be read is handed on as ``None``.
"""

import csv
import datetime
import io
import zipfile
from dataclasses import dataclass

# A file beyond these is cut into several by whoever exports it.
LARGEST_FILE = 50 * 1024 * 1024
LARGEST_CONTENT = 800 * 1024 * 1024  # of an XLSX, unpacked
MOST_ROWS = 200_000
MOST_COLUMNS = 200
# The longest text of a cell that is kept; the longest cell of a spreadsheet has 32 767.
LONGEST_CELL = 32_767
# So many empty rows one after the other are the end: sheets are formatted far down.
EMPTY_ROWS = 5_000

SEPARATORS = ",;\t"
ENCODINGS = ("utf-8", "gb18030", "cp1252", "utf-16")
_MARKS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_DANGEROUS = ("=", "+", "-", "@", "\t", "\r")


class UnreadableFile(Exception):
    """A file that is no table. ``code``: "empty", "size", "old_excel", "broken", "encoding",
    "columns", "rows"."""

    def __init__(self, code):
        super().__init__(code)
        self.code = code


@dataclass
class Table:
    """``header``: texts; ``rows``: iterator of ``(number, cells or None)``, the number as a
    spreadsheet counts, header 1; ``layout``: in which form it came."""

    header: list
    rows: object
    layout: str


def open_table(content, encoding=None):
    """Return the :class:`Table` in these bytes.

    :param encoding: one of ``ENCODINGS``; without it UTF-8 is tried, then GB18030, which holds
        GBK and GB2312. Many other encodings look like GB18030, so people must see a preview.
    :raises UnreadableFile: also while the rows are being read.
    """
    if len(content) > LARGEST_FILE:
        raise UnreadableFile("size")
    if not content.strip():
        raise UnreadableFile("empty")
    if content[:4] == b"\xd0\xcf\x11\xe0":
        raise UnreadableFile("old_excel")
    if content[:4] == b"PK\x03\x04":
        records, layout = _sheet_records(content), "XLSX"
    else:
        text, name = decode(content, encoding)
        separator = guess_separator(text)
        records = _csv_records(text, separator)
        layout = f"CSV, {name}, {'tab' if separator == chr(9) else separator}"
    return _make_table(records, layout)


def decode(content, encoding=None):
    """Return ``(text, name of the encoding)``."""
    marked = next((name for mark, name in _MARKS if content.startswith(mark)), None)
    for name in [encoding or marked] if encoding or marked else ["utf-8", "gb18030"]:
        try:
            text = content.decode("utf-8-sig" if name == "utf-8" else name)
        except UnicodeDecodeError:
            continue
        return text.replace("\0", ""), name.upper().removesuffix("-SIG")
    raise UnreadableFile("encoding")


def guess_separator(text):
    """Return the separator that the first line with any has most of."""
    for line in io.StringIO(text):
        counts = {mark: line.count(mark) for mark in SEPARATORS}
        if any(counts.values()):
            return max(counts, key=counts.get)
        if line.strip():
            break
    return ","


def _csv_records(text, separator):
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    while True:
        try:
            yield next(reader)
        except StopIteration:
            return
        except csv.Error:  # a field beyond any measure; the reader goes on behind it
            yield None


def _sheet_records(content):
    import openpyxl  # as Odoo does: it takes long to load

    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            if sum(part.file_size for part in archive.infolist()) > LARGEST_CONTENT:
                raise UnreadableFile("size")
        book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True)
        for sheet in book.worksheets[:1]:
            for row in sheet.iter_rows(values_only=True, max_col=MOST_COLUMNS + 1):
                yield list(row)
    except UnreadableFile:
        raise
    except Exception as error:  # a zip that is no workbook fails in a hundred ways
        raise UnreadableFile("broken") from error


def _make_table(records, layout):
    numbered = enumerate(records, 1)
    header = next((cells for _number, cells in numbered if cells and not is_blank(cells)), None)
    if header is None:
        raise UnreadableFile("empty")
    header = [cell_text(cell).strip() for cell in header]
    while header and not header[-1]:
        header.pop()
    if len(header) > MOST_COLUMNS:
        raise UnreadableFile("columns")
    return Table(header, _data_rows(numbered, len(header)), layout)


def _data_rows(numbered, width):
    count = empty = 0
    for number, cells in numbered:
        if cells is not None and is_blank(cells[:width]):
            empty += 1
            if empty > EMPTY_ROWS:
                return
            continue
        count, empty = count + 1, 0
        if count > MOST_ROWS:
            raise UnreadableFile("rows")
        yield number, cells if cells is None else [*cells, *[None] * width][:width]


def is_blank(cells):
    """Tell whether nothing is written in ``cells``."""
    return not any(cell is not None and (not isinstance(cell, str) or cell.strip())
                   for cell in cells)


def cell_text(cell):
    """Return ``cell`` as a person reads it: whole numbers without ``.0``, dates as ISO has them.

    Never raises.
    """
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15:
        return str(int(cell))
    if isinstance(cell, datetime.datetime):
        midnight = cell.time() == datetime.time()
        return cell.date().isoformat() if midnight else cell.isoformat(" ", "seconds")
    return str(cell)


def disarm(text):
    """Return ``text`` so that a spreadsheet shows it and does not compute it."""
    return f"'{text}" if text.startswith(_DANGEROUS) else text


def rearm(text):
    """Return what :func:`disarm` was given: a corrected file is read once more."""
    return text[1:] if text[:1] == "'" and text[1:].startswith(_DANGEROUS) else text


def write_csv(header, rows):
    """Return the bytes of a CSV that spreadsheets open as it is: UTF-8 with its mark."""
    file = io.StringIO()
    writer = csv.writer(file)
    writer.writerows([disarm(cell_text(cell)) for cell in row] for row in [header, *rows])
    return file.getvalue().encode("utf-8-sig")
