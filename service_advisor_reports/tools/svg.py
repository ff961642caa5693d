"""Charts of printed reports as SVG, which each PDF engine draws alike.

Plain functions of labels and numbers; what is not known (None) is left out, never drawn as 0.
"""

import re

from markupsafe import Markup

# Printed without colours, red is darker than light, too.
DARK, LIGHT, RED, GREY = "#1f3a5f", "#8aa9cd", "#b02a37", "#6c757d"
WIDTH = 840
# Longer labels are cut.
LABEL_LENGTH = 31
# Behind these a label may go on in a second line.
BREAKS = re.compile(r"(?<=[\s–至])")


def _text(x, y, words, size=13, anchor="start", colour="#333333", weight="normal"):
    return Markup(
        '<text x="%.1f" y="%.1f" font-size="%s" text-anchor="%s" fill="%s" font-weight="%s">'
        "%s</text>"
    ) % (x, y, size, anchor, colour, weight, words)


def _box(x, y, width, height, colour):
    return Markup('<rect x="%.1f" y="%.1f" width="%.1f" height="%.1f" fill="%s"/>') % (
        x, y, max(width, 0), max(height, 0), colour,
    )


def _svg(height, parts):
    return Markup(
        '<svg xmlns="http://www.w3.org/2000/svg" width="%d" height="%d" viewBox="0 0 %d %d"'
        ' style="max-width: 100%%;">%s</svg>'
    ) % (WIDTH, height, WIDTH, height, Markup("").join(parts))


def _short(label, length=LABEL_LENGTH):
    """Return a label that fits: a Chinese character is as wide as two others."""
    width, kept = 0, []
    for sign in str(label or "–"):
        width += 2 if ord(sign) > 0x2E7F else 1
        if width > length:
            return "".join(kept).rstrip() + "…"
        kept.append(sign)
    return "".join(kept)


def _lines(label, length):
    """Return a label as one line, or as two where it is longer."""
    if _short(label, length) == str(label or "–"):
        return [str(label or "–")]
    first, *rest = BREAKS.split(str(label))
    while rest and _short(first + rest[0].rstrip(), length) == first + rest[0].rstrip():
        first += rest.pop(0)
    return [_short(line.strip(), length) for line in (first, "".join(rest)) if line.strip()]


def bars(items, marked=(), shown=str, notes=None, most=None):
    """Return horizontal bars, one per ``(label, value)``, the first at the top.

    :param marked: labels that are drawn in red.
    :param shown: function of a value that returns what stands beside its bar.
    :param notes: what stands behind it, by label.
    :param most: the value of a bar as long as can be; without it, the greatest one.
    """
    known = [(label, value) for label, value in items if value is not None]
    if not known:
        return Markup("")
    most = most or max(abs(value) for _label, value in known) or 1
    step, left, room = 25, 250, WIDTH - 250 - 90
    parts = []
    for index, (label, value) in enumerate(known):
        y = 6 + index * step
        parts.append(_text(left - 8, y + 13, _short(label), anchor="end"))
        parts.append(_box(left, y, room, 16, "#f3f5f8"))
        long = max(room * abs(value) / most, 1.5 if value else 0)
        parts.append(_box(left, y, long, 16, RED if label in marked else LIGHT))
        words = f"{shown(value)}{(notes or {}).get(label, '')}"
        parts.append(_text(left + long + 6, y + 13, words, weight="bold", colour=DARK))
    return _svg(8 + step * len(known), parts)


def columns(items, shown=str, height=200, marked=()):
    """Return vertical bars, one per ``(label, value)``, from left to right; see :func:`bars`."""
    known = [value for _label, value in items if value is not None]
    if not known:
        return Markup("")
    step = WIDTH / len(items)
    labels = [_lines(label, max(int(step / 7), 4)) for label, _value in items]
    height += 14 * (max(map(len, labels)) - 1)
    most, floor, top = max(known) or 1, height - 26 - 14 * (max(map(len, labels)) - 1), 20
    parts = [Markup('<line x1="0" y1="%d" x2="%d" y2="%d" stroke="%s"/>')
             % (floor, WIDTH, floor, GREY)]
    for index, (label, value) in enumerate(items):
        middle = step * (index + 0.5)
        for line, words in enumerate(labels[index]):
            parts.append(_text(middle, floor + 18 + 14 * line, words, 12, "middle"))
        if value is not None:
            tall = (floor - top) * value / most
            colour = RED if label in marked else LIGHT
            wide = min(step * 0.64, 60)
            parts.append(_box(middle - wide / 2, floor - tall, wide, tall, colour))
            parts.append(_text(middle, floor - tall - 5, shown(value), 12, "middle", DARK, "bold"))
    return _svg(height, parts)
