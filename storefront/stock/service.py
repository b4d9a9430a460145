"""Hold, sell and release pieces; each is one conditional update that cannot go below zero."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from storefront import clock
from storefront.errors import IllegalMove
from storefront.stock import holders, levels
from storefront.stock.blocks import block, unblock
from storefront.stock.changes import change, note_move, sellable, watching_bands
from storefront.stock.holders import NOBODY, Bounds, Holder
from storefront.stock.models import StockHold, StockLevel
from storefront.stock.moves import REASONS, count, pieces_of, put_back, receive, take
from storefront.stock.shortage import Shortage, shortages, sold_out

__all__ = [
    "REASONS",
    "Bounds",
    "Holder",
    "Shortage",
    "block",
    "count",
    "hold",
    "own_pieces",
    "pieces_of",
    "preorder_days",
    "put_back",
    "receive",
    "release",
    "sell",
    "shortages",
    "sold_out",
    "take",
    "take_again",
    "unblock",
]  # fmt: skip


def hold(
    db: Session, attempt_id: int, wanted: Mapping[int, int], expires_at: datetime, *,
    few: int, holder: Holder = NOBODY, bounds: Bounds | None = None,
    instead_of: Collection[int] = (),
) -> dict[int, date]:  # fmt: skip
    """Promise pieces to a payment attempt; tell which lines are sold before they arrive, and the day.

    Kits are opened and summed over all lines first. Rows are taken in the order of their ids, so
    that two buyers never wait for each other. What closed attempts `instead_of` this one still hold
    passes over to it: nobody else can have it in between.

    Raises:
        SoldOut: with each short line's SKU, name and how many are left.
        TooManyHeld: one client would hold too much, or has held it for too long.
    """
    needs, now = levels.explode(db, wanted), clock.now()
    holders.take_turns(db, holder)
    kept = _held_by(db, instead_of)
    own = levels.summed({each.variant_id: each.quantity} for each in kept)
    before = levels.read(db, {*needs, *own}, lock=True)
    if levels.blocked(db, {*wanted, *needs}):
        raise sold_out(db, shortages(db, wanted, own=own))
    began = dict.fromkeys(needs, now)
    if bounds is not None:
        holders.check(db, holder, needs, bounds, besides=instead_of)
        began = holders.since(db, holder, needs, bounds, now)
    with watching_bands(db, [*needs, *own], few):
        for variant_id in sorted({*needs, *own}):
            more = needs.get(variant_id, 0) - own.get(variant_id, 0)
            if not _promise(db, variant_id, more, now):
                raise sold_out(db, shortages(db, wanted, own=own))
        for each in kept:
            _end(each, "released", now)
        facts = {"attempt_id": attempt_id, "expires_at": expires_at}
        db.add_all(_holds(needs, holder, began, facts))
        db.flush()
    return _presold(db, wanted, needs, own, before)


def _holds(
    needs: Mapping[int, int],
    holder: Holder,
    began: Mapping[int, datetime],
    facts: dict[str, Any],
) -> list[StockHold]:
    """Write a hold for each variant, in one holder's name."""
    return [
        StockHold(
            variant_id=variant_id, quantity=pieces, holder=holder.key, client=holder.client,
            email=holder.email, first_held_at=began[variant_id], **facts,
        )
        for variant_id, pieces in needs.items()
    ]  # fmt: skip


def _held_by(db: Session, attempt_ids: Collection[int]) -> Sequence[StockHold]:
    held = select(StockHold).where(
        StockHold.attempt_id.in_(attempt_ids), StockHold.state == "held"
    )
    return db.scalars(held).all() if attempt_ids else []


def _promise(db: Session, variant_id: int, more: int, now: datetime) -> bool:
    """Promise more pieces, or fewer when negative; tell whether they were there."""
    after = StockLevel.held + more
    enough = after <= sellable(now) if more > 0 else after >= 0
    return change(db, variant_id, enough, held=after)


