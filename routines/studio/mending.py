"""A preview of what is not whole yet: holes are filled with a mark, what cannot be read is left out."""

from copy import deepcopy
from datetime import date
from typing import Any

from pydantic import ValidationError

from routines.library.documents import Published
from routines.library.pieces import Document
from routines.library.service import KINDS
from routines.studio.checks import TO_COME, unreadable
from routines.studio.shapes import Shape, shapes
from routines.studio.typed import Raw

ROUNDS = 8
HOLES: dict[str, Any] = {"line": "to-come", "area": "To come", "number": 1, "seconds": 1, "words": ["to-come"],
                         "lines": ["to-come"], "choices": ["to-come"], "group": {}, "items": [{}]}  # fmt: skip
NAMES = {"title": "To come", "name": "To come", "label": "To come"}


def mended(kind: str, raw: Raw, today: date) -> Published | None:
    """Make a document to look at of what is there; None when it cannot be done."""
    content = deepcopy(raw) | {
        "review": raw.get("review") or TO_COME | {"on": today.isoformat()}
    }
    for _ in range(ROUNDS):
        try:
            return KINDS[kind].model_validate(content)
        except ValidationError as error:
            wrong = unreadable(error)
            for each in sorted(wrong, key=lambda one: -len(one["loc"])):
                _mend(
                    KINDS[kind],
                    content,
                    tuple(each["loc"]),
                    is_missing=each["type"] in ("missing", "too_short"),
                )
    return None


def _mend(
    model: type[Document], content: Any, way: tuple[int | str, ...], *, is_missing: bool
) -> None:
    """Fill a hole, or make one of what cannot be read."""
    place, shape, inner = content, None, model
    for depth, name in enumerate(way):
        if isinstance(name, str):
            shape = (
                next((one for one in shapes(inner) if one.name == name), None)
                if inner
                else None
            )
            inner = shape.model if shape and shape.model else inner
        is_last = depth == len(way) - 1
        if is_last and is_missing and isinstance(place, dict) and shape:
            place[name] = _hole(shape)
            return
        if is_last or not _has(place, name) or not isinstance(place[name], dict | list):
            _take_out(place, name)
            return
        place = place[name]


def _hole(shape: Shape) -> Any:
    if shape.kind == "choice":
        return shape.options[0]
    return NAMES.get(shape.name) or deepcopy(HOLES.get(shape.kind))


def _has(place: Any, name: int | str) -> bool:
    if isinstance(place, dict):
        return name in place
    return isinstance(place, list) and isinstance(name, int) and name < len(place)


def _take_out(place: Any, name: int | str) -> None:
    if isinstance(place, dict):
        place.pop(name, None)
    elif _has(place, name):
        del place[name]
