"""Change promotions that are there already, and make or close their codes."""

from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from storefront import tokens
from storefront.errors import Invalid, NotFound
from storefront.pricing import campaigns, codes
from storefront.pricing.campaigns import Wanted
from storefront.pricing.models import Promotion, PromotionCode, Redemption

MOST_CODES = 500
BUDGET_STAYS = (
    "Whether it has a budget is decided when it is made. Stop this one and make another."
)
KIND_STAYS = "Orders have it already, so its kind stays. Stop this one and make another."
CHANGED = "Codes were made since you looked. Look at them first."


def change(db: Session, promotion: Promotion, wanted: Wanted) -> None:
    """Change a promotion; orders that have it keep what they have.

    Raises:
        Invalid: with a sentence for each field that makes no sense.
    """
    campaigns.check(db, wanted)
    wrong = {}
    if (wanted.budget_minor is None) != (promotion.budget_minor is None):
        wrong["budget_minor"] = BUDGET_STAYS
    elif wanted.budget_minor is not None and wanted.budget_minor < promotion.spent_minor:
        wrong["budget_minor"] = "More than that is spent already."
    if wanted.kind != promotion.kind and is_used(db, promotion.id):
        wrong["kind"] = KIND_STAYS
    if promotion.codes and not wanted.needs_code:
        wrong["needs_code"] = "It has codes, so it needs one."
    if wrong:
        raise Invalid(" ".join(wrong.values()), fields=wrong)
    for name, value in campaigns.columns(wanted).items():
        setattr(promotion, name, value)
    db.flush()


def locked(db: Session, promotion_id: int) -> Promotion:
    """Take a promotion, so that nobody else changes or spends it meanwhile.

    Raises:
        NotFound: there is none of this number.
    """
    found = db.scalar(
        select(Promotion).where(Promotion.id == promotion_id).with_for_update()
        .execution_options(populate_existing=True)
    )  # fmt: skip
    if found is None:
        raise NotFound
    return found


def take_turns(db: Session) -> None:
    """Let those who make promotions follow each other, so that the second sees the first's."""
    db.execute(
        select(Promotion.id).order_by(Promotion.id.desc()).limit(1).with_for_update()
    ).all()


def is_used(db: Session, promotion_id: int) -> bool:
    """Tell whether any order has, or had, a promotion."""
    mine = select(Redemption.id).where(Redemption.promotion_id == promotion_id)
    return db.scalar(mine.limit(1)) is not None


def turn(db: Session, promotion_id: int) -> int:
    """Name the state of a promotion's codes: its newest one."""
    newest = select(func.max(PromotionCode.id)).where(
        PromotionCode.promotion_id == promotion_id
    )
    return db.scalar(newest) or 0


def add_batch(
    db: Session, promotion: Promotion, start: str, count: int, seen: int, *,
    limit_total: int | None, limit_each: int | None,
) -> Sequence[PromotionCode]:  # fmt: skip
    """Make many codes that nobody can guess; each begins with the same letters.

    Raises:
        Invalid: too many, a bad beginning, or codes were made meanwhile.
    """
    if turn(db, promotion.id) != seen:
        raise Invalid(CHANGED)
    if not 1 <= count <= MOST_CODES:
        message = f"From 1 to {MOST_CODES} codes, please."
        raise Invalid(message, {"count": message})
    if len(codes.spelt(start)) > codes.LONGEST - 12:
        message = f"At most {codes.LONGEST - 12} letters and digits."
        raise Invalid(message, {"start": message})
    return [
        campaigns.add_code(
            db, promotion, start + tokens.number(3), limit_total=limit_total, limit_each=limit_each
        )
        for _ in range(count)
    ]  # fmt: skip


def close_code(db: Session, promotion: Promotion, code_id: int) -> PromotionCode:
    """Let a code be used no more than it is used by now; orders that have it keep it.

    Raises:
        NotFound: this promotion has no such code.
    """
    mine = (PromotionCode.id == code_id, PromotionCode.promotion_id == promotion.id)
    code = db.scalar(
        select(PromotionCode).where(*mine).with_for_update()
        .execution_options(populate_existing=True)
    )  # fmt: skip
    if code is None:
        raise NotFound
    code.limit_total = code.used
    db.flush()
    return code
