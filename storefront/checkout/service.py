"""Place an order: hold the pieces, freeze lines and sums, write the request to Stripe."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from storefront import clock
from storefront.cart import problems
from storefront.cart import service as carts
from storefront.catalog.delivery import preorder_words
from storefront.catalog.models import Variant
from storefront.catalog.service import variants_by_sku
from storefront.catalog.shelf import contents
from storefront.checkout import agreed, first_order
from storefront.checkout.details import Details, checked
from storefront.checkout.scarcity import scarce_text
from storefront.errors import Invalid, TooMany
from storefront.newsletter import service as newsletter
from storefront.newsletter.consent import NEWSLETTER
from storefront.newsletter.letters import Office
from storefront.orders import service as orders
from storefront.orders.models import Order
from storefront.orders.service import Buyer, Goods
from storefront.payments import attempts, settle, tries
from storefront.payments.attempts import Ways
from storefront.payments.models import PaymentAttempt
from storefront.pricing import redemptions, shipping
from storefront.pricing.basket import Basket, BasketLine, Who
from storefront.pricing.price_lists import list_of
from storefront.pricing.quote import Quote, quote
from storefront.settings import Settings
from storefront.stock import levels
from storefront.stock import service as stock
from storefront.stock.service import Bounds, Holder

LONGEST_LINE_NAME = 280


@dataclass(frozen=True)
class Item:
    """Some pieces of one SKU."""

    sku: str
    quantity: int
    for_routine: str | None = None
    agreed_minor: int | None = None  # the price of one that the buyer has said yes to


@dataclass(frozen=True)
class Site:
    """What placing an order needs from outside: settings, addresses, who asks."""

    settings: Settings
    order_url: Callable[[Order], str]  # absolute, with the order's key
    cancel_url: str  # absolute
    office: Office
    client: str
    proven_email: str | None = None  # of the visitor: a price list may be for it


class StillOpen(Exception):
    """Raised when another payment is open: it has to be closed first, as `closing`."""

    def __init__(self, attempt_id: int, closing: str = "superseded") -> None:
        self.attempt_id = attempt_id
        self.closing = closing
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
        TooMany: too many orders of this cart were not paid.
    """
    told = checked(details, shipping.countries(site.settings))
    cart = carts.find(db, cart_id, lock=True)
    if cart is None or not cart.lines:
        raise Invalid("Your cart is empty.")
    names = carts.family(db, cart)
    earlier = attempts.open_of_cart(db, names)
    unpaid = tries.unpaid_of_carts(db, names, clock.now())
    if earlier is not None:
        if _is_same(earlier, (cart.id, cart.version), told, expected_total_minor):
            return earlier
        check_budget(unpaid + 1, site.settings)  # what would be closed for nothing stays open
        raise StillOpen(earlier.id)
    check_budget(unpaid, site.settings)
    used = (Order.cart_id == cart.id, Order.cart_version == cart.version)
    if db.scalar(select(Order.id).where(*used)) is not None:
        cart.version += 1  # that order was closed unpaid: this is another one
    items = [
        Item(line.variant.sku, line.quantity, line.for_routine, line.agreed_price_minor)
        for line in cart.lines
    ]
    return place_order(
        db, items, told, site,
        cart=(cart.id, cart.version), expected_total_minor=expected_total_minor,
        replaces=attempts.kept_for(db, names),
        codes=cart.codes,
    )  # fmt: skip


def place_order(
    db: Session, items: Sequence[Item], details: Details, site: Site, *,
    cart: tuple[str, int] | None = None, expected_total_minor: int | None = None,
    replaces: Collection[int] = (), codes: Sequence[str] = (), every_code: bool = False,
) -> PaymentAttempt:  # fmt: skip
    """Place an order; with nothing to pay it is paid at once.

    `replaces` are closed attempts of the same cart whose pieces pass over to this order; `every_code`
    refuses it when a code does not count, even if the total is the expected one.

    Raises:
        Invalid: something told cannot be used.
        SoldOut: fewer pieces are free.
        TooManyHeld: one client would hold too much without paying.
        CodeUsed: a code was used up by others.
        PriceChanged: the total is not the expected one.
    """
    settings = site.settings
    told = checked(details, shipping.countries(settings))
    wanted = _bounded(items, settings)
    variants = _all_sold(db, wanted)
    who = _who(db, told, site, cart)
    priced = _summed(db, wanted, variants, told, settings, tuple(codes), who)
    agreed.check_prices(priced.sums, {sku: item.agreed_minor for sku, item in wanted.items()})
    agreed.check_total(priced, expected_total_minor, every_code=every_code)
    order = orders.create(
        db, _buyer(told), priced, _goods(db, wanted, variants), currency=settings.currency,
        terms_version=settings.policy_version, cart=cart,
    )  # fmt: skip
    attempt = _prepare(db, order, priced, site)
    redemptions.reserve(db, order, priced)
    first_order.check(db, order)
    pieces = {variants[sku].id: item.quantity for sku, item in wanted.items()}
    holder = Holder(told.email, site.client, cart[0] if cart else None)
    _hold(db, attempt, pieces, holder, replaces, settings)
    attempts.say(attempt, scarce_text(db, order, attempt.expires_at, settings))
    if order.charge_minor == 0:
        settle.settle_free(db, attempt, settings)
    _sign_up(db, told, site)
    return attempt


