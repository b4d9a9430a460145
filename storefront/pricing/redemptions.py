"""Uses of promotions and gift cards: reserved with an order, confirmed when paid, else released.

Rows are taken in a fixed order, promotions, codes, gift cards, each by id, and before any stock;
each use is one conditional update, so that two orders can never share the last one.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from storefront import clock
from storefront.errors import CodeUsed
from storefront.pricing import gift_cards
from storefront.pricing.customers import customer_hash
from storefront.pricing.models import Promotion, PromotionCode, Redemption
from storefront.pricing.offers import uses
from storefront.pricing.quote import OrderLike, Quote


def reserve(db: Session, order: OrderLike, quote: Quote) -> None:
    """Take the uses that a quote counts on, when its order is placed.

    Raises:
        CodeUsed: others were faster.
    """
    who = customer_hash(order.email)
    for each in sorted(quote.applied, key=lambda applied: applied.promotion_id):
        use = Redemption(
            order_id=order.id, promotion_id=each.promotion_id, code_id=each.code_id, once=False,
            email_hash=who, amount_minor=each.minor, state="reserved", at=clock.now(),
        )  # fmt: skip
        if not _take(db, use):
            name = each.code or each.name
            message = f"{name} has been used up meanwhile. Please look at the new total."
            raise CodeUsed(message)
        db.add(use)
        db.flush()
    gift_cards.reserve(db, order.id, quote.gifts)


def is_for_first(db: Session, order: OrderLike) -> bool:
    """Tell whether an order uses a promotion that is for first orders only."""
    first = select(Redemption.id).join(Promotion, Promotion.id == Redemption.promotion_id)
    mine = first.where(Redemption.order_id == order.id, Promotion.first_order_only)
    return db.scalar(mine.limit(1)) is not None


def confirm(db: Session, order: OrderLike) -> bool:
    """Make the uses of a paid order final; False when they were given to others meanwhile."""
    mine = _of(db, order, "reserved", "released")
    again = [use for use in mine if use.state == "released"]
    for number, use in enumerate(again):
        if not _take(db, use):
            for back in again[:number]:
                _give(db, back)
            return False
    if not gift_cards.take_again(db, order.id):
        for back in again:
            _give(db, back)
        gift_cards.release(db, order.id)
        return False
    for use in mine:
        use.state = "confirmed"
    db.flush()
    return True


def release(db: Session, order: OrderLike) -> None:
    """Give back what an order used, when it closes unpaid; again changes nothing."""
    for use in _of(db, order, "reserved"):
        _give(db, use)
        use.state = "released"
    db.flush()
    gift_cards.release(db, order.id)


def reserve_again(db: Session, order: OrderLike) -> None:
    """Take the uses of an order once more that was closed unpaid and is to be paid after all.

    Raises:
        CodeUsed: others have used them meanwhile.
    """
    message = "A code or gift card of this order was used meanwhile. Please order again."
    for use in _of(db, order, "released"):
        if not _take(db, use):
            raise CodeUsed(message)
        use.state = "reserved"
    db.flush()
    if not gift_cards.take_again(db, order.id):
        raise CodeUsed(message)


def _of(db: Session, order: OrderLike, *states: str) -> Sequence[Redemption]:
    mine = select(Redemption).where(
        Redemption.order_id == order.id, Redemption.state.in_(states)
    )
    return db.scalars(mine.order_by(Redemption.promotion_id).with_for_update()).all()


def _take(db: Session, use: Redemption) -> bool:
    """Count a use at the budget and at the code; all of it, or nothing is changed."""
    if not _spend(db, use, use.amount_minor):
        return False
    if use.code_id is None or _count(db, use, 1):
        return True
    _spend(db, use, -use.amount_minor)
    return False


def _give(db: Session, use: Redemption) -> None:
    _spend(db, use, -use.amount_minor)
    if use.code_id is not None:
        _count(db, use, -1)


def _spend(db: Session, use: Redemption, minor: int) -> bool:
    """Take from a campaign's budget; one without a budget is not touched, so nobody waits for it."""
    budget = select(Promotion.budget_minor).where(Promotion.id == use.promotion_id)
    if db.scalar(budget) is None:
        return True
    spent = Promotion.spent_minor + minor
    room = (Promotion.id == use.promotion_id, spent <= Promotion.budget_minor)
    return _changed(db, update(Promotion).where(*room).values(spent_minor=spent))


def _count(db: Session, use: Redemption, times: int) -> bool:
    """Count a use of a code; whoever comes second waits for this row and then counts again."""
    used = PromotionCode.used + times
    room = or_(PromotionCode.limit_total.is_(None), used <= PromotionCode.limit_total)
    here = update(PromotionCode).where(PromotionCode.id == use.code_id, room)
    if not _changed(db, here.values(used=used)):
        return False
    code = db.get_one(PromotionCode, use.code_id, populate_existing=True)
    use.once = code.limit_each == 1
    limit = code.limit_each if times > 0 else None
    if limit is not None and uses(db, code.id, use.email_hash) >= limit:
        _count(db, use, -times)
        return False
    return True


def _changed(db: Session, statement: Any) -> bool:
    done = db.execute(statement.execution_options(synchronize_session=False))
    return bool(getattr(done, "rowcount", 0))
