"""The order page as its template wants it: what is said about each state, and the frozen sums."""

from dataclasses import dataclass

from flask import Response

from storefront import database, web
from storefront.cart.pages import Row, ShownLine
from storefront.catalog.pictures import pictures
from storefront.orders.models import Order
from storefront.orders.states import BOUGHT_ORDERS
from storefront.pricing import tax


@dataclass(frozen=True)
class StateText:
    """What a buyer is told about a state."""

    title: str
    text: str
    kind: str  # of the notice: ok, info, warn
    is_waiting: bool = False


STATES = {
    "awaiting_payment": StateText(
        "We are checking your payment",
        "This takes a few seconds, and this page renews itself. If you have not paid yet, your cart is still there.",
        "info", is_waiting=True,
    ),
    "processing": StateText(
        "Your bank is at work",
        "A bank debit takes a few days. We hold your tools and write to you when it has come.", "info",
    ),
    "paid": StateText("Thank you, it is paid", "We pack it now.", "ok"),
    "fulfilled": StateText("On its way", "Your parcel has left us.", "ok"),
    "expired": StateText(
        "This order was not paid",
        "Nothing was charged and nothing will be sent. What is still in your cart can be ordered again.", "warn",
    ),
    "cancelled": StateText(
        "This order was replaced",
        "You changed your cart before paying, so this order was closed. Nothing was charged for it.", "warn",
    ),
    "needs_attention": StateText(
        "We are looking at this order",
        "Something about its payment needs a person. We write to you within one working day; you need not do anything.",
        "warn",
    ),
}  # fmt: skip


def order_page(order: Order) -> Response:
    """Show an order as it stands; what it opens is shown once it is paid."""
    is_bought = order.state in BOUGHT_ORDERS
    skus = [line.sku for line in order.lines]
    sections = web.shop().hooks.order_notes(database.session(), skus) if is_bought else []
    return web.page(
        "storefront/order.html",
        order=order,
        state=STATES[order.state],
        is_bought=is_bought,
        lines=_lines(order),
        rows=_rows(order),
        country=tax.country_names((order.address["country"],))[order.address["country"]],
        sections=sections,
    )


def _lines(order: Order) -> list[ShownLine]:
    found = pictures(line.picture for line in order.lines)
    return [
        ShownLine(
            id=line.id, name=line.name, choice="", url="", picture=found.get(line.picture),
            unit_text=web.money_text(line.unit_price_minor, order.currency),
            total_text=web.money_text(line.total_minor, order.currency), quantity=line.quantity,
        )
        for line in order.lines
    ]  # fmt: skip


def _rows(order: Order) -> list[Row]:
    def text(minor: int) -> str:
        return web.money_text(minor, order.currency)

    shown = [Row("Goods", text(order.subtotal_minor))]
    shown.append(
        Row("Delivery", text(order.shipping_minor) if order.shipping_minor else "Free")
    )
    shown.append(Row("Total", text(order.total_minor), grand=True))
    if order.tax_minor:
        shown.append(Row("including VAT", text(order.tax_minor)))
    return shown
