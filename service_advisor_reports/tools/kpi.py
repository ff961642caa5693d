"""What a key figure is: how it is reckoned from what was counted, and what it is held against.

A figure without anything to divide by is no data (None), never 0 % and never 100 %.
"""

from math import floor
from typing import NamedTuple

# Raised when a formula changes: closed periods keep the one they were reckoned with.
FORMULA_VERSION = 1

# The first contact of a complaint, in wall-clock hours (K2).
CONTACT_HOURS = 24

# An award needs more than so much satisfaction in the year, a bonus more than so much quality in
# the quarter (K6).
AWARD_CSAT = 85.0
BONUS_QUALITY = 95.0

ADVISOR, BRANCH, TECHNICIAN, COMPANY = KINDS = ("advisor", "branch", "technician", "company")
OF_ORDERS = (ADVISOR, BRANCH, COMPANY)
OF_PEOPLE = (BRANCH, TECHNICIAN, COMPANY)


class Formula(NamedTuple):
    """How a figure is read.

    ``unit``: "percent", "score" (-100 to 100), "number", "hours" or "money" (per hour);
    ``better``: "high" or "low"; ``near``: so far from the target it is yellow, in the unit of the
    figure; ``kinds``: of whom there is such a figure; ``parts``: the units of numerator and
    denominator, "number", "hours" or "money".
    """

    unit: str
    better: str = "high"
    near: float = 0.0
    kinds: tuple = OF_ORDERS
    parts: tuple = ("number", "number")

    @property
    def is_count(self):
        """Tell whether the figure is a count, which is not divided by anything."""
        return self.unit == "number"

    @property
    def factor(self):
        return 100.0 if self.unit in ("percent", "score") else 1.0


FORMULAS = {
    "on_time": Formula("percent", near=5),
    "on_time_first": Formula("percent", near=5),
    "csat": Formula("percent", near=5),
    "response_rate": Formula("percent", near=5),
    "nps": Formula("score", near=10),
    "first_contact": Formula("percent", near=5),
    "orders_completed": Formula("number", near=2),
    "qc_first_pass": Formula("percent", near=3, kinds=KINDS),
    "major_complaints": Formula("number", better="low"),
    "fixed_first_time": Formula("percent", near=3),
    "efficiency": Formula("percent", near=10, kinds=KINDS, parts=("hours", "hours")),
    "productivity": Formula("percent", near=10, kinds=OF_PEOPLE, parts=("hours", "hours")),
    "labour_rate": Formula("money", near=5, kinds=KINDS, parts=("money", "hours")),
    "hours_per_order": Formula("hours", near=0.2, parts=("hours", "number")),
    "parts_fill_rate": Formula("percent", near=5),
}


def codes_of(kind):
    """Return the codes of the figures there are of a ``kind`` of subject, in their order."""
    return [code for code, formula in FORMULAS.items() if kind in formula.kinds]


def ratio(numerator, denominator, factor=1.0):
    """Return ``numerator`` ÷ ``denominator`` times ``factor``, None without a denominator."""
    return factor * numerator / denominator if denominator else None


def figure(code, numerator, denominator):
    """Return ``{"numerator", "denominator", "value"}`` of what was counted.

    A count has no denominator (None) and is its own value; any other figure without one has no
    value.
    """
    formula = FORMULAS[code]
    numerator = float(numerator or 0.0)
    if formula.is_count:
        return {"numerator": numerator, "denominator": None, "value": numerator}
    denominator = float(denominator or 0.0)
    value = ratio(numerator, denominator, formula.factor)
    return {"numerator": numerator, "denominator": denominator, "value": value}


def split_rows(code, rows):
    """Return the ids of the records that add to the numerator, and to the denominator.

    :param rows: ``{record id: (numerator, denominator)}``. The denominator of a count, or one
        that is not of records, is what was counted.
    """
    numerator = [record for record, (part, _whole) in rows.items() if part]
    if FORMULAS[code].is_count or code == "productivity":
        return numerator, numerator
    return numerator, [record for record, (_part, whole) in rows.items() if whole]


def compare_rows(before, now):
    """Return ``(new, gone, changed)``: ids of the records that count now and did not before,
    that no longer do, and that count otherwise."""
    new = [record for record in now if record not in before]
    gone = [record for record in before if record not in now]
    changed = [
        record
        for record, parts in now.items()
        if record in before
        and any(abs(a - b) > 1e-9 for a, b in zip(parts, before[record], strict=True))
    ]
    return new, gone, changed


def light(value, target, better="high", near=0.0):
    """Return "green" where ``target`` is reached, "yellow" within ``near`` of it, else "red";
    None where there is no data or no target."""
    if value is None or target is None:
        return None
    short = target - value if better == "high" else value - target
    # A figure that is shown as the target is one: 84.999… of a division is 85.
    if short <= 1e-9:
        return "green"
    return "yellow" if short <= near + 1e-9 else "red"


def trend(value, before):
    """Return "up", "down" or "same" against the period before, None without data of both."""
    if value is None or before is None:
        return None
    if abs(value - before) < 1e-9:
        return "same"
    return "up" if value > before else "down"


class Verdict(NamedTuple):
    """Whether somebody has earned something: ``earned`` is None without data; ``reason`` is a
    code for the words, ``facts`` what they name."""

    earned: bool | None
    reason: str
    facts: dict


def award(satisfaction, limit=AWARD_CSAT):
    """Judge the annual award: satisfaction (CSAT, per cent) of the year above ``limit``."""
    facts = {"csat": satisfaction, "limit": limit}
    if satisfaction is None:
        return Verdict(None, "no_csat", facts)
    if satisfaction - limit > 1e-9:
        return Verdict(True, "award", facts)
    return Verdict(False, "csat_low", facts)


def bonus(quality, majors, limit=BONUS_QUALITY):
    """Judge the bonus of a quarter: quality (jobs passed at first, per cent) above ``limit`` and
    no major complaint."""
    facts = {"quality": quality, "majors": int(majors or 0), "limit": limit}
    if majors:
        return Verdict(False, "majors", facts)
    if quality is None:
        return Verdict(None, "no_quality", facts)
    if quality - limit > 1e-9:
        return Verdict(True, "bonus", facts)
    return Verdict(False, "quality_low", facts)


def missing(figure, limit):
    """Return how many more good ones in a row lift the share above ``limit`` (per cent).

    :param figure: ``{"numerator", "denominator"}``, counts.
    """
    part, whole = figure["numerator"], figure["denominator"]
    return max(0, floor((limit * whole - 100 * part) / (100 - limit) + 1e-9) + 1)
