"""The picture of the body of a pack: where its points and places lie, as `body-map.json` says."""

import json
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from routines.library.documents import Spot
from routines.library.pieces import Slug
from routines.packs.sources import Problem

FILE = "body-map.json"
PICTURES = Path("media") / "media.json"
PerCent = Annotated[float, Field(ge=0, le=100)]


class Side(BaseModel):
    """One side of the body: its picture, and where things lie on it in per cent."""

    model_config = ConfigDict(extra="forbid")

    picture: Slug
    spots: dict[Slug, tuple[PerCent, PerCent]] = {}
    regions: dict[Slug, tuple[PerCent, PerCent]] = {}


SIDES = TypeAdapter(dict[Literal["front", "back"], Side])


@dataclass
class Placed:
    """Where points and places lie; a place may lie on both sides."""

    points: dict[str, Spot] = field(default_factory=dict)
    places: dict[str, tuple[Spot, ...]] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)


def read(folder: Path, points: Collection[str], places: Collection[str]) -> Placed:
    """Read the map of a folder; without its pictures, or without a map, nothing lies anywhere.

    Args:
        folder: the pack.
        points: the slugs of its points.
        places: the slugs of its places on the body.
    """
    found = Placed()
    if not (folder / FILE).is_file():
        return found
    try:
        sides = SIDES.validate_json((folder / FILE).read_bytes())
    except ValidationError as error:
        found.problems = list(_refused(error))
        return found
    pictures = _pictures(folder)
    for name, side in sides.items():
        found.problems += _unknown(name, side, points, places)
        if side.picture in pictures:
            _place(found, name, side)
    return found


def _place(found: Placed, name: Literal["front", "back"], side: Side) -> None:
    for slug, (x, y) in side.spots.items():
        found.points[slug] = Spot(picture=side.picture, side=name, x=x, y=y)
    for slug, (x, y) in side.regions.items():
        spot = Spot(picture=side.picture, side=name, x=x, y=y)
        found.places[slug] = (*found.places.get(slug, ()), spot)


def _unknown(
    name: str, side: Side, points: Collection[str], places: Collection[str]
) -> Iterator[Problem]:
    for part, told, known in (
        ("spots", side.spots, points),
        ("regions", side.regions, places),
    ):
        what = "point" if part == "spots" else "place on the body"
        for slug in sorted(set(told) - set(known)):
            reason = f"There is no {what} named {slug}."
            yield Problem(FILE, None, f"{name}.{part}.{slug}", reason)


def _refused(error: ValidationError) -> Iterator[Problem]:
    for wrong in error.errors(include_url=False, include_context=False, include_input=False):
        yield Problem(FILE, None, ".".join(map(str, wrong["loc"])), wrong["msg"])


def _pictures(folder: Path) -> frozenset[str]:
    """Name the pack's pictures; what is wrong with their file is told where texts are asked for."""
    file = folder / PICTURES
    try:
        return frozenset(json.loads(file.read_text("utf-8"))) if file.is_file() else frozenset()
    except (ValueError, TypeError, RecursionError):
        return frozenset()
