"""What is asked of Stripe for an order: written once, stored whole, repeated byte for byte."""

from datetime import datetime
from typing import Any

from storefront.orders.models import Order, OrderLine


def checkout_request(
    order: Order, reference: str, *,
    expires_at: datetime, success_url: str, cancel_url: str, delivery: str,
) -> dict[str, Any]:  # fmt: skip
    """Write the request for a hosted pay page; the order's frozen lines are all it depends on."""
    ours = {"order": order.number, "attempt": reference}
    currency = order.currency.lower()
    return {
        "mode": "payment",
        "ui_mode": "hosted_page",
        "client_reference_id": reference,
        "customer_email": order.email,
        "success_url": success_url,
        "cancel_url": cancel_url,
        "expires_at": int(expires_at.timestamp()),
        "line_items": [_line_item(line, currency) for line in order.lines],
        "shipping_options": [_shipping_option(order.shipping_minor, currency, delivery)],
        "adaptive_pricing": {"enabled": False},
        "metadata": ours,
        "payment_intent_data": {"metadata": ours},
    }


def _line_item(line: OrderLine, currency: str) -> dict[str, Any]:
    price = {
        "currency": currency,
        "unit_amount": line.unit_price_minor,
        "tax_behavior": "inclusive",
        "product_data": {"name": line.name, "metadata": {"sku": line.sku}},
    }
    return {"price_data": price, "quantity": line.quantity, "metadata": {"sku": line.sku}}


def _shipping_option(price_minor: int, currency: str, label: str) -> dict[str, Any]:
    amount = {"amount": price_minor, "currency": currency}
    rate = {"type": "fixed_amount", "display_name": label, "fixed_amount": amount}
    return {"shipping_rate_data": rate | {"tax_behavior": "inclusive"}}
