"""Frozen evidence: one text and one fingerprint for the same facts, whoever wrote them down."""

import hashlib
import json


def canonical(facts):
    """Return ``facts`` (dicts, lists, texts, numbers, booleans, None) as one line of JSON.

    The order of keys does not matter, that of lists does; the same facts read back from a
    JSON column give the same text.

    :raises TypeError: for anything JSON does not know.
    :raises ValueError: for a number that is not finite.
    """
    return json.dumps(
        facts, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
    )


def fingerprint(facts):
    """Return the SHA-256 of ``facts`` as 64 hexadecimal digits; see :func:`canonical`."""
    return hashlib.sha256(canonical(facts).encode("utf-8", "surrogatepass")).hexdigest()


def blind(facts):
    """Return ``facts`` of a line (a dict with its id as ``line``) without its prices: the id and
    the fingerprint of all. Facts that are blind already are returned as they are."""
    if facts.keys() == {"line", "digest"}:
        return facts
    return {"line": facts["line"], "digest": fingerprint(facts)}
