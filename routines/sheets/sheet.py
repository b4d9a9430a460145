"""What stands on a routine's sheet, the same for its page and its PDF."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy.orm import Session

from routines.library import steps
from routines.library.documents import Routine
from routines.library.dosage import dosage_text
from routines.library.pieces import Dosage
from routines.library.steps import ShownStep
from routines.toolbox.needed import Chip, tools_needed

DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
WEEKS = 4
MOST_WEEKS = 6


@dataclass(frozen=True)
class Sheet:
    """A routine on one page; `boxes` are to tick on each day, and `weeks` are as many rows."""

    title: str
    summary: str
    schedule: str
    tools: tuple[Chip, ...]
    steps: tuple[ShownStep, ...]
    cautions: tuple[str, ...]
    stop_rule: str
    boxes: int
    weeks: int
    written_by: str
    checked_by: str


def sheet(db: Session, routine: Routine, names: Mapping[str, str]) -> Sheet:
    """Write down a routine for paper."""
    checker = routine.review.by
    return Sheet(
        title=routine.title, summary=routine.summary, schedule=_capital(dosage_text(routine.schedule)),
        tools=tools_needed(db, routine, frozenset(), names).chips,
        steps=steps.numbered(steps.parts(routine, names)), cautions=_cautions(routine), stop_rule=routine.stop_rule,
        boxes=boxes(routine.schedule), weeks=weeks(routine.schedule),
        written_by=f"{routine.author.name}, {routine.author.credentials}",
        checked_by=f"{checker.name}, {checker.credentials}",
    )  # fmt: skip


def boxes(schedule: Dosage) -> int:
    """Tell how many boxes a day has: as many as it is to be done at most, one when nothing is stated."""
    return min(schedule.per_day.most, 4) if schedule.per_day else 1


def weeks(schedule: Dosage) -> int:
    """Tell how many weeks the table has: those that are stated, as far as they fit on the page."""
    return min(schedule.weeks.most, MOST_WEEKS) if schedule.weeks else WEEKS


def _cautions(routine: Routine) -> tuple[str, ...]:
    """List the cautions that belong to no single step."""
    around = [caution for part in routine.sections for caution in part.cautions]
    return tuple(steps.caution_text(caution) for caution in (*routine.cautions, *around))


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
