"""Cells of another system's table as values: dates, numbers and words as people write them."""

import datetime
import re
import unicodedata
from dataclasses import dataclass, field

from .import_columns import TARGETS, VISIT_TARGETS
from .import_file import LONGEST_CELL, cell_text, rearm
from .plate import normalise_plate
from .text import clean_text
from .vin import normalise_vin, vin_problem

LONGEST_TEXT = 200
LONGEST_LONG = 10_000
LONGEST_PLATE = 20
MOST_KM = 9_999_999
MOST_MONEY = 1e10
# The day that spreadsheets count from, and the days they count in our time.
_EPOCH = datetime.date(1899, 12, 30)
_SERIALS = range(18_000, 73_000)
_YEARS = range(1950, 2100)
_YEAR_FIRST = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?:[T ].*)?")
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})")
_YEAR_LAST = re.compile(r"(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})(?: .*)?")
_SCIENTIFIC = re.compile(r"\d(?:[.,]\d+)?E\+?\d+", re.IGNORECASE)
_ENERGIES = {
    "petrol": "petrol;gasoline;汽油",
    "diesel": "diesel;柴油",
    "hybrid": "hybrid;混合动力;油电混合;混动",
    "plug_in_hybrid": "plug-in hybrid;plug in hybrid;phev;插电混动;插电式混合动力;插混;增程式;增程",
    "electric": "electric;bev;ev;纯电;纯电动;电动;电",
    "gas": "gas;cng;lng;lpg;天然气;燃气",
}
_ENERGY_OF = {word: key for key, words in _ENERGIES.items() for word in words.split(";")}


class BadCell(ValueError):
    """A cell that can not be what its column says; ``args[0]`` is the code of the reason."""


@dataclass
class Style:
    """How numbers and dates are written: ``day_first`` 31/12/2025; ``decimal_comma`` 1.234,50;
    ``today`` is the last day on which something can have happened."""

    day_first: bool = True
    decimal_comma: bool = False
    today: datetime.date = datetime.date.max


@dataclass
class Line:
    """A row of the table: its values by target, and ``problems``: ``[(target, code, text)]``.

    ``slot``: the car it means; ``adds``: whether it says anything new.
    """

    number: int
    cells: list
    values: dict = field(default_factory=dict)
    problems: list = field(default_factory=list)
    slot: object = None
    adds: bool = False

    @property
    def is_visit(self):
        return not self.values.keys().isdisjoint(VISIT_TARGETS)


def parse_line(number, cells, targets, style):
    """Return the :class:`Line` of a record.

    :param targets: one per cell, None for what is not taken over.
    """
    if cells is None:
        return Line(number, [], {}, [("", "unreadable", "")])
    line = Line(number, [cell_text(cell)[:LONGEST_CELL] for cell in cells])
    for cell, target in zip(cells, targets, strict=False):
        if not target or cell is None or cell == "":
            continue
        try:
            value = _PARSERS[TARGETS[target][0]](cell, style)
        except BadCell as problem:
            line.problems.append((target, problem.args[0], cell_text(cell)[:50]))
            continue
        if value not in (None, ""):
            line.values[target] = value
    return line


def parse_text(cell, _style=None, longest=LONGEST_TEXT):
    """Return the text of ``cell`` in one line."""
    text = " ".join(parse_long(cell, longest=longest).split())
    return text


def parse_long(cell, _style=None, longest=LONGEST_LONG):
    """Return the text of ``cell``, its lines kept."""
    text = clean_text(rearm(cell_text(cell))).strip()
    if len(text) > longest:
        raise BadCell("long")
    return text


def parse_plate(cell, style=None):
    """Return a plate as typed."""
    text = parse_text(cell)
    if text and not normalise_plate(text):
        return ""  # a dash for "none yet"
    if len(normalise_plate(text)) > LONGEST_PLATE or len(text) > 2 * LONGEST_PLATE:
        raise BadCell("plate")
    return text


def parse_vin(cell, style=None):
    """Return a VIN in the form it is kept in. A wrong check digit is judged with its reason."""
    vin = normalise_vin(parse_text(cell))
    if vin and vin_problem(vin) == "shape":
        raise BadCell("vin")
    return vin


