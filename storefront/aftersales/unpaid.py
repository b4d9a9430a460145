"""Cancel an order that is not paid: its pay page is closed at Stripe first, whose answer counts."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from storefront import database
from storefront.aftersales import letters
from storefront.errors import Invalid, Unavailable
from storefront.orders import history
from storefront.orders import service as orders
from storefront.orders.models import Order
from storefront.orders.states import PAYABLE_ATTEMPTS
from storefront.payments import attempts, tries
from storefront.payments.gateway import Gateway, GatewayRefused, GatewayUnavailable
from storefront.payments.models import PaymentAttempt
from storefront.settings import Settings

CLOSABLE = frozenset({"awaiting_payment", "expired"})  # an expired one can still be paid later
UNDER_WAY = "Your bank is paying this order. It can be cancelled when the money has come."
PAID = "This order has been paid meanwhile."
OPENED = "Another pay page of this order was opened meanwhile. Nothing was changed. Please try again."
SILENT = "The pay page did not answer. Nothing was changed. Please try again."


def cancel_unpaid(order_id: int, gateway: Gateway, settings: Settings, *, by: str) -> None:
    """Close an order that waits for its payment, outside any transaction.

    Raises:
        Invalid: it is paid, under way, or closed already.
        Unavailable: Stripe did not answer; nothing has changed.
    """
    with database.transaction() as db:
        order = db.get_one(Order, order_id, populate_existing=True)
        _may_close(order)
        attempt_id = db.scalar(
            select(PaymentAttempt.id).where(
                PaymentAttempt.order_id == order_id, PaymentAttempt.state.in_(PAYABLE_ATTEMPTS)
            )
        )
    if attempt_id is not None:
        try:
            attempts.supersede(attempt_id, gateway, settings)
        except (GatewayUnavailable, GatewayRefused) as error:
            raise Unavailable(SILENT) from error
    with database.transaction() as db:
        _close(db, db.get_one(Order, order_id), by, settings)


def _may_close(order: Order) -> None:
    if order.state == "processing":
        raise Invalid(UNDER_WAY)
    if order.state not in CLOSABLE:
        raise Invalid("Only an order that waits for its payment is closed like this.")


def _close(db: Session, order: Order, by: str, settings: Settings) -> None:
    orders.lock(db, order)
    if order.state == "processing":
        raise Invalid(UNDER_WAY)
    if order.state not in {"cancelled", "expired", "awaiting_payment"}:
        raise Invalid(PAID)
    if tries.open_of_order(db, order.id) is not None:  # its page could still take money
        raise Invalid(OPENED)
    if order.state != "cancelled":
        orders.move(order, "cancelled")
    history.note(db, order, "cancelled", "Cancelled before it was paid.", by=by, is_public=True)
    letters.order_cancelled(
        db, order, [(line, line.quantity) for line in order.lines], 0, settings, is_whole=True
    )