def preorder_days(
    db: Session, wanted: Mapping[int, int], *, own: Mapping[int, int] | None = None
) -> dict[int, date]:
    """Tell which lines (variant to pieces) would be sold before they arrive, and the day they ship."""
    needs = levels.explode(db, wanted)
    return _presold(db, wanted, needs, own or {}, levels.read(db, needs))


def _presold(
    db: Session,
    wanted: Mapping[int, int],
    needs: Mapping[int, int],
    own: Mapping[int, int],
    before: Mapping[int, levels.Level],
) -> dict[int, date]:
    """Tell which lines hold pieces that have not arrived, and when the last of these ships."""
    late = {
        part: before[part].ships_from
        for part, n in needs.items()
        if part in before and before[part].ready + own.get(part, 0) < n
    }
    if not late:
        return {}
    dates = {
        line: [late[part] for part in opened if late.get(part)]
        for line, opened in levels.opened_kits(db, wanted).items()
    }
    return {line: max(day for day in days if day) for line, days in dates.items() if days}


def own_pieces(db: Session, cart_id: str | None) -> dict[int, int]:
    """Tell the pieces (by stock item) that a cart itself holds for a payment: they are free to it."""
    if not cart_id:
        return {}
    held = select(StockHold.variant_id, func.sum(StockHold.quantity)).where(
        StockHold.holder == cart_id, StockHold.state == "held"
    )
    return {key: int(n) for key, n in db.execute(held.group_by(StockHold.variant_id))}


def sell(db: Session, attempt_id: int, order_id: int, *, few: int) -> bool:
    """Turn what is held for an attempt into a sale; tell whether all of it was there."""
    return _settle(db, attempt_id, "held", "sold", order_id, few)


def release(db: Session, attempt_id: int, *, few: int) -> None:
    """Give back what is held for an attempt; again changes nothing."""
    _settle(db, attempt_id, "held", "released", None, few)


def take_again(db: Session, attempt_id: int, order_id: int, *, few: int) -> bool:
    """Sell what an attempt once held, because its money came after all; False when it is gone."""
    return _settle(db, attempt_id, "released", "sold", order_id, few)


def _settle(
    db: Session, attempt_id: int, before: str, after: str, order_id: int | None, few: int
) -> bool:
    """Move every hold of an attempt from one state to another, all or none."""
    of_attempt = (StockHold.attempt_id == attempt_id, StockHold.state == before)
    holds = db.scalars(
        select(StockHold).where(*of_attempt).order_by(StockHold.variant_id)
    ).all()
    wanted = {item.variant_id: item.quantity for item in holds}
    levels.shelf(db, wanted, lock=True)
    now = clock.now()
    if before == "released" and not _can_be_had(db, wanted):
        return False
    with watching_bands(db, list(wanted), few):
        for item in holds:
            _change_held(db, item, before, after)
            if after == "sold":
                note_move(db, item.variant_id, -item.quantity, "sold", order_id=order_id)
            _end(item, after, now)
        db.flush()
    return bool(holds)


def _end(item: StockHold, state: str, now: datetime) -> None:
    """End a hold, and forget who held it."""
    item.state, item.ended_at, item.client, item.email = state, now, "", ""


def _can_be_had(db: Session, wanted: Mapping[int, int]) -> bool:
    free = levels.free_parts(db, wanted)
    return all(free.get(variant_id, 0) >= pieces for variant_id, pieces in wanted.items())


def _change_held(db: Session, item: StockHold, before: str, after: str) -> None:
    held = StockLevel.held - (item.quantity if before == "held" else 0)
    on_hand = StockLevel.on_hand - (item.quantity if after == "sold" else 0)
    possible = (held >= 0) & (on_hand + StockLevel.allowance >= held)
    if not change(db, item.variant_id, possible, held=held, on_hand=on_hand):
        message = f"the shelf of variant {item.variant_id} does not cover its holds"
        raise IllegalMove(message)
