"""Read a plan from its form: which routines, which steps, which doses."""

from collections.abc import Sequence

from werkzeug.datastructures import MultiDict

from routines.library.documents import Routine
from routines.library.pieces import Dosage, Range
from routines.library.service import Found
from routines.plans.doses import (
    MOST_ROUTINES,
    ROUTINE_FIELDS,
    Dose,
    Item,
    PlanDocument,
    dosed,
    stated,
    unfit,
)
from storefront.public import Invalid, guards

LONGEST_NAME = 60
NUMBER = "Write a number, or a range such as 8-10, or leave it empty."
LABELS = {
    "sets": "Sets", "reps": "Times", "hold_seconds": "Hold, seconds", "duration_seconds": "Seconds",
    "per_day": "Times a day", "days_a_week": "Days a week", "weeks": "Weeks",
}  # fmt: skip


def chosen(fields: MultiDict[str, str]) -> list[str]:
    """Read which routines are wanted, each once, in order.

    Raises:
        Invalid: there are too many.
    """
    slugs = list(dict.fromkeys(guards.several(fields, "routine")))
    if len(slugs) > MOST_ROUTINES:
        message = f"Choose {MOST_ROUTINES} routines at most: people do short plans."
        raise Invalid(message, fields={"routine": message})
    return slugs


def given_by(fields: MultiDict[str, str]) -> str:
    """Read who hands the plan out.

    Raises:
        Invalid: there is no name, or it is too long.
    """
    name = " ".join(fields.get("given_by", "").split())
    if not 2 <= len(name) <= LONGEST_NAME:
        message = f"Write your own name or practice, with up to {LONGEST_NAME} letters."
        raise Invalid(message, fields={"given_by": message})
    return name


def document(fields: MultiDict[str, str], found: Sequence[Found[Routine]]) -> PlanDocument:
    """Read the doses of each routine.

    Raises:
        Invalid: a dose is no number and no range.
    """
    wrong: dict[str, str] = {}
    items = tuple(_item(fields, one, wrong) for one in found)
    if wrong:
        raise Invalid("The plan was not made yet.", fields=wrong)
    return PlanDocument(items=items)


def field_name(field: str, slug: str, step: str = "") -> str:
    """Name the field of a dose in the form."""
    return f"{field}-{slug}" + (f"--{step}" if step else "")


def _item(fields: MultiDict[str, str], found: Found[Routine], wrong: dict[str, str]) -> Item:
    steps = [step for part in found.document.sections for step in part.steps]
    kept = set(guards.several(fields, field_name("keep", found.slug)))
    read = {
        step.key: _ranges(fields, tuple(stated(step.dosage)), found.slug, step.key, wrong)
        for step in steps
    }
    for step in steps:
        told = dosed(step.dosage, Dose(**read[step.key])) if read[step.key] else Dosage()
        wrong |= {field_name(name, found.slug, step.key): text for name, text in unfit(told).items()}  # fmt: skip
    whole = _ranges(fields, ROUTINE_FIELDS, found.slug, "", wrong)
    if "days_a_week" in whole and whole["days_a_week"].most > 7:
        wrong[field_name("days_a_week", found.slug)] = "A week has seven days."
    elif whole:
        wrong |= {field_name(name, found.slug): text for name, text in unfit(Dosage(**whole)).items()}  # fmt: skip
    return Item(
        routine=found.slug, revision=found.revision,
        doses={key: Dose(**ranges) for key, ranges in read.items() if ranges},
        left_out=tuple(step.key for step in steps if step.key not in kept), **whole,
    )  # fmt: skip


def _ranges(
    fields: MultiDict[str, str],
    names: Sequence[str],
    slug: str,
    step: str,
    wrong: dict[str, str],
) -> dict[str, Range]:
    """Read the ranges of a step or a routine; what is left empty is not there."""
    found = {}
    for name in names:
        label = field_name(name, slug, step)
        text = fields.get(label, "").replace("–", "-").replace(" ", "")
        if text:
            try:
                found[name] = Range.model_validate(int(text) if text.isdecimal() else text)
            except ValueError:  # also of a number with thousands of digits
                wrong[label] = NUMBER
    return found
