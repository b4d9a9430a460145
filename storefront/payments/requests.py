"""What is asked of Stripe for an order: written once, stored whole, repeated byte for byte.

Lines go there at their full price. What discounts and gift cards take off is one coupon of
this attempt's own, at most the goods; what is left of gift cards lowers the delivery. Tax on
top of the prices is a line of its own, so that what the buyer saw is what is charged.
"""

from datetime import datetime
from typing import Any

from storefront.orders.models import Order, OrderLine

COUPON = "coupon"  # the part of a stored request that is asked for before the session


def checkout_request(
    order: Order, reference: str, *,
    expires_at: datetime, success_url: str, cancel_url: str, delivery: str,
    automatic_tax: bool = False,
) -> dict[str, Any]:  # fmt: skip
    """Write the request for a hosted pay page; the order's frozen lines are all it depends on."""
    ours = {"order": order.number, "attempt": reference}
    currency = order.currency.lower()
    off = coupon_minor(order)
    freight = order.shipping_minor - (order.discount_minor + order.gift_minor - off)
    request: dict[str, Any] = {
        "mode": "payment",
        "ui_mode": "hosted_page",
        "client_reference_id": reference,
        "customer_email": order.email,
        "success_url": success_url,
        "cancel_url": cancel_url,
        "expires_at": int(expires_at.timestamp()),
        "line_items": [_line_item(line, currency) for line in order.lines],
        "shipping_options": [_shipping_option(freight, currency, delivery)],
        "adaptive_pricing": {"enabled": False},
        "metadata": ours,
        "payment_intent_data": {"metadata": ours},
    }
    if order.tax_added_minor:
        request["line_items"].append(_tax_item(order.tax_added_minor, currency))
    if automatic_tax:
        request["automatic_tax"] = {"enabled": True}
    if off:
        request |= _discount(order, reference, off, currency)
    return request


def goods_minor(order: Order) -> int:
    """Tell what the lines of the pay page come to before anything is taken off."""
    return order.subtotal_minor + order.tax_added_minor


def coupon_minor(order: Order) -> int:
    """Tell what the coupon takes off: it can reach the lines only, never the delivery."""
    return min(goods_minor(order), order.discount_minor + order.gift_minor)


def _discount(order: Order, reference: str, off: int, currency: str) -> dict[str, Any]:
    parts = {"Discount": order.discount_minor, "Gift card": order.gift_minor}
    coupon = {
        "id": f"order-{reference}",
        "amount_off": off,
        "currency": currency,
        "duration": "once",
        "name": " and ".join(name for name, minor in parts.items() if minor),
        "metadata": {"order": order.number, "attempt": reference},
    }
    return {COUPON: coupon, "discounts": [{"coupon": coupon["id"]}]}


def _tax_item(minor: int, currency: str) -> dict[str, Any]:
    price = {"currency": currency, "unit_amount": minor, "product_data": {"name": "Tax"}}
    return {"price_data": price, "quantity": 1}


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
