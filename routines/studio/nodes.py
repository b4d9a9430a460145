"""A document as its form shows it: fields with their values and what is wrong beside each."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from routines.library.pieces import Document
from routines.library.rules.problems import Lack
from routines.studio import words
from routines.studio.checks import Facts
from routines.studio.shapes import Shape, shapes
from routines.studio.typed import Raw, Way, name_of, shown

Choices = tuple[tuple[str, str], ...]  # value and label
Wrong = Mapping[str, list[str]]  # sentences by the name of a field


@dataclass(frozen=True)
class Node:
    """One field, a group of fields, or a list of items."""

    shape: Shape
    name: str
    value: str = ""
    chosen: tuple[str, ...] = ()
    options: Choices = ()
    errors: tuple[str, ...] = ()
    nodes: tuple["Node", ...] = ()  # of a group
    more: tuple["Node", ...] = ()  # of a group, folded away
    items: tuple["Item", ...] = ()
    is_used: bool = False  # it, or something in it, says something or is wrong


@dataclass(frozen=True)
class Item:
    """One item of a list, with what its buttons are called."""

    name: str
    word: str
    title: str
    errors: tuple[str, ...]
    nodes: tuple[Node, ...]
    more: tuple[Node, ...]
    is_open: bool
    is_first: bool
    is_last: bool


@dataclass(frozen=True)
class Frame:
    """What every field of one form is made with."""

    known: Facts
    wrong: Wrong
    open_at: str = ""  # the item that somebody has just added or moved


def form(
    model: type[Document], raw: Raw, known: Facts, wrong: Wrong, open_at: str = ""
) -> tuple[Node, ...]:
    """Make the fields of a whole document."""
    return _nodes(model, raw, (), Frame(known, wrong, open_at))


def beside(model: type[Document], raw: Raw, lacks: Iterable[Lack]) -> dict[str, list[str]]:
    """Lay what is wrong beside the nearest field that the form has."""
    names = set(_names(model, raw, ()))
    found: dict[str, list[str]] = {}
    for lack in lacks:
        way = lack.field
        while way and name_of(way) not in names:
            way = way[:-1]
        found.setdefault(name_of(way), []).append(lack.sentence)
    return found


def folded(
    model: type[Document], nodes: Iterable[Node], parent: str = ""
) -> tuple[tuple[Node, ...], tuple[Node, ...]]:
    """Part the fields of a document into those that are seen and those behind a fold."""
    away = words.MORE.get(model.__name__, frozenset())
    if model.__name__ == "Dosage" and parent == "schedule":
        away = frozenset(model.model_fields) - words.SCHEDULE
    listed = list(nodes)
    return (
        tuple(node for node in listed if node.shape.name not in away),
        tuple(node for node in listed if node.shape.name in away),
    )


def label_of(model: type[Document], name: str) -> str:
    """Say which field a name stands for, such as "Parts 1, Steps 2, Dose, Repetitions"."""
    inner: type[Document] | None = model
    told: list[str] = []
    for part in name.split("-"):
        if part.isdecimal() and part.isascii() and told:
            told[-1] += f" {int(part) + 1}"
            continue
        shape = (
            next((one for one in shapes(inner) if one.name == part), None) if inner else None
        )
        if shape is None:
            break
        told.append(shape.label)
        inner = shape.model
    return ", ".join(told)


def _names(model: type[Document], raw: Any, way: Way) -> Iterable[str]:
    values = raw if isinstance(raw, dict) else {}
    for shape in shapes(model):
        here = (*way, shape.name)
        yield name_of(here)
        if shape.kind == "group" and shape.model:
            yield from _names(shape.model, values.get(shape.name), here)
        if shape.kind == "items" and shape.model:
            for place, item in enumerate(_list(values.get(shape.name))):
                yield name_of((*here, place))
                yield from _names(shape.model, item, (*here, place))


def _nodes(model: type[Document], raw: Any, way: Way, frame: Frame) -> tuple[Node, ...]:
    values = raw if isinstance(raw, dict) else {}
    return tuple(_node(shape, values, (*way, shape.name), frame) for shape in shapes(model))


def _node(shape: Shape, values: Mapping[str, Any], way: Way, frame: Frame) -> Node:
    name, value = name_of(way), values.get(shape.name)
    errors = tuple(frame.wrong.get(name, ()))
    if shape.kind == "group" and shape.model:
        inside = _nodes(shape.model, value, way, frame)
        seen, more = folded(shape.model, inside, shape.name)
        used = bool(errors) or any(node.is_used for node in inside)
        return Node(shape, name, errors=errors, nodes=seen, more=more, is_used=used)
    if shape.kind == "items" and shape.model:
        items = _items(shape, _list(value), way, frame)
        return Node(shape, name, errors=errors, items=items, is_used=bool(errors or items))
    return _leaf(shape, name, value if shape.name in values else shape.default, errors, frame)


def _leaf(shape: Shape, name: str, value: Any, errors: tuple[str, ...], frame: Frame) -> Node:
    is_several = shape.kind == "choices" and isinstance(value, list)
    chosen = tuple(map(str, value)) if is_several else ()
    text = "yes" if value is True else shown(shape, value)
    used = bool(errors) or (value not in (None, "", [], False) and value != shape.default)
    return Node(
        shape,
        name,
        text,
        chosen,
        _options(shape, text, chosen, frame.known),
        errors,
        is_used=used,
    )


def _options(shape: Shape, text: str, chosen: Sequence[str], known: Facts) -> Choices:
    """Give what can be chosen; a word that is there and not known stays, to be seen."""
    if shape.kind == "choice":
        values = dict.fromkeys((*shape.options, *([text] if text else [])))
        blank = () if shape.default else (("", "Choose" if shape.required else "Not stated"),)
        return (*blank, *((value, words.option(value)) for value in values))
    if shape.kind != "choices":
        return ()
    listed = {value: words.option(value) for value in shape.options}
    if shape.known == "places":
        listed = dict(known.places)
    elif shape.known == "conditions":
        listed = dict(known.words["condition"])
    in_order = {value: value for value in chosen}  # what is chosen comes first
    return tuple((in_order | listed).items())


def _items(shape: Shape, items: list[Any], way: Way, frame: Frame) -> tuple[Item, ...]:
    assert shape.model  # noqa: S101  # of every list
    made = []
    for place, raw in enumerate(items):
        here = (*way, place)
        name = name_of(here)
        inside = _nodes(shape.model, raw, here, frame)
        seen, more = folded(shape.model, inside)
        errors = tuple(frame.wrong.get(name, ()))
        is_wrong = bool(errors) or any(key.startswith(f"{name}-") for key in frame.wrong)
        is_open = (
            is_wrong or not raw or frame.open_at == name or frame.open_at.startswith(f"{name}-")
        )
        made.append(Item(
            name, words.ONE_THING.get(shape.name, "one"), _title(raw), errors, seen, more, is_open,
            place == 0, place == len(items) - 1,
        ))  # fmt: skip
    return tuple(made)


def _title(raw: Any) -> str:
    """Name an item by what it says first."""
    if not isinstance(raw, dict):
        return ""
    exercise = raw.get("exercise")
    inner: dict[str, Any] = exercise if isinstance(exercise, dict) else raw
    told = (
        inner.get(name)
        for name in (
            "title",
            "name",
            "label",
            "when",
            "how",
            "text",
            "component",
            "household",
            "slug",
            "reason",
        )
    )
    first = next((str(text) for text in told if text), "")
    return first if len(first) <= 60 else f"{first[:59]}…"


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
