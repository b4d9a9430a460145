"""Find an order for a request, and say what of it may be shown there."""

from flask import request

from storefront import clock, database, web
from storefront.errors import Locked
from storefront.orders import opening, service
from storefront.orders.models import Order


def found(number: str) -> Order:
    """Find the order whose key the address or the form has.

    Raises:
        NotFound: there is no such order for this key.
    """
    return service.find_for_buyer(database.session(), number, request.values.get("key", ""))


def is_open(order: Order) -> bool:
    """Tell whether this visitor sees name, address and papers too."""
    return opening.shows_all(
        order, web.visitor(), open_days=web.settings().order_open_days, now=clock.now()
    )


def must_be_open(order: Order) -> None:
    """Let pass who may see all of an order.

    Raises:
        Locked: the order is old, and the visitor has not proven its address here.
    """
    if not is_open(order):
        raise Locked("Ask for a code on the page of your order first.")


def page_url(order: Order) -> str:
    """Give the path of an order's page with its key."""
    return web.path_for("storefront_orders.order_page", number=order.number, key=order.key)
