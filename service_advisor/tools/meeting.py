"""When the weekly meeting is."""

from datetime import datetime, time, timedelta, timezone
from zoneinfo import ZoneInfo


def next_meeting(now, tz, weekday, hour):
    """Return the next weekly meeting that begins after ``now``.

    :param now: naive datetime in UTC.
    :param tz: name of the time zone in which ``weekday`` (0 is Monday) and ``hour`` (9.5 is half
        past nine) are meant; an hour that the summer time skips comes an hour later.
    :return: ``(start, day)``: a naive datetime in UTC and the date in the time zone.
    """
    zone = ZoneInfo(tz)
    today = now.replace(tzinfo=timezone.utc).astimezone(zone).date()
    minutes = min(round(hour * 60), 24 * 60 - 1)
    for week in range(2):
        day = today + timedelta(days=(weekday - today.weekday()) % 7 + 7 * week)
        local = datetime.combine(day, time(*divmod(minutes, 60)), tzinfo=zone)
        start = local.astimezone(timezone.utc).replace(tzinfo=None)
        if start > now:
            break
    return start, day