def _all_sold(db: Session, wanted: Mapping[str, Item]) -> dict[str, Variant]:
    """Find every variant that is wanted; one that is not sold is named."""
    variants = variants_by_sku(db, wanted)
    if set(wanted) != set(variants):
        raise _not_sold(set(wanted) - set(variants))
    return variants


def _buyer(told: Details) -> Buyer:
    return Buyer(
        told.email, told.name, told.address, told.shipping, told.wants_newsletter,
        told.gift_note, told.is_gift,
    )  # fmt: skip


def _hold(
    db: Session, attempt: PaymentAttempt, pieces: Mapping[int, int], holder: Holder,
    replaces: Collection[int], settings: Settings,
) -> None:  # fmt: skip
    """Hold the pieces, and note from when on those that are still to come can be sent."""
    until = clock.now() + timedelta(minutes=settings.stock_hold_minutes)
    days = stock.hold(
        db, attempt.id, pieces, until, few=settings.low_stock, instead_of=replaces,
        holder=holder, bounds=Bounds.of(settings),
    )  # fmt: skip
    for line in attempt.order.lines:
        line.ships_from = days.get(line.variant_id or 0)


def check_budget(unpaid: int, settings: Settings) -> None:
    """Refuse the next try when too many of a day came to nothing: so are stolen cards tested.

    Raises:
        TooMany: they are used up; the oldest of them is forgotten within a day.
    """
    if unpaid >= settings.max_unpaid_tries:
        raise TooMany(3600)


def _not_sold(skus: set[str]) -> Invalid:
    sentence = "Something in it is not sold any more."
    error = Invalid(sentence, fields={"items": "Not sold here."})
    error.facts["problems"] = problems.told(problems.of_not_sold(sorted(skus)))
    return error


def _who(db: Session, told: Details, site: Site, cart: tuple[str, int] | None) -> Who:
    before = orders.has_ordered(db, told.email, but_cart=cart[0] if cart else None)
    return Who(told.email, before, list_of(db, site.proven_email))


def _summed(
    db: Session, wanted: Mapping[str, Item], variants: Mapping[str, Variant], told: Details,
    settings: Settings, codes: tuple[str, ...], who: Who,
) -> Quote:  # fmt: skip
    lines = [BasketLine(variants[sku], item.quantity) for sku, item in wanted.items()]
    basket = Basket(lines, told.country, told.shipping, codes, who)
    return quote(db, basket, settings, clock.now())


def _prepare(db: Session, order: Order, priced: Quote, site: Site) -> PaymentAttempt:
    ways = Ways(site.order_url(order), site.cancel_url)
    delivery = f"{priced.way.label} delivery, {priced.way.days}"
    wanted = {line.variant_id: line.quantity for line in order.lines if line.variant_id}
    days = stock.preorder_days(db, wanted)
    if days:  # the parcel waits for the last of them
        words = preorder_words(max(days.values()), site.settings.locale)
        delivery = f"{words}, then {priced.way.days}"
    return attempts.prepare(
        db, order, ways, delivery=delivery, settings=site.settings, now=clock.now()
    )


def _bounded(items: Sequence[Item], settings: Settings) -> dict[str, Item]:
    """Sum the pieces of each SKU and hold them to the bounds of a cart."""
    wanted: dict[str, Item] = {}
    for item in items:
        before = wanted.get(item.sku)
        pieces = item.quantity + (before.quantity if before else 0)
        wanted[item.sku] = replace(item, quantity=pieces)
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
    ids = [variant.id for variant in variants.values()]
    inside, opened = contents(db, ids), levels.opened_kits(db, ids)
    return [
        _copied(variants[sku], item, inside[variants[sku].id].components, opened[variants[sku].id])
        for sku, item in wanted.items()
    ]  # fmt: skip


def _copied(
    variant: Variant, item: Item, components: set[str], parts: Mapping[int, int]
) -> Goods:
    product = variant.product
    return Goods(
        variant_id=variant.id, name=f"{product.name}, {variant.name}"[:LONGEST_LINE_NAME],
        picture=product.pictures[0] if product.pictures else "",
        components=tuple(sorted(components)), for_routine=item.for_routine,
        parts=tuple(sorted(parts.items())),
    )  # fmt: skip


def _is_same(
    attempt: PaymentAttempt,
    cart: tuple[str, int],
    told: Details,
    expected_total_minor: int | None,
) -> bool:
    """Tell whether an open order is the very one that is asked for again."""
    order = attempt.order
    asked = (
        *cart, told.email, told.name, told.address, told.shipping, told.wants_newsletter,
        told.gift_note, told.is_gift,
    )  # fmt: skip
    placed = (
        order.cart_id, order.cart_version, order.email, order.name, order.address, order.shipping_method,
        order.wants_newsletter, order.gift_note, order.is_gift,
    )  # fmt: skip
    total_fits = expected_total_minor in (None, order.charge_minor)
    return asked == placed and total_fits and attempts.is_fresh(attempt)


def _sign_up(db: Session, told: Details, site: Site) -> None:
    """Ask a buyer who wants the newsletter to confirm it; no order fails because of it."""
    if not told.wants_newsletter:
        return
    try:
        newsletter.sign_up(
            db, told.email, form="checkout", consent_text=NEWSLETTER, locale=site.settings.locale,
            next_url="", client=site.client, now=clock.now(), office=site.office,
        )  # fmt: skip
    except TooMany:
        return
