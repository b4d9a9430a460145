"""When the phases of a programme open: pure rules on the reader's own calendar.

A phase opens some local calendar days after the one before it *began*, on a weekday and at an hour
if its author says so, and only after the reader has finished the one before if the author asks for
that. Moments are aware UTC, days are those of the reader's time zone:

- without an hour a phase opens as its day begins; a day or hour that the reader's clock skips gives
  way to the first moment after the gap, and of an hour that comes twice the first counts;
- a pause moves all that has not opened by as many calendar days as it touched nights, after which
  weekday and hour are looked for again; nothing opens during it;
- the dates of phases to come are stored, and what has opened never closes: neither a pause, nor
  another clock, nor another pace changes it.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from storefront.public import Invalid

ONE_DAY, ONE_WEEK = timedelta(days=1), timedelta(days=7)
Pause = tuple[datetime, datetime]


@dataclass(frozen=True)
class Rule:
    """What opens a phase."""

    key: str
    days: int  # after the previous phase began
    weekday: int | None = None  # 0 is Monday
    hour: int | None = None  # on the reader's clock
    needs_previous_done: bool = False


@dataclass(frozen=True)
class Standing:
    """How far a reader is with a phase."""

    key: str
    unlocks_at: datetime | None = None  # not before; None while the reader sets the pace
    opened_at: datetime | None = None
    completed_at: datetime | None = None


@dataclass(frozen=True)
class Course:
    """One reader's way through a programme."""

    rules: tuple[Rule, ...]
    standings: tuple[Standing, ...]
    zone: str
    started_at: datetime
    is_self_paced: bool = False
    paused_at: datetime | None = None
    pauses: tuple[Pause, ...] = ()

    @property
    def opened(self) -> int:
        """Count the phases that are open: always the first ones."""
        return sum(one.opened_at is not None for one in self.standings)

    @property
    def next_key(self) -> str | None:
        """Name the phase that opens next."""
        return self.rules[self.opened].key if self.opened < len(self.rules) else None

    @property
    def is_finished(self) -> bool:
        """Tell whether every phase is open and the last one done."""
        return self.next_key is None and self.standings[-1].completed_at is not None


def begin(
    rules: Iterable[Rule], zone: str, now: datetime, *, is_self_paced: bool = False
) -> Course:
    """Begin at a moment; the first phase opens by its rule, counted from then."""
    known = tuple(rules)
    made = Course(known, tuple(Standing(rule.key) for rule in known), zone, now, is_self_paced)
    return settle(_planned(made, now), now)


def settle(course: Course, now: datetime) -> Course:
    """Open what is due, each at the moment when it was; how often or late this is asked is no matter."""
    while (moment := _due_since(course, now)) is not None:
        course = _planned(_opened(course, course.opened, moment), moment)
    return course


def forecast(course: Course, now: datetime) -> Course:
    """Give the dates to show: as they come if the reader goes on, or is done, at this moment."""
    course = settle(course, now)
    if course.paused_at:
        course = go_on(course, now)
    return _planned(course, now)


def waits_for_done(course: Course, index: int) -> bool:
    """Tell whether a phase that is not open waits for the reader to finish the one before."""
    return (
        index > 0
        and course.rules[index].needs_previous_done
        and course.standings[index - 1].completed_at is None
    )


def pause(course: Course, now: datetime) -> Course:
    """Stop the clock; again changes nothing."""
    course = settle(course, now)
    return course if course.paused_at else replace(course, paused_at=now)


def go_on(course: Course, now: datetime) -> Course:
    """Let the clock run on; what had not opened is later by the days of the pause."""
    if course.paused_at is None:
        return settle(course, now)
    pauses = (*course.pauses, (course.paused_at, now))
    return settle(_planned(replace(course, paused_at=None, pauses=pauses), now), now)


def set_pace(course: Course, now: datetime, *, is_self_paced: bool) -> Course:
    """Let the reader open each phase, or the calendar again."""
    course = replace(settle(course, now), is_self_paced=is_self_paced)
    return settle(_planned(course, now), now)


def move(course: Course, zone: str, now: datetime) -> Course:
    """Go on by the clock of another time zone."""
    course = replace(settle(course, now), zone=zone)
    return settle(_planned(course, now), now)


