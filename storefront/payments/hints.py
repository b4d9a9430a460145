"""Read the hint out of a signed event, trusting none of its shapes.

An event has one of two forms. A snapshot carries a copy of its object; a thin event (`v2`)
only names it, and prefixes its type with `v1.`. Both say the same to us: which object to read.
"""

from typing import Any

from storefront import guards
from storefront.errors import Invalid
from storefront.payments.gateway import Hint

LONGEST = 120  # of an id; Stripe's have some thirty characters
LONGEST_REFERENCE = 200  # what Stripe takes; other shops of one account use all of it
THIN = "v2.core.event"
PREFIX = "v1."


def read_hint(body: bytes, max_depth: int) -> Hint:
    """Read id, type and object of an event in either form.

    Raises:
        Invalid: it is not the JSON of an event.
    """
    event = guards.json_of(body, max_depth)
    is_thin = isinstance(event, dict) and event.get("object") == THIN
    thing = _part(event, "related_object") if is_thin else _part(_part(event, "data"), "object")
    livemode = event.get("livemode")
    if not isinstance(livemode, bool):
        raise _unreadable()
    return Hint(
        event_id=_text(event, "id"),
        type=_text(event, "type").removeprefix(PREFIX),
        object_id=_text(thing, "id", optional=True),
        reference=_text(thing, "client_reference_id", optional=True, longest=LONGEST_REFERENCE),
        livemode=livemode,
    )


def _unreadable() -> Invalid:
    return Invalid("This is no event that can be read.")


def _part(thing: Any, name: str) -> dict[str, Any]:
    part = thing.get(name) if isinstance(thing, dict) else None
    if not isinstance(part, dict):
        raise _unreadable()
    return part


def _text(
    thing: dict[str, Any], name: str, *, optional: bool = False, longest: int = LONGEST
) -> str:
    text = thing.get(name)
    if text is None and optional:
        return ""
    if not isinstance(text, str) or not text or len(text) > longest or not text.isprintable():
        raise _unreadable()
    return text
