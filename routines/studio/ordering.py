"""Adding, taking away and moving the items of a document, by the buttons beside them."""

from typing import Any

from routines.library.pieces import Document
from routines.studio.shapes import Shape, shapes
from routines.studio.typed import MOST_ITEMS, Raw, Way, name_of, way_of
from storefront.public import Invalid

DOINGS = ("add", "remove", "up", "down", "move")
UNKNOWN = "This button belongs to a form that has changed. Look again, then press it once more."


def change(model: type[Document], raw: Raw, doing: str) -> str:
    """Do what a button says, such as `up:sections-0-steps-1`, and name the field to go on at.

    `move:sections-0-steps-3:0` puts an item at a place of its list, and
    `move:sections-0-steps-3:sections-1-steps-0` into another list of the same kind.

    Raises:
        Invalid: there is no such thing in the document.
    """
    verb, _, rest = doing.partition(":")
    name, _, goal = rest.partition(":")
    if verb not in DOINGS or not name:
        raise Invalid(UNKNOWN)
    way = way_of(name)
    if verb == "add":
        return _add(model, raw, way)
    items, place = _item(model, raw, way)
    if verb == "remove":
        del items[place]
        return name_of(way[:-1])
    return _move(model, raw, way, _goal(model, raw, way, verb, goal))


def _add(model: type[Document], raw: Raw, way: Way) -> str:
    items = _list(model, raw, way)
    if len(items) >= MOST_ITEMS:
        message = f"There can be {MOST_ITEMS} of them at most."
        raise Invalid(message)
    items.append({})
    return name_of((*way, len(items) - 1))


def _goal(model: type[Document], raw: Raw, way: Way, verb: str, goal: str) -> Way:
    """Tell where an item goes: one place on, or for steps into the part before or after."""
    *around, place = way
    if verb == "move":
        return way_of(goal) if "-" in goal else (*around, *way_of(goal))
    step = -1 if verb == "up" else 1
    wanted = int(place) + step
    if 0 <= wanted < len(_list(model, raw, tuple(around))):
        return (*around, wanted)
    if len(around) == 3 and around[0] == "sections":  # a step leaves its part
        part = int(around[1]) + step
        if 0 <= part < len(raw["sections"]):
            end = len(_list(model, raw, ("sections", part, "steps"))) if step < 0 else 0
            return ("sections", part, "steps", end)
    return way


def _move(model: type[Document], raw: Raw, way: Way, goal: Way) -> str:
    items, place = _item(model, raw, way)
    if _kind(model, way[:-1]) != _kind(model, goal[:-1]) or not isinstance(goal[-1], int):
        raise Invalid(UNKNOWN)
    others = _list(model, raw, goal[:-1])
    moved = items.pop(place)
    end = min(goal[-1], len(others))
    others.insert(end, moved)
    return name_of((*goal[:-1], end))


def _item(model: type[Document], raw: Raw, way: Way) -> tuple[list[Any], int]:
    items, place = _list(model, raw, way[:-1]), way[-1] if way else ""
    if not isinstance(place, int) or place >= len(items):
        raise Invalid(UNKNOWN)
    return items, place


def _list(model: type[Document], raw: Raw, way: Way) -> list[Any]:
    """Find a list of the document, and make it where it is not there yet."""
    _kind(model, way)
    place: Any = raw
    for name, after in zip(way, (*way[1:], 0), strict=True):
        if isinstance(place, list):
            if not isinstance(name, int) or name >= len(place):
                raise Invalid(UNKNOWN)
            place = place[name]
        elif isinstance(place, dict) and isinstance(name, str):
            place = place.setdefault(name, [] if isinstance(after, int) else {})
        else:
            raise Invalid(UNKNOWN)
    if not isinstance(place, list):
        raise Invalid(UNKNOWN)
    return place


def _kind(model: type[Document], way: Way) -> type[Document]:
    """Tell of what documents the list at the end of a way is made."""
    inner: type[Document] | None = model
    found: Shape | None = None
    for name in way:
        if isinstance(name, int):
            continue
        found = (
            next((shape for shape in shapes(inner) if shape.name == name), None)
            if inner
            else None
        )
        inner = found.model if found else None
    if found is None or found.kind != "items" or found.model is None:
        raise Invalid(UNKNOWN)
    return found.model
