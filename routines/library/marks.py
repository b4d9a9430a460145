"""One side of the body with its marks: where they lie, how large they are, what of it is shown."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from math import dist
from typing import Literal

from routines.library import drawn
from routines.library.documents import Point, Spot
from routines.library.service import Place
from storefront.public import Picture, pictures, web

SideName = Literal["back", "front"]
SIDES: dict[SideName, str] = {"back": "Back", "front": "Front"}
LEAST, MOST = 0.034, 0.043  # of the width: how large a mark is
ROUNDS = 4  # of moving marks apart
LARGE = 0.07  # in a detail, which is shown smaller
MARGIN = 0.16  # of the width: what a detail shows around its marks


@dataclass(frozen=True)
class Mark:
    """A link on the picture; points have numbers, places have none."""

    slug: str
    label: str
    url: str
    x: float
    y: float
    number: int | None = None


@dataclass(frozen=True)
class Side:
    """One side of the body; without a picture the drawn figure is shown. Sizes are those of the picture."""

    name: SideName
    picture: Picture | None
    width: float
    height: float
    radius: float
    marks: tuple[Mark, ...]
    view: tuple[float, float, float, float]  # what is shown of it: x, y, width, height

    @property
    def label(self) -> str:
        """Give the word for the side."""
        return SIDES[self.name]

    @property
    def is_detail(self) -> bool:
        """Tell whether only a part of the picture is shown."""
        return self.view != (0, 0, self.width, self.height)

    @property
    def view_box(self) -> str:
        """Write what of the picture is shown."""
        return " ".join(f"{one:g}" for one in self.view)


def point_url(slug: str) -> str:
    """Give the path of a point's page."""
    return web.path_for("routines_body.point_page", slug=slug)


def place_url(slug: str) -> str:
    """Give the path of a place's page."""
    return web.path_for("routines_body.region_page", region=slug)


def side(
    name: SideName, points: Iterable[Point], places: Sequence[Place], numbers: Mapping[str, int]
) -> Side:
    """Mark points and places of one side; a place too near to another mark has none."""
    mine = [point for point in points if point.side == name]
    picture, width, height = _ground(name, mine, places)
    marks = []
    for point in mine:
        where = _where(point.spot, drawn.POINTS[name].get(point.slug), picture)
        if where:
            marks.append(Mark(point.slug, point.name, point_url(point.slug), *where, numbers.get(point.slug)))  # fmt: skip
    for _ in range(ROUNDS):
        marks = _apart(marks, 2.02 * LEAST * width)
    radius = _radius(marks, width)
    for place in places:
        where = _where(spot_on(place.spots, name), drawn.PLACES[name].get(place.slug), picture)
        if where and all(dist(where, (mark.x, mark.y)) >= 2 * radius for mark in marks):
            marks.append(Mark(place.slug, place.name, place_url(place.slug), *where))
    return Side(name, picture, width, height, radius, tuple(marks), (0, 0, width, height))


def detail(whole: Side) -> Side:
    """Cut a side down to its marks and what is around them, at least half as wide as it is."""
    across, down = [mark.x for mark in whole.marks], [mark.y for mark in whole.marks]
    margin = 2 * MARGIN * whole.width
    size = max(max(across) - min(across) + margin, max(down) - min(down) + margin, whole.width / 2)  # fmt: skip
    width, height = min(size, whole.width), min(size, whole.height)
    x = min(max((min(across) + max(across) - width) / 2, 0), whole.width - width)
    y = min(max((min(down) + max(down) - height) / 2, 0), whole.height - height)
    view = (round(x, 1), round(y, 1), round(width, 1), round(height, 1))
    return replace(whole, view=view, radius=_radius(whole.marks, width, LARGE))


def spot_on(spots: Iterable[Spot], name: SideName) -> Spot | None:
    """Find where something lies on a side."""
    return next((spot for spot in spots if spot.side == name), None)


def _ground(
    name: SideName, points: Iterable[Point], places: Iterable[Place]
) -> tuple[Picture | None, float, float]:
    """Find the picture that spots lie on, with its size, or the size of the drawn figure."""
    spots = [point.spot for point in points] + [spot_on(place.spots, name) for place in places]
    shown = next((spot.picture for spot in spots if spot), None)
    if shown is None:
        return None, drawn.WIDTH, drawn.HEIGHT
    picture = pictures([shown])[shown]
    return picture, picture.width, picture.height


def _where(
    spot: Spot | None, drawn_at: drawn.Position | None, picture: Picture | None
) -> drawn.Position | None:
    if picture is None:
        return drawn_at
    if spot is None:
        return None
    return round(picture.width * spot.x / 100, 1), round(picture.height * spot.y / 100, 1)


def _apart(marks: Sequence[Mark], least: float) -> list[Mark]:
    """Move marks that lie too near to each other apart, by no more than it takes."""
    found = list(marks)
    for at in range(len(found)):
        for other in range(at):
            one, two = found[at], found[other]
            gap = dist((one.x, one.y), (two.x, two.y))
            if 0 < gap < least:
                push = (least - gap) / 2 / gap
                dx, dy = (one.x - two.x) * push, (one.y - two.y) * push
                found[at] = replace(one, x=round(one.x + dx, 1), y=round(one.y + dy, 1))
                found[other] = replace(two, x=round(two.x - dx, 1), y=round(two.y - dy, 1))
    return found


def _radius(marks: Sequence[Mark], width: float, most: float = MOST) -> float:
    """Give the radius of marks: as large as fits without two of them touching."""
    gaps = [dist((one.x, one.y), (other.x, other.y)) / 2 for at, one in enumerate(marks) for other in marks[:at]]  # fmt: skip
    return round(max(LEAST * width, min([most * width, *gaps])), 1)
