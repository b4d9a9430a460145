"""Gift cards: money paid in before, kept as a ledger of moves; a tender and no discount."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from storefront import clock, mail, tokens
from storefront.customers.service import canonical_email
from storefront.errors import CodeUsed, Invalid, NotFound
from storefront.money import Money
from storefront.pricing import codes
from storefront.pricing.gift_uses import GiftUse
from storefront.pricing.models import GiftCard, GiftMove
from storefront.pricing.quote import OrderLike
from storefront.settings import Settings

MOST_MINOR = 100_000_000
CHANGED = "What was left on a gift card has changed. Please look at the new total."


@dataclass(frozen=True)
class Issued:
    """A new card and its code, which nobody can read again."""

    card: GiftCard
    code: str


def issue(
    db: Session, minor: int, settings: Settings, *,
    email: str = "", note: str = "", ends_at: datetime | None = None,
) -> Issued:  # fmt: skip
    """Make a card and, with an address, the letter that brings its code.

    Raises:
        Invalid: the amount is nothing, or too much; the address is none.
    """
    if not 0 < minor <= MOST_MINOR:
        raise Invalid("A gift card needs an amount.", fields={"amount": "Enter an amount."})
    code, to = tokens.number(4), canonical_email(email) if email else ""
    card = GiftCard(
        code_hash=codes.hidden(code).removeprefix(codes.GIFT), ends=code[-4:], currency=settings.currency,
        balance_minor=0, email=to, note=note[:200], issued_at=clock.now(), ends_at=ends_at,
    )  # fmt: skip
    db.add(card)
    db.flush()
    _move(db, card.id, minor, "issued")
    if to:
        _send(db, card, code, settings)
    return Issued(card, code)


def find(db: Session, card_id: int) -> GiftCard:
    """Find a card by its number.

    Raises:
        NotFound: there is none.
    """
    card = db.get(GiftCard, card_id)
    if card is None:
        raise NotFound("There is no gift card of that number.")
    return card


def block(db: Session, card_id: int, *, is_blocked: bool = True) -> GiftCard:
    """Stop a card from paying, or let it pay again.

    Raises:
        NotFound: there is none.
    """
    card = find(db, card_id)
    card.is_blocked = is_blocked
    return card


def correct(db: Session, card_id: int, minor: int) -> None:
    """Put money on a card by hand, or take some off when it is negative.

    Raises:
        NotFound: there is no such card.
        Invalid: there is less on it.
    """
    if minor and not _move(db, find(db, card_id).id, minor, "corrected"):
        raise Invalid("There is less on this card.")


def reserve(db: Session, order_id: int, uses: Sequence[GiftUse]) -> None:
    """Take from the cards what they pay for an order.

    Raises:
        CodeUsed: somebody has taken from one of them meanwhile.
    """
    for use in sorted(uses, key=lambda each: each.card_id):
        if not _move(db, use.card_id, -use.minor, "reserved", order_id):
            raise CodeUsed(CHANGED)


def release(db: Session, order_id: int) -> None:
    """Put back all that an order has taken; again changes nothing."""
    for card_id, minor in taken(db, order_id).items():
        _move(db, card_id, minor, "released", order_id)


def take_again(db: Session, order_id: int) -> bool:
    """Take once more what was released, because the order was paid after all."""
    released = select(GiftMove.card_id, func.max(GiftMove.amount_minor)).where(
        GiftMove.order_id == order_id, GiftMove.reason == "released"
    )
    has = taken(db, order_id)
    rows = db.execute(released.group_by(GiftMove.card_id))
    again = {card_id: int(minor) for card_id, minor in rows if card_id not in has}
    return all(
        _move(db, card_id, -again[card_id], "reserved", order_id) for card_id in sorted(again)
    )


def give_back(db: Session, order: OrderLike, minor: int, now: datetime) -> int:
    """Put money of a refund back on the cards that paid; tell how much they took."""
    left = minor
    for card_id, paid in taken(db, order.id).items():
        share = min(left, paid)
        if share > 0:
            _move(db, card_id, share, "given_back", order.id, at=now)
            left -= share
    return minor - left


def taken(db: Session, order_id: int) -> dict[int, int]:
    """Tell what an order still has of each card, by the card's number."""
    moves = (
        select(GiftMove.card_id, func.sum(-GiftMove.amount_minor))
        .where(GiftMove.order_id == order_id)
        .group_by(GiftMove.card_id)
        .order_by(GiftMove.card_id)
    )
    return {card_id: int(minor) for card_id, minor in db.execute(moves) if minor > 0}


def _move(
    db: Session, card_id: int, minor: int, reason: str, order_id: int | None = None,
    *, at: datetime | None = None,
) -> bool:  # fmt: skip
    """Change a balance and write down why; False when there is less on the card."""
    here = update(GiftCard).where(GiftCard.id == card_id, GiftCard.balance_minor + minor >= 0)
    changed = db.execute(
        here.values(balance_minor=GiftCard.balance_minor + minor).execution_options(
            synchronize_session=False
        )
    )
    if not getattr(changed, "rowcount", 0):
        return False
    db.add(
        GiftMove(
            card_id=card_id, order_id=order_id, amount_minor=minor, reason=reason,
            at=at or clock.now(),
        )
    )  # fmt: skip
    db.flush()
    db.expire(db.get_one(GiftCard, card_id))
    return True


def _send(db: Session, card: GiftCard, code: str, settings: Settings) -> None:
    context = {
        "code": code, "ends_at": card.ends_at.date().isoformat() if card.ends_at else "",
        "amount": Money(card.balance_minor, card.currency).text(settings.locale),
    }  # fmt: skip
    mail.write(db, "gift_card", card.email, str(card.id), context, keep=False)
