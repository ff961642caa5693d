"""Judging a measurement against its limits."""


def judge(value, min_limit, max_limit):
    """Return "green" inside the limits, "red" outside, None where there are none to judge by.

    An upper limit of 0 is no upper limit, and two limits of 0 are no limits at all: a tread
    depth or a pad thickness has a lower limit only.
    """
    if not min_limit and not max_limit:
        return None
    too_high = bool(max_limit) and value > max_limit
    return "red" if value < min_limit or too_high else "green"
