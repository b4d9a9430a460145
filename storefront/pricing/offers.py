"""Which promotions and gift cards a basket may use at this moment, as rules."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session, joinedload

from storefront.catalog.models import Collection, Product, ProductCollection
from storefront.clock import aware
from storefront.pricing import codes, promotions
from storefront.pricing.basket import Basket
from storefront.pricing.customers import customer_hash
from storefront.pricing.models import GiftCard, Promotion, PromotionCode, Redemption
from storefront.pricing.promotions import Rule
from storefront.pricing.reasons import Refused, Why


@dataclass(frozen=True)
class Offers:
    """What can be computed, and what of the codes cannot."""

    rules: tuple[Rule, ...] = ()
    refused: tuple[Refused, ...] = ()
    cards: tuple[GiftCard, ...] = ()


def load(db: Session, basket: Basket, why: Why, now: datetime) -> Offers:
    """Read what applies by itself, and what the codes of a basket stand for."""
    automatic = select(Promotion).where(
        Promotion.is_active, ~Promotion.needs_code,
        or_(Promotion.starts_at.is_(None), Promotion.starts_at <= now),
        or_(Promotion.ends_at.is_(None), Promotion.ends_at > now),
    )  # fmt: skip
    rules = [rule_of(each) for each in db.scalars(automatic.order_by(Promotion.id))]
    if not basket.codes:
        return Offers(tuple(rules))
    typed = list(dict.fromkeys(basket.codes))
    found = _promotion_codes(db, typed)
    cards = _gift_cards(db, [code for code in typed if code not in found])
    by_itself = {rule.id for rule in rules}
    refused = []
    for code in typed:
        no = _refused(db, code, found.get(code), basket, why, now)
        if code in found and found[code].promotion_id in by_itself:
            no = why.refused(code, "better")
        if code in found and no is None:
            rules.append(rule_of(found[code].promotion, found[code]))
        elif no is not None and codes.hidden(code) not in cards:
            refused.append(no)
    return Offers(tuple(rules), tuple(refused), tuple(cards.values()))


def rule_of(promotion: Promotion, code: PromotionCode | None = None) -> Rule:
    """Give a promotion as a rule, with the code that was typed for it."""
    budget = promotion.budget_minor
    return Rule(
        id=promotion.id, kind=promotion.kind, name=promotion.name,
        code=code.code if code else "", code_id=code.id if code else None,
        basis_points=promotion.basis_points, amount_minor=promotion.amount_minor,
        buy=promotion.buy_quantity, get=promotion.get_quantity,
        kit=tuple(sorted(promotion.kit.items())), products=frozenset(promotion.products),
        collections=frozenset(promotion.collections), min_spend_minor=promotion.min_spend_minor,
        first_order_only=promotion.first_order_only, combines=promotion.combines,
        left_minor=None if budget is None else budget - promotion.spent_minor,
    )  # fmt: skip


def with_collections(
    db: Session, lines: Sequence[promotions.Line], rules: Iterable[Rule]
) -> tuple[promotions.Line, ...]:
    """Tell the lines which shelves their products are on, where a rule asks for it."""
    wanted = frozenset[str]().union(*(rule.collections for rule in rules))
    if not wanted:
        return tuple(lines)
    query = (
        select(Product.slug, Collection.slug)
        .join(ProductCollection, ProductCollection.product_id == Product.id)
        .join(Collection, Collection.id == ProductCollection.collection_id)
        .where(Collection.slug.in_(wanted), Product.slug.in_({line.product for line in lines}))
    )
    shelves: dict[str, set[str]] = {}
    for product, shelf in db.execute(query):
        shelves.setdefault(product, set()).add(shelf)
    return tuple(
        replace(line, collections=frozenset(shelves.get(line.product, ()))) for line in lines
    )


def _promotion_codes(db: Session, typed: Sequence[str]) -> dict[str, PromotionCode]:
    query = select(PromotionCode).options(joinedload(PromotionCode.promotion))
    found = db.scalars(
        query.where(PromotionCode.code.in_(typed)).execution_options(populate_existing=True)
    )
    return {each.code: each for each in found}


def _gift_cards(db: Session, typed: Sequence[str]) -> dict[str, GiftCard]:
    hashes = [codes.hidden(code).removeprefix(codes.GIFT) for code in typed]
    query = select(GiftCard).where(GiftCard.code_hash.in_(hashes)).order_by(GiftCard.id)
    found = db.scalars(query.execution_options(populate_existing=True)) if hashes else ()
    return {codes.GIFT + each.code_hash: each for each in found}


def _refused(
    db: Session, typed: str, code: PromotionCode | None, basket: Basket, why: Why, now: datetime
) -> Refused | None:
    if code is None:
        return why.refused(typed, "unknown", shown=typed[: codes.LONGEST])
    promotion = code.promotion
    if promotion.ends_at is not None and aware(promotion.ends_at) <= now:
        return why.refused(code.code, "ended_on", day=promotion.ends_at)
    if not promotion.is_active:
        return why.refused(code.code, "ended")
    if promotion.starts_at is not None and aware(promotion.starts_at) > now:
        return why.refused(code.code, "not_yet", day=promotion.starts_at)
    if code.limit_total is not None and code.used >= code.limit_total:
        return why.refused(code.code, "used_up")
    limit = code.limit_each if basket.who.email else None
    if limit is not None and uses(db, code.id, customer_hash(basket.who.email or "")) >= limit:
        return why.refused(code.code, "used_by_you")
    return None


def uses(db: Session, code_id: int, email_hash: str) -> int:
    """Count how often a customer uses a code, unpaid orders included."""
    count = select(func.count()).select_from(Redemption)
    mine = (Redemption.code_id == code_id, Redemption.email_hash == email_hash)
    return int(db.scalar(count.where(*mine, Redemption.state != "released")) or 0)
