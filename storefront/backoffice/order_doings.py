"""What can be done with an order now; what cannot is not offered."""

from dataclasses import dataclass

from flask import current_app, url_for
from sqlalchemy.orm import Session

from storefront.aftersales import pieces, rules
from storefront.errors import Invalid
from storefront.orders.models import Order
from storefront.orders.states import BOUGHT_ORDERS
from storefront.payments import disputes, refunds
from storefront.staff import roles


@dataclass(frozen=True)
class Doing:
    """One thing that can be done, and the page that asks how."""

    label: str
    url: str
    kind: str = "ghost small"


def possible(db: Session, order: Order, role: str) -> list[Doing]:
    """List what a role can do with an order now, the usual first."""
    frozen = disputes.is_frozen(order)
    to_send = sum(one.to_send for one in pieces.of(db, order).values())
    is_bought = order.state in BOUGHT_ORDERS
    can_refund = not frozen and refunds.left(db, order).total_minor > 0
    wanted = [
        ("Ship", "shipping.ship_page", bool(to_send) and _may_ship(order), "small"),
        ("Packing slip", "shipping.slip", is_bought and bool(to_send), "ghost small"),
        ("Refund", "money.refund_page", can_refund, "ghost small"),
        (
            "Cancel",
            "money.cancel_page",
            _can_cancel(order, to_send) and not frozen,
            "ghost small",
        ),
        ("Change address", "shipping.address_page", bool(to_send), "ghost small"),
        ("Decide", "money.decide_page", _waits(order), "small"),
    ]
    return [
        Doing(label, url_for(roles.PREFIX + name, number=order.number), kind)
        for label, name, is_possible, kind in wanted
        if is_possible and roles.may(role, name) and roles.PREFIX + name in current_app.view_functions
    ]  # fmt: skip


def _may_ship(order: Order) -> bool:
    try:
        rules.may_ship(order)
    except Invalid:
        return False
    return True


def _waits(order: Order) -> bool:
    """Tell whether a person has to decide, or to say that what is noted was dealt with."""
    return order.state == "needs_attention" or bool(order.attention)


def _can_cancel(order: Order, to_send: int) -> bool:
    return order.state in {"awaiting_payment", "expired"} or (
        order.state in {"paid", "needs_attention"} and order.paid_at is not None and to_send > 0
    )
