"""Promotions as a shopkeeper makes them: checked whole, then written down; codes with their limits."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from storefront import clock
from storefront.catalog.models import Collection, Product
from storefront.errors import Invalid, NotFound
from storefront.pricing import codes
from storefront.pricing.models import KINDS, Promotion, PromotionCode

MOST_MINOR = 100_000_000
MOST_PIECES = 1000


@dataclass(frozen=True)
class Wanted:
    """A promotion as it was asked for."""

    name: str
    kind: str
    basis_points: int = 0  # 1000 = 10 %; of buy_get: off the pieces that are got, 10000 = free
    amount_minor: int = 0
    buy_quantity: int = 0
    get_quantity: int = 0
    kit: Mapping[str, int] = field(default_factory=dict)
    products: Sequence[str] = ()
    collections: Sequence[str] = ()
    min_spend_minor: int = 0
    first_order_only: bool = False
    needs_code: bool = False
    combines: bool = True
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    budget_minor: int | None = None


def create(db: Session, wanted: Wanted) -> Promotion:
    """Write down a promotion.

    Raises:
        Invalid: with a sentence for each field that makes no sense.
    """
    check(db, wanted)
    promotion = Promotion(**columns(wanted), created_at=clock.now())
    db.add(promotion)
    db.flush()
    return promotion


def check(db: Session, wanted: Wanted) -> None:
    """Make sure that a promotion makes sense.

    Raises:
        Invalid: with a sentence for each field that makes none.
    """
    wrong = problems(wanted) | _unknown(db, wanted)
    if wrong:
        raise Invalid(" ".join(wrong.values()), fields=wrong)


def columns(wanted: Wanted) -> dict[str, Any]:
    """Give what was asked for as the table keeps it."""
    return asdict(wanted) | {
        "kit": dict(wanted.kit), "products": list(wanted.products), "collections": list(wanted.collections),
    }  # fmt: skip


def problems(wanted: Wanted) -> dict[str, str]:
    """Tell what makes no sense, field by field."""
    amounts = (wanted.amount_minor, wanted.min_spend_minor, wanted.budget_minor or 0)
    wants_share = wanted.kind in ("percent", "buy_get")
    pieces = [wanted.buy_quantity, wanted.get_quantity, *wanted.kit.values()]
    checks = {
        "name": ("Give it a name: buyers read it in their sum.", not 0 < len(wanted.name.strip()) <= 120),
        "kind": (f"Choose one of {', '.join(KINDS)}.", wanted.kind not in KINDS),
        "basis_points": ("From 0.01 to 100 %, please.", wants_share and not 0 < wanted.basis_points <= 10_000),
        "amount_minor": ("An amount cannot be negative, nor that large.", not all(0 <= minor <= MOST_MINOR for minor in amounts)),
        "fixed": ("Say how much it takes off.", wanted.kind == "fixed" and wanted.amount_minor == 0),
        "buy_quantity": ("Say how many are bought and how many are got.", wanted.kind == "buy_get" and min(wanted.buy_quantity, wanted.get_quantity) < 1),
        "kit": ("Name the products of the kit.", wanted.kind == "kit_price" and sum(wanted.kit.values()) < 2),
        "pieces": (f"From 1 to {MOST_PIECES} pieces, please.", not all(0 <= each <= MOST_PIECES for each in pieces) or 0 in wanted.kit.values()),
        "ends_at": ("It must end after it starts.", bool(wanted.starts_at and wanted.ends_at and wanted.ends_at <= wanted.starts_at)),
        "budget_minor": ("A budget must be more than nothing.", wanted.budget_minor == 0),
    }  # fmt: skip
    return {name: sentence for name, (sentence, is_wrong) in checks.items() if is_wrong}


def _unknown(db: Session, wanted: Wanted) -> dict[str, str]:
    """Name products and collections that there are none of."""
    asked = {
        "products": (Product.slug, {*wanted.products, *wanted.kit}),
        "collections": (Collection.slug, set(wanted.collections)),
    }
    wrong = {}
    for name, (column, slugs) in asked.items():
        missing = (
            slugs - set(db.scalars(select(column).where(column.in_(slugs)))) if slugs else set()
        )
        if missing:
            wrong[name] = f"There is no {', '.join(sorted(missing))}."
    return wrong


def add_code(
    db: Session, promotion: Promotion, text: str, *,
    limit_total: int | None = None, limit_each: int | None = None,
) -> PromotionCode:  # fmt: skip
    """Give a promotion a code; it is spelt in the one way.

    Raises:
        Invalid: there is nothing to it, it is too long, or it is taken.
    """
    code = codes.spelt(text)
    if not 3 <= len(code) <= codes.LONGEST:
        message = f"A code has 3 to {codes.LONGEST} letters and digits."
        raise Invalid(message, fields={"code": message})
    if db.scalar(select(PromotionCode.id).where(PromotionCode.code == code)) is not None:
        message = f"There is a code {code} already."
        raise Invalid(message, fields={"code": message})
    if any(limit is not None and limit < 1 for limit in (limit_total, limit_each)):
        message = "A limit is at least 1."
        raise Invalid(message, fields={"limit": message})
    promotion.needs_code = True
    made = PromotionCode(
        promotion=promotion, code=code, limit_total=limit_total, limit_each=limit_each
    )
    db.add(made)
    db.flush()
    return made


def find(db: Session, promotion_id: int) -> Promotion:
    """Find a promotion.

    Raises:
        NotFound: there is none of this number.
    """
    promotion = db.get(Promotion, promotion_id)
    if promotion is None:
        raise NotFound("There is no such promotion.")
    return promotion


def everything(db: Session) -> Sequence[Promotion]:
    """List all promotions with their codes, newest first."""
    newest = select(Promotion).order_by(Promotion.id.desc())
    return db.scalars(newest.options(selectinload(Promotion.codes))).all()


def set_active(db: Session, promotion_id: int, *, is_active: bool) -> Promotion:
    """Stop a promotion, or let it count again; orders that have it keep it.

    Raises:
        NotFound: there is none of this number.
    """
    promotion = find(db, promotion_id)
    promotion.is_active = is_active
    return promotion
