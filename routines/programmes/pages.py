"""A programme as its pages show it: for everybody, and for somebody who follows it."""

from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.orm import Session

from routines.library.cards import ShownCard
from routines.library.documents import Phase, Programme
from routines.library.pieces import Related
from routines.library.related import related
from routines.programmes import editions, unlock
from routines.programmes.service import Following
from routines.programmes.unlock import Course
from routines.programmes.words import day_text, hour_text
from routines.toolbox import told

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


@dataclass(frozen=True)
class ShownPhase:
    """A phase with its routines, and when it opens."""

    number: int
    phase: Phase
    opens_text: str
    routines: tuple[ShownCard, ...]
    is_open: bool = False
    is_current: bool = False  # the last one that is open
    is_next: bool = False
    is_done: bool = False


@dataclass(frozen=True)
class ShownWay:
    """How far somebody is with a programme."""

    phases: tuple[ShownPhase, ...]
    current: int  # how many phases are open
    next_text: str  # when the next one opens, as a sentence; empty when all are open
    is_paused: bool
    is_self_paced: bool
    is_finished: bool
    zone: str
    begun_text: str


def routine_cards(db: Session, programme: Programme) -> dict[str, ShownCard]:
    """Give the cards of all routines of a programme that are published, by slug."""
    inside = [Related(kind="routine", slug=one, reason=phase.name) for phase in programme.phases for one in phase.routines]  # fmt: skip
    found = {link.card.slug: link.card for link in related(db, inside)}
    return {card.slug: card for card in told.told_cards(db, list(found.values()))}


def pinned_cards(db: Session, following: Following) -> dict[str, ShownCard]:
    """Give the cards of the editions that the reader began with, also of what has been retired since."""
    found = routine_cards(db, following.programme)
    older = editions.older_routines(db, following.enrolment)
    pinned = following.enrolment.routine_revisions
    for card in told.told_cards(db, older):
        found[card.slug] = replace(card, url=f"{card.url}?revision={pinned[card.slug]}")
    return found


def phases(programme: Programme, found: dict[str, ShownCard]) -> tuple[ShownPhase, ...]:
    """Number the phases and say by which rule each opens."""
    return tuple(
        ShownPhase(number, phase, opens_text(phase, is_first=number == 1),
                   tuple(found[slug] for slug in phase.routines if slug in found))
        for number, phase in enumerate(programme.phases, 1)
    )  # fmt: skip


def way(
    following: Following, found: dict[str, ShownCard], now: datetime, locale: str
) -> ShownWay:
    """Say for each phase whether it is open, or when it will be."""
    course = unlock.forecast(following.course, now)
    plain = phases(following.programme, found)
    shown = tuple(_mine(one, course, following, now, locale) for one in plain)
    coming = shown[course.opened] if course.opened < len(shown) else None
    return ShownWay(
        shown, course.opened, f"Phase {coming.number} {coming.opens_text}" if coming else "",
        is_paused=following.course.paused_at is not None, is_self_paced=course.is_self_paced,
        is_finished=course.is_finished, zone=course.zone,
        begun_text=day_text(course.started_at, course.zone, now, locale),
    )  # fmt: skip


def opens_text(phase: Phase, *, is_first: bool) -> str:
    """Say when a phase is meant to begin."""
    if is_first:
        return "Begin here, on any day."
    days = "1 day" if phase.unlock_days == 1 else f"{phase.unlock_days} days"
    after = f"{days} after the one before" if phase.unlock_days else "together with the one before"  # fmt: skip
    extra = f", on the next {WEEKDAYS[phase.unlock_weekday]}" if phase.unlock_weekday is not None else ""  # fmt: skip
    extra += f", at {phase.unlock_hour:02d}:00" if phase.unlock_hour is not None else ""
    extra += ", once you are done with that" if phase.needs_previous_done else ""
    return f"Begin it {after}{extra}."


def _mine(
    one: ShownPhase, course: Course, following: Following, now: datetime, locale: str
) -> ShownPhase:
    index = one.number - 1
    standing = course.standings[index]
    if standing.opened_at is not None:
        day = day_text(standing.opened_at, course.zone, now, locale)
        return replace(
            one, opens_text=f"open since {day}.", is_open=True,
            is_current=one.number == course.opened, is_done=standing.completed_at is not None,
        )  # fmt: skip
    text = _coming(course, index, now, locale)
    if following.course.paused_at and standing.unlocks_at:
        text += ", if you go on today"
    return replace(one, opens_text=f"{text}.", is_next=index == course.opened)


def _coming(course: Course, index: int, now: datetime, locale: str) -> str:
    moment = course.standings[index].unlocks_at
    if moment is None:
        return "opens when you say so"
    day = day_text(moment, course.zone, now, locale)
    if course.rules[index].hour is not None:
        day += f" at {hour_text(moment, course.zone, locale)}"
    if unlock.waits_for_done(course, index):
        return f"opens when you are done with the one before, not before {day}"
    return f"opens {day}"
