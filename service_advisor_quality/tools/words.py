"""The customer's own words: without personal data, and what many of them speak of."""

import re
from collections import Counter

MASK = "•••"
# Seven digits and more, however they are grouped, can be dialled; less is a price or a date.
NUMBER = re.compile(r"\+?\d(?:[\s().-]{0,2}\d){6,}")
EMAIL = re.compile(r"[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+")
LATIN = re.compile(r"[^\W\d_]{4,}")
CHINESE = re.compile(r"[\u4e00-\u9fff]+")
# Words that carry no theme, in the two languages of the product.
STOP = frozenset(
    "about after again also because been before being both could does doing down during each from "
    "further have having here just more most only other over same should some such than that their "
    "them then there these they this those through under until very were what when where which "
    "while will with would your yours".split()
)
STOP_CHINESE = frozenset(
    "的了是我你他她它们在和就都也很没有不这那"
    "个上下到说要去会着过还给被把吗呢吧啊"
)


def scrub(text, names=()):
    """Return ``text`` without telephone numbers, e-mail addresses and any of ``names``."""
    text = NUMBER.sub(MASK, EMAIL.sub(MASK, text or ""))
    for name in sorted(filter(None, names), key=len, reverse=True):
        pattern = re.escape(name)
        # A name in letters must stand alone: "Li" is no part of "like".
        if name.isascii():
            pattern = rf"(?<!\w){pattern}(?!\w)"
        text = re.sub(pattern, MASK, text, flags=re.IGNORECASE)
    return text


def themes(texts, least=2, most=10):
    """Return ``[(word, number of texts that use it)]``, the most used first.

    Words of four letters and more; of Chinese, which does not part its words, each two
    characters that follow one another. What fewer than ``least`` texts use is no theme.
    """
    used = Counter()
    for text in texts:
        used.update(_words(text or ""))
    found = [(word, count) for word, count in used.items() if count >= least]
    return sorted(found, key=lambda pair: (-pair[1], pair[0]))[:most]


def _words(text):
    words = {word for word in LATIN.findall(text.lower()) if not CHINESE.search(word)} - STOP
    for run in CHINESE.findall(text):
        pairs = (run[index : index + 2] for index in range(len(run) - 1))
        words.update(pair for pair in pairs if not STOP_CHINESE & set(pair))
    return words
