"""Instants and calendar periods.

An instant is a whole number of microseconds since 1970-01-01T00:00:00Z.
A period is found by dates of the zone and never by dividing seconds: a
day may have 23 or 25 hours, begin at 01:00, or not exist at all.
"""

import re
from datetime import date, datetime, timedelta, timezone
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

MICROSECOND = timedelta(microseconds=1)
EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)
SECOND = 1_000_000
HOUR = 3_600 * SECOND
#: A day of 24 hours: spans, windows and rates in time; no calendar day.
DAY = 24 * HOUR
SPAN_UNITS = {"m": 60 * SECOND, "h": HOUR, "d": DAY, "w": 7 * DAY}
BARE_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


class Period(NamedTuple):
    start: int
    end: int


def to_instant(moment: datetime) -> int:
    return (moment - EPOCH) // MICROSECOND


def to_datetime(instant: int) -> datetime:
    return EPOCH + timedelta(microseconds=instant)


def parse_instant(text: str) -> int:
    """RFC 3339 with an offset; a seventh digit of the second is not ours."""
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError(f"{text!r} has no offset")
    return to_instant(moment)


def instant_text(instant):
    if instant is None:
        return None
    moment = to_datetime(instant)
    spec = "microseconds" if moment.microsecond else "seconds"
    return moment.replace(tzinfo=None).isoformat(timespec=spec) + "Z"


def parse_span(text: str) -> int:
    found = re.fullmatch(r"(\d+)([mhdw])", text)
    if not found:
        raise ValueError(f"{text!r} is no span")
    return int(found[1]) * SPAN_UNITS[found[2]]


class Calendar:
    """Days, weeks (from Monday) and months of one zone."""

    def __init__(self, zone: str):
        self.name = zone
        self.zone = ZoneInfo(zone)
        self.first_instant = lru_cache(maxsize=None)(self._first_instant)
        self.later = lru_cache(maxsize=None)(self._later)

    def instant(self, text: str) -> int:
        """A date stands for the first instant of that day in the zone."""
        if BARE_DAY.fullmatch(text):
            return self.first_instant(date.fromisoformat(text))
        return parse_instant(text)

    def _first_instant(self, day: date) -> int:
        """The first instant of a date.

        Three traps. Midnight that comes twice: `fold=0` is the earlier one.
        Midnight that is left out (São Paulo, 2018-11-04): the instant of the
        change of clocks. A date that is left out whole (Apia, 2011-12-30): the
        same change, so that the date is an empty period.
        """
        midnight = datetime(day.year, day.month, day.day)
        before = to_instant(midnight.replace(tzinfo=self.zone, fold=0))
        if self._wall(before) == midnight:
            return before
        # In a gap fold=0 reads the old offset (an instant after the change) and
        # fold=1 the new one (an instant before it); the change lies between.
        low = to_instant(midnight.replace(tzinfo=self.zone, fold=1))
        high = before
        while low < high:
            middle = (low + high) // 2
            if self._wall(middle) >= midnight:
                high = middle
            else:
                low = middle + 1
        return low

    def _wall(self, instant: int) -> datetime:
        return to_datetime(instant).astimezone(self.zone).replace(tzinfo=None)

    def day_of(self, instant: int) -> date:
        """The date whose period holds the instant.

        Where clocks go back over midnight (St. John's before 2011) the wall
        shows yesterday's date again; the day has begun all the same.
        """
        day = self._wall(instant).date()
        while instant >= self.first_instant(day + timedelta(days=1)):
            day += timedelta(days=1)
        while instant < self.first_instant(day):
            day -= timedelta(days=1)
        return day

    def period_of(self, instant: int, by: str) -> Period:
        first = first_day(self.day_of(instant), by)
        return self.period_from(first, by)

    def period_from(self, first: date, by: str) -> Period:
        return Period(self.first_instant(first), self.first_instant(next_first(first, by)))

    def periods(self, start: int, end: int, by: str) -> list[Period]:
        """Every whole calendar period that shares an instant with [start, end)."""
        found = []
        if start >= end:
            return found
        first = first_day(self.day_of(start), by)
        while self.first_instant(first) < end:
            period = self.period_from(first, by)
            if period.start < period.end:  # a date that is left out has no instant
                found.append(period)
            first = next_first(first, by)
        return found

    def days(self, period: Period) -> list[Period]:
        return self.periods(period.start, period.end, "day")

    def _later(self, period: Period, count: int, by: str) -> Period:
        """The period `count` places after this one."""
        first = first_day(self.day_of(period.start), by)
        for _ in range(count):
            first = next_first(first, by)
        return self.period_from(first, by)


def first_day(day: date, by: str) -> date:
    if by == "day":
        return day
    if by == "week":
        return day - timedelta(days=day.weekday())
    if by == "month":
        return day.replace(day=1)
    raise ValueError(f"no period is named {by!r}")


def next_first(first: date, by: str) -> date:
    if by == "day":
        return first + timedelta(days=1)
    if by == "week":
        return first + timedelta(days=7)
    return (first.replace(day=28) + timedelta(days=4)).replace(day=1)
