"""Read and merge metadata the way Stripe does."""

from typing import Any

from storefront.till import errors
from storefront.till.ledger import Json


def check(found: Any, path: str = "metadata") -> None:
    """Hold metadata against Stripe's limits: 50 keys of 40 letters, values of 500."""
    pairs = found.items() if isinstance(found, dict) else ()
    if len(pairs) > 50:
        raise errors.invalid("Metadata takes at most 50 keys.", path)
    for key, value in pairs:
        if len(key) > 40 or len(value) > 500:
            raise errors.invalid(
                "Metadata keys take at most 40 characters and values 500.", f"{path}[{key}]"
            )


def first(params: Json) -> Json:
    """Read the metadata of a new object."""
    check(params.get("metadata"))
    return params.get("metadata") or {}


def merged(body: Json, params: Json) -> Json:
    """Lay sent metadata over an object's own: an empty value takes a key away."""
    if "metadata" not in params:
        return body["metadata"] or {}
    check(params["metadata"])
    known = {**(body["metadata"] or {}), **params["metadata"]} if params["metadata"] else {}
    return {key: value for key, value in known.items() if value != ""}
