"""What a document says, as JSON: amounts in minor units, names and addresses as they are now."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from storefront.documents.rates import RateSum, Taxed, Whole, sums_by_rate
from storefront.orders.models import Order, OrderLine
from storefront.settings import Settings

SUMS = (
    "subtotal_minor", "discount_minor", "shipping_minor", "tax_minor", "tax_added_minor",
    "total_minor", "gift_minor",
)  # fmt: skip


def of_invoice(order: Order, now: datetime, settings: Settings) -> dict[str, Any]:
    """Write down what the invoice of an order says."""
    return {
        **parties(order, now, settings),
        "lines": [line_facts(line) for line in order.lines],
        "rates": [asdict(part) for part in rates_of(order)],
        **{name: getattr(order, name) for name in SUMS},
        "explained": order.explained,
        "paid_on": day(order.paid_at or now, settings),
    }


def parties(order: Order, now: datetime, settings: Settings) -> dict[str, Any]:
    """Write down who sells, who buys, which order it is and when."""
    address = order.address
    return {
        "seller": {
            "name": settings.seller_name, "address": settings.seller_address,
            "vat_id": settings.seller_vat_id, "email": settings.support_email,
        },
        "buyer": {
            "name": order.name, "email": order.email, "address": dict(address),
            "company": str(address.get("company") or ""), "vat_id": str(address.get("vat_id") or ""),
        },
        "order": order.number,
        "currency": order.currency,
        "shipping_method": order.shipping_method,
        "ordered_on": day(order.placed_at, settings),
        "issued_on": day(now, settings),
    }  # fmt: skip


def line_facts(line: OrderLine) -> dict[str, Any]:
    """Copy what a document says about a line."""
    return {
        "id": line.id, "sku": line.sku, "name": line.name, "quantity": line.quantity,
        "unit_price_minor": line.unit_price_minor, "discount_minor": line.discount_minor,
        "total_minor": line.total_minor, "tax_basis_points": line.tax_basis_points,
    }  # fmt: skip


def rates_of(order: Order) -> list[RateSum]:
    """Sum an order for each tax rate."""
    lines = [Taxed(line.total_minor, line.tax_basis_points) for line in order.lines]
    return sums_by_rate(
        lines, Whole(order.shipping_minor, order.tax_minor, order.tax_added_minor)
    )


def read_rates(facts: Mapping[str, Any]) -> list[RateSum]:
    """Read the sums for each rate that a document says."""
    return [RateSum(**part) for part in facts["rates"]]


def day(moment: datetime, settings: Settings) -> str:
    """Give the date of a moment where the shop stands."""
    return moment.astimezone(ZoneInfo(settings.timezone)).date().isoformat()
