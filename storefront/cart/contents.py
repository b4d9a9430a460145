"""What a cart comes to now: its lines at today's prices, and what is wrong with them, as data."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from storefront import clock
from storefront.cart import problems
from storefront.cart.models import Cart, CartLine
from storefront.cart.problems import LineFacts, Problem
from storefront.cart.service import current
from storefront.catalog.models import Variant
from storefront.catalog.service import variants_by_sku
from storefront.errors import Invalid
from storefront.money import Money
from storefront.pricing import shipping
from storefront.pricing.basket import NOBODY, Basket, BasketLine, Who
from storefront.pricing.quote import Quote, quote
from storefront.pricing.totals import Totals
from storefront.settings import Settings
from storefront.stock import service as stock


@dataclass(frozen=True)
class ContentsLine:
    """One line as it stands, with what is wrong with it."""

    id: int
    variant_id: int
    sku: str
    slug: str
    name: str
    choice: str
    picture: str
    quantity: int
    unit_price_minor: int
    for_routine: str | None
    problems: tuple[Problem, ...] = ()
    ships_from: date | None = None  # of a preorder

    @property
    def total_minor(self) -> int:
        """Give what the line comes to."""
        return self.quantity * self.unit_price_minor


@dataclass(frozen=True)
class Contents:
    """A cart with its sums for one country and way of delivery.

    It has no sums when it is empty, or when it cannot be delivered; `undeliverable` says why.
    """

    lines: tuple[ContentsLine, ...] = ()
    country: str = ""
    quote: Quote | None = None
    undeliverable: str = ""

    @property
    def sums(self) -> Totals | None:
        """Give what it comes to."""
        return self.quote.sums if self.quote else None

    @property
    def shipping_method(self) -> shipping.Method | None:
        """Give the way of delivery that is summed up."""
        return self.quote.way if self.quote else None

    @property
    def pieces(self) -> int:
        """Count the pieces."""
        return sum(line.quantity for line in self.lines)

    @property
    def skus(self) -> tuple[str, ...]:
        """Name what is in the cart."""
        return tuple(line.sku for line in self.lines)

    @property
    def problems(self) -> tuple[Problem, ...]:
        """Give what is wrong, with the whole of it first, then line by line."""
        whole = (problems.no_delivery(self.undeliverable),) if self.undeliverable else ()
        return (*whole, *(problem for line in self.lines for problem in line.problems))

    @property
    def is_blocked(self) -> bool:
        """Tell whether something has to be mended before this can be ordered."""
        return any(problem.blocks for problem in self.problems)

    @property
    def missing_for_free_minor(self) -> int:
        """Tell how much more makes delivery free."""
        priced = self.quote
        return (
            shipping.missing_for_free(priced.way, priced.sums.subtotal_minor) if priced else 0
        )


def contents(
    db: Session,
    cart_id: str | None,
    settings: Settings,
    *,
    country: str = "",
    method_key: str = "standard",
    who: Who = NOBODY,
    tried: str = "",
) -> Contents:
    """Read a cart and sum it up for a country, a way of delivery and a buyer.

    A code that is tried counts with those of the cart; nothing is stored.

    Raises:
        Invalid: we do not deliver there, or not in that way.
    """
    found = _found(db, cart_id)
    if not found:
        return Contents()
    codes = db.scalar(select(Cart.codes).where(Cart.id == found[0].cart_id)) or []
    basket = Basket(
        [BasketLine(line.variant, line.quantity) for line in found], country, method_key,
        (*codes, *([tried] if tried else ())), who,
    )  # fmt: skip
    priced = quote(db, basket, settings, clock.now())
    prices = [line.unit_price_minor for line in priced.sums.lines]
    return Contents(tuple(_lines(db, found, prices, settings)), priced.country, priced)


def contents_anyway(
    db: Session, cart_id: str | None, settings: Settings, *, who: Who = NOBODY
) -> Contents:
    """Read a cart as it is shown: one that cannot be delivered has lines and says why."""
    try:
        return contents(db, cart_id, settings, who=who)
    except Invalid as refused:
        found = _found(db, cart_id)
        prices = [line.variant.price_minor for line in found]
        lines = tuple(_lines(db, found, prices, settings))
        return Contents(lines, undeliverable=refused.detail)


def _found(db: Session, cart_id: str | None) -> Sequence[CartLine]:
    query = select(CartLine).where(CartLine.cart_id == current(cart_id)).order_by(CartLine.id)
    with_products = joinedload(CartLine.variant).joinedload(Variant.product)
    return db.scalars(query.options(with_products)).all() if cart_id else []


def _lines(
    db: Session, found: Sequence[CartLine], prices: Sequence[int], settings: Settings
) -> list[ContentsLine]:
    wanted = {line.variant_id: line.quantity for line in found}
    own = stock.own_pieces(db, found[0].cart_id)
    short = {item.variant_id: item.left for item in stock.shortages(db, wanted, own=own)}
    days = stock.preorder_days(db, wanted, own=own)
    on_sale = variants_by_sku(db, [line.variant.sku for line in found])

    def text(minor: int) -> str:
        return Money(minor, settings.currency).text(settings.locale)

    return [
        replace(
            _line(line, price, problems.of_line(_facts(line, price, short, on_sale), text)),
            ships_from=days.get(line.variant_id),
        )
        for line, price in zip(found, prices, strict=True)
    ]


def _facts(
    line: CartLine, price_minor: int, short: Mapping[int, int], on_sale: Collection[str]
) -> LineFacts:
    sku, name = line.variant.sku, line.variant.product.name
    left, is_sold = short.get(line.variant_id), sku in on_sale
    return LineFacts(line.id, sku, name, left, is_sold, price_minor, line.agreed_price_minor)


def _line(line: CartLine, unit_price_minor: int, found: tuple[Problem, ...]) -> ContentsLine:
    variant, product = line.variant, line.variant.product
    return ContentsLine(
        id=line.id, variant_id=variant.id, sku=variant.sku, slug=product.slug, name=product.name,
        choice=variant.name, picture=product.pictures[0] if product.pictures else "",
        quantity=line.quantity, unit_price_minor=unit_price_minor,
        for_routine=line.for_routine, problems=found,
    )  # fmt: skip
