"""The cautions of a routine that its steps' tools and points bring along, and what the check is given."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from routines.library.documents import Routine
from routines.library.models import Term
from routines.library.pieces import Caution, Step


@dataclass(frozen=True)
class Source:
    """A tool or a point with what to mind there, and the steps that use it."""

    name: str
    kind: str  # tool_care or point
    cautions: tuple[Caution, ...]
    steps: tuple[str, ...]  # keys


Words = Mapping[str, Mapping[str, Any]]  # by kind and slug: ToolCare and Point


def sources(routine: Routine, words: Words) -> tuple[Source, ...]:
    """Say what to mind with the tools and points of a routine, from the vocabulary.

    A tool that a step can be done without is no reason to leave the step out: its cautions soften.
    """
    using: dict[tuple[str, str], list[tuple[str, bool]]] = {}
    for step in _steps(routine):
        for kind, slug, is_required in _used(step):
            using.setdefault((kind, slug), []).append((step.key, is_required))
    known = {key: words[key[0]][key[1]] for key in using if key[1] in words.get(key[0], {})}
    return tuple(
        Source(word.name, key[0], _weighed(word.cautions, using[key]), tuple(dict.fromkeys(step for step, _ in using[key])))
        for key, word in known.items() if word.cautions
    )  # fmt: skip


def by_step(brought: Iterable[Source]) -> dict[str, tuple[Caution, ...]]:
    """Give the cautions with a flag that tools and points bring to each step."""
    found: dict[str, tuple[Caution, ...]] = {}
    for source in brought:
        flagged = tuple(one for one in source.cautions if one.flags)
        for step in source.steps:
            found[step] = tuple(dict.fromkeys((*found.get(step, ()), *flagged)))
    return found


def for_check(routine: Routine, brought: Sequence[Source]) -> dict[str, Any]:
    """Give the check all cautions of a routine once, and each step by their places."""
    more = by_step(brought)
    places: dict[Caution, int] = {}
    steps = []
    for part in routine.sections:
        for step in part.steps:
            mine = (*step.cautions, *part.cautions, *more.get(step.key, ()), *routine.cautions)
            indices = [places.setdefault(one, len(places)) for one in mine if one.flags]
            steps.append({"key": step.key, "title": step.exercise.title, "cautions": list(dict.fromkeys(indices))})  # fmt: skip
    return {"cautions": [as_json(one) for one in places], "steps": steps}


def as_json(caution: Caution) -> dict[str, Any]:
    """Write a caution for the script."""
    return {"when": caution.when, "then": caution.then, "flags": list(caution.flags), "effect": caution.effect}  # fmt: skip


def all_cautions(db: Session) -> list[Source]:
    """List what to mind with every tool, point and condition, for the page of the check."""
    rows = db.execute(
        select(Term.kind, Term.name, Term.document)
        .where(Term.kind.in_(("tool_care", "point", "condition")))
        .order_by(Term.kind.desc(), Term.position, Term.id)
    )
    found = [
        Source(name, kind, tuple(Caution.model_validate(one) for one in content.get("cautions", ())), ())
        for kind, name, content in rows
    ]  # fmt: skip
    return sorted((one for one in found if one.cautions), key=lambda one: one.name.casefold())


def _steps(routine: Routine) -> Iterable[Step]:
    return (step for part in routine.sections for step in part.steps)


def _used(step: Step) -> Iterable[tuple[str, str, bool]]:
    for need in step.tools:
        for part in (need.component, need.attachment):
            if part:
                yield "tool_care", part, need.role == "required"
    for point in step.points:
        yield "point", point, True


def _weighed(
    cautions: tuple[Caution, ...], steps: Sequence[tuple[str, bool]]
) -> tuple[Caution, ...]:
    if any(is_required for _, is_required in steps):
        return cautions
    return tuple(one.model_copy(update={"effect": "soften"}) for one in cautions)
