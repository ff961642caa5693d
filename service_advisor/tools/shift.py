"""When a working day ends, without records."""

from datetime import timedelta

# Pauses of this length are part of a working day, longer ones divide two.
LONGEST_PAUSE = timedelta(hours=4)
# So much before the first hour of a working day, somebody has come early to it.
EARLIEST_ARRIVAL = timedelta(hours=4)


def merge_shifts(intervals, pause=LONGEST_PAUSE):
    """Return working hours joined to working days, also over midnight.

    :param intervals: iterable of ``(start, stop)``, comparable moments in any order.
    :param pause: the longest gap inside of one working day.
    :return: list of ``(start, stop)``, in order, without overlaps.
    """
    shifts = []
    for start, stop in sorted(intervals):
        if shifts and start - shifts[-1][1] <= pause:
            shifts[-1] = (shifts[-1][0], max(shifts[-1][1], stop))
        else:
            shifts.append((start, stop))
    return shifts


def find_shift_end(intervals, moment, early=EARLIEST_ARRIVAL):
    """Return when the working day ends in which ``moment`` lies, or None outside of all.

    :param intervals: as for :func:`merge_shifts`.
    :param early: whoever begins at most so much before a working day belongs to it.
    """
    for start, stop in merge_shifts(intervals):
        if start - early <= moment < stop:
            return stop
    return None
