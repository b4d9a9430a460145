"""Promotions as the backoffice looks at them: what state each is in, and how much it was used."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from storefront import web
from storefront.pricing import tax
from storefront.pricing.models import Promotion, PromotionCode, Redemption

STATES = {
    "running": ("Running", "ok"), "stopped": ("Stopped", "plain"), "later": ("Later", "busy"),
    "over": ("Over", "plain"),
}  # fmt: skip


@dataclass(frozen=True)
class Use:
    """How often orders have a promotion, and what it took off them."""

    orders: int = 0
    minor: int = 0


def state(promotion: Promotion, now: datetime) -> str:
    """Tell whether a promotion counts now, later, or no more."""
    if not promotion.is_active:
        return "stopped"
    if promotion.ends_at is not None and promotion.ends_at <= now:
        return "over"
    is_later = promotion.starts_at is not None and promotion.starts_at > now
    return "later" if is_later else "running"


def count(db: Session) -> int:
    """Count promotions."""
    return db.scalar(select(func.count()).select_from(Promotion)) or 0


def found(
    db: Session, *, skip: int, most: int
) -> tuple[Sequence[Promotion], Mapping[int, Use], Mapping[int, int]]:
    """List promotions, newest first, with their uses and how many codes each has."""
    newest = select(Promotion).order_by(Promotion.id.desc()).offset(skip).limit(most)
    promotions = db.scalars(newest).all()
    ids = [each.id for each in promotions]
    many = (
        select(PromotionCode.promotion_id, func.count())
        .where(PromotionCode.promotion_id.in_(ids))
        .group_by(PromotionCode.promotion_id)
    )
    return promotions, uses(db, ids), {key: n for key, n in db.execute(many)}  # noqa: C416  # typed rows


def uses(db: Session, ids: Sequence[int]) -> dict[int, Use]:
    """Sum up what orders have of promotions, unpaid ones included."""
    counts = Redemption.state != "released"
    mine = (
        select(Redemption.promotion_id, func.count(), func.sum(Redemption.amount_minor))
        .where(Redemption.promotion_id.in_(ids), counts)
        .group_by(Redemption.promotion_id)
    )
    return {key: Use(orders, int(minor)) for key, orders, minor in db.execute(mine)}


def codes(
    db: Session, promotion_id: int, *, skip: int, most: int
) -> tuple[Sequence[PromotionCode], int]:
    """Give codes, newest first, and how many there are."""
    mine = PromotionCode.promotion_id == promotion_id
    total = db.scalar(select(func.count()).select_from(PromotionCode).where(mine)) or 0
    newest = select(PromotionCode).where(mine).order_by(PromotionCode.id.desc())
    return db.scalars(newest.offset(skip).limit(most)).all(), total


def effect(promotion: Promotion) -> str:
    """Say in words what a promotion does."""
    share, amount = (
        tax.percent_text(promotion.basis_points),
        web.money_text(promotion.amount_minor),
    )
    free = promotion.basis_points == tax.MOST_POINTS
    got = "free" if free else f"{share} cheaper"
    known = {
        "percent": f"{share} off", "fixed": f"{amount} off", "free_delivery": "Free delivery",
        "buy_get": f"Buy {promotion.buy_quantity}, get {promotion.get_quantity} {got}",
        "kit_price": f"A set for {amount}",
    }  # fmt: skip
    return known[promotion.kind]
