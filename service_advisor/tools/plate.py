"""Registration plates: the key under which a plate is stored once and found always.

Source of the Chinese kinds: GA 36. Plates of other countries are kept as typed; O and 0
are never swapped, since both occur on real plates.
"""

import re
import unicodedata

from .text import clean_text

_PROVINCES = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼"
_HEAD = f"[{_PROVINCES}][A-HJ-NP-Z]"
_KINDS = (
    ("ordinary", re.compile(rf"{_HEAD}[A-HJ-NP-Z0-9]{{5}}")),
    ("new_energy", re.compile(rf"{_HEAD}(?:[A-HJK][A-HJ-NP-Z0-9]\d{{4}}|\d{{5}}[A-HJK])")),
    ("special", re.compile(rf"{_HEAD}[A-HJ-NP-Z0-9]{{4}}[学警挂]")),
    ("border", re.compile(r"粤Z[A-HJ-NP-Z0-9]{4}[港澳]")),
    ("diplomatic", re.compile(rf"(?:使\d{{6}}|\d{{6}}使|{_HEAD}[A-HJ-NP-Z0-9]{{4}}[使领])")),
)


# Two letters and five characters, the first of a service branch; the police write WJ first.
_MILITARY = re.compile(rf"[BCGHJKLNSV][A-Z]\d{{5}}|WJ[{_PROVINCES}]?[A-Z0-9]{{5}}")


def normalise_plate(text):
    """Return the search key of a plate: NFKC, upper case, without spaces, hyphens and dots.

    Never raises; returns "" for an empty value.
    """
    folded = unicodedata.normalize("NFKC", clean_text(text)).upper()
    kept = "".join(char for char in folded if char.isalnum())
    # Parts of a Korean syllable come together once the dot between them is gone.
    return unicodedata.normalize("NFKC", kept)


def plate_kind(text):
    """Return the kind of a Chinese plate ("ordinary", "new_energy", "special", "border",
    "diplomatic") or None where ``text`` is no such plate."""
    key = normalise_plate(text)
    return next((kind for kind, pattern in _KINDS if pattern.fullmatch(key)), None)


def looks_chinese(text):
    """Tell whether ``text`` starts with the character of a Chinese province."""
    return normalise_plate(text)[:1] in set(_PROVINCES)


def plate_doubt(text):
    """Return why a plate read in China is worth a second look: "temporary", "military" or
    "unknown" for the start of a Chinese plate that goes on like none; else None."""
    key = normalise_plate(text)
    if _MILITARY.fullmatch(key):
        return "military"
    if plate_kind(key) or not looks_chinese(key):
        return None
    return "temporary" if "临" in key else "unknown"


def format_plate(text):
    """Return a Chinese plate as it is painted (``沪A·12345``), any other plate as typed."""
    if plate_kind(text) in ("ordinary", "new_energy", "special"):
        key = normalise_plate(text)
        return f"{key[:2]}·{key[2:]}"
    return clean_text(text).strip()
