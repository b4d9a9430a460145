"""Place an order: hold the pieces, freeze lines and sums, write the request to Stripe."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from storefront import clock
from storefront.cart import service as carts
from storefront.catalog.models import Variant
from storefront.catalog.service import variants_by_sku
from storefront.catalog.shelf import contents
from storefront.checkout.details import Details, checked
from storefront.errors import Invalid, PriceChanged, TooMany
from storefront.newsletter import service as newsletter
from storefront.newsletter.consent import NEWSLETTER
from storefront.newsletter.letters import Office
from storefront.orders import service as orders
from storefront.orders.models import Order
from storefront.orders.service import Buyer, Goods
from storefront.payments import attempts, settle
from storefront.payments.attempts import Ways
from storefront.payments.models import PaymentAttempt
from storefront.pricing import shipping, tax
from storefront.pricing.totals import PricedLine, Totals, totals
from storefront.settings import Settings
from storefront.stock import service as stock

LONGEST_LINE_NAME = 280


@dataclass(frozen=True)
class Item:
    """Some pieces of one SKU."""

    sku: str
    quantity: int
    for_routine: str | None = None


@dataclass(frozen=True)
class Site:
    """What placing an order needs from outside: settings, addresses, who asks."""

    settings: Settings
    order_url: Callable[[Order], str]  # absolute, with the order's key
    cancel_url: str  # absolute
    office: Office
    client: str


class StillOpen(Exception):
    """Raised when another order of this cart is open: it has to be closed first."""

    def __init__(self, attempt_id: int) -> None:
        self.attempt_id = attempt_id
        super().__init__(attempt_id)


def place_cart(
    db: Session, cart_id: str | None, details: Details, site: Site, *,
    expected_total_minor: int | None = None,
) -> PaymentAttempt:  # fmt: skip
    """Place an order for a cart; the same cart twice gives the same order.

    Raises:
        Invalid: the cart is empty, or something told cannot be used.
        StillOpen: the cart was ordered otherwise before, and that order is not closed.
        SoldOut: fewer pieces are free.
        PriceChanged: the total is not the expected one.
    """
    told = checked(details)
    cart = carts.find(db, cart_id, lock=True)
    if cart is None or not cart.lines:
        raise Invalid("Your cart is empty.")
    earlier = attempts.open_of_cart(db, cart.id)
    if earlier is not None:
        if _is_same(earlier, cart.version, told, expected_total_minor):
            return earlier
        raise StillOpen(earlier.id)
    used = (Order.cart_id == cart.id, Order.cart_version == cart.version)
    if db.scalar(select(Order.id).where(*used)) is not None:
        cart.version += 1  # that order was closed unpaid: this is another one
    items = [Item(line.variant.sku, line.quantity, line.for_routine) for line in cart.lines]
    return place_order(
        db, items, told, site,
        cart=(cart.id, cart.version), expected_total_minor=expected_total_minor,
    )  # fmt: skip


def place_order(
    db: Session, items: Sequence[Item], details: Details, site: Site, *,
    cart: tuple[str, int] | None = None, expected_total_minor: int | None = None,
) -> PaymentAttempt:  # fmt: skip
    """Place an order; with nothing to pay it is paid at once.

    Raises:
        Invalid: something told cannot be used.
        SoldOut: fewer pieces are free.
        PriceChanged: the total is not the expected one.
    """
    settings, told = site.settings, checked(details)
    wanted = _bounded(items, settings)
    variants = variants_by_sku(db, wanted)
    if set(wanted) != set(variants):
        raise Invalid(
            "Something in it is not sold any more.", fields={"items": "Not sold here."}
        )
    sums, way = _summed(wanted, variants, told, settings)
    if expected_total_minor not in (None, sums.total_minor):
        raise PriceChanged(
            "The total has changed. Please look at it and press again.",
            total_minor=sums.total_minor,
        )
    buyer = Buyer(told.email, told.name, told.address, told.shipping, told.wants_newsletter)
    order = orders.create(
        db, buyer, sums, _goods(db, wanted, variants), currency=settings.currency,
        terms_version=settings.policy_version, cart=cart,
    )  # fmt: skip
    attempt = _prepare(db, order, way, site)
    pieces = {variants[sku].id: item.quantity for sku, item in wanted.items()}
    until = clock.now() + timedelta(minutes=settings.stock_hold_minutes)
    stock.hold(db, attempt.id, pieces, until, few=settings.low_stock)
    if order.total_minor == 0:
        settle.settle_free(db, attempt, settings)
    if told.wants_newsletter:
        _sign_up(db, told.email, site)
    return attempt


def _summed(
    wanted: Mapping[str, Item],
    variants: Mapping[str, Variant],
    told: Details,
    settings: Settings,
) -> tuple[Totals, shipping.Method]:
    rate = tax.rate_basis_points(told.country, settings)
    lines = [
        PricedLine(sku, item.quantity, variants[sku].price_minor, rate)
        for sku, item in wanted.items()
    ]
    way = shipping.method(told.country, told.shipping, sum(line.total_minor for line in lines))
    return totals(lines, way.price_minor), way


def _prepare(db: Session, order: Order, way: shipping.Method, site: Site) -> PaymentAttempt:
    ways = Ways(site.order_url(order), site.cancel_url)
    delivery = f"{way.label} delivery, {way.days}"
    return attempts.prepare(
        db, order, ways, delivery=delivery, settings=site.settings, now=clock.now()
    )


def _bounded(items: Sequence[Item], settings: Settings) -> dict[str, Item]:
    """Sum the pieces of each SKU and hold them to the bounds of a cart."""
    wanted: dict[str, Item] = {}
    for item in items:
        before = wanted.get(item.sku)
        pieces = item.quantity + (before.quantity if before else 0)
        wanted[item.sku] = Item(item.sku, pieces, item.for_routine)
    within = all(1 <= item.quantity <= settings.max_quantity for item in wanted.values())
    if not wanted or not within or any(item.quantity < 1 for item in items):
        message = f"From 1 to {settings.max_quantity} of each, please."
        raise Invalid(message, fields={"items": message})
    if len(wanted) > settings.max_cart_lines:
        message = f"At most {settings.max_cart_lines} different things, please."
        raise Invalid(message, fields={"items": message})
    return wanted


def _goods(
    db: Session, wanted: Mapping[str, Item], variants: Mapping[str, Variant]
) -> list[Goods]:
    inside = contents(db, [variant.id for variant in variants.values()])
    return [_copied(variants[sku], item, inside[variants[sku].id].components)
            for sku, item in wanted.items()]  # fmt: skip


def _copied(variant: Variant, item: Item, components: set[str]) -> Goods:
    product = variant.product
    return Goods(
        variant_id=variant.id, name=f"{product.name}, {variant.name}"[:LONGEST_LINE_NAME],
        picture=product.pictures[0] if product.pictures else "",
        components=tuple(sorted(components)), for_routine=item.for_routine,
    )  # fmt: skip


def _is_same(
    attempt: PaymentAttempt, version: int, told: Details, expected_total_minor: int | None
) -> bool:
    """Tell whether an open order is the very one that is asked for again."""
    order = attempt.order
    asked = (version, told.email, told.name, told.address, told.shipping, told.wants_newsletter)
    placed = (
        order.cart_version, order.email, order.name, order.address, order.shipping_method,
        order.wants_newsletter,
    )  # fmt: skip
    total_fits = expected_total_minor in (None, order.total_minor)
    return asked == placed and total_fits and attempts.is_fresh(attempt)


def _sign_up(db: Session, email: str, site: Site) -> None:
    """Ask the buyer to confirm the newsletter; no order fails because of it."""
    try:
        newsletter.sign_up(
            db, email, form="checkout", consent_text=NEWSLETTER, locale=site.settings.locale,
            next_url="", client=site.client, now=clock.now(), office=site.office,
        )  # fmt: skip
    except TooMany:
        return
