"""What the pages after the sale show, in words, prices and addresses."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask import Response
from sqlalchemy.orm import Session

from storefront import clock, database, web
from storefront.aftersales import (
    addresses,
    cancel,
    carriers,
    pieces,
    returns,
    shipments,
    unpaid,
    windows,
    withdrawal,
)
from storefront.aftersales.forms import AddressForm, CodeForm, EmailForm
from storefront.aftersales.models import Return
from storefront.aftersales.opening import is_open, page_url
from storefront.aftersales.states import RETURN_MOVES
from storefront.errors import Invalid, ShopError
from storefront.orders import history, opening
from storefront.orders import pages as orders
from storefront.orders.models import Order, Shipment
from storefront.orders.states import BOUGHT_ORDERS
from storefront.pricing import tax

RETURN_STATES = {
    "requested": "We look at it and write to you",
    "approved": "Approved: send it to us",
    "received": "It has arrived with us",
    "closed": "Done",
    "refused": "We could not take it",
    "withdrawn": "You keep it",
}


@dataclass(frozen=True)
class ShownParcel:
    """A parcel on its way."""

    day: str
    carrier: str
    tracking: str
    url: str
    rows: tuple[str, ...]


@dataclass(frozen=True)
class ShownReturn:
    """A return as its buyer sees it."""

    number: str
    state: str
    answer: str
    rows: tuple[str, ...]
    can_keep: bool


@dataclass(frozen=True)
class ShownEvent:
    """Something that happened, in a sentence."""

    day: str
    at: str
    text: str


def order_page(
    order: Order, problem: ShopError | None = None, *, is_known: bool = False
) -> Response:
    """Show an order with its parcels, its history and what can still be done to it."""
    db = database.session()
    visitor = web.visitor()
    parcels = shipments.of(db, order)
    return orders.order_page(
        order, problem, is_open=is_open(order), is_known=is_known, after=_after(db, order),
        parcels=[_parcel(order, each) for each in parcels],
        returns=[_return(each) for each in returns.of(db, order)],
        events=[_event(each.at, each.text) for each in history.of(db, order, public_only=True)],
        proven=opening.owner_of(visitor),
        can_give=order.state in BOUGHT_ORDERS and opening.is_owner(order, visitor),
        can_claim=bool(opening.owner_of(visitor)) and not opening.is_owner(order, visitor),
    )  # fmt: skip


def _after(db: Session, order: Order) -> dict[str, Any]:
    """Say what a buyer can still do."""
    where = pieces.of(db, order)
    settings = web.settings()
    window = withdrawal.window(db, order, settings)
    return {
        "can_cancel": order.state in unpaid.CLOSABLE or may_ask_to_cancel(db, order),
        "cancel": _cancel_text(db, order),
        "can_change_address": addresses.may_change(db, order),
        "can_return": order.state in {"paid", "fulfilled"}
        and any(one.returnable for one in where.values()),
        "can_withdraw": bool(order.paid_at) and order.state != "cancelled",
        "window": window_text(window),
        "return_days": settings.return_days,
    }


def may_ask_to_cancel(db: Session, order: Order) -> bool:
    """Tell whether something of a paid order is still to be sent."""
    try:
        cancel.preview(db, order)
    except Invalid:
        return False
    return True


def _cancel_text(db: Session, order: Order) -> str:
    """Say what cancelling does before it is pressed."""
    if order.state in unpaid.CLOSABLE:
        return "The pay page is closed, and nothing is charged."
    if not cancel.is_untouched(db, order):
        return "A part has left us already. We look whether the rest can be stopped, and write to you."
    try:
        seen = cancel.preview(db, order)
    except Invalid:
        return ""
    if seen.refund is None:
        return "Nothing is sent. There is nothing to pay back."
    back = web.money_text(seen.refund.total_minor, order.currency)
    return f"Nothing is sent, and {back} go back the way you paid."


def window_text(window: windows.Window) -> str:
    """Say until when an order can be withdrawn."""
    if window.ends_on is None:
        return f"You have {window.days} days from the day when the last parcel comes."
    day = window.ends_on.strftime("%-d %B %Y")
    settings = web.settings()
    if window.is_open(windows.today(clock.now(), settings.timezone)):
        return f"You have {window.days} days from delivery: until {day} at the least."
    return f"The {window.days} days from delivery ended on {day}. You can still declare it: a person looks at it."


def _parcel(order: Order, shipment: Shipment) -> ShownParcel:
    names = {line.id: line.name for line in order.lines}
    return ShownParcel(
        day(shipment.shipped_at), carriers.label(shipment.carrier), shipment.tracking,
        carriers.tracking_url(shipment.carrier, shipment.tracking),
        tuple(f"{each.quantity} × {names[each.order_line_id]}" for each in shipment.lines),
    )  # fmt: skip


def _return(request: Return) -> ShownReturn:
    return ShownReturn(
        request.number, RETURN_STATES[request.state], request.answer,
        tuple(f"{line.quantity} × {line.order_line.name}" for line in request.lines),
        "withdrawn" in RETURN_MOVES[request.state] and not request.is_withdrawal,
    )  # fmt: skip


def _event(at: datetime, text: str) -> ShownEvent:
    return ShownEvent(day(at), at.isoformat(), text)


def day(moment: datetime) -> str:
    """Write a day as people of the shop's place read it."""
    return moment.astimezone(ZoneInfo(web.settings().timezone)).strftime("%-d %B %Y")


def address_page(
    order: Order, form: AddressForm, status: int = 200, *, problem: ShopError | None = None
) -> Response:
    """Show the form for another address, as its country writes addresses."""
    country = order.address["country"]
    return web.page(
        "storefront/order_address.html", status, order=order, form=form, problem=problem,
        asked=form.fit(country), country=tax.country_names((country,))[country],
        back_url=page_url(order),
    )  # fmt: skip


def prove_page(form: EmailForm, status: int = 200) -> Response:
    """Ask for an address to prove."""
    return web.page("storefront/orders_prove.html", status, form=form)


def code_page(form: CodeForm, onward: str, status: int = 200) -> Response:
    """Ask for the six digits."""
    return web.page("storefront/orders_code.html", status, form=form, onward=onward)


def orders_page(found: Sequence[Order], email: str) -> Response:
    """List the orders of a proven address."""
    return web.page("storefront/orders.html", orders=order_rows(found), email=email)


def order_rows(found: Sequence[Order]) -> list[dict[str, str]]:
    """Write orders as a list shows them."""
    return [
        {"number": order.number, "url": page_url(order), "day": day(order.placed_at),
         "state": orders.state_text(order).title,
         "total": web.money_text(order.total_minor, order.currency)}
        for order in found
    ]  # fmt: skip
