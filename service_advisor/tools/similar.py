"""What makes two jobs alike, without records: the terms of a text, and how much each counts.

A text is cut into words of letters and digits, reduced to a stem so that "braking" finds
"brakes", and into pairs of characters where it is written without blanks: "刹车异响" becomes
刹车, 车异 and 异响. No dictionary is needed, and a word of two characters is found. Facts that are
no words have a mark in front: ``dtc:p0301`` is a fault code, ``sym:7`` a symptom, ``op:12`` an
operation.
"""

import math
import re
import unicodedata
from typing import NamedTuple

from .fault_codes import find_codes, split_codes
from .text import clean_text

# More terms than that tell nothing new of one job.
MOST_TERMS = 300
# Of a question; the rarest ones are kept.
MOST_ASKED = 48
# How much a shared fact counts, beside at most ``WORD`` for the rarest word.
FAULT_CODE, SYMPTOM, OPERATION, MODEL, WORD = 12.0, 3.0, 3.0, 4.0, 2.0

# Scripts that are written without blanks: kana, Chinese characters, and Korean, whose words change
# their endings.
_BLANKLESS = r"\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff"
_RUNS = re.compile(rf"([{_BLANKLESS}]+)|([^\W_{_BLANKLESS}]+)")
_ENDINGS = ("ings", "ing", "ed", "es", "s", "e")
_EMPTY = frozenset(
    "a an and are as at be but by for from had has have in into is it its no not of off on or "
    "that the then there this to up was were when while with".split()
)


class Question(NamedTuple):
    """What is looked for."""

    terms: tuple  # of str
    weights: tuple  # of float, one per term
    wanted: tuple  # the terms a job has to share one of


def list_terms(*texts, codes="", facts=()):
    """Return the terms of ``texts`` as a list, each once.

    :param codes: fault codes as they were typed; those in the texts count as well.
    :param facts: pairs such as ``("sym", 7)``; empty values are left out.
    """
    terms = {f"dtc:{_blankless(code)}": None for code in split_codes(codes)}
    for text in texts:
        terms.update((f"dtc:{_blankless(code)}", None) for code in find_codes(text))
    terms.update((f"{kind}:{value}", None) for kind, value in facts if value)
    for text in (*texts, codes):
        terms.update(dict.fromkeys(_cut(text)))
    return list(terms)[:MOST_TERMS]


def list_words(text):
    """Return the words of ``text`` as they stand there, for a search by names: words of letters,
    and runs without blanks."""
    folded = _fold(text)
    words = [run or word for run, word in _RUNS.findall(folded)]
    return [word for word in dict.fromkeys(words) if word not in _EMPTY and len(word) > 1]


def ask(terms, frequencies, total, budget, among=None):
    """Return the :class:`Question` for ``terms``.

    Words of many jobs tell little: they count less, and a job that shares nothing rarer is not
    looked at, as long as there is something rarer. So an answer never reads much more than
    ``budget`` jobs, however many there are.

    :param terms: terms in any order.
    :param frequencies: ``{term: share of all jobs that have it}`` of the common ones; others are
        rare.
    :param total: how many jobs there are.
    :param among: those of ``terms`` a job has to share one of; the others only make it closer.
        None: any.
    """
    rare = min(frequencies.values(), default=0.0) / 2

    def share(term):
        return frequencies.get(term, rare)

    # A fault code is never too common to be asked for.
    ranked = sorted(terms, key=lambda term: (not term.startswith("dtc:"), share(term)))
    ranked = ranked[:MOST_ASKED]
    wanted, read = [], 0.0
    for term in ranked if among is None else [term for term in ranked if term in set(among)]:
        read += share(term) * total
        if wanted and read > budget and not term.startswith("dtc:"):
            break
        wanted.append(term)
    return Question(
        tuple(ranked), tuple(_weigh(term, share(term)) for term in ranked), tuple(wanted)
    )


def _weigh(term, share):
    kind = term.partition(":")[0] if ":" in term else ""
    fixed = {"dtc": FAULT_CODE, "sym": SYMPTOM, "op": OPERATION}
    if kind in fixed:
        return fixed[kind]
    # As in information retrieval: each tenfold rarity counts the same.
    return round(WORD * min(1.0, max(0.05, -math.log10(max(share, 1e-4)) / 4)), 4)


def _cut(text):
    for run, word in _RUNS.findall(_fold(text)):
        if run:
            yield from (run[place : place + 2] for place in range(max(len(run) - 1, 1)))
        elif word not in _EMPTY and (len(word) > 1 or not word.isascii()):
            yield _stem(word)


def _stem(word):
    """Return ``word`` without the ending of English grammar; words with digits stay."""
    if not word.isascii() or not word.isalpha():
        return word
    for ending in _ENDINGS:
        stem = word[: -len(ending)]
        if word.endswith(ending) and len(stem) >= 3:
            # "stopped" has a consonant more than "stop"; "grass" ends as it is.
            double = len(stem) > 3 and stem[-1] == stem[-2] and ending in ("ing", "ings", "ed")
            return stem[:-1] if double else stem
    return word


def _fold(text):
    decomposed = unicodedata.normalize("NFKD", clean_text(text)).casefold()
    plain = "".join(char for char in decomposed if not unicodedata.combining(char))
    return unicodedata.normalize("NFKC", plain)


def _blankless(code):
    return "".join(_fold(code).split())
