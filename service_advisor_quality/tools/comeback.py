"""When is a visit a comeback: the same fault of the same car, soon after it was repaired?"""

import unicodedata
from datetime import timedelta
from typing import NamedTuple

# Fixed first time is judged over so many days after the hand-over.
FIXED_FIRST_DAYS = 30
# From this likeness on (0 to 1), two complaints in the customer's words are the same concern.
ALIKE = 0.55
# Below so many pairs of characters a text says too little to be found inside a longer one.
TELLING_PAIRS = 4

# Words that say how often or how much, not what.
FILLERS = (
    "again", "still", "when", "while", "the", "and", "once", "more", "always", "sometimes",
    "another", "time", "come", "back", "comes", "after", "repair",
)
CHINESE_FILLERS = (
    "仍然", "还是", "依然", "依旧", "再次", "又有", "又", "还", "的", "了", "有", "时",
)


class Work(NamedTuple):
    """What a job is about: ids or None, and the customer's words."""

    operation: int | None
    symptom: int | None
    concern: str


def _words(text):
    """Return the telling words of ``text``, in lower case, of letters and digits alone."""
    folded = unicodedata.normalize("NFKC", text or "").casefold()
    for filler in CHINESE_FILLERS:
        folded = folded.replace(filler, "")
    spaced = "".join(char if char.isalnum() else " " for char in folded)
    return [word for word in spaced.split() if word not in FILLERS]


def pairs(text):
    """Return the set of neighbouring characters within the words of ``text``.

    The same for Chinese, which has no spaces, as for words of letters; a word of one character
    stands for itself.
    """
    found = set()
    for word in _words(text):
        found |= {word[at : at + 2] for at in range(max(len(word) - 1, 1))}
    return found


def likeness(one, other):
    """Return how alike two complaints are, from 0 (nothing in common) to 1.

    What both have, twice, against the pairs of both (Dice). A complaint that says enough and
    stands wholly inside a longer one is that complaint with more words, and counts as 1.
    """
    mine, theirs = pairs(one), pairs(other)
    if not mine or not theirs:
        return 0.0
    common, least = mine & theirs, min(len(mine), len(theirs))
    if len(common) == least >= TELLING_PAIRS:
        return 1.0
    return 2 * len(common) / (len(mine) + len(theirs))


def compare(new, earlier):
    """Return why ``new`` work is the same as ``earlier`` work, both a :class:`Work`:
    "operation", "concern" (the same symptom, or near words), or None."""
    if new.operation and new.operation == earlier.operation:
        return "operation"
    if new.symptom and new.symptom == earlier.symptom:
        return "concern"
    return "concern" if likeness(new.concern, earlier.concern) >= ALIKE else None


def is_soon(left_at, came_at):
    """Tell whether a car that left and came back at these times counts against "fixed first
    time"."""
    return left_at <= came_at <= left_at + timedelta(days=FIXED_FIRST_DAYS)
