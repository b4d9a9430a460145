"""Change a shelf by hand: what came, what was counted, what is damaged or lost; a second press changes nothing."""

from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from storefront.errors import Invalid
from storefront.inserts import insert_once
from storefront.stock import levels, moves
from storefront.stock.models import StockLevel, StockMove

MOST_PIECES = 1_000_000
KINDS = ("received", "counted", "damaged", "lost")
CHANGED = "This shelf was changed by hand since you looked. Look at what lies there now."


@dataclass(frozen=True)
class Booking:
    """What somebody wants to write down; `turn` is the shelf as they saw it."""

    kind: str
    pieces: int
    note: str
    turn: int


def turn(db: Session, variant_id: int) -> int:
    """Name the state of a shelf: its last change by hand; sales and returns do not count."""
    by_hand = (StockMove.variant_id == variant_id, StockMove.order_id.is_(None))
    return db.scalar(select(func.max(StockMove.id)).where(*by_hand)) or 0


def book(db: Session, variant_id: int, wanted: Booking, *, few: int) -> None:
    """Write a change into the ledger.

    Raises:
        Invalid: with what is wrong beside each field; the shelf has changed; pieces are promised.
    """
    _check(wanted)
    insert_once(
        db, StockLevel, variant_id=variant_id, on_hand=0, held=0, allowance=0, is_low_told=True
    )
    level = levels.read(db, [variant_id], lock=True)[variant_id]
    if turn(db, variant_id) != wanted.turn:
        raise Invalid(CHANGED)
    if wanted.kind == "counted":
        moves.count(db, variant_id, wanted.pieces, few=few, note=wanted.note)
        return
    if wanted.kind == "received" and level.on_hand + wanted.pieces > MOST_PIECES:
        message = f"A shelf holds at most {MOST_PIECES} pieces."
        raise Invalid(message, {"pieces": message})
    signed = wanted.pieces if wanted.kind == "received" else -wanted.pieces
    moves.receive(db, variant_id, signed, few=few, reason=wanted.kind, note=wanted.note)


def _check(wanted: Booking) -> None:
    least = 0 if wanted.kind == "counted" else 1
    checks = {
        "kind": ("Choose what happened.", wanted.kind not in KINDS),
        "pieces": (f"Enter a number from {least} to {MOST_PIECES}.", not least <= wanted.pieces <= MOST_PIECES),
        "note": ("At most 200 characters, please.", len(wanted.note) > 200),
    }  # fmt: skip
    wrong = {name: sentence for name, (sentence, is_wrong) in checks.items() if is_wrong}
    if wanted.kind in ("damaged", "lost") and not wanted.note:
        wrong["note"] = "Say what happened: whoever counts next wants to know."
    if wrong:
        raise Invalid(" ".join(wrong.values()), fields=wrong)
