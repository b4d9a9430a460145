"""An enrolment as the pure rules see it, and back."""

from collections.abc import Iterable
from datetime import datetime

from routines.library.documents import Programme
from routines.programmes.models import Enrolment, PhaseState
from routines.programmes.unlock import Course, Pause, Rule, Standing, waits_for_done


def rules(programme: Programme) -> tuple[Rule, ...]:
    """Give what opens each phase."""
    return tuple(
        Rule(
            phase.key, phase.unlock_days, phase.unlock_weekday, phase.unlock_hour,
            phase.needs_previous_done,
        )
        for phase in programme.phases
    )  # fmt: skip


def course(enrolment: Enrolment, programme: Programme) -> Course:
    """Read how far a reader is."""
    standings = (
        Standing(row.key, row.unlocks_at, row.opened_at, row.completed_at)
        for row in enrolment.phases
    )
    return Course(
        rules(programme), tuple(standings), enrolment.zone, enrolment.started_at,
        is_self_paced=enrolment.pace == "self_paced", paused_at=enrolment.paused_at,
        pauses=tuple(_pause(pair) for pair in enrolment.shifts),
    )  # fmt: skip


def store(enrolment: Enrolment, way: Course) -> None:
    """Write down how far a reader is; rows are made where there are none."""
    enrolment.zone, enrolment.started_at, enrolment.paused_at = way.zone, way.started_at, way.paused_at  # fmt: skip
    enrolment.pace = "self_paced" if way.is_self_paced else "normal"
    enrolment.shifts = [[start.isoformat(), end.isoformat()] for start, end in way.pauses]
    known = {row.key: row for row in enrolment.phases}
    for position, one in enumerate(way.standings):
        row = known.get(one.key)
        if row is None:
            row = PhaseState(key=one.key, position=position, is_told=False)
            enrolment.phases.append(row)
        row.unlocks_at, row.opened_at, row.completed_at = one.unlocks_at, one.opened_at, one.completed_at  # fmt: skip
        row.is_waiting = one.opened_at is None and waits_for_done(way, position)


def newly_open(enrolment: Enrolment) -> list[PhaseState]:
    """List the open phases that the reader has not been told of."""
    return [row for row in enrolment.phases if row.opened_at and not row.is_told]


def _pause(pair: Iterable[str]) -> Pause:
    start, end = (datetime.fromisoformat(text) for text in pair)
    return start, end
