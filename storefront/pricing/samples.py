"""What a promotion would do to a sample cart, before anybody can use it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from storefront.catalog.models import Product, Variant
from storefront.errors import Invalid
from storefront.pricing import campaigns, codes, offers
from storefront.pricing.basket import Basket, BasketLine
from storefront.pricing.campaigns import Wanted
from storefront.pricing.models import Promotion
from storefront.pricing.quote import Quote, quote
from storefront.settings import Settings

MOST_LINES = 20
USUAL = 2  # products of a sample that nobody chose


@dataclass(frozen=True)
class Sample:
    """A cart without and with a promotion; `why` says why it takes nothing off."""

    lines: Sequence[BasketLine]
    before: Quote
    after: Quote
    why: str


def usual(db: Session) -> dict[str, int]:
    """Give one piece of each of the first products, by SKU."""
    first = (
        select(Variant.sku).join(Product).where(Product.is_published, Variant.position == 0)
        .order_by(Product.position, Product.id).limit(USUAL)
    )  # fmt: skip
    return dict.fromkeys(db.scalars(first), 1)


def try_out(
    db: Session, wanted: Wanted, pieces: Mapping[str, int], settings: Settings, now: datetime, *,
    own_id: int = 0,
) -> Sample:  # fmt: skip
    """Price a sample cart without and with a promotion, as if it counted now; nothing is written.

    Raises:
        Invalid: the promotion makes no sense, or the cart cannot be had.
    """
    campaigns.check(db, wanted)
    lines = _lines(db, pieces)
    basket = Basket(lines)
    name = wanted.name[: codes.LONGEST]
    rule = replace(
        offers.rule_of(Promotion(**campaigns.columns(wanted), spent_minor=0)), id=own_id, code=name
    )  # fmt: skip
    nothing = replace(rule, min_spend_minor=campaigns.MOST_MINOR * campaigns.MOST_PIECES)
    before = quote(db, basket, settings, now, tried=nothing)
    after = quote(db, basket, settings, now, tried=rule)
    why = next((each.text for each in after.refused if each.code == name), "")
    return Sample(lines, before, after, why)


def _lines(db: Session, pieces: Mapping[str, int]) -> list[BasketLine]:
    query = select(Variant).options(joinedload(Variant.product)).where(Variant.sku.in_(pieces))
    found = db.scalars(query.order_by(Variant.id)).all()
    missing = sorted(set(pieces) - {each.sku for each in found})
    message = ""
    if not pieces or len(pieces) > MOST_LINES:
        message = f"A sample cart has 1 to {MOST_LINES} lines."
    elif missing:
        message = f"There is no {', '.join(missing)}."
    if message:
        raise Invalid(message, {"sample": message})
    return [BasketLine(each, pieces[each.sku]) for each in found]
