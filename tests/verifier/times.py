"""The one form of time: `YYYY-MM-DDTHH:MM:SS.mmmZ` (docs/format.md §1)."""

import calendar
import re

FORM = re.compile(r"(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)\.(\d{3})Z\Z", re.ASCII)
DAYS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


def milliseconds(text):
    """Milliseconds since 1970 of a time; ValueError if it is malformed."""
    match = FORM.match(text) if isinstance(text, str) else None
    if not match:
        raise ValueError("not a time of the form YYYY-MM-DDTHH:MM:SS.mmmZ")
    year, month, day, hour, minute, second, milli = (int(g) for g in match.groups())
    leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    if not 1 <= month <= 12 or not 1 <= day <= DAYS[month - 1] + (leap and month == 2):
        raise ValueError("no such day")
    if hour > 23 or minute > 59 or second > 59:
        raise ValueError("no such hour")
    return (_days(year, month, day) * 86400 + hour * 3600 + minute * 60 + second) * 1000 + milli


def _days(year, month, day):
    """Days since 1970 in the proleptic Gregorian calendar; year 0 exists here, so `datetime` will not do."""
    y = year - (month <= 2)
    era = y // 400
    of_era = y - era * 400
    of_year = (153 * (month + (-3 if month > 2 else 9)) + 2) // 5 + day - 1
    return era * 146097 + of_era * 365 + of_era // 4 - of_era // 100 + of_year - 719468


def text(ms):
    """The time text of milliseconds since 1970 (years 1970 to 9999)."""
    seconds, milli = divmod(ms, 1000)
    rest, second = divmod(seconds, 60)
    rest, minute = divmod(rest, 60)
    days, hour = divmod(rest, 24)
    year = 1970
    while days >= 365 + calendar.isleap(year):
        days -= 365 + calendar.isleap(year)
        year += 1
    month = 1
    while days >= DAYS[month - 1] + (calendar.isleap(year) and month == 2):
        days -= DAYS[month - 1] + (calendar.isleap(year) and month == 2)
        month += 1
    return f"{year:04}-{month:02}-{days + 1:02}T{hour:02}:{minute:02}:{second:02}.{milli:03}Z"
