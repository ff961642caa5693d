"""How long work takes, from how long it took: arithmetic without records."""

# Jobs that must have been clocked before their hours say more than the catalogue.
ENOUGH = 8
# Without history: allowed hours are met by somebody who is not interrupted.
UNKNOWN = 1.2
# A mistake in the clocks must not plan a week for an oil change, nor a minute.
LEAST, MOST = 0.5, 3.0


def choose_factor(*histories):
    """Return by what the allowed hours are multiplied.

    :param histories: ``(number of jobs, actual hours / allowed hours at the quantile)`` or
        None, the closest first: the operation's own, then the whole shop's.
    """
    for history in histories:
        if history and history[0] >= ENOUGH:
            return min(max(history[1], LEAST), MOST)
    return UNKNOWN
