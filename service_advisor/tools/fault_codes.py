"""Fault codes (DTC) as technicians type them.

Codes of ISO 15031-6 and SAE J2012 ("P0301", with failure type "U0100-87") are written in upper
case; numbers of a manufacturer ("17978", "DF105", "2A 87") stay as they were typed.
"""

import re
import unicodedata

from .text import clean_text

STANDARD = re.compile(r"([PCBU][0-3][0-9A-F]{3})[- :]?([0-9A-F]{2})?", re.IGNORECASE)
_IN_WORDS = re.compile(
    r"(?<![0-9A-Za-z])([PCBU][0-3][0-9A-F]{3})(?:-([0-9A-F]{2}))?(?![0-9A-Za-z])", re.IGNORECASE
)
_BETWEEN = re.compile(r"[,;、，；\n\r\t]+")


def split_codes(text):
    """Return the fault codes in ``text``, each once, in the order they were typed.

    Commas, semicolons and line ends separate them, and blanks where every word has a digit:
    a word without one belongs to the code of a manufacturer. Never raises.
    """
    found = {}
    for piece in _BETWEEN.split(unicodedata.normalize("NFKC", clean_text(text))):
        words = piece.split()
        # The failure type may stand apart: "U0100 87" is one code.
        apart = all(any(char.isdigit() for char in word) for word in words)
        if len(words) > 1 and apart and all(len(word) > 3 for word in words):
            pieces = words
        else:
            pieces = [" ".join(words)]
        for code in pieces:
            if code:
                code = _write(code)
                found.setdefault(code.casefold(), code)
    return list(found.values())


def normalise_codes(text):
    """Return the fault codes in ``text`` as they are kept: "P0301, U0100"."""
    return ", ".join(split_codes(text))


def find_codes(text):
    """Return the standard codes that stand anywhere in words, such as "Lamp on, P0301 stored"."""
    found = _IN_WORDS.finditer(unicodedata.normalize("NFKC", clean_text(text)))
    return list(dict.fromkeys(_write(match.group()) for match in found))


def _write(code):
    match = STANDARD.fullmatch(code)
    if not match:
        return code
    return "-".join(part.upper() for part in match.groups() if part)
