"""Check requests against the Stripe SDK's own parameter types."""

import importlib
import typing
from collections.abc import Mapping
from functools import cache
from types import UnionType
from typing import Any, Literal, NotRequired, Required, Union, get_args, get_origin

from storefront.till import errors
from storefront.till.errors import ApiError


@cache
def params_type(name: str) -> type:
    """Find a parameter type such as RefundCreateParams or checkout.SessionCreateParams."""
    folder, _, last = name.rpartition(".")
    module = importlib.import_module("stripe.params" + (f".{folder}" if folder else ""))
    found: type = getattr(module, last)
    return found


def check(name: str, form: Mapping[str, Any]) -> dict[str, Any]:
    """Give a form's strings the types the SDK declares for them.

    Raises:
        ApiError: a parameter is unknown, missing, or of another type.
    """
    return record(params_type(name), form, "")


@cache
def fields(shape: type) -> dict[str, Any]:
    """List the parameters of a TypedDict, without the SDK's request options."""
    from stripe import RequestOptions

    names = {"Mapping": Mapping, "StripeContext": object}
    hints = typing.get_type_hints(shape, localns=names, include_extras=True)
    options = RequestOptions.__annotations__
    return {name: hint for name, hint in hints.items() if name not in options}


def record(shape: type, form: Mapping[str, Any], path: str) -> dict[str, Any]:
    """Check one closed group of parameters."""
    known = fields(shape)
    for name in form:
        if name not in known:
            raise errors.unknown_parameter(inside(path, name))
    for name in known:
        if name in required(shape) and name not in form:
            raise errors.missing_parameter(inside(path, name))
    return {name: typed(known[name], value, inside(path, name)) for name, value in form.items()}


def required(shape: Any) -> frozenset[str]:
    """Name the parameters a group must have."""
    return frozenset(shape.__required_keys__)


def inside(path: str, name: str) -> str:
    """Name a parameter the way Stripe does: group[name]."""
    return f"{path}[{name}]" if path else name


def typed(hint: Any, value: Any, path: str) -> Any:
    """Read one value by its type hint."""
    origin = get_origin(hint)
    if origin in (NotRequired, Required):
        return typed(get_args(hint)[0], value, path)
    if origin in (Union, UnionType):
        return choice(get_args(hint), value, path)
    if origin is Literal:
        return one_of(get_args(hint), value, path)
    if origin is list:
        return series(get_args(hint)[0], value, path)
    if isinstance(value, dict):
        return group(hint, value, path)
    return scalar(hint, value, path)


def group(hint: Any, value: dict[str, Any], path: str) -> dict[str, Any]:
    """Read nested parameters: a closed group, or free keys such as metadata."""
    if hasattr(hint, "__required_keys__"):
        return record(hint, value, path)
    if get_origin(hint) is dict:
        content = get_args(hint)[1]
        return {name: typed(content, part, inside(path, name)) for name, part in value.items()}
    raise errors.invalid(f"Invalid value for {path}: it takes no nested values.", path)


def choice(options: tuple[Any, ...], value: Any, path: str) -> Any:
    """Read a value by the first option that fits; open enums count as closed."""
    literals = [word for part in options for word in get_args(part) if is_literal(part)]
    if isinstance(value, str) and value in literals:
        return value
    words = [word for word in literals if word != ""]
    if words and str in options and isinstance(value, str):
        return one_of(tuple(words), value, path)
    rest = [part for part in options if not is_literal(part) and part is not type(None)]
    nested = [part for part in rest if part not in (int, str, float, bool)]
    plain = [part for part in rest if part in (int, str, float, bool)]
    candidates = nested or plain if isinstance(value, dict) else plain or nested
    if not candidates:
        return one_of(tuple(literals), value, path)
    return typed(candidates[0], value, path)


def is_literal(hint: Any) -> bool:
    """Tell whether a hint lists its words."""
    return get_origin(hint) is Literal


def one_of(words: tuple[Any, ...], value: Any, path: str) -> Any:
    """Take only a listed word."""
    if value not in words:
        listed = ", ".join(str(word) for word in words)
        raise errors.invalid(f"Invalid {path}: must be one of {listed}", path)
    return value


def series(content: Any, value: Any, path: str) -> list[Any]:
    """Read a list whose places were number keys."""
    if value == "":
        return []
    if not isinstance(value, dict) or not all(place.isdecimal() for place in value):
        raise errors.invalid(f"Invalid array: {path} must be a list.", path)
    ordered = sorted(value.items(), key=lambda pair: int(pair[0]))
    return [typed(content, part, inside(path, place)) for place, part in ordered]


def scalar(hint: Any, value: str, path: str) -> Any:
    """Read a number, a yes or no, or a text."""
    if hint is bool:
        if value not in ("true", "false"):
            raise errors.invalid(f"Invalid boolean: {value}", path)
        return value == "true"
    if hint is int:
        return whole(value, path)
    if hasattr(hint, "__required_keys__") or get_origin(hint) is dict:
        raise errors.invalid(f"Invalid object: {path} takes nested values.", path)
    return value


def whole(value: str, path: str) -> int:
    """Read a whole number of at most 18 digits."""
    digits = value.removeprefix("-")
    if not (digits.isascii() and digits.isdecimal() and len(digits) <= 18):
        raise ApiError(
            f"Invalid integer: {value}", code="parameter_invalid_integer", param=path
        )
    return int(value)
