"""Workbooks (XLSX) of any length in constant memory, with typed cells and real charts.

Rows are written one after another and forgotten, so a table may come from a server-side cursor.
Strings are always text: what a customer typed is never a formula or a link. Nothing here knows of
records; whoever writes a workbook brings translated words along.
"""

import re
from collections import namedtuple
from datetime import timezone

import xlsxwriter

# Rows of a sheet that Excel can open, the heads among them.
ROW_LIMIT = 1048576
# A chart of more bars than these can not be read.
CHART_ROWS = 25
# What a sheet must not have in its name.
FORBIDDEN = re.compile(r"[\[\]:*?/\\]")
# What XML can not hold. In cells xlsxwriter writes it in another way, in charts it does not.
CONTROL = re.compile("[\x00-\x08\x0b-\x1f\ufffe\uffff]")
# xlsxwriter takes a text from this on for markup of its own, and writes it as it is.
MARKUP = "<r>"
# Texts of columns as wide as this go on in further lines.
WRAP_WIDTH = 50
# Excel counts days from then on; an earlier one is a text.
FIRST_YEAR = 1900
NAME_LENGTH = 31

COLOURS = ("#1F3A5F", "#5B7FA6", "#B02A37", "#8FAADC", "#7F7F7F")

FORMATS = {
    "integer": "#,##0",
    "number": "#,##0.00",
    "hours": "#,##0.0",
    "percent": "0.0%",
    "day": "yyyy-mm-dd",
    "moment": "yyyy-mm-dd hh:mm",
}
WIDTHS = {"text": 22, "integer": 11, "day": 12, "moment": 17, "money": 16, "flag": 9}

Words = namedtuple("Words", "yes no none column meaning continued")
Words.__doc__ = """The words of a workbook in the reader's language.

``continued`` has ``%(name)s`` and ``%(number)s``: the name of the second and further sheets of a
table that is too long for one."""


class Column(namedtuple("Column", "label kind width labels meaning")):
    """A column of a table.

    ``kind``: text, integer, number, hours (a number of them), money (in the currency of the
    workbook), percent (a share of 1), day, moment, flag (a boolean) or mixed, where each value is
    a pair of its kind and itself. ``labels``: what stands for a value, by value. ``meaning``: one
    sentence for the sheet about the figures.
    """

    def __new__(cls, label, kind="text", width=0, labels=None, meaning=""):
        return super().__new__(cls, label, kind, width, labels, meaning)


Table = namedtuple("Table", "sheets columns count rows")
Table.__doc__ = """What was written: names of the sheets, columns, number of rows, and the first
rows themselves, for a chart."""


def money_format(symbol, decimals=2, is_before=False):
    """Return the number format of a currency: its symbol on its side, so many decimals."""
    digits = "#,##0" + ("." + "0" * decimals if decimals else "")
    symbol = (symbol or "").replace('"', "")
    if not symbol:
        return digits
    quoted = f'"{symbol}"'
    return f"{quoted} {digits}" if is_before else f"{digits} {quoted}"


def sheet_name(name, taken=()):
    """Return ``name`` as a sheet may be called, other than those ``taken`` (lower case)."""
    clean = " ".join(FORBIDDEN.sub(" ", name or "").split()).strip("'") or "-"
    found, number = clean[:NAME_LENGTH].strip().strip("'"), 2
    while found.lower() in taken:
        ending = f" {number}"
        found = clean[: NAME_LENGTH - len(ending)].strip() + ending
        number += 1
    return found


