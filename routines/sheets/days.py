"""The days of a routine as a calendar: pure arithmetic on the reader's own clock."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from hashlib import sha256
from zoneinfo import ZoneInfo

import icalendar

from routines.library.pieces import Dosage

WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
# With days of rest between them where there is room; six days are followed by one of rest.
SPREAD = {1: (0,), 2: (0, 3), 3: (0, 2, 4), 4: (0, 1, 3, 4), 5: (0, 1, 2, 3, 4), 6: (0, 1, 2, 3, 4, 5), 7: tuple(range(7))}  # fmt: skip
WEEKS = 4


@dataclass(frozen=True)
class Occasion:
    """What is to be done; `minutes` is None when only the person can say how long."""

    key: str  # the same routine, revision and choice give the same events
    title: str
    text: str
    url: str
    minutes: int | None
    changed_at: datetime


@dataclass(frozen=True)
class Choice:
    """When somebody wants to do it: local times on weekdays (0 is Monday), for some weeks."""

    start: date
    days: tuple[int, ...]
    times: tuple[time, ...]
    weeks: int
    zone: str
    remind_minutes: int | None = None


def days_of(schedule: Dosage) -> tuple[int, ...]:
    """Choose weekdays for a schedule, the least of a range; none when it states no days."""
    return SPREAD[min(schedule.days_a_week.least, 7)] if schedule.days_a_week else ()


def weeks_of(schedule: Dosage) -> int:
    """Give the weeks that are stated, else four: time to look again."""
    return min(schedule.weeks.most, 52) if schedule.weeks else WEEKS


def dates(choice: Choice) -> Iterator[date]:
    """Go through the days of a choice in order."""
    first = _first(choice)
    for offset in range(7 * choice.weeks):
        day = first + timedelta(days=offset)
        if day.weekday() in choice.days:
            yield day


def calendar(name: str, occasion: Occasion, choice: Choice) -> bytes:
    """Write an iCalendar file (RFC 5545) with one repeating event for each time of the day.

    The times belong to the zone, which the file describes, so that half past seven stays half
    past seven when the clocks change.
    """
    made = icalendar.Calendar()
    made.add("version", "2.0")
    made.add("prodid", f"-//{name}//Routines//EN")
    made.add("x-wr-calname", occasion.title)
    for at in choice.times:
        made.add_component(_event(occasion, choice, at))
    end = choice.start + timedelta(weeks=choice.weeks + 1)
    made.add_missing_timezones(date(choice.start.year, 1, 1), date(end.year + 1, 1, 1))
    return bytes(made.to_ical())


def _event(occasion: Occasion, choice: Choice, at: time) -> icalendar.Event:
    begin = datetime.combine(_first(choice), at, ZoneInfo(choice.zone))
    event = icalendar.Event()
    event.add("uid", f"{_digest(occasion.key, choice, at)}@routines")
    event.add("dtstamp", occasion.changed_at)
    event.add("dtstart", begin)
    if occasion.minutes:
        event.add("duration", timedelta(minutes=occasion.minutes))
    event.add("rrule", {"freq": "weekly", "byday": _named(choice.days), "count": len(choice.days) * choice.weeks})  # fmt: skip
    event.add("summary", occasion.title)
    event.add("description", occasion.text)
    event.add("url", occasion.url)
    event.add("transp", "TRANSPARENT")
    if choice.remind_minutes is not None:
        event.add_component(_alarm(occasion, choice.remind_minutes))
    return event


def _alarm(occasion: Occasion, minutes: int) -> icalendar.Alarm:
    alarm = icalendar.Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", occasion.title)
    alarm.add("trigger", timedelta(minutes=-minutes))
    return alarm


def _first(choice: Choice) -> date:
    """Find the first chosen weekday from the start on."""
    ahead = min((day - choice.start.weekday()) % 7 for day in choice.days)
    return choice.start + timedelta(days=ahead)


def _named(days: Sequence[int]) -> list[str]:
    return [WEEKDAYS[day] for day in days]


def _digest(key: str, choice: Choice, at: time) -> str:
    text = f"{key} {choice.start} {choice.days} {choice.weeks} {choice.zone} {at}"
    return sha256(text.encode()).hexdigest()[:32]
