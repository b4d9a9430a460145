"""JSON Schemas made out of the Stripe SDK's own classes, to hold the till's answers against."""

import importlib
import inspect
import types
import typing
from collections.abc import Mapping
from decimal import Decimal
from functools import cache
from typing import Any, Literal, Union, get_args, get_origin

import jsonschema_rs
import stripe
from stripe._object_classes import OBJECT_CLASSES

PLAIN = {
    str: {"type": "string"},
    int: {"type": "integer"},
    float: {"type": "number"},
    bool: {"type": "boolean"},
    Decimal: {"type": "string", "pattern": r"^-?\d+(\.\d+)?$"},
    types.NoneType: {"type": "null"},
}


class Names(Mapping):
    """Find the classes the SDK names in strings; CardResource and the like mean Card."""

    def __getitem__(self, name):
        return getattr(stripe, name, None) or getattr(
            stripe, name.removesuffix("Resource"), Any
        )

    def __iter__(self):
        return iter(())

    def __len__(self):
        return 0


class Schemas:
    """Collect one definition for each class met on the way."""

    def __init__(self):
        self.definitions: dict[str, Any] = {}

    def reference(self, cls: type) -> dict[str, Any]:
        name = f"{cls.__module__}.{cls.__qualname__}"
        if name not in self.definitions:
            self.definitions[name] = {}
            self.definitions[name] = self.record(cls)
        return {"$ref": f"#/$defs/{name}"}

    def record(self, cls: type) -> dict[str, Any]:
        hints = typing.get_type_hints(cls, localns=Names())
        own = {key: hints[key] for key in inspect.get_annotations(cls)}
        keys = {k: v for k, v in own.items() if get_origin(v) is not typing.ClassVar}
        return {
            "type": "object",
            "properties": {key: self.of(hint) for key, hint in keys.items()},
            "required": [k for k, v in keys.items() if types.NoneType not in get_args(v)],
            "additionalProperties": False,
        }

    def of(self, hint: Any) -> dict[str, Any]:
        origin, parts = get_origin(hint), get_args(hint)
        if origin in (Union, types.UnionType):
            return self.union(parts)
        if origin is Literal:
            return {"enum": list(parts)}
        if origin is list:
            return {"type": "array", "items": self.of(parts[0])}
        if origin is stripe.ListObject:
            return self.list_of(parts[0])
        if origin is not None and issubclass(origin, stripe.StripeObject):
            return {"type": "object", "additionalProperties": self.of(parts[0])}
        if hint in PLAIN:
            return PLAIN[hint]
        if isinstance(hint, type) and issubclass(hint, stripe.StripeObject):
            return self.reference(hint)
        return {}

    def union(self, parts: tuple[Any, ...]) -> dict[str, Any]:
        """An open enum (Literal or str) counts as closed."""
        words = any(get_origin(part) is Literal for part in parts)
        kept = [part for part in parts if not (words and part is str)]
        return {"anyOf": [self.of(part) for part in kept]}

    def list_of(self, content: Any) -> dict[str, Any]:
        facts = {
            "object": {"const": "list"},
            "data": {"type": "array", "items": self.of(content)},
            "has_more": PLAIN[bool],
            "url": PLAIN[str],
        }
        return {
            "type": "object",
            "properties": facts,
            "required": list(facts),
            "additionalProperties": False,
        }


@cache
def validator(kind: str) -> Any:
    schemas = Schemas()
    module, name = OBJECT_CLASSES[kind]
    root = schemas.reference(getattr(importlib.import_module(module), name))
    return jsonschema_rs.validator_for({**root, "$defs": schemas.definitions})


def problems(body: dict[str, Any]) -> list[str]:
    """Say what in an object, a list or an event is not as the SDK declares it."""
    kind = body.get("object")
    if kind == "list":
        wanted = {"object", "url", "has_more", "data"}
        found = [] if set(body) == wanted else [f"list keys: {sorted(body)}"]
        return found + [problem for part in body["data"] for problem in problems(part)]
    if body.get("deleted") is True:
        return [] if set(body) == {"id", "object", "deleted"} else [f"deleted: {sorted(body)}"]
    found = [
        f"{error.instance_path}: {error.message}" for error in validator(kind).iter_errors(body)
    ]
    return found + (problems(body["data"]["object"]) if kind == "event" else [])
