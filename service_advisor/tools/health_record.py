"""The electronic health record of a car (JT/T 1132): what is uploaded, and what came back.

Names as public clients of the provincial services use them; every value is a text.
"""

import json
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import NamedTuple

# Texts are cut to what the services take.
LONG_TEXT, SHORT_TEXT = 500, 50
# What has to be there before a record may be uploaded.
REQUIRED = (
    "vehicleplatenumber", "companyname", "vin", "repairdate", "repairmileage", "settledate",
    "costlistcode",
)
VIN_LENGTH = 17
ACCEPTED_CODES = ("1",)


class Visit(NamedTuple):
    """What is known of one finished visit.

    ``parts`` is a list of ``(code, name, quantity)``, ``projects`` of ``(name, hours)``.
    """

    plate: str
    company: str
    vin: str
    received_on: date
    odometer: int
    settled_on: date
    faults: list
    settlement_no: str
    parts: list
    projects: list


class Verdict(NamedTuple):
    """What an answer means: ``state`` is "accepted", "refused", "sent" (taken, no verdict yet),
    "failed" (nobody but a person can help) or "again"."""

    state: str
    receipt: str
    message: str


def build_record(visit):
    """Return the record of ``visit``, a :class:`Visit`, as a dict of texts.

    Missing values become empty texts, see :func:`find_gaps`; long texts are cut, numbers are
    rounded to two digits, days are written yyyyMMdd.
    """
    return {
        "basicInfo": {
            "vehicleplatenumber": (visit.plate or "").replace("·", ""),
            "companyname": visit.company or "",
            "vin": visit.vin or "",
            "repairdate": _day(visit.received_on),
            "repairmileage": str(visit.odometer) if visit.odometer else "",
            "settledate": _day(visit.settled_on),
            "faultdescription": _cut("; ".join(filter(None, visit.faults)), LONG_TEXT),
            "costlistcode": visit.settlement_no or "",
        },
        "vehiclepartslist": [
            {
                "partscode": _cut(code, SHORT_TEXT),
                "partsname": _cut(name, SHORT_TEXT),
                "partsquantity": _number(quantity),
            }
            for code, name, quantity in visit.parts
        ],
        "repairprojectlist": [
            {"repairproject": _cut(name, SHORT_TEXT), "workinghours": _number(hours)}
            for name, hours in visit.projects
        ],
    }


def find_gaps(record):
    """Return the names of what a record lacks, in the order of the record."""
    basic = record["basicInfo"]
    gaps = [name for name in REQUIRED if not basic[name]]
    if basic["vin"] and len(basic["vin"]) != VIN_LENGTH:
        gaps.append("vin")
    if not record["repairprojectlist"]:
        gaps.append("repairprojectlist")
    return gaps


def judge_answer(status, text):
    """Return the :class:`Verdict` on an answer of the service.

    :param status: the HTTP status, :param text: the body as text.
    """
    short = _cut(" ".join(text.split()), LONG_TEXT)
    if status in (408, 425, 429) or status >= 500:
        return Verdict("again", "", short)
    if status in (401, 403, 404) or 300 <= status < 400:
        return Verdict("failed", "", short)  # the settings are wrong, not the record
    answer = _read(text)
    message = _find(answer, ("status", "message", "msg")) or short
    if status >= 400:
        return Verdict("refused", "", message)
    if answer is None:
        return Verdict("again", "", short)  # some other machine has answered
    code = _find(answer, ("code",))
    receipt = _find(answer, ("receipt", "recordid", "id"))
    if code in ACCEPTED_CODES:
        return Verdict("accepted", receipt, message)
    return Verdict("refused" if code else "sent", receipt, message)


def delay_minutes(attempts):
    """Return after how many minutes the upload is tried again: 5, 10, 20 ... up to a day."""
    return min(5 * 2 ** max(attempts - 1, 0), 24 * 60)


def _day(day):
    return day.strftime("%Y%m%d") if day else ""


def _cut(text, length):
    text = text or ""
    return text if len(text) <= length else text[: length - 1] + "…"


def _number(value):
    """Return ``value`` with at most two digits, 0.005 rounded up, without needless zeros."""
    rounded = Decimal(repr(float(value or 0))).quantize(Decimal("0.01"), ROUND_HALF_UP)
    text = format(rounded, "f").rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text


def _read(text):
    """Return the JSON object in ``text``, None where there is none."""
    try:
        answer = json.loads(text)
    except ValueError:
        return None
    return answer if isinstance(answer, dict) else None


def _find(answer, names):
    """Return as text the first of ``names`` in an answer, also one level down."""
    levels = [answer or {}]
    levels += [inner for inner in (answer or {}).values() if isinstance(inner, dict)]
    for level in levels:
        for name in names:
            found = level.get(name)
            if found not in (None, "") and not isinstance(found, (dict, list)):
                return _cut(str(found), LONG_TEXT)
    return ""