def parse_phone(cell, style=None):
    """Return a phone number as typed."""
    text = parse_text(cell)
    if _SCIENTIFIC.fullmatch(text):
        raise BadCell("scientific")
    digits = sum(char.isdigit() for char in text)
    if not digits:
        return ""
    if not 5 <= digits <= 40:
        raise BadCell("phone")
    return text


def parse_date(cell, style):
    """Return the day in ``cell``, which may be a date, a spreadsheet's number of one, or text."""
    if isinstance(cell, datetime.datetime):
        return _check_day(cell.date())
    if isinstance(cell, datetime.date):
        return _check_day(cell)
    text = unicodedata.normalize("NFKC", parse_text(cell))
    if not text.strip("-/"):
        return None
    if isinstance(cell, float | int) or re.fullmatch(r"\d{5}(\.\d+)?", text):
        days = int(float(text)) if re.fullmatch(r"\d{5}(\.\d+)?", text) else 0
        if days in _SERIALS:
            return _EPOCH + datetime.timedelta(days=days)
    match = _YEAR_FIRST.fullmatch(text) or _COMPACT.fullmatch(text)
    if match:
        return _make_day(*map(int, match.groups()))
    match = _YEAR_LAST.fullmatch(text)
    if not match:
        raise BadCell("date")
    first, second, year = map(int, match.groups())
    return _make_day(year, second, first) if style.day_first else _make_day(year, first, second)


def parse_past(cell, style):
    """Return the day in ``cell``, on which something has happened."""
    day = parse_date(cell, style)
    if day and day > style.today:
        raise BadCell("future")
    return day


def _make_day(year, month, day):
    try:
        return _check_day(datetime.date(year, month, day))
    except ValueError as error:
        raise BadCell("date") from error


def _check_day(day):
    if day.year not in _YEARS:
        raise BadCell("date")
    return day


def parse_number(cell, style):
    """Return the number in ``cell``, without currency, unit and separators of thousands."""
    if isinstance(cell, bool):
        raise BadCell("number")
    if isinstance(cell, float | int):
        number = float(cell)
    else:
        text = unicodedata.normalize("NFKC", parse_text(cell))
        if not text.strip("-/"):
            return None
        number = _read_number(text, style.decimal_comma)
    if not abs(number) < MOST_MONEY:  # neither is "nan"
        raise BadCell("number")
    return round(number, 2)


def _read_number(text, decimal_comma):
    factor = 10_000 if "万" in text else 1
    bare = re.sub(r"[\s'’]|元|圆|万|公里|千米|小时|km|h(?:ours|rs)?$|[¥$€£]|CNY|RMB|EUR|USD", "",
                  text, flags=re.IGNORECASE)
    point, thousands = (",", ".") if decimal_comma else (".", ",")
    if not re.fullmatch(rf"[+-]?\d+(?:\{thousands}\d{{3}})*(?:\{point}\d+)?", bare):
        raise BadCell("number")
    return float(bare.replace(thousands, "").replace(point, ".")) * factor


def parse_whole(cell, style):
    """Return kilometres."""
    number = parse_number(cell, style)
    if number is None:
        return None
    if not 0 <= number <= MOST_KM:
        raise BadCell("odometer")
    return round(number)


def parse_year(cell, style=None):
    """Return a model year as text."""
    text = parse_text(cell).removesuffix("款").removesuffix("年")
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and int(text[:5]) in _YEARS):
        raise BadCell("year")
    return text


def parse_energy(cell, style=None):
    """Return a key of the energies of a car."""
    text = parse_text(cell).casefold().strip("-/ ")
    if text and text not in _ENERGY_OF:
        raise BadCell("energy")
    return _ENERGY_OF.get(text)


_PARSERS = {
    "plate": parse_plate,
    "vin": parse_vin,
    "text": parse_text,
    "long": parse_long,
    "phone": parse_phone,
    "date": parse_date,
    "past": parse_past,
    "number": parse_number,
    "whole": parse_whole,
    "year": parse_year,
    "energy": parse_energy,
}
