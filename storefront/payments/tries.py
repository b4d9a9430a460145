"""Look attempts up: the one that is open, the last one, and how many came to nothing of late."""

from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from storefront.orders.models import Order
from storefront.orders.states import OPEN_ATTEMPTS
from storefront.payments.models import PaymentAttempt

CLOSED_UNPAID = ("failed", "expired", "superseded")
DAY = timedelta(days=1)


def open_of_order(db: Session, order_id: int) -> PaymentAttempt | None:
    """Find the attempt of an order that is not closed."""
    of_order = select(PaymentAttempt).where(
        PaymentAttempt.order_id == order_id, PaymentAttempt.state.in_(OPEN_ATTEMPTS)
    )
    return db.scalar(of_order.execution_options(populate_existing=True))


def latest_of_order(db: Session, order_id: int) -> PaymentAttempt:
    """Find the last attempt of an order; every order has one."""
    of_order = select(PaymentAttempt).where(PaymentAttempt.order_id == order_id)
    return db.scalars(of_order.order_by(PaymentAttempt.id.desc()).limit(1)).one()


def closed_of_order(db: Session, order_id: int) -> list[int]:
    """Name the attempts of an order that are closed; one may still hold pieces for the next."""
    closed = select(PaymentAttempt.id).where(
        PaymentAttempt.order_id == order_id, PaymentAttempt.state.in_(CLOSED_UNPAID)
    )
    return list(db.scalars(closed.order_by(PaymentAttempt.id)))


def unpaid_of_order(db: Session, order_id: int, now: datetime) -> int:
    """Count the attempts of an order that came to nothing within a day."""
    return _unpaid(db, PaymentAttempt.order_id == order_id, now)


def unpaid_of_carts(db: Session, cart_ids: Collection[str], now: datetime) -> int:
    """Count the attempts for any order of some carts that came to nothing within a day."""
    return _unpaid(db, Order.cart_id.in_(cart_ids), now)


def _unpaid(db: Session, condition: ColumnElement[bool], now: datetime) -> int:
    count = (
        select(func.count()).select_from(PaymentAttempt).join(PaymentAttempt.order)
        .where(
            condition, PaymentAttempt.state.in_(CLOSED_UNPAID),
            PaymentAttempt.closed_at > now - DAY,
        )
    )  # fmt: skip
    return db.scalar(count) or 0


def delivery_of(attempt: PaymentAttempt) -> str:
    """Read how the delivery was called on an attempt's pay page."""
    [option] = attempt.request["shipping_options"]
    return str(option["shipping_rate_data"]["display_name"])