class Workbook:
    """A workbook that is written to ``target``, a path or a file.

    :param words: :class:`Words`.
    :param money: number format of money, see :func:`money_format`.
    :param row_limit: rows of a sheet, heads included; a longer table goes on in further sheets.
    """

    def __init__(self, target, words, money="#,##0.00", row_limit=ROW_LIMIT, folder=None):
        self.words = words
        self.row_limit = row_limit
        self._names = set()
        self._book = xlsxwriter.Workbook(
            target,
            {
                "constant_memory": True,
                "tmpdir": folder,
                "strings_to_formulas": False,
                "strings_to_urls": False,
                "strings_to_numbers": False,
                "remove_timezone": True,
                "nan_inf_to_errors": True,
            },
        )
        add = self._book.add_format
        self._formats = {kind: add({"num_format": code}) for kind, code in FORMATS.items()}
        self._formats["money"] = add({"num_format": money})
        self._formats["text"] = self._formats["flag"] = None
        self._title = add({"bold": True, "font_size": 16, "font_color": COLOURS[0]})
        self._strong = add({"bold": True, "font_color": COLOURS[0]})
        self._muted = add({"font_color": "#808080", "italic": True})
        self._wrapped = add({"text_wrap": True, "valign": "top"})
        self._head = add(
            {
                "bold": True, "font_color": "#FFFFFF", "bg_color": COLOURS[0], "text_wrap": True,
                "valign": "vcenter", "border": 1, "border_color": "#FFFFFF",
            }
        )

    def close(self):
        """Write the file."""
        self._book.close()

    # ---- sheets ---------------------------------------------------------------------------

    def add_sheet(self, name):
        """Return a new sheet and the name it got."""
        found = sheet_name(name, self._names)
        self._names.add(found.lower())
        sheet = self._book.add_worksheet(found)
        sheet.set_landscape()
        sheet.set_paper(9)  # A4
        sheet.fit_to_pages(1, 0)
        sheet.set_footer("&C&P / &N")
        return sheet, found

    def write_cover(self, name, title, lines, figures):
        """Write the first sheet: what it is, for whom, and the key figures.

        :param lines: ``[(what, text)]``: period, company and so on.
        :param figures: ``[(label, kind, value, note)]``; a value of None is "no data".
        :return: the sheet, for charts, and the number of the first row that is free.
        """
        sheet, _name = self.add_sheet(name)
        sheet.hide_gridlines(2)
        sheet.set_column(0, 0, 38)
        sheet.set_column(1, 1, 18)
        sheet.set_column(2, 2, 70)
        sheet.write_string(0, 0, title, self._title)
        row = 2
        for what, text in lines:
            sheet.write_string(row, 0, what, self._strong)
            self._put(sheet, row, 1, Column(what), text, None)
            row += 1
        row += 1
        for label, kind, value, note in figures:
            sheet.write_string(row, 0, label)
            self._put(sheet, row, 1, Column(label, kind), value, self.words.none)
            sheet.write_string(row, 2, note, self._muted)
            row += 1
        return sheet, row + 1

    def write_table(self, name, columns, rows, none=None, is_big=False, on_rows=None):
        """Write a table to a sheet of its own, or several where it is longer than one can be.

        :param rows: chunks: an iterable of lists of rows, each a sequence of values.
        :param none: what stands where a value is None; else the cell stays empty.
        :param is_big: whether it is no use to remember the rows for a chart.
        :param on_rows: called with the number of rows after each chunk.
        :return: :class:`Table`.
        """
        sheet, first = self.add_sheet(name)
        self._write_heads(sheet, columns)
        names, count, row, kept = [first], 0, 1, []
        put = self._get_writers(sheet, columns, none)
        for chunk in rows:
            for values in chunk:
                if row == self.row_limit:
                    sheet.autofilter(0, 0, row - 1, len(columns) - 1)
                    further = self.words.continued % {"name": first, "number": len(names) + 1}
                    sheet, another = self.add_sheet(further)
                    names.append(another)
                    self._write_heads(sheet, columns)
                    put, row = self._get_writers(sheet, columns, none), 1
                for write, value in zip(put, values, strict=True):
                    if value is not None or none is not None:
                        write(row, value)
                row += 1
            count += len(chunk)
            if not is_big and len(kept) <= CHART_ROWS:
                kept += chunk
            if on_rows:
                on_rows(count)
        sheet.autofilter(0, 0, max(row - 1, 1), len(columns) - 1)
        return Table(names, columns, count, kept)

    def _write_heads(self, sheet, columns):
        sheet.set_row(0, 32)
        for index, column in enumerate(columns):
            width = column.width or WIDTHS.get(column.kind, 13)
            sheet.set_column(index, index, width)
            sheet.write_string(0, index, column.label, self._head)
        sheet.freeze_panes(1, 1)
        sheet.repeat_rows(0)

    def write_about(self, name, pairs, tables):
        """Write the sheet that says what each figure and each column means.

        :param pairs: ``[(figure, meaning)]``.
        :param tables: those whose columns are explained.
        """
        sheet, _name = self.add_sheet(name)
        sheet.set_column(0, 0, 30)
        sheet.set_column(1, 1, 120)
        sheet.write_string(0, 0, self.words.column, self._head)
        sheet.write_string(0, 1, self.words.meaning, self._head)
        sheet.freeze_panes(1, 0)
        row, said = 1, set()
        columns = [
            (column.label, column.meaning) for table in tables for column in table.columns
        ]
        for label, meaning in [*pairs, *columns]:
            if meaning and (label, meaning) not in said:
                said.add((label, meaning))
                sheet.write_string(row, 0, label, self._wrapped)
                sheet.write_string(row, 1, meaning, self._wrapped)
                row += 1

    # ---- charts ---------------------------------------------------------------------------

    def add_charts(self, sheet, row, charts):
        """Draw charts below one another in two columns, from ``row`` on.

        :param charts: ``[(kind, title, table, columns)]``, see :meth:`_make_chart`; those of
            tables without rows are left out.
        """
        free = [row, row]
        for kind, title, table, values in charts:
            if table.rows:
                side = free.index(min(free))
                chart, height = self._make_chart(kind, title, table, values)
                # The right ones begin in the third column, past the end of the left ones.
                sheet.insert_chart(
                    free[side], 2 * side, chart, {"x_offset": 180 * side, "object_position": 2}
                )
                free[side] += height // 20 + 2

    def _make_chart(self, kind, title, table, values, labels=0):
        """Return a chart of columns of a table that is written, and its height in pixels.

        :param kind: column, bar or line.
        :param values: numbers of the columns that are drawn.
        :param labels: number of the column of the categories.
        """
        rows = table.rows[:CHART_ROWS]
        name, last = table.sheets[0], len(rows)
        chart = self._book.add_chart({"type": kind})
        for index, value in enumerate(values):
            series = {
                "name": CONTROL.sub("", table.columns[value].label),
                "categories": [name, 1, labels, last, labels],
                "values": [name, 1, value, last, value],
                # A file written in constant memory keeps no cells to copy these from; without
                # them a viewer that does not calculate shows an empty chart.
                "categories_data": [self._show(table.columns[labels], row[labels])
                                    for row in rows],
                "values_data": ["" if row[value] is None else row[value] for row in rows],
                "data_labels": {"value": len(values) == 1},
            }
            colour = COLOURS[index % len(COLOURS)]
            series["fill" if kind != "line" else "line"] = {"color": colour}
            if kind == "line":
                series["marker"] = {"type": "circle"}
            if kind in ("column", "bar"):
                series["gap"] = 60
            chart.add_series(series)
        chart.set_title({"name": title, "name_font": {"size": 12}})
        if len(values) == 1:
            chart.set_legend({"none": True})
        if kind == "bar":
            chart.set_y_axis({"reverse": True})
        height = max(300, 22 * last if kind == "bar" else 0)
        chart.set_size({"width": 560, "height": height})
        return chart, height

    # ---- cells ----------------------------------------------------------------------------

    def _show(self, column, value):
        if column.labels is not None:
            value = column.labels.get(value)
        if column.kind == "flag":
            value = self.words.yes if value else self.words.no
        return self.words.none if value is None else CONTROL.sub("", str(value))

    def _put(self, sheet, row, index, column, value, none):
        write = self._get_writers(sheet, [column], none, index)[0]
        write(row, value)

    def _get_writers(self, sheet, columns, none, first=0):
        """Return a function ``write(row, value)`` for each column of the sheet.

        What a column is, is decided once and not for each of its cells.
        """
        return [
            self._get_writer(sheet, index, column, none)
            for index, column in enumerate(columns, start=first)
        ]

    def _get_writer(self, sheet, index, column, none):
        if column.kind == "mixed":
            return self._get_mixed_writer(sheet, index, none)
        labels = column.labels
        if column.kind == "flag":
            labels = {True: self.words.yes, False: self.words.no}
        if labels is not None:
            return self._get_label_writer(sheet, index, labels, none)
        shape = self._formats[column.kind]
        if column.kind in ("day", "moment"):
            put = self._get_day_writer(sheet, index, shape)
        elif column.kind == "text":
            put = self._get_text_writer(sheet, index, column)
        else:
            number = sheet.write_number

            def put(row, value):
                number(row, index, value, shape)
        if none is None:
            return put

        def write(row, value):
            if value is None:
                sheet.write_string(row, index, none, self._muted)
            else:
                put(row, value)

        return write

    # One call per cell, with as little in it as can be: there are millions of them.
    def _get_label_writer(self, sheet, index, labels, none):
        """Return the writer of a column of values that have a text each."""
        get = {key: plain(text) for key, text in labels.items() if text}.get
        string = sheet.write_string

        def write(row, value):
            text = get(value)
            if text is not None:
                string(row, index, text)
            elif none is not None:
                string(row, index, none, self._muted)

        return write

    def _get_text_writer(self, sheet, index, column):
        """Return the writer of a column of texts."""
        string, shape = sheet.write_string, self._wrapped if column.width >= WRAP_WIDTH else None

        def put(row, value):
            string(row, index, value if value[:3] != MARKUP else plain(value), shape)

        return put

    def _get_day_writer(self, sheet, index, shape):
        """Return the writer of a column of days or moments; a slip of the pen such as the year 26
        stays to be seen."""
        moment, string = sheet.write_datetime, sheet.write_string

        def put(row, value):
            if value.year < FIRST_YEAR:
                string(row, index, value.isoformat())
            else:
                moment(row, index, value, shape)

        return put

    def _get_mixed_writer(self, sheet, index, none):
        """Return the writer of a column whose cells are of different kinds."""
        def write(row, pair):
            kind, value = pair
            self._put(sheet, row, index, Column("", kind), value, none)

        return write


def plain(text):  # shown as it was typed
    return f"{text} " if text.startswith(MARKUP) else text


def local(moment, zone):
    """Return a naive UTC ``moment`` as it was on the clocks of ``zone`` (a ZoneInfo), naive: Excel
    knows no zones. None stays None."""
    if not moment:
        return None
    return moment.replace(tzinfo=timezone.utc).astimezone(zone).replace(tzinfo=None)
