"""The order page as its template wants it: what is said about each state, and the frozen sums."""

from dataclasses import dataclass, replace
from typing import Any

from flask import Response

from storefront import database, web
from storefront.cart.pages import ShownLine
from storefront.cart.sums import Row, sum_rows
from storefront.catalog.delivery import preorder_words
from storefront.catalog.pictures import pictures
from storefront.customers import addresses
from storefront.errors import ShopError
from storefront.orders import opening, wording
from storefront.orders.films import first_film
from storefront.orders.models import Order
from storefront.orders.states import BOUGHT_ORDERS
from storefront.pricing.totals import Explained


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
        "This order was closed",
        "It was taken back or replaced before it was paid. Nothing was charged for it.", "warn",
    ),
    "needs_attention": StateText(
        "We are looking at this order",
        "Something about its payment needs a person. We write to you within one working day; you need not do anything.",
        "warn",
    ),
}  # fmt: skip
PARTLY = StateText(
    "A part is on its way", "The rest follows, and each parcel has its letter.", "ok"
)
PAID_BACK = StateText(
    "This order was cancelled",
    "Nothing more will be sent. What you paid for it goes back the way it came.", "warn",
)  # fmt: skip


NOT_PAID = StateText(
    "This order is not paid yet", "Nothing was charged. This page renews itself.", "info",
    is_waiting=True,
)  # fmt: skip


def state_text(
    order: Order, *, is_unpaid: bool = False, has_parcels: bool = False
) -> StateText:
    """Choose what a buyer is told of an order; `is_unpaid`: Stripe has just said so."""
    if is_unpaid:
        return NOT_PAID
    if order.state == "paid" and has_parcels:
        return PARTLY
    if order.state == "paid":
        return replace(STATES["paid"], text=wording.packed(order))
    is_paid_back = order.state == "cancelled" and order.paid_minor + order.gift_back_minor > 0
    return PAID_BACK if is_paid_back else STATES[order.state]


def order_page(
    order: Order, problem: ShopError | None = None, *, is_open: bool, is_known: bool = False,
    **more: Any,
) -> Response:  # fmt: skip
    """Show an order as it stands; what it opens is shown once it is paid.

    Only with `is_open` it shows name, address and papers. `is_known` says that Stripe has just
    been asked, `problem` what a press did not bring about, `more` is what comes after the sale.
    """
    is_bought = order.state in BOUGHT_ORDERS
    skus = [line.sku for line in order.lines if line.refunded_quantity < line.quantity]
    pay = web.shop().pay_offer(database.session(), order, is_known)
    sections = web.shop().hooks.order_notes(database.session(), skus) if is_bought else []
    return web.page(
        "storefront/order.html",
        status=problem.status if problem else 200,
        problem=problem,
        pay=pay,
        order=order,
        is_open=is_open,
        state=state_text(
            order,
            is_unpaid=bool(pay) and order.state == "awaiting_payment",
            has_parcels=bool(more.get("parcels")),
        ),
        is_bought=is_bought,
        lines=_lines(order),
        rows=rows(order),
        address=addresses.written(order.address),
        country=wording.country(order),
        sections=sections,
        film=_film(order) if is_bought and is_open else "",
        papers=web.shop().papers(database.session(), order) if is_open else [],
        **more,
    )


def _film(order: Order) -> str:
    """Give where the order opens a film that this device cannot see yet; empty for none."""
    visitor = web.visitor()
    is_by_host = bool(opening.owner_of(visitor)) and visitor.session_id is None
    if is_by_host or opening.is_owner(order, visitor):
        return ""
    path = first_film(database.session(), order, web.shop().hooks)
    return web.below(path) if path else ""


def _lines(order: Order) -> list[ShownLine]:
    found = pictures(line.picture for line in order.lines)
    wanted = [line.for_routine for line in order.lines]
    reasons = web.shop().hooks.bought_for(database.session(), wanted)
    return [
        ShownLine(
            id=line.id, name=line.name, choice="", url="", picture=found.get(line.picture),
            unit_text=web.money_text(line.unit_price_minor, order.currency),
            total_text=web.money_text(line.unit_price_minor * line.quantity, order.currency), quantity=line.quantity,
            note=" · ".join(
                filter(None, (reasons.get(line.for_routine), preorder_words(line.ships_from, web.settings().locale)))
            ),
        )
        for line in order.lines
    ]  # fmt: skip


GONE = ("Given back", "Taken back by the bank")


def rows(order: Order) -> list[Row]:
    """Write the frozen sums of an order, and what has gone back of it."""

    def text(minor: int) -> str:
        return web.money_text(minor, order.currency)

    explained = [Explained(**row) for row in order.explained]
    shown = sum_rows(order, explained, [("VAT", order.tax_minor)], "Delivery", text)
    back = order.refunded_minor + order.gift_back_minor
    gone = zip(GONE, (back, order.lost_minor), strict=True)
    return [*shown, *(Row(label, text(minor)) for label, minor in gone if minor)]
