"""How a routine runs, second by second: the one source of duration, player, sheet and cards.

Nothing here is guessed. A step whose dose is not stated becomes an untimed segment, a range
counts with its least for time and is written as a range, and each side gets its full length.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from routines.library.documents import Routine
from routines.library.dosage import range_text, seconds_text
from routines.library.pieces import Action, Caution, Dosage, Step
from routines.library.tools import Grip, grips, take_sentence

Profile = Literal["full", "short", "warm_up", "slower", "untimed"]
Kind = Literal[
    "get_ready", "work", "hold", "return", "switch_side", "rest", "change_tool", "end"
]

PROFILES: tuple[Profile, ...] = ("full", "short", "warm_up", "slower", "untimed")
EFFORTS = ("work", "hold")
SIDES = {"each": ("left", "right"), "alternate": ("alternating",), "left": ("left",), "right": ("right",)}  # fmt: skip
NEW, SET = object.__new__, object.__setattr__
UNTIL_READY = "Until you are ready"


@dataclass(frozen=True)
class Segment:
    """One stretch of a routine; `seconds` is None when only the person can say how long."""

    kind: Kind
    seconds: int | None
    action: Action
    section: int
    step_key: str
    title: str
    side: str = ""
    set_number: int = 0  # from 1; 0 when sets are not stated
    rep_text: str = ""
    cue: str = ""
    fit: str = ""  # the tool to take or fit now, as a sentence
    cautions: tuple[Caution, ...] = ()


@dataclass(frozen=True)
class Pace:
    """How much time a profile gives around the dose; the dose itself is never changed."""

    get_ready_seconds: int = 5
    transition_seconds: int = 10
    transition_factor: int = 1
    rep_seconds: int = 4
    is_timed: bool = True


NORMAL = Pace()
PACES: dict[Profile, Pace] = {
    "slower": Pace(
        get_ready_seconds=10, transition_seconds=20, transition_factor=2, rep_seconds=6
    ),
    "untimed": Pace(is_timed=False),
}


def expand(
    routine: Routine, profile: Profile = "full", names: Mapping[str, str] | None = None
) -> tuple[Segment, ...]:
    """Lay a routine out in time.

    Args:
        routine: the document.
        profile: `short` keeps the essential steps and `warm_up` those marked for it (all of
            them when none is marked), `slower` gives more time around the doses, and
            `untimed` leaves every length to the person.
        names: what to call components; else their slugs in words.
    """
    pace = PACES.get(profile, NORMAL)
    segments: list[Segment] = []
    in_hand: tuple[Grip, ...] = ()
    for section, step, cautions in chosen(routine, profile):
        first = _blank(section, step, cautions)
        sentence = take_sentence(step, in_hand, names or {})
        segments += _lead_in(first, step, sentence, pace, is_first=not segments)
        segments += _step(first, step.dosage, pace)
        in_hand = grips(step)
    last = segments[-1]
    segments.append(_like(last, kind="end", seconds=0, title="Done", side="", set_number=0,
                          rep_text="", cue="", fit="", cautions=()))  # fmt: skip
    return tuple(segments) if pace.is_timed else untimed(segments)


def chosen(
    routine: Routine, profile: Profile
) -> Iterator[tuple[int, Step, tuple[Caution, ...]]]:
    """Give the steps of a profile in order, each with its section and all its cautions.

    The first step of all also carries the routine's cautions, the first of a section its
    section's, so that none is lost when steps are left out.
    """
    wanted = {"short": "essential", "warm_up": "warm_up"}.get(profile)
    steps = [(index, step) for index, part in enumerate(routine.sections) for step in part.steps]  # fmt: skip
    kept = [pair for pair in steps if wanted and getattr(pair[1], wanted)] or steps
    seen: set[int] = set()
    for section, step in kept:
        above = () if seen else routine.cautions
        around = () if section in seen else routine.sections[section].cautions
        seen.add(section)
        yield section, step, above + around + step.cautions


def offered(routine: Routine) -> tuple[Profile, ...]:
    """Name the profiles that differ from the full one in this routine."""
    steps = [step for part in routine.sections for step in part.steps]
    marked = {
        "short": sum(step.essential for step in steps),
        "warm_up": sum(step.warm_up for step in steps),
    }
    return tuple(name for name in PROFILES if 0 < marked.get(name, 1) < len(steps) or name not in marked)  # fmt: skip


def total_seconds(segments: Sequence[Segment]) -> int:
    """Add up the lengths that are known."""
    return sum(segment.seconds or 0 for segment in segments)


def minutes(segments: Sequence[Segment]) -> int | None:
    """Round the known length up to minutes; None when no effort has one."""
    if not any(part.kind in EFFORTS and part.seconds for part in segments):
        return None
    return -(-total_seconds(segments) // 60)


def has_open_end(segments: Sequence[Segment]) -> bool:
    """Tell whether it may take longer than the known length."""
    return any(segment.seconds is None for segment in segments)


def untimed(segments: Sequence[Segment]) -> tuple[Segment, ...]:
    """Keep what is to be done and leave every length to the person."""
    told = [segment for segment in segments if segment.kind not in ("get_ready", "rest", "return")]  # fmt: skip
    return tuple(_like(segment, seconds=None) for segment in told)


def _blank(section: int, step: Step, cautions: tuple[Caution, ...]) -> Segment:
    exercise = step.exercise
    cue = " ".join([cue.text for cue in exercise.cues if cue.kind == "action"])
    return Segment("work", None, exercise.action, section, step.key, exercise.title, cue=cue or exercise.start_position,
                   cautions=cautions)  # fmt: skip


def _lead_in(
    blank: Segment, step: Step, fit: str, pace: Pace, *, is_first: bool
) -> list[Segment]:
    """Give the time to get into position and to take or change a tool."""
    stated = step.transition_seconds
    if is_first:
        length = pace.get_ready_seconds
    elif stated is None:
        length = pace.transition_seconds
    else:
        length = stated * pace.transition_factor
    kind: Kind = "change_tool" if fit and (not is_first or not pace.is_timed) else "get_ready"
    if kind == "change_tool":
        length = max(length, pace.get_ready_seconds)
    if not length:
        return []
    side = SIDES.get(step.dosage.sides or "", ("",))[0]
    start = step.exercise.start_position
    return [_like(blank, kind=kind, seconds=length, side=side, cue=start, fit=fit)]


def _step(blank: Segment, dose: Dosage, pace: Pace) -> Iterator[Segment]:
    """Give every set on every side, with the changes and rests between them."""
    sides = SIDES.get(dose.sides or "", ("",))
    sets = dose.sets.least if dose.sets else 1
    once = tuple(_effort(dose, pace))
    for number in range(1, sets + 1):
        count = number if dose.sets else 0
        for place, side in enumerate(sides):
            if place:
                yield _switch(blank, side, count, dose, pace)
            this = blank.__dict__ | {"side": side, "set_number": count}
            for fields in once:
                yield _made(this | fields)
        if number < sets:
            yield from _between_sets(blank, sides, count, dose, pace)


def _like(segment: Segment, **changes: Any) -> Segment:
    """Give a segment that differs in some fields."""
    return _made(segment.__dict__ | changes)


def _made(fields: dict[str, Any]) -> Segment:
    """Make a segment of all its fields, five times as fast as the frozen class does."""
    made = NEW(Segment)
    SET(made, "__dict__", fields)
    return made


def _switch(blank: Segment, side: str, count: int, dose: Dosage, pace: Pace) -> Segment:
    length = max(dose.rest_between_sides_seconds or 0, pace.get_ready_seconds)
    cue = f"Now the {side} side."
    return _like(blank, kind="switch_side", seconds=length, side=side, set_number=count, cue=cue)  # fmt: skip


def _between_sets(
    blank: Segment, sides: Sequence[str], count: int, dose: Dosage, pace: Pace
) -> Iterator[Segment]:
    """Rest as long as is stated; until the person is ready when nothing is."""
    pause, side = dose.rest_between_sets_seconds, sides[0]
    if pause != 0:
        text = "" if pause else UNTIL_READY
        yield _like(blank, kind="rest", seconds=pause, side=side, set_number=count, rep_text=text, cue="")  # fmt: skip
    if len(sides) > 1:
        yield _switch(blank, side, count, dose, pace)


def _effort(dose: Dosage, pace: Pace) -> Iterator[dict[str, Any]]:
    """Give one set on one side, as the fields in which its segments differ from the step's."""
    counted = f"{range_text(dose.reps)} times" if dose.reps else ""
    if dose.duration_seconds:
        yield {"seconds": dose.duration_seconds.least, "rep_text": counted}
    elif dose.hold_seconds or dose.hold_open_ended:
        yield from _holds(dose, pace)
    elif dose.reps:
        pauses = (dose.reps.least - 1) * (dose.rest_between_reps_seconds or 0)
        length = dose.reps.least * pace.rep_seconds + pauses
        yield {"seconds": length, "rep_text": counted}
    else:
        yield {"rep_text": UNTIL_READY}


def _holds(dose: Dosage, pace: Pace) -> Iterator[dict[str, Any]]:
    """Give each held repetition with its way back; in one piece when nothing is timed."""
    reps = dose.reps.least if dose.reps else 1
    length = dose.hold_seconds.least if dose.hold_seconds else None
    back, pause = dose.return_seconds, dose.rest_between_reps_seconds
    if not pace.is_timed:
        yield {"kind": "hold", "rep_text": _hold_text(dose, None)}
        return
    for number in range(1, reps + 1):
        yield {"kind": "hold", "seconds": length, "rep_text": _hold_text(dose, number)}
        if back:
            yield {"kind": "return", "seconds": back, "cue": "Slowly back."}
        if pause and number < reps:
            yield {"kind": "rest", "seconds": pause, "cue": ""}


def _hold_text(dose: Dosage, number: int | None) -> str:
    parts = []
    if dose.reps:
        many = range_text(dose.reps)
        parts.append(f"{many} times" if number is None else f"{number} of {many}")
    if dose.hold_open_ended:
        parts.append("as long as you can")
    elif number is None and dose.hold_seconds:
        parts.append(f"hold {seconds_text(dose.hold_seconds)}")
    return ", ".join(parts)
