"""Decode Stripe's nested form bodies: a[b][0][c]=value."""

import re
from typing import Any
from urllib.parse import parse_qsl

from storefront.till.errors import ApiError

PART = re.compile(r"\[([^\[\]]*)\]")
DEEPEST = 12


def decode(encoded: str) -> dict[str, Any]:
    """Turn a form body or query into nested dicts; list places stay number keys.

    Raises:
        ApiError: a name is both a value and a group, is nested too deep, or is malformed.
    """
    tree: dict[str, Any] = {}
    try:
        pairs = parse_qsl(encoded, keep_blank_values=True, max_num_fields=4000)
    except ValueError as error:
        raise ApiError("The request body could not be read.") from error
    for name, value in pairs:
        place(tree, name, value)
    return tree


def place(tree: dict[str, Any], name: str, value: str) -> None:
    """Put one value where its bracketed name says."""
    parts = path_of(name)
    for part in parts[:-1]:
        tree = tree.setdefault(part or str(len(tree)), {})
        if not isinstance(tree, dict):
            raise ApiError(f"Invalid parameter name: {name}", param=name)
    last = parts[-1] or str(len(tree))
    if isinstance(tree.get(last), dict):
        raise ApiError(f"Invalid parameter name: {name}", param=name)
    tree[last] = value


def path_of(name: str) -> list[str]:
    """Split a[b][c] into its parts."""
    head, bracket, rest = name.partition("[")
    parts = PART.findall(bracket + rest)
    if not head or "".join(f"[{part}]" for part in parts) != bracket + rest:
        raise ApiError(f"Invalid parameter name: {name}", param=name)
    if len(parts) > DEEPEST:
        raise ApiError(f"Parameter is nested too deep: {name}", param=name)
    return [head, *parts]
