"""Whether a warranty holds, without records."""


def is_in_force(start, until, until_km, today, odometer):
    """Tell whether a warranty holds today: begun, not past its last day, inside its distance.

    The last day and the last kilometre still count. A limit that is not set does not limit.
    """
    if start and today < start:
        return False
    if until and today > until:
        return False
    return not until_km or odometer <= until_km