def open_next(course: Course, key: str, now: datetime) -> Course:
    """Open the next phase because the reader meets the criterion; the one before counts as done.

    Raises:
        Invalid: it is not the next one, or the programme is paused.
    """
    course = settle(course, now)
    if key in [one.key for one in course.standings[: course.opened]]:
        return course  # pressed twice, or it has just opened by itself
    if course.paused_at:
        raise Invalid("The programme is paused. Go on first, then open the phase.")
    if key != course.next_key:
        raise Invalid("Phases open one after the other: this is not the next one.")
    if course.opened:
        course = _completed(course, course.opened - 1, now)
    return settle(_planned(_opened(course, course.opened, now), now), now)


def done(course: Course, key: str, now: datetime) -> Course:
    """Note that the reader is done with an open phase; again changes nothing.

    Raises:
        Invalid: the phase is not open.
    """
    course = settle(course, now)
    return settle(_completed(course, _open_index(course, key), now), now)


def not_done(course: Course, key: str, now: datetime) -> Course:
    """Take that back; what opened by it stays open.

    Raises:
        Invalid: the phase is not open.
    """
    course = settle(course, now)
    index = _open_index(course, key)
    return _put(course, index, replace(course.standings[index], completed_at=None))


def moment_of(day: date, hour: int, zone: str) -> datetime:
    """Give the moment of a local hour: after a gap if it is skipped, the first if it comes twice."""
    return datetime.combine(day, time(hour), ZoneInfo(zone)).astimezone(UTC)


def day_of(moment: datetime, zone: str) -> date:
    """Give the local day of a moment."""
    return moment.astimezone(ZoneInfo(zone)).date()


def days_paused(pauses: Iterable[Pause], since: datetime, zone: str) -> int:
    """Count the local calendar days that pauses took since a moment."""
    return sum(
        (day_of(end, zone) - day_of(max(start, since), zone)).days
        for start, end in pauses
        if end > since
    )


def is_in_order(course: Course) -> bool:
    """Tell whether open phases come first and no phase opens before the one before it."""
    moments = [one.opened_at or one.unlocks_at for one in course.standings]
    known = [moment for moment in moments if moment is not None]
    opened = [one.opened_at is not None for one in course.standings]
    return opened == sorted(opened, reverse=True) and all(a <= b for a, b in pairwise(known))


def _slot(rule: Rule, since: datetime, course: Course) -> datetime:
    """Find when a phase opens whose previous one began at a moment: never before that."""
    day = day_of(since, course.zone) + ONE_DAY * (
        rule.days + days_paused(course.pauses, since, course.zone)
    )
    if rule.weekday is not None:
        day += ONE_DAY * ((rule.weekday - day.weekday()) % 7)
    moment = moment_of(day, rule.hour or 0, course.zone)
    if rule.hour is None:
        return max(moment, since)
    while moment < since:
        day += ONE_DAY if rule.weekday is None else ONE_WEEK
        moment = moment_of(day, rule.hour, course.zone)
    return moment


def _planned(course: Course, floor: datetime) -> Course:
    """Find the dates of what has not opened anew; none is before `floor`."""
    since, standings = course.started_at, []
    for rule, one in zip(course.rules, course.standings, strict=True):
        if one.opened_at is None:
            slot = max(_slot(rule, since, course), floor)
            one = replace(one, unlocks_at=None if _has_no_date(course, rule) else slot)
            since = slot
        else:
            since = one.opened_at
        standings.append(one)
    return replace(course, standings=tuple(standings))


def _has_no_date(course: Course, rule: Rule) -> bool:
    return course.is_self_paced and rule is not course.rules[0]


def _due_since(course: Course, now: datetime) -> datetime | None:
    """Tell since when the next phase should be open; None when it should not."""
    index = course.opened
    if course.paused_at or index == len(course.rules) or waits_for_done(course, index):
        return None
    moment = course.standings[index].unlocks_at
    if moment is None or moment > now:
        return None
    previous = course.standings[index - 1] if index else None
    if previous and previous.completed_at and course.rules[index].needs_previous_done:
        return max(moment, previous.completed_at)
    return moment


def _open_index(course: Course, key: str) -> int:
    for index, one in enumerate(course.standings[: course.opened]):
        if one.key == key:
            return index
    raise Invalid("This phase is not open yet.")


def _opened(course: Course, index: int, moment: datetime) -> Course:
    return _put(course, index, replace(course.standings[index], opened_at=moment))


def _completed(course: Course, index: int, now: datetime) -> Course:
    """Note that a phase is done, unless it was before."""
    one = course.standings[index]
    return _put(course, index, replace(one, completed_at=one.completed_at or now))


def _put(course: Course, index: int, one: Standing) -> Course:
    standings = (*course.standings[:index], one, *course.standings[index + 1 :])
    return replace(course, standings=standings)
