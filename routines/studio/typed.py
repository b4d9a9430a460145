"""What was typed into the form of a document, read as far as it can be; the rest stays as it is.

A field's name is its way through the document, such as `sections-0-steps-1-dosage-reps`.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from routines.library.pieces import Document
from routines.studio.shapes import Shape, shapes

Raw = dict[str, Any]
Way = tuple[str | int, ...]
Fields = Mapping[str, Sequence[str]]
Tree = dict[str, Any]

HERE = ""  # the key of a tree under which the texts of a field stand
MOST_ITEMS = 200  # of one list
DEEPEST = 12
SECONDS = re.compile(r"([0-9]{1,6})(?:[.,]([0-9]{1,3}))?")
RANGE = re.compile(r"([0-9]{1,6})\s*[-–]\s*([0-9]{1,6})")


def read(model: type[Document], fields: Fields) -> Raw:
    """Read a form; what states no more than the default is left out."""
    return _document(model, _tree(fields))


def name_of(way: Way) -> str:
    """Give the name of the field at the end of a way."""
    return "-".join(map(str, way))


def way_of(name: str) -> Way:
    """Read the name of a field as a way through the document."""
    return tuple(int(part) if _is_place(part) else part for part in name.split("-"))


def shown(shape: Shape, value: Any) -> str:
    """Write a value of a document as it is typed."""
    if value is None or isinstance(value, bool):
        return ""
    if isinstance(value, list):
        return ("\n" if shape.kind == "lines" else ", ").join(map(str, value))
    if isinstance(value, dict):
        least, most = value.get("least", ""), value.get("most", "")
        return str(least) if least == most else f"{least}-{most}"
    if shape.kind == "seconds" and isinstance(value, int):
        return f"{value // 1000}.{value % 1000:03}".rstrip("0").rstrip(".")
    return str(value)


def _is_place(part: str) -> bool:
    """Tell whether a part of a name is a place in a list; digits such as "²" are none."""
    return part.isdecimal() and part.isascii() and len(part) < 4


def _tree(fields: Fields) -> Tree:
    tree: Tree = {}
    for name, texts in fields.items():
        parts = name.split("-")
        if len(parts) <= DEEPEST and all(parts):
            place = tree
            for part in parts:
                place = place.setdefault(part, {})
            place[HERE] = list(texts)
    return tree


def _document(model: type[Document], tree: Tree) -> Raw:
    found = {}
    for shape in shapes(model):
        value = _value(shape, tree.get(shape.name, {}))
        if value is not None and value != shape.default:
            found[shape.name] = value
    return found


def _value(shape: Shape, tree: Tree) -> Any:
    if shape.kind == "group" and shape.model:
        return _group(shape.model, tree)
    if shape.kind == "items" and shape.model:
        return _items(shape.model, tree) or None
    texts = [text.replace("\r\n", "\n").strip() for text in tree.get(HERE, ())]
    if shape.kind == "flag":
        return any(texts)
    if shape.kind == "choices":
        chosen = [text for text in texts if text]
        return chosen if chosen or shape.default else None
    text = texts[0] if texts else ""
    return _single(shape, text) if text else None


def _group(model: type[Document], tree: Tree) -> Raw | None:
    """Read a group; one in which there are but ticks of a list was left empty."""
    found = _document(model, tree)
    ticks = {shape.name for shape in shapes(model) if shape.kind == "choices"}
    return found if {*found} - ticks else None


def _items(model: type[Document], tree: Tree) -> list[Raw]:
    places = sorted(int(name) for name in tree if _is_place(name))
    return [
        _document(model, tree[str(place)])
        for place in places[:MOST_ITEMS]
        if str(place) in tree
    ]


def _single(shape: Shape, text: str) -> Any:
    """Read one text; what is no number stays the text that it is."""
    if shape.kind == "number" and re.fullmatch(r"[0-9]{1,9}", text):
        return int(text)
    if shape.kind == "range":
        return _range(text)
    if shape.kind == "seconds":
        return _milliseconds(text)
    if shape.kind == "words":
        return [word for word in re.split(r"[\s,]+", text) if word]
    if shape.kind == "lines":
        return [line.strip() for line in text.split("\n") if line.strip()]
    return text


def _range(text: str) -> Any:
    if re.fullmatch(r"[0-9]{1,6}", text):
        return {"least": int(text), "most": int(text)}
    found = RANGE.fullmatch(text)
    return {"least": int(found[1]), "most": int(found[2])} if found else text


def _milliseconds(text: str) -> Any:
    found = SECONDS.fullmatch(text)
    return int(found[1]) * 1000 + int((found[2] or "").ljust(3, "0")) if found else text
