"""Who holds pieces, and how much and how long one buyer may hold without paying."""

import hashlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from storefront import database
from storefront.catalog.models import Variant
from storefront.errors import TooManyHeld
from storefront.settings import Settings
from storefront.stock.models import StockHold


@dataclass(frozen=True)
class Holder:
    """Somebody who is about to pay: a cart, a mail address, an address on the net."""

    email: str = ""
    client: str = ""
    cart_id: str | None = None

    @property
    def key(self) -> str:
        """Name the holder so that it stays known after the hold: the cart, or a hashed address."""
        return self.cart_id or (_hashed(self.email) if self.email else "")


NOBODY = Holder()


@dataclass(frozen=True)
class Bounds:
    """How much one client may hold, and how long."""

    pieces: int
    orders: int
    most: timedelta
    rest: timedelta
    hold: timedelta

    @classmethod
    def of(cls, settings: Settings) -> "Bounds":
        """Read the bounds from the settings."""
        return cls(
            pieces=settings.hold_max_pieces, orders=settings.hold_max_orders,
            most=timedelta(
                minutes=max(settings.stock_hold_most_minutes, settings.stock_hold_minutes)
            ),
            rest=timedelta(minutes=settings.stock_hold_rest_minutes),
            hold=timedelta(minutes=settings.stock_hold_minutes),
        )  # fmt: skip


def take_turns(db: Session, holder: Holder) -> None:
    """Let the orders of one client follow each other, so that all of them are counted."""
    database.take_turns(db, "stock-hold", (holder.client, holder.email, holder.key))


def check(
    db: Session,
    holder: Holder,
    needs: Mapping[int, int],
    bounds: Bounds,
    *,
    besides: Collection[int] = (),
) -> None:
    """Refuse what would be hoarding; holds of the attempts `besides` do not count.

    Raises:
        TooManyHeld: with what the buyer can do.
    """
    same = [
        column == value
        for column, value in (
            (StockHold.client, holder.client), (StockHold.email, holder.email),
            (StockHold.holder, holder.key),
        )
        if value
    ]  # fmt: skip
    if not same:
        return
    theirs = (StockHold.state == "held", StockHold.attempt_id.not_in(besides), or_(*same))
    attempts = select(func.count(StockHold.attempt_id.distinct())).where(*theirs)
    if (db.scalar(attempts) or 0) >= bounds.orders:
        raise TooManyHeld(
            f"You have {bounds.orders} orders that wait for their payment. "
            "Pay one of them, or wait until one has lapsed."
        )
    sums = select(StockHold.variant_id, func.sum(StockHold.quantity)).where(
        *theirs, StockHold.variant_id.in_(needs)
    )
    held = {key: int(n) for key, n in db.execute(sums.group_by(StockHold.variant_id))}
    over = [key for key, n in needs.items() if n + held.get(key, 0) > bounds.pieces]
    if over:
        raise TooManyHeld(
            f"{_name(db, over[0])}: one buyer may have {bounds.pieces} pieces waiting for a payment. "
            "Take fewer, or write to us for more."
        )


def since(
    db: Session, holder: Holder, needs: Mapping[int, int], bounds: Bounds, now: datetime
) -> dict[int, datetime]:
    """Tell since when the holder has held each variant without a rest; now for new ones.

    Raises:
        TooManyHeld: one of them has been held for as long as one may.
    """
    if not holder.key:
        return dict.fromkeys(needs, now)
    began = dict.fromkeys(needs, now)
    for hold in _earlier(db, holder, needs, now - bounds.rest):
        began[hold.variant_id] = min(began[hold.variant_id], hold.first_held_at or now)
    late = [key for key, first in began.items() if now + bounds.hold > first + bounds.most]
    if late:
        raise TooManyHeld(
            f"{_name(db, late[0])} has been kept for you as long as we can without a payment. It is "
            f"back on the shelf; you can order it again in {bounds.rest // timedelta(minutes=1)} minutes.",
            int(bounds.rest.total_seconds()),
        )
    return began


def _earlier(
    db: Session, holder: Holder, needs: Mapping[int, int], after: datetime
) -> Sequence[StockHold]:
    theirs = select(StockHold).where(
        StockHold.holder == holder.key, StockHold.variant_id.in_(needs), StockHold.state != "sold",
        or_(StockHold.ended_at.is_(None), StockHold.ended_at > after),
    )  # fmt: skip
    return db.scalars(theirs).all()


def _name(db: Session, variant_id: int) -> str:
    return db.get_one(Variant, variant_id).product.name


def _hashed(email: str) -> str:
    return hashlib.sha256(email.casefold().encode()).hexdigest()[:40]
