"""What must always be true of codes, budgets and gift cards; each breach is a sentence."""

from collections.abc import Iterator

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from storefront.pricing.models import (
    GiftCard,
    GiftMove,
    Promotion,
    PromotionCode,
    Redemption,
)

COUNTS = Redemption.state.in_(("reserved", "confirmed"))


def problems(db: Session) -> Iterator[str]:
    """List every breach."""
    yield from _codes(db)
    yield from _budgets(db)
    yield from _gift_cards(db)


def _codes(db: Session) -> Iterator[str]:
    uses = func.sum(case((COUNTS, 1), else_=0))
    counted = (
        select(PromotionCode.code, PromotionCode.used, func.coalesce(uses, 0))
        .outerjoin(Redemption, Redemption.code_id == PromotionCode.id)
        .group_by(PromotionCode.id, PromotionCode.code, PromotionCode.used)
        .having(PromotionCode.used != func.coalesce(uses, 0))
    )
    for code, used, orders in db.execute(counted):
        yield f"Code {code}: {used} uses are noted, {orders} orders have it."


def _budgets(db: Session) -> Iterator[str]:
    minor = func.coalesce(func.sum(case((COUNTS, Redemption.amount_minor), else_=0)), 0)
    spent = (
        select(Promotion.name, Promotion.spent_minor, minor)
        .outerjoin(Redemption, Redemption.promotion_id == Promotion.id)
        .where(Promotion.budget_minor.is_not(None))
        .group_by(Promotion.id, Promotion.name, Promotion.spent_minor)
        .having(Promotion.spent_minor != minor)
    )
    for name, noted, taken in db.execute(spent):
        yield f"Promotion {name}: {noted} of its budget is noted, its orders took {taken}."


def _gift_cards(db: Session) -> Iterator[str]:
    moved = func.coalesce(func.sum(GiftMove.amount_minor), 0)
    balances = (
        select(GiftCard.ends, GiftCard.balance_minor, moved)
        .outerjoin(GiftMove, GiftMove.card_id == GiftCard.id)
        .group_by(GiftCard.id, GiftCard.ends, GiftCard.balance_minor)
        .having(GiftCard.balance_minor != moved)
    )
    for ends, balance, moves in db.execute(balances):
        yield f"Gift card ending in {ends}: {balance} is noted, its moves say {moves}."
