"""Pay an order after all: another try at the prices that were agreed on, if the pieces can be had."""

from datetime import datetime, timedelta

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session, aliased

from storefront import clock
from storefront.catalog.service import variants_by_sku
from storefront.checkout import first_order, letters
from storefront.checkout.scarcity import scarce_text
from storefront.checkout.service import Site, StillOpen, check_budget
from storefront.errors import Invalid
from storefront.orders import history
from storefront.orders import service as orders
from storefront.orders.models import Order
from storefront.payments import attempts, tries
from storefront.payments.attempts import Ways
from storefront.payments.models import PaymentAttempt
from storefront.pricing import redemptions
from storefront.settings import Settings
from storefront.stock import service as stock
from storefront.stock.service import Bounds, Holder

MOST_LETTERS = 100  # in one run of the job


def last_day(order: Order, settings: Settings) -> datetime:
    """Tell until when an order can still be paid."""
    return order.placed_at + timedelta(days=settings.pay_later_days)


def refusal(order: Order, settings: Settings, now: datetime) -> str:
    """Say why an order cannot be paid any more, or nothing."""
    if order.state == "cancelled":
        return "This order was closed. Your cart is where you can order again."
    if order.state not in {"expired", "awaiting_payment"}:
        return "This order needs no payment any more."
    if now > last_day(order, settings):
        days = settings.pay_later_days
        return f"An order can be paid for {days} days. Please order again from your cart."
    return ""


def place_again(db: Session, number: str, key: str, site: Site) -> PaymentAttempt:
    """Prepare another payment of the same order, or find the one that is open.

    Raises:
        NotFound: there is no such order for this key.
        Invalid: it cannot be paid any more, or something in it is not sold any more.
        SoldOut: fewer pieces are free.
        TooManyHeld: its buyer would hold too much without paying.
        CodeUsed: a code of it was used by others meanwhile.
        StillOpen: its last pay page has no time left and is not closed yet.
        TooMany: it was tried too often.
    """
    order = orders.lock(db, orders.find_for_buyer(db, number, key))
    earlier = tries.open_of_order(db, order.id)
    if earlier is not None:
        if not attempts.is_lapsed(earlier):
            return earlier
        raise StillOpen(earlier.id, "expired")
    why = refusal(order, site.settings, clock.now())
    if why:
        raise Invalid(why)
    check_budget(tries.unpaid_of_order(db, order.id, clock.now()), site.settings)
    return _once_more(db, order, site)


def _once_more(db: Session, order: Order, site: Site) -> PaymentAttempt:
    settings, now = site.settings, clock.now()
    pieces = _pieces(db, order)
    delivery = tries.delivery_of(tries.latest_of_order(db, order.id))
    ways = Ways(site.order_url(order), site.order_url(order))
    attempt = attempts.prepare(db, order, ways, delivery=delivery, settings=settings, now=now)
    redemptions.reserve_again(db, order)
    first_order.check(db, order)
    until = now + timedelta(minutes=settings.stock_hold_minutes)
    stock.hold(
        db, attempt.id, pieces, until, few=settings.low_stock,
        holder=Holder(order.email, site.client, order.cart_id), bounds=Bounds.of(settings),
        instead_of=tries.closed_of_order(db, order.id),
    )  # fmt: skip
    attempts.say(attempt, scarce_text(db, order, attempt.expires_at, settings))
    if order.state == "expired":
        orders.move(order, "awaiting_payment")
    history.note(db, order, "pay_again", "Another pay page was opened.", by="buyer")
    return attempt


def _pieces(db: Session, order: Order) -> dict[int, int]:
    """Tell what has to be held once more.

    Raises:
        Invalid: something in it is not sold any more.
    """
    on_sale = variants_by_sku(db, [line.sku for line in order.lines])
    gone = [line.name for line in order.lines if not line.variant_id or line.sku not in on_sale]
    if gone:
        names = " and ".join(gone)
        raise Invalid(f"{names}: not sold any more, so this order cannot be paid.")
    return {line.variant_id: line.quantity for line in order.lines if line.variant_id}


def remind(db: Session, settings: Settings, now: datetime) -> int:
    """Write the letter with the way to pay, once for each order; tell how many."""
    if not settings.pay_link_letter:
        return 0
    written = 0
    for order in _forgotten(db, settings, now):
        pieces = {line.variant_id: line.quantity for line in order.lines if line.variant_id}
        if len(pieces) == len(order.lines) and not stock.shortages(db, pieces):
            letters.pay_link(db, order, last_day(order, settings), settings)
            order.pay_link_at = now
            written += 1
    return written


def _forgotten(db: Session, settings: Settings, now: datetime) -> list[Order]:
    """Find orders whose pay page closed unpaid a while ago, of buyers who ordered nothing since."""
    later = aliased(Order)
    since = exists().where(
        later.email == Order.email, later.id > Order.id, later.state != "expired"
    )
    closed_at = select(func.max(PaymentAttempt.closed_at)).where(
        PaymentAttempt.order_id == Order.id
    )
    waited = closed_at.scalar_subquery() <= now - timedelta(hours=settings.pay_link_after_hours)
    in_time = Order.placed_at > now - timedelta(days=settings.pay_later_days)
    found = (
        select(Order).where(
            Order.state == "expired", Order.pay_link_at.is_(None), in_time, waited, ~since
        )
        .order_by(Order.id).limit(MOST_LETTERS)
    )  # fmt: skip
    return list(db.scalars(found.with_for_update(skip_locked=True, of=Order)))
