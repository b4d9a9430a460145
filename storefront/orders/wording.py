"""Words about an order that its pages, its letters and the backoffice share."""

from storefront.catalog.delivery import preorder_words
from storefront.customers import addresses
from storefront.orders.models import Order, OrderLine
from storefront.pricing import tax


def named(line: OrderLine, locale: str) -> str:
    """Name what a line is of, with its day when that has yet to arrive."""
    words = preorder_words(line.ships_from, locale)
    return f"{line.name} ({words})" if words else line.name


def packed(order: Order) -> str:
    """Say what becomes of a paid order: what is preordered is not packed yet."""
    awaited = [line.ships_from is not None for line in order.lines]
    if not any(awaited):
        return "We pack it now."
    return (
        "We send it when it is here."
        if all(awaited)
        else "We send what is here, the rest later."
    )


def country(order: Order) -> str:
    """Name the country that an order goes to."""
    code = order.address["country"]
    return tax.country_names((code,))[code]


def destination(order: Order) -> list[str]:
    """Write the lines of an order's address as its country does, the country last."""
    return [*addresses.written(order.address), country(order)]
