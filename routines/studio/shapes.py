"""The fields of a document as a form asks for them, read from the documents themselves."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic.fields import FieldInfo

from routines.library.pieces import Document, Range
from routines.studio import words

Kind = Literal[
    "line", "area", "number", "seconds", "range", "choice", "choices", "flag", "words", "lines", "group", "items"
]  # fmt: skip
LONG = 300  # characters, from which on a field has several lines
ONE_LINE = frozenset({"title", "name", "label", "credentials", "target", "profile", "url"})
LINES = frozenset({"search_terms", "authors"})
VOCABULARY = {"body_parts": "places", "conditions": "conditions"}
LISTS = {
    "component": "components", "attachment": "components", "picture": "pictures", "end_picture": "pictures", "clip": "clips",
    "poster": "pictures", "to_exercise": "exercises", "Exercise.slug": "exercises", "Person.slug": "people",
    "Related.slug": "entries",
}  # fmt: skip


@dataclass(frozen=True)
class Shape:
    """One field: how it is asked for; `model` is that of a group or of each item."""

    name: str
    kind: Kind
    label: str
    hint: str = ""
    required: bool = False
    options: tuple[str, ...] = ()
    default: Any = None  # as JSON
    most: int = 20_000
    model: type[Document] | None = None
    known: str = ""  # the vocabulary that helps to fill it


@lru_cache(maxsize=64)
def shapes(model: type[Document]) -> tuple[Shape, ...]:
    """Give the fields of a document in the order of its form."""
    first = words.ORDER.get(model.__name__, ())
    names = [*first, *(name for name in model.model_fields if name not in first)]
    return tuple(_shape(model, name) for name in names if name not in words.HIDDEN)


def _shape(model: type[Document], name: str) -> Shape:
    info = model.model_fields[name]
    label, hint = words.label(model.__name__, name)
    plain, most = _plain(info.annotation, _longest(info.metadata))
    kind, options, inner = _kind(name, plain, most)
    known = (
        LISTS.get(f"{model.__name__}.{name}") or LISTS.get(name, "") or VOCABULARY.get(name, "")
    )
    return Shape(
        name, kind, label, hint, info.is_required(), options, _default(info), min(most or 400, 20_000), inner, known
    )  # fmt: skip


def _plain(annotation: Any, most: int) -> tuple[Any, int]:
    """Take "or nothing" and the bounds off a type; give it with its greatest length."""
    origin = get_origin(annotation)
    if origin is Annotated:
        inner, *metadata = get_args(annotation)
        return _plain(inner, most or _longest(metadata))
    if origin in (Union, UnionType):
        rest = [each for each in get_args(annotation) if each is not NoneType]
        return _plain(rest[0], most)
    return annotation, most


def _longest(metadata: Sequence[Any]) -> int:
    for each in metadata:
        found = [each, *getattr(each, "metadata", ())]
        for bound in found:
            if getattr(bound, "max_length", None):
                return int(bound.max_length)
    return 0


def _kind(
    name: str, plain: Any, most: int
) -> tuple[Kind, tuple[str, ...], type[Document] | None]:
    if get_origin(plain) is Literal:
        return "choice", get_args(plain), None
    if get_origin(plain) is tuple:
        return _several(name, _plain(get_args(plain)[0], 0)[0])
    if plain is bool:
        return "flag", (), None
    if plain is int:
        return ("seconds" if name.endswith("_ms") else "number"), (), None
    if plain is Range:
        return "range", (), None
    if isinstance(plain, type) and issubclass(plain, Document):
        return "group", (), plain
    return ("area" if most >= LONG and name not in ONE_LINE else "line"), (), None


def _several(name: str, inner: Any) -> tuple[Kind, tuple[str, ...], type[Document] | None]:
    if get_origin(inner) is Literal:
        return "choices", get_args(inner), None
    if isinstance(inner, type) and issubclass(inner, Document):
        return "items", (), inner
    if name in VOCABULARY:
        return "choices", (), None
    return ("lines" if name in LINES else "words"), (), None


def _default(info: FieldInfo) -> Any:
    """Give what a field is when nothing is said of it, as JSON has it."""
    if info.is_required():
        return None
    default = info.get_default(call_default_factory=True)
    if isinstance(default, Document):
        return default.model_dump(mode="json", exclude_defaults=True)
    return list(default) if isinstance(default, tuple) else default
