"""Text as people, scanners and programs send it."""

# What people write into a phone number beside its digits, the space that does not break included.
PHONE_SIGNS = " \t\u00a0\\./()-"


def clean_text(text):
    """Return ``text`` without what no database keeps: NUL and lone surrogates.

    Never raises; returns "" for an empty value.
    """
    return (text or "").replace("\0", "").encode("utf-8", "ignore").decode()


def mask_name(name):
    """Return a name that tells two people apart and nobody who they are: ``王**``."""
    return f"{clean_text(name).strip()[:1]}**"
