"""Where an order is found, written without a request: services and letters need it too."""

from urllib.parse import urlencode

from storefront.orders.models import Order
from storefront.settings import Settings


def order_url(order: Order, settings: Settings) -> str:
    """Give the address of an order's page with its key, to be written into letters."""
    path = f"{settings.url_prefix}/orders/{order.number}?{urlencode({'key': order.key})}"
    return settings.origin + path
