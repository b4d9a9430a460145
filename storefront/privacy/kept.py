"""What stays of rows that the law or the books want kept: the sums, and nobody's name."""

from sqlalchemy import exists, select
from sqlalchemy.orm import object_session

from storefront import mail, tokens
from storefront.documents.models import Document
from storefront.orders.models import Order
from storefront.orders.states import BOUGHT_ORDERS
from storefront.payments.models import PaymentAttempt
from storefront.pricing.customers import customer_hash
from storefront.pricing.models import Redemption

__all__ = [
    "ERASED",
    "NOBODY",
    "customer_hash",
    "without_buyer",
    "without_hash",
    "without_person",
]

NOBODY = f"erased@{mail.ERASED_DOMAIN}"  # no letter leaves for it
ERASED = "Erased"
NAMES_A_BUYER = frozenset({"customer_email", "customer", "payment_intent_data"})


def without_person(order: Order) -> None:
    """Take the person off an order; its country stays, since the tax hangs on it.

    Where no invoice was issued for what was sold, name and address are the only proof of the
    sale and stay as long as it has to be shown.
    """
    db = object_session(order)
    has_paper = db is not None and db.scalar(
        select(exists().where(Document.order_id == order.id))
    )
    if has_paper or order.state not in BOUGHT_ORDERS:
        order.name = ERASED
        order.address = {"line1": "", "city": "", "postal_code": "", "country": order.address["country"]}  # fmt: skip
    order.email, order.gift_note, order.cart_id = NOBODY, "", None
    order.key = tokens.key()  # letters that were sent open it no longer


def without_buyer(attempt: PaymentAttempt) -> None:
    """Take the buyer off what was asked of the payment service."""
    attempt.request = {k: v for k, v in attempt.request.items() if k not in NAMES_A_BUYER}


def without_hash(redemption: Redemption) -> None:
    """Let the use of a code be nobody's."""
    redemption.email_hash = tokens.fingerprint(tokens.key())
