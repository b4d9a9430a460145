"""What a basket comes to: the one computation behind cart, checkout, API and order."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol

from sqlalchemy.orm import Session

from storefront.pricing import gift_uses, offers, price_lists, promotions, shipping, tax
from storefront.pricing.basket import Basket
from storefront.pricing.gift_uses import GiftUse
from storefront.pricing.promotions import Outcome, Rule
from storefront.pricing.reasons import Refused, Why
from storefront.pricing.tax import TaxTerms
from storefront.pricing.totals import Explained, PricedLine, Totals, totals
from storefront.settings import Settings


class OrderLike(Protocol):
    """What of an order a use hangs on."""

    id: int
    email: str


@dataclass(frozen=True)
class Applied:
    """A promotion that counts: what it takes off goods and delivery."""

    promotion_id: int
    name: str
    code: str  # empty = it applies by itself
    code_id: int | None
    minor: int


@dataclass(frozen=True)
class Quote:
    """The sums of a basket, how it is delivered, and every rule that had a part in them."""

    sums: Totals
    country: str
    way: shipping.Method
    ways: tuple[shipping.Method, ...]
    tax: TaxTerms
    applied: tuple[Applied, ...] = ()
    refused: tuple[Refused, ...] = ()
    gifts: tuple[GiftUse, ...] = ()
    price_list: str = ""


def quote(
    db: Session, basket: Basket, settings: Settings, now: datetime, *, tried: Rule | None = None
) -> Quote:
    """Price a basket at this moment; `tried` is a rule that is not there yet, or stands for one.

    Raises:
        Invalid: we do not deliver there, or not in that way.
        ValueError: there is nothing in it.
    """
    country = basket.country or settings.shipping_home
    terms = tax.calculator(db, settings).terms(country, tax.day(now, settings))
    lines = _priced(db, basket, terms)
    goods = sum(line.full_minor for line in lines)
    ways = shipping.methods(country, goods, settings, basket.weight_grams)
    way = shipping.method(ways, basket.method_key)
    why = Why(settings)
    found = offers.load(db, basket, why, now)
    if tried is not None:
        others = [rule for rule in found.rules if rule.id != tried.id]
        found = replace(found, rules=(*others, tried))
    outcome = promotions.best(found.rules, _cart(db, basket, lines, way, ways, found))
    sums = summed(lines, way.price_minor, outcome, tax_is_added=terms.is_added)
    gifts, refused_gifts = gift_uses.split(found.cards, sums.total_minor, why, now)
    paid = sum(each.minor for each in gifts)
    refused = [
        why.refused(code, no.reason, minor=no.minor) for code, no in outcome.refused.items()
    ]
    return Quote(
        sums=sums.paid_by_gift(paid, [each.explained for each in gifts]),
        country=country, way=way, ways=ways, tax=terms,
        applied=tuple(
            Applied(each.rule.id, each.rule.name, each.rule.code, each.rule.code_id, each.minor)
            for each in outcome.taken
        ),
        refused=(*found.refused, *refused, *refused_gifts), gifts=gifts,
        price_list=basket.who.price_list,
    )  # fmt: skip


def _priced(db: Session, basket: Basket, terms: TaxTerms) -> Sequence[PricedLine]:
    special = price_lists.prices(
        db, basket.who.price_list, [line.variant.id for line in basket.lines]
    )
    return [
        PricedLine(
            line.variant.sku, line.quantity,
            special.get(line.variant.id, line.variant.price_minor),
            terms.rate(line.variant.product.tax_category), line.variant.product.tax_category,
        )
        for line in basket.lines
    ]  # fmt: skip


def _cart(
    db: Session, basket: Basket, lines: Sequence[PricedLine], way: shipping.Method,
    ways: Sequence[shipping.Method], found: offers.Offers,
) -> promotions.Cart:  # fmt: skip
    bare = [
        promotions.Line(line.variant.product.slug, priced.quantity, priced.unit_price_minor)
        for line, priced in zip(basket.lines, lines, strict=True)
    ]
    return promotions.Cart(
        lines=offers.with_collections(db, bare, found.rules),
        delivery_minor=way.price_minor,
        is_cheapest_way=way.price_minor == min(each.price_minor for each in ways),
        has_ordered=bool(basket.who.has_ordered),
    )


def summed(
    lines: Sequence[PricedLine], delivery_minor: int, outcome: Outcome, *, tax_is_added: bool
) -> Totals:
    """Take off lines and delivery what the rules say, and sum up."""
    off = [sum(each) for each in zip(*(taken.lines for taken in outcome.taken), strict=True)]
    cheaper = [
        replace(line, discount_minor=minor)
        for line, minor in zip(lines, off or [0] * len(lines), strict=True)
    ]
    rows = [
        Explained("delivery" if each.delivery_minor else "goods", each.rule.name, each.minor, each.rule.code)
        for each in outcome.taken
    ]  # fmt: skip
    left = delivery_minor - sum(taken.delivery_minor for taken in outcome.taken)
    return totals(cheaper, left, tax_is_added=tax_is_added, explained=rows)
