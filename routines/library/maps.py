"""The body map as pages show it: both sides with links on them, and the same as a list.

Numbers, list and keyboard go the same way: from head to foot, the back first.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from routines.library import drawn, marks
from routines.library.documents import Point, Routine, Spot
from routines.library.marks import SIDES, Mark, Side, SideName, place_url, point_url, spot_on
from routines.library.service import Place

NOWHERE = 100.0  # per cent down: what is not on the map comes last


@dataclass(frozen=True)
class PointLine:
    """A point in the list."""

    number: int
    label: str
    url: str


@dataclass(frozen=True)
class Group:
    """A place in the list, with its points."""

    label: str
    url: str
    routines: int
    points: tuple[PointLine, ...]


@dataclass(frozen=True)
class ListedSide:
    """A side with the list that says the same."""

    map: Side
    groups: tuple[Group, ...]


@dataclass(frozen=True)
class StepMap:
    """The points of a routine, numbered as its steps first name them."""

    sides: tuple[Side, ...]
    points: tuple[PointLine, ...]
    by_step: Mapping[str, tuple[PointLine, ...]]  # by the key of the step


def for_steps(routine: Routine, known: Mapping[str, Point]) -> StepMap:
    """Show the points that the steps of a routine press; what nobody knows is left out."""
    named = [(step.key, slug) for part in routine.sections for step in part.steps for slug in step.points if slug in known]  # fmt: skip
    points = [known[slug] for slug in dict.fromkeys(slug for _, slug in named)]
    lines = dict(zip((point.slug for point in points), listed(points), strict=True))
    by_step: dict[str, tuple[PointLine, ...]] = {}
    for key, slug in named:
        by_step[key] = (*by_step.get(key, ()), lines[slug])
    sides = numbered(points, {slug: line.number for slug, line in lines.items()})
    return StepMap(sides, tuple(lines.values()), by_step)


def numbered(points: Sequence[Point], numbers: Mapping[str, int]) -> tuple[Side, ...]:
    """Show some points with their numbers by slug, each side cut down to what is around them."""
    found = (marks.side(name, points, (), numbers) for name in SIDES)
    return tuple(marks.detail(side) for side in found if side.marks)


def whole(points: Sequence[Point], places: Sequence[Place]) -> tuple[ListedSide, ...]:
    """Show both sides with all points, and with the places that lie on them."""
    made: list[ListedSide] = []
    first = 1
    for name in SIDES:
        groups = _grouped(name, points, places)
        ordered = [point for _, inside in groups for point in inside]
        numbers = {point.slug: number for number, point in enumerate(ordered, first)}
        first += len(ordered)
        side = marks.side(name, ordered, [place for place, _ in groups], numbers)
        side = replace(side, marks=_in_order(side.marks, groups))
        made.append(ListedSide(side, tuple(_group(*row, numbers) for row in groups)))
    return tuple(made)


def in_order(points: Sequence[Point]) -> list[Point]:
    """Put points in the order of the map: the back first, from head to foot."""
    return sorted(points, key=lambda one: (one.side, _down(one.spot, drawn.POINTS[one.side].get(one.slug))))  # fmt: skip


def listed(points: Sequence[Point]) -> tuple[PointLine, ...]:
    """Number points in their order."""
    return tuple(
        PointLine(at, one.name, point_url(one.slug)) for at, one in enumerate(points, 1)
    )


def areas(places: Sequence[Place]) -> Side:
    """Show the back with a few places, as the home page does."""
    return marks.side("back", (), places, {})


def _grouped(
    name: SideName, points: Sequence[Point], places: Sequence[Place]
) -> list[tuple[Place, list[Point]]]:
    """Put the points of a side under their places, from head to foot.

    A place that only holds others is left out, and so is one without a routine or a point.
    """
    holders = {place.parent for place in places}
    rows = []
    for place in places:
        mine = [one for one in points if one.side == name and one.body_part == place.slug]
        mine.sort(key=lambda point: _down(point.spot, drawn.POINTS[name].get(point.slug)))
        lies_here = _place_down(name, place) < NOWHERE
        if mine or (place.routines and lies_here and place.slug not in holders):
            rows.append((place, mine))
    return sorted(rows, key=lambda row: _row_down(name, *row))


def _row_down(name: SideName, place: Place, inside: Sequence[Point]) -> float:
    own = _place_down(name, place)
    points = [_down(one.spot, drawn.POINTS[name].get(one.slug)) for one in inside]
    return own if own < NOWHERE else min(points, default=NOWHERE)


def _place_down(name: SideName, place: Place) -> float:
    return _down(spot_on(place.spots, name), drawn.PLACES[name].get(place.slug))


def _down(spot: Spot | None, drawn_at: drawn.Position | None) -> float:
    """Tell how far down something lies, in per cent."""
    if spot:
        return spot.y
    return drawn_at[1] / drawn.HEIGHT * 100 if drawn_at else NOWHERE


def _group(place: Place, inside: Sequence[Point], numbers: Mapping[str, int]) -> Group:
    lines = tuple(PointLine(numbers[one.slug], one.name, point_url(one.slug)) for one in inside)
    return Group(place.name, place_url(place.slug), place.routines, lines)


def _in_order(
    made: Iterable[Mark], groups: Iterable[tuple[Place, Sequence[Point]]]
) -> tuple[Mark, ...]:
    """Put marks in the order of the list."""
    order: dict[tuple[str, bool], int] = {}
    for place, inside in groups:
        order[place.slug, False] = len(order)
        for point in inside:
            order[point.slug, True] = len(order)
    return tuple(sorted(made, key=lambda mark: order[mark.slug, mark.number is not None]))
