"""The letter that says what closes, and when: written once for each ending, after the money went."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from storefront import mail
from storefront.catalog.models import Component
from storefront.orders.links import order_url
from storefront.orders.models import Order
from storefront.ownership import service
from storefront.ownership.models import Owned
from storefront.settings import Settings


def tell(db: Session, order: Order, settings: Settings, now: datetime) -> None:
    """Write to each address what its order no longer opens, unless it was told or keeps it all."""
    ended = [
        row for row in service.of_order(db, order)
        if row.ends_at is not None and row.told_at is None
    ]  # fmt: skip
    for email in sorted({row.email for row in ended}):
        _tell(db, order, [row for row in ended if row.email == email], settings, now)


def _tell(
    db: Session, order: Order, rows: Sequence[Owned], settings: Settings, now: datetime
) -> None:
    for row in rows:
        row.told_at = now
    kept = service.owned_until(db, rows[0].email, now)
    last = max(row.ends_at for row in rows if row.ends_at is not None)
    lost = {row.component for row in rows if kept.get(row.component, last) is not None}
    if not lost:
        return
    is_buyer = rows[0].email in {order.email, order.claimed_by}
    context = {"is_over": last <= now}
    context |= _facts(db, lost, last, order, settings, is_buyer=is_buyer)
    which = "-".join(str(row.id) for row in rows)[:80]
    key = f"{order.number}:{which}:{int(last.timestamp())}"
    mail.write(db, "access_ends", rows[0].email, key, context, order_id=order.id)


def _facts(
    db: Session, lost: set[str], last: datetime, order: Order, settings: Settings, *,
    is_buyer: bool,
) -> dict[str, Any]:  # fmt: skip
    named = select(Component.name).where(Component.slug.in_(lost)).order_by(Component.name)
    until = last.astimezone(ZoneInfo(settings.timezone)).strftime("%-d %B %Y, %H:%M")
    return {
        "number": order.number, "components": list(db.scalars(named)) or sorted(lost),
        "until": until, "order_url": order_url(order, settings) if is_buyer else "",
    }  # fmt: skip
