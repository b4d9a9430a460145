"""Find orders, make them with frozen lines, and move them."""

import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from storefront import clock, tokens
from storefront.errors import NotFound
from storefront.orders import numbers
from storefront.orders.models import Fulfilment, Order, OrderLine
from storefront.orders.states import ORDER_MOVES, moved
from storefront.pricing.quote import Quote


@dataclass(frozen=True)
class Goods:
    """What an order line copies of a variant, so that later changes do not reach it."""

    variant_id: int
    name: str
    picture: str
    components: tuple[str, ...]
    for_routine: str | None
    parts: tuple[tuple[int, int], ...] = ()  # stock items in one piece: variant and how many


@dataclass(frozen=True)
class Buyer:
    """Who buys, where it goes and how."""

    email: str
    name: str
    address: dict[str, Any]
    shipping_method: str
    wants_newsletter: bool = False
    gift_note: str = ""
    is_gift: bool = False


def create(
    db: Session, buyer: Buyer, priced: Quote, goods: Sequence[Goods], *,
    currency: str, terms_version: str, cart: tuple[str, int] | None = None,
) -> Order:  # fmt: skip
    """Make an order that waits for its payment; `cart` is the cart's id and version."""
    sums = priced.sums
    order = Order(
        number=numbers.free(db, Order.number), key=tokens.key(), state="awaiting_payment",
        cart_id=cart[0] if cart else None, cart_version=cart[1] if cart else None,
        email=buyer.email, name=buyer.name, address=buyer.address,
        shipping_method=buyer.shipping_method, wants_newsletter=buyer.wants_newsletter,
        gift_note=buyer.gift_note, is_gift=buyer.is_gift,
        currency=currency, subtotal_minor=sums.subtotal_minor, shipping_minor=sums.shipping_minor,
        tax_minor=sums.tax_minor, total_minor=sums.total_minor, terms_version=terms_version,
        discount_minor=sums.discount_minor, tax_added_minor=sums.tax_added_minor,
        gift_minor=sums.gift_minor, explained=[row.as_json() for row in sums.explained],
        price_list=priced.price_list,
        placed_at=clock.now(),
    )  # fmt: skip
    for line, thing in zip(sums.lines, goods, strict=True):
        order.lines.append(
            OrderLine(
                variant_id=thing.variant_id, sku=line.sku, name=thing.name, picture=thing.picture,
                quantity=line.quantity, unit_price_minor=line.unit_price_minor,
                discount_minor=line.discount_minor, total_minor=line.total_minor,
                tax_category=line.tax_category, tax_basis_points=line.tax_basis_points,
                tax_minor=line.tax_minor, components=list(thing.components),
                for_routine=thing.for_routine, parts=[list(part) for part in thing.parts],
            )
        )  # fmt: skip
    db.add(order)
    db.flush()
    return order


def lock(db: Session, order: Order) -> Order:
    """Take an order for this transaction and read it anew; others wait."""
    mine = select(Order).where(Order.id == order.id).with_for_update()
    return db.scalars(mine.execution_options(populate_existing=True)).one()


def has_ordered(
    db: Session, email: str, *, but_cart: str | None = None, but_order: int | None = None
) -> bool:
    """Tell whether an address has an order, paid or open, besides the cart or order that is asked for."""
    mine = select(Order.id).where(
        Order.email == email, Order.state.not_in(("expired", "cancelled"))
    )
    if but_order is not None:
        mine = mine.where(Order.id != but_order)
    others = mine.where(
        (Order.cart_id != but_cart) | Order.cart_id.is_(None) | Order.paid_at.is_not(None)
    )
    return db.scalar((others if but_cart else mine).limit(1)) is not None


def move(order: Order, state: str) -> None:
    """Move an order.

    Raises:
        IllegalMove: the table of moves does not have it.
    """
    order.state = moved(ORDER_MOVES, order.state, state)


def mark_paid(db: Session, order: Order, now: datetime) -> None:
    """Take an order as paid: it has to leave the house now.

    Raises:
        IllegalMove: it was paid before.
    """
    move(order, "paid")
    order.paid_at = now
    db.add(Fulfilment(order_id=order.id, created_at=now))


def find(db: Session, number: str) -> Order:
    """Find an order by its number, for the shopkeeper.

    Raises:
        NotFound: there is none.
    """
    order = db.scalar(select(Order).where(Order.number == number))
    if order is None:
        raise NotFound("There is no order of that number.")
    return order


def find_for_buyer(db: Session, number: str, key: str) -> Order:
    """Find an order for whoever holds its key; a wrong key and a wrong number look the same.

    Raises:
        NotFound: there is no such order for this key.
    """
    order = db.scalar(select(Order).where(Order.number == number))
    known = order.key if order else tokens.key()
    matches = hmac.compare_digest(known.encode(), key.encode())
    if order is None or not matches:
        raise NotFound("There is no order at this address. Look for the link in our letter.")
    return order


def of_address(db: Session, email: str, *, most: int = 100) -> Sequence[Order]:
    """List the orders of a proven address, and those it has claimed, newest first."""
    mine = or_(Order.email == email, Order.claimed_by == email)
    return db.scalars(select(Order).where(mine).order_by(Order.id.desc()).limit(most)).all()


def latest(db: Session, *, state: str | None = None, most: int = 50) -> Sequence[Order]:
    """List orders, newest first."""
    newest = select(Order).order_by(Order.id.desc()).limit(most)
    return db.scalars(newest.where(Order.state == state) if state else newest).all()
