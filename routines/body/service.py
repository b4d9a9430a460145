"""What belongs to a place on the body, to a point and to a condition."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from routines.library import maps, service, vocabulary
from routines.library.documents import Condition, Muscle, Point
from routines.library.service import Card, Place
from storefront.public import NotFound


@dataclass(frozen=True)
class Region:
    """A place with what is inside it and what is found there."""

    place: Place
    around: Place | None
    inside: tuple[Place, ...]
    points: tuple[Point, ...]
    conditions: tuple[Condition, ...]
    cards: tuple[Card, ...]


@dataclass(frozen=True)
class Spotted:
    """A point with its place and its muscle."""

    point: Point
    place: Place | None
    muscle: Muscle | None
    muscle_place: Place | None
    cards: tuple[Card, ...]  # of routines that press it


@dataclass(frozen=True)
class Complaint:
    """A condition with its places, what feels alike, and what is found for it."""

    condition: Condition
    places: tuple[Place, ...]
    overlaps: tuple[Condition, ...]
    points: tuple[Point, ...]
    cards: tuple[Card, ...]


def whole(db: Session) -> tuple[list[Place], list[Point], list[Condition]]:
    """Give everything that is on the body map."""
    words = vocabulary.everything(db, ("point", "condition"))
    return (
        service.places(db),
        list(words["point"].values()),
        list(words["condition"].values()),
    )


def region(db: Session, slug: str) -> Region:
    """Give what there is for a place and for all places inside it.

    Raises:
        NotFound: there is no such place.
    """
    places = {place.slug: place for place in service.places(db)}
    if slug not in places:
        raise NotFound
    words = vocabulary.everything(db, ("point", "condition"))
    within = _within(places, slug)
    points = [point for point in words["point"].values() if point.body_part in within]
    inside = [place for place in places.values() if place.parent == slug]
    return Region(
        places[slug], places.get(places[slug].parent or ""),
        tuple(one for one in inside if one.routines or _has_point(places, one.slug, points)), tuple(maps.in_order(points)),
        tuple(one for one in words["condition"].values() if within & {*one.body_parts}),
        tuple(service.in_place(db, slug)),
    )  # fmt: skip


def point(db: Session, slug: str) -> Spotted:
    """Give a point with all that belongs to it.

    Raises:
        NotFound: there is no such point.
    """
    words = vocabulary.everything(db, ("point", "muscle"))
    found: Point | None = words["point"].get(slug)
    if found is None:
        raise NotFound
    places = {place.slug: place for place in service.places(db)}
    muscle: Muscle | None = words["muscle"].get(found.muscle or "")
    cards = service.with_facet(db, "point", slug)
    return Spotted(
        found, places.get(found.body_part), muscle, places.get(muscle.body_part) if muscle else None,
        tuple(cards),
    )  # fmt: skip


def condition(db: Session, slug: str) -> Complaint:
    """Give a condition with all that belongs to it.

    Raises:
        NotFound: there is no such condition.
    """
    words = vocabulary.everything(db, ("condition", "point"))
    found: Condition | None = words["condition"].get(slug)
    if found is None:
        raise NotFound
    places = {place.slug: place for place in service.places(db)}
    within = {one for name in found.body_parts for one in _within(places, name)}
    alike = (words["condition"].get(name) for name in found.overlaps)
    return Complaint(
        found, _known(places, found.body_parts), tuple(one for one in alike if one),
        tuple(maps.in_order([one for one in words["point"].values() if one.body_part in within])),
        tuple(service.with_facet(db, "condition", slug)),
    )  # fmt: skip


def _known(places: Mapping[str, Place], slugs: Iterable[str]) -> tuple[Place, ...]:
    return tuple(places[slug] for slug in slugs if slug in places)


def _has_point(places: Mapping[str, Place], slug: str, points: Sequence[Point]) -> bool:
    within = _within(places, slug)
    return any(point.body_part in within for point in points)


def _within(places: Mapping[str, Place], slug: str) -> set[str]:
    """Name a place with all places inside it."""
    found, edge = {slug}, {slug}
    while edge:
        edge = {one.slug for one in places.values() if one.parent in edge} - found
        found |= edge
    return found
