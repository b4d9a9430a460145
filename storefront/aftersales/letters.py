"""What this room writes: it is on its way, it is cancelled, it is coming back."""

from collections.abc import Sequence
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from storefront import mail
from storefront.aftersales import carriers
from storefront.aftersales.models import Withdrawal
from storefront.money import Money
from storefront.orders import history
from storefront.orders.links import order_url
from storefront.orders.models import Order, OrderLine, Shipment
from storefront.settings import Settings

Rows = Sequence[tuple[OrderLine, int]]


def order_shipped(
    db: Session, order: Order, shipment: Shipment, sent: Rows, rest: Rows, settings: Settings
) -> None:
    """Say what is in the parcel, where it can be followed, and what is still to come."""
    context = facts(order, settings) | {
        "sent": named(sent), "rest": named(rest), "carrier": carriers.label(shipment.carrier),
        "tracking": shipment.tracking,
        "tracking_url": carriers.tracking_url(shipment.carrier, shipment.tracking),
    }  # fmt: skip
    write(db, "order_shipped", order, f"{order.number}:{shipment.id}", context)


def write(db: Session, letter: str, order: Order, key: str, context: dict[str, Any]) -> None:
    """Write a letter to the buyer of an order."""
    mail.write(db, letter, order.email, key, context, order_id=order.id)


def facts(order: Order, settings: Settings) -> dict[str, Any]:
    """Give what every letter about an order says."""
    return {
        "number": order.number, "name": order.name, "address": order.address,
        "order_url": order_url(order, settings),
    }  # fmt: skip


def named(rows: Rows) -> list[dict[str, Any]]:
    """Write lines with their pieces."""
    return [{"name": line.name, "quantity": quantity} for line, quantity in rows]


def text(minor: int, order: Order, settings: Settings) -> str:
    """Write an amount as people read it."""
    return Money(minor, order.currency).text(settings.locale)


def order_cancelled(
    db: Session, order: Order, gone: Rows, back_minor: int, settings: Settings, *, is_whole: bool
) -> None:  # fmt: skip
    """Say what will not be sent and what money goes back; each cancellation has its letter."""
    context = facts(order, settings) | {
        "gone": named(gone), "back": text(back_minor, order, settings) if back_minor else "",
        "is_whole": is_whole, "is_paid": order.paid_at is not None,
    }  # fmt: skip
    which = "-".join(f"{line.id}x{quantity}" for line, quantity in gone)[:120]
    write(
        db,
        "order_cancelled",
        order,
        f"{order.number}:{len(history.of(db, order))}:{which}",
        context,
    )


def address_changed(db: Session, order: Order, settings: Settings) -> None:
    """Say that the address was changed, so that a buyer who did not do it can shout."""
    context = facts(order, settings)
    write(db, "address_changed", order, f"{order.number}:{len(history.of(db, order))}", context)


def withdrawal_facts(row: Withdrawal, settings: Settings) -> dict[str, Any]:
    """Give what a receipt repeats of a declaration: its content, day and time."""
    at = row.at.astimezone(ZoneInfo(settings.timezone))
    return {
        "withdrawal_number": row.number, "words": row.words.split("\n"), "name": row.name,
        "email": row.email, "order_number": row.order_number,
        "at": at.strftime("%-d %B %Y, %H:%M:%S %Z"), "return_address": settings.return_address,
    }  # fmt: skip
