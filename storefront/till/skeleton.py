"""Build returned objects out of the Stripe SDK's own classes."""

import copy
import importlib
import inspect
from functools import cache
from types import NoneType, UnionType
from typing import Any, ClassVar, ForwardRef, Literal, Union, get_args, get_origin

from storefront.till.kinds import ABSENT, CLASSES, PRESENT

Json = dict[str, Any]


def make(kind: str, **values: object) -> Json:
    """Build an object of this kind: the SDK's required keys, then these values.

    Raises:
        KeyError: the SDK does not know one of the keys.
    """
    known = annotations(sdk_class(kind))
    for name in values:
        if name not in known:
            raise KeyError(f"{kind} has no {name}")
    return {**copy.deepcopy(outline(kind)), **values}


@cache
def outline(kind: str) -> Json:
    """Fill in every key an object of this kind always carries."""
    drawn = draw(sdk_class(kind))
    known = PRESENT.get(kind, set(drawn)) - ABSENT.get(kind, set())
    return {key: value for key, value in drawn.items() if key in known}


def sdk_class(kind: str) -> type:
    """Find the SDK's class; the SDK is imported on first use because it is slow to load."""
    module, _, name = CLASSES[kind].rpartition(".")
    found: type = getattr(importlib.import_module(f"stripe.{module}".rstrip(".")), name)
    return found


def annotations(cls: type) -> Json:
    """List the keys a class declares."""
    declared = inspect.get_annotations(cls)
    return {key: hint for key, hint in declared.items() if not is_constant(hint)}


def is_constant(hint: Any) -> bool:
    """Tell a class's constants from the keys of its objects."""
    return bool(get_origin(hint) is ClassVar)


def draw(cls: type) -> Json:
    """Give each key of a class its emptiest value."""
    return {key: emptiest(hint) for key, hint in annotations(cls).items()}


def emptiest(hint: object) -> object:
    """Choose nothing where allowed, else the emptiest value of the type."""
    origin: Any = get_origin(hint)
    parts = get_args(hint)
    if origin in (Union, UnionType):
        return None if NoneType in parts else emptiest(parts[0])
    if origin is Literal:
        return parts[0]
    if origin in (list, dict):
        return origin()
    if getattr(origin, "__name__", "") == "ListObject":
        return {"object": "list", "data": [], "has_more": False, "url": ""}
    if isinstance(hint, ForwardRef | str):
        return None
    return emptiest_of_class(hint if origin is None else origin)


def emptiest_of_class(cls: object) -> object:
    """Choose the emptiest value of a plain or SDK class."""
    plain: dict[object, object] = {str: "", int: 0, bool: False, float: 0.0}
    if cls in plain:
        return plain[cls]
    return draw(cls) if isinstance(cls, type) else None


def overlay(kind: str, key: str, value: object) -> object:
    """Lay a request's nested value over the emptiest one of the returned object."""
    return laid_over(annotations(sdk_class(kind))[key], value)


def laid_over(hint: object, value: object) -> object:
    """Fill the keys a nested value leaves out, and drop those the answer does not have."""
    if get_origin(hint) in (Union, UnionType):
        options = [part for part in get_args(hint) if part is not NoneType]
        return laid_over(options[0], value)
    if isinstance(value, list) and get_origin(hint) is list:
        return [laid_over(get_args(hint)[0], part) for part in value]
    known = annotations(hint) if isinstance(hint, type) else {}
    if not (isinstance(value, dict) and isinstance(hint, type) and known):
        return None if value == "" and known else value
    sent = {key: part for key, part in value.items() if key in known and part != ""}
    given = {key: laid_over(known[key], part) for key, part in sent.items()}
    return {**draw(hint), **given}
