"""What happened to an order, in the order it happened; nothing is ever taken back."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from storefront import clock
from storefront.orders.models import Order, OrderEvent

LONGEST = 400


def note(
    db: Session, order: Order, kind: str, text: str, *,
    by: str = "shop", is_public: bool = False, **facts: Any,
) -> None:  # fmt: skip
    """Append what happened, in the transaction that does it; `facts` are JSON."""
    db.add(
        OrderEvent(
            order_id=order.id, kind=kind, text=text[:LONGEST], by=by, facts=facts,
            is_public=is_public, at=clock.now(),
        )
    )  # fmt: skip


def of(db: Session, order: Order, *, public_only: bool = False) -> Sequence[OrderEvent]:
    """List what happened to an order, oldest first."""
    wanted = select(OrderEvent).where(OrderEvent.order_id == order.id).order_by(OrderEvent.id)
    return db.scalars(wanted.where(OrderEvent.is_public) if public_only else wanted).all()
