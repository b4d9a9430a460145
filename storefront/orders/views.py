"""The order page, open to whoever holds its key; the pay page and our letters lead here."""

from flask import Response, request

from storefront import database, web
from storefront.orders import pages, service

blueprint = web.blueprint("orders", __name__)


@blueprint.get("/orders/<number>")
def order_page(number: str) -> Response:
    """Show an order; one that waits for its payment is checked first."""
    key = request.args.get("key", "")
    order = service.find_for_buyer(database.session(), number, key)
    if order.state == "awaiting_payment":
        web.shop().look_again(order.id)
        order = service.find_for_buyer(database.session(), number, key)
    return pages.order_page(order)
