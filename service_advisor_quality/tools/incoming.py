"""What an e-mail says about itself: who sent it, by itself or not, and about which car."""

import re

from odoo.addons.service_advisor.tools.plate import normalise_plate
from odoo.addons.service_advisor.tools.text import clean_text

# Senders nobody reads behind.
_MACHINES = re.compile(
    r"^(mailer-daemon|postmaster|no-?_?reply|do-?not-?reply|bounces?|noreply-.*)([+=].*)?$", re.I
)
_BULK = {"bulk", "junk", "list", "auto_reply"}
_TOKEN = re.compile(r"[^\W_]+(?:[-·.][^\W_]+)*", re.UNICODE)
# Words are looked up so far into the text, and so many of them.
TEXT_LENGTH, WORDS = 5000, 300
PLATE_LENGTH = 20


def is_machine(address):
    """Tell whether nobody reads what is sent to ``address``."""
    local = clean_text(address).strip().strip("<>").split("@")[0]
    return not local or bool(_MACHINES.match(local))


def is_automatic(headers, address):
    """Tell whether a mail was sent by itself: an absence notice, a bounce, a list.

    Source: RFC 3834 (Auto-Submitted) and what the usual programs send instead of it.

    :param headers: a mapping with ``get``, names in any case.
    :param address: the sender's address.
    """

    def get(name):
        return str(headers.get(name) or "").strip().lower()

    submitted = get("Auto-Submitted")
    return bool(
        (submitted and submitted != "no")
        or get("Precedence") in _BULK
        or get("X-Autoreply")
        or get("X-Autorespond")
        or get("List-Id")
        or get("Return-Path") == "<>"
        or is_machine(address)
    )


def find_keys(text):
    """Return the set of what in ``text`` may be the number of an order, a plate or a VIN, in
    upper case and without spaces, hyphens and dots.

    Neighbouring words are also taken together, as plates are written: ``ABC 123``.
    """
    words = _TOKEN.findall(clean_text(text)[:TEXT_LENGTH])[:WORDS]
    keys = [normalise_plate(word) for word in words]
    pairs = [first + second for first, second in zip(keys, keys[1:], strict=False)]
    return {
        key
        for key in keys + pairs
        if 4 <= len(key) <= PLATE_LENGTH and any(char.isdigit() for char in key)
    }


def strip_subject(subject):
    """Return a subject without ``Re:`` and ``Fwd:``, in small letters, to compare."""
    folded = " ".join(clean_text(subject).lower().split())
    return re.sub(r"^((re|aw|fw|fwd|wg|回复|答复|转发)\s*[:：]\s*)+", "", folded)
