"""What an order's page says of paying: nothing while money may be on its way."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from storefront import clock
from storefront.checkout import pay_later, scarcity
from storefront.orders.models import Order
from storefront.orders.states import PAYABLE_ATTEMPTS
from storefront.payments import attempts, tries
from storefront.settings import Settings


@dataclass(frozen=True)
class PayOffer:
    """A way to pay: what its button says, and what is true of time and stock."""

    label: str
    text: str


def offer(db: Session, order: Order, settings: Settings, *, is_known: bool) -> PayOffer | None:
    """Offer to pay, if it is certain that nothing is being paid; `is_known`: Stripe has answered."""
    now = clock.now()
    opened = tries.open_of_order(db, order.id)
    if opened is not None:
        if not is_known or opened.state not in PAYABLE_ATTEMPTS or attempts.is_lapsed(opened):
            return None
        return PayOffer(
            "Go to the pay page", scarcity.held_text(db, order, opened.expires_at, settings)
        )
    if order.state != "expired" or pay_later.refusal(order, settings, now):
        return None
    until = scarcity.local(pay_later.last_day(order, settings), settings).strftime("%-d %B %Y")
    text = f"Nothing was charged. You can still pay it until {until}, at the same prices,"
    return PayOffer("Pay this order now", f"{text} if all of it can still be had.")
