"""What a rule of publishing finds, what it may look things up in, and the texts that it reads."""

from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel

from routines.library.documents import LibraryExercise

Where = tuple[str | int, ...]


@dataclass(frozen=True)
class Lack:
    """Something missing or wrong, and the field where it is mended."""

    field: Where
    sentence: str

    def __str__(self) -> str:
        return self.sentence


@dataclass(frozen=True)
class Known:
    """The names that content may point at; what is None is not checked.

    `own` is the kind and slug of what is looked at, so that it does not point at itself.
    """

    components: AbstractSet[str] | None = None  # of the shop
    body_parts: AbstractSet[str] | None = None
    muscles: AbstractSet[str] | None = None
    conditions: AbstractSet[str] | None = None
    points: Mapping[str, Any] | None = None  # by slug: documents.Point
    exercises: Mapping[str, LibraryExercise] | None = None
    entries: AbstractSet[tuple[str, str]] | None = None  # kind and slug
    films: Mapping[str, str] | None = (
        None  # slugs and files of videos, each with its routine's slug
    )
    own: tuple[str, str] | None = None


NOTHING = Known()


def texts(value: object, where: Where = ()) -> Iterator[tuple[Where, str]]:
    """Give every text of a document with its field."""
    if isinstance(value, str):
        yield where, value
    elif isinstance(value, BaseModel):
        for name, inner in value:
            if inner is not None:
                yield from texts(inner, (*where, name))
    elif isinstance(value, tuple):
        for index, inner in enumerate(value):
            yield from texts(inner, (*where, index))


def parts(value: object, shape: type[Any], where: Where = ()) -> Iterator[tuple[Where, Any]]:
    """Give every part of a document that is of one shape, with its field."""
    if isinstance(value, shape):
        yield where, value
    if isinstance(value, BaseModel):
        for name, inner in value:
            if isinstance(inner, BaseModel | tuple):
                yield from parts(inner, shape, (*where, name))
    elif isinstance(value, tuple):
        for index, inner in enumerate(value):
            yield from parts(inner, shape, (*where, index))
