"""Rules for names: whatever a document points at is there."""

from collections.abc import Iterable, Iterator
from collections.abc import Set as AbstractSet
from typing import Any

from pydantic import BaseModel

from routines.library.documents import LibraryExercise, Programme, Published
from routines.library.pieces import Exercise, StandIn, Step, ToolNeed
from routines.library.rules.lacks import Known, Lack, Where, parts


def entries(document: Published, known: Known) -> Iterator[Lack]:
    """Look at what other content a document leads to."""
    for where, link in _leads(document):
        if link == known.own:
            yield Lack(where, "It points at itself.")
        elif known.entries is not None and link not in known.entries:
            yield Lack(where, f"There is no {link[0]} named {link[1]}.")


def _leads(document: Published) -> Iterator[tuple[Where, tuple[str, str]]]:
    """Give the kind and slug of all content that a document names, each with its field."""
    for index, one in enumerate(document.related):
        yield ("related", index), (one.kind, one.slug)
    for index, call in enumerate(document.calls):
        if call.kind == "article" and call.target:
            yield ("calls", index, "target"), ("article", call.target)
    for index, phase in enumerate(document.phases if isinstance(document, Programme) else ()):
        yield from (
            ((("phases", index, "routines")), ("routine", name)) for name in phase.routines
        )


def words(document: BaseModel, known: Known) -> Iterator[Lack]:
    """Look at the places, muscles, conditions and points that a document or a word names."""
    exercises: AbstractSet[str] | None = None if known.exercises is None else known.exercises.keys()  # fmt: skip
    points: AbstractSet[str] | None = None if known.points is None else known.points.keys()
    yield from _several(document, "body_parts", known.body_parts, "body part", ())
    yield from _several(document, "conditions", known.conditions, "condition", ())
    yield from _several(document, "overlaps", known.conditions, "condition", ())
    yield from _one(document, "body_part", known.body_parts, "body part", ())
    yield from _one(document, "muscle", known.muscles, "muscle", ())
    for field, step in parts(document, Step):
        yield from _several(step, "points", points, "point", field)
    for field, exercise in parts(document, Exercise):
        yield from _several(exercise, "muscles", known.muscles, "muscle", field)
        yield from _several(exercise, "helping_muscles", known.muscles, "muscle", field)
        if not isinstance(document, LibraryExercise):
            yield from _one(exercise, "slug", exercises, "exercise", field)


def tools(document: BaseModel, known: Known) -> Iterator[Lack]:
    """Look at the tools: each names one thing, and the shop knows its components."""
    for field, need in parts(document, ToolNeed):
        if need.attachment and not need.component:
            yield Lack((*field, "attachment"), "An attachment is fitted on a component: name that too.")  # fmt: skip
        yield from _components((need.component, need.attachment), known, field)
        for index, other in enumerate(need.stand_ins):
            where = (*field, "stand_ins", index)
            yield from _stand_in(other, need, where)
            yield from _components((other.component,), known, where)


def _stand_in(other: StandIn, need: ToolNeed, field: Where) -> Iterator[Lack]:
    if bool(other.component) == bool(other.household):
        yield Lack(field, "A stand-in is either a component or a household thing.")
    elif other.component and other.component == need.component and not need.attachment:
        yield Lack(field, f"{other.component} cannot stand in for itself.")


def _components(names: Iterable[str | None], known: Known, field: Where) -> Iterator[Lack]:
    for name in names:
        if name and known.components is not None and name not in known.components:
            yield Lack(field, f"The shop has no component named {name}.")


def _several(
    holder: Any, name: str, there: AbstractSet[str] | None, kind: str, field: Where
) -> Iterator[Lack]:
    named = getattr(holder, name, ())
    for index, slug in enumerate(named):
        if slug in named[:index]:
            yield Lack((*field, name, index), f"The {kind} {slug} is named twice.")
        elif there is not None and slug not in there:
            yield Lack((*field, name, index), f"There is no {kind} named {slug}.")


def _one(
    holder: Any, name: str, there: AbstractSet[str] | None, kind: str, field: Where
) -> Iterator[Lack]:
    slug = getattr(holder, name, None)
    if slug is not None and there is not None and slug not in there:
        yield Lack((*field, name), f"There is no {kind} named {slug}.")
