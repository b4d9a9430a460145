"""The figures of today, by the shop's own calendar."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from storefront import web
from storefront.orders.models import Fulfilment, Order
from storefront.staff import roles


@dataclass(frozen=True)
class Figure:
    """A number and what it counts."""

    label: str
    text: str
    note: str = ""


def of_today(db: Session, role: str, now: datetime) -> list[Figure]:
    """Give the figures that concern a role; packers see no money, authors no orders."""
    if role not in roles.PACKERS:
        return []
    since = start_of_day(now)
    found = [Figure("Orders today", str(_count(db, Order.placed_at >= since)))]
    if role in roles.KEEPERS:
        currency = web.settings().currency
        today = (Order.paid_at >= since) & (Order.currency == currency)
        paid = db.scalar(select(func.sum(Order.paid_minor)).where(today)) or 0
        count = _count(db, Order.paid_at >= since)
        found.append(
            Figure(
                "Paid today",
                web.money_text(paid),
                "1 order" if count == 1 else f"{count} orders",
            )
        )
    return [*found, *_to_ship(db)]


def start_of_day(now: datetime) -> datetime:
    """Give the moment at which the shop's day began."""
    local = now.astimezone(ZoneInfo(web.settings().timezone))
    return local.replace(hour=0, minute=0, second=0, microsecond=0)


def _count(db: Session, *wanted: object) -> int:
    return db.scalar(select(func.count(Order.id)).where(*wanted)) or 0  # type: ignore[arg-type]


def _to_ship(db: Session) -> list[Figure]:
    by_state = select(Fulfilment.state, func.count()).group_by(Fulfilment.state)
    counts: dict[str, int] = {row[0]: row[1] for row in db.execute(by_state)}
    partly = counts.get("partly_shipped", 0)
    note = f"{partly} more in part" if partly else ""
    return [Figure("To ship", str(counts.get("to_ship", 0)), note)]
