"""A plan as a value, and what its doses make of a routine: pure rules."""

from collections.abc import Iterator
from typing import Annotated

from pydantic import Field

from routines.library.documents import Routine
from routines.library.pieces import Document, Dosage, Range, Section, Slug, Step
from routines.library.rules import dosing

MOST_ROUTINES = 4
STEP_FIELDS = ("sets", "reps", "hold_seconds", "duration_seconds")
ROUTINE_FIELDS = ("per_day", "days_a_week", "weeks")


class Dose(Document):
    """What a practitioner states for one step; None keeps what the routine says."""

    sets: Range | None = None
    reps: Range | None = None
    hold_seconds: Range | None = None
    duration_seconds: Range | None = None


class Item(Document):
    """A routine of a plan at one of its revisions, with the doses that differ."""

    routine: Slug
    revision: Annotated[int, Field(ge=1)]
    doses: dict[Slug, Dose] = {}
    left_out: tuple[Slug, ...] = ()
    per_day: Range | None = None
    days_a_week: Range | None = None
    weeks: Range | None = None


class PlanDocument(Document):
    """The routines of a plan in order."""

    items: Annotated[tuple[Item, ...], Field(min_length=1, max_length=MOST_ROUTINES)]


def applied(routine: Routine, item: Item) -> Routine:
    """Give the routine as the plan wants it; the cautions of what is left out stay where they apply.

    The cautions of a section whose steps are all left out concern only those, and go with them.
    """
    sections = [_section(section, item) for section in routine.sections]
    kept = tuple(section for section in sections if section is not None)
    changes = {name: getattr(item, name) for name in ROUTINE_FIELDS if getattr(item, name)}
    if "days_a_week" in changes:
        changes["rest_days"] = None  # the rest of the week is now said by the days
    return routine.model_copy(
        update={
            "sections": kept or routine.sections,
            "schedule": routine.schedule.model_copy(update=changes),
        }
    )


def stated(dosage: Dosage) -> Iterator[str]:
    """Name the fields of a step that a practitioner may set: its own, or a time where it has none."""
    yield "sets"
    yield "reps"
    if dosage.hold_seconds or dosage.hold_open_ended:
        yield "hold_seconds"
    else:
        yield "duration_seconds"


def dosed(dosage: Dosage, dose: Dose) -> Dosage:
    """Give the dosage of a step with what the practitioner states."""
    changes = {name: getattr(dose, name) for name in STEP_FIELDS if getattr(dose, name)}
    if "hold_seconds" in changes:
        changes["hold_open_ended"] = False
    return dosage.model_copy(update=changes)


def unfit(dosage: Dosage) -> dict[str, str]:
    """Say of a dosage what nobody should do or could follow, by field."""
    try:
        checked = Dosage.model_validate(dosage.model_dump())
    except ValueError:
        return {"reps": "Fewer sets or times, please: nobody could follow so many holds."}
    return {str(lack.field[-1]): lack.sentence for lack in dosing.too_much(checked, ())}


def _section(section: Section, item: Item) -> Section | None:
    steps = tuple(_step(step, item) for step in section.steps if step.key not in item.left_out)
    return section.model_copy(update={"steps": steps}) if steps else None


def _step(step: Step, item: Item) -> Step:
    dose = item.doses.get(step.key)
    return step.model_copy(update={"dosage": dosed(step.dosage, dose)}) if dose else step
