"""Pieces of order lines as a form asks for them: `line-12=2`, and what belongs to each line."""

from collections.abc import Iterable, Mapping

from werkzeug.datastructures import MultiDict

from storefront import guards
from storefront.errors import Invalid
from storefront.orders.models import Order, OrderLine

MOST = 9999
Sent = MultiDict[str, str]


def pieces(order: Order, sent: Sent) -> dict[int, int]:
    """Read how many pieces of each line are meant; an empty field means none.

    Raises:
        Invalid: something that is no number from 0 to 9999.
    """
    found, wrong = {}, {}
    for line in order.lines:
        text = sent.get(f"line-{line.id}", "").strip()
        number = guards.whole(text, least=0, most=MOST) if text else 0
        if number is None:
            wrong[f"line-{line.id}"] = f"{line.name}: enter a number such as 1."
        else:
            found[line.id] = number
    if wrong:
        raise Invalid(" ".join(wrong.values()), fields=wrong)
    return {line_id: number for line_id, number in found.items() if number}


def texts(order: Order, sent: Sent, prefix: str) -> dict[int, str]:
    """Read a text for each line, such as its lot."""
    asked = {line.id: sent.get(f"{prefix}-{line.id}", "").strip() for line in order.lines}
    return {line_id: text for line_id, text in asked.items() if text}


def kept(sent: Sent, names: Iterable[str], prefixes: Iterable[str]) -> dict[str, str]:
    """Give the fields that the next form sends on."""
    starts = tuple(f"{prefix}-" for prefix in prefixes)
    wanted = set(names)
    return {
        name: text
        for name, text in sent.items()
        if text.strip() and (name in wanted or name.startswith(starts))
    }


def seen(sent: Sent, name: str) -> int | None:
    """Read the state of the page that was acted on; what cannot be read is nobody's page.

    Raises:
        Invalid: it is missing or no number.
    """
    number = guards.whole(sent.get(name, ""), least=0, most=2**31 - 1)
    if number is None:
        raise Invalid("Look at the order again before you go on.")
    return number


def sentences(chosen: Mapping[OrderLine, int]) -> list[str]:
    """Write pieces as "2 × Mini roller"."""
    return [f"{quantity} × {line.name}" for line, quantity in chosen.items()]
