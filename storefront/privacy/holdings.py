"""What the shop's own rooms keep about an address. Rows that hang on an order come before the order."""

from typing import Any

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import InstrumentedAttribute

from storefront.aftersales.models import Return, Withdrawal
from storefront.bounces.models import Bounce
from storefront.cart.models import Cart
from storefront.customers.models import (
    AddressCode,
    CustomerSession,
    CustomerSignIn,
    CustomerTool,
    VerifiedAddress,
)
from storefront.dispatch.models import Delivery
from storefront.held import Holding, Whose, by
from storefront.memberships.models import (
    Membership,
    MembershipAttempt,
    MembershipGift,
    MembershipPayment,
)
from storefront.newsletter.models import Interest, SignupRequest, Subscriber, Subscription
from storefront.orders.models import Order, OrderEvent, OrderLine, Shipment
from storefront.outbox import OutboxRow
from storefront.ownership.models import ClaimCode, Owned
from storefront.payments.models import Payment, PaymentAttempt, Refund
from storefront.pricing.models import GiftCard, PriceListMember, Redemption
from storefront.privacy import kept
from storefront.sent_log import SentLetter
from storefront.stock.models import StockHold, StockNotice

TAX = "The law wants what was sold and paid kept for ten years; it no longer says to whom."


def of_orders(column: InstrumentedAttribute[Any]) -> Whose:
    """Find rows by the order that they hang on."""
    return lambda email: column.in_(select(Order.id).where(Order.email == email))


def of_reader(column: InstrumentedAttribute[Any]) -> Whose:
    """Find rows by the reader that they hang on."""
    return lambda email: column.in_(select(Subscriber.id).where(Subscriber.email == email))


def of_memberships(column: InstrumentedAttribute[Any]) -> Whose:
    """Find rows by the membership that they hang on."""
    return lambda email: column.in_(select(Membership.id).where(Membership.email == email))


def _letters_to_send(email: str) -> ColumnElement[bool]:
    return and_(OutboxRow.kind == "mail", OutboxRow.payload["to"].as_string() == email)


def _redemptions(email: str) -> ColumnElement[bool]:
    return or_(
        Redemption.email_hash == kept.customer_hash(email),
        of_orders(Redemption.order_id)(email),
    )


CUSTOMER = (
    Holding(CustomerSession, "Devices that are signed in", by(CustomerSession.email), "delete"),
    Holding(CustomerSignIn, "Letters to sign in", by(CustomerSignIn.email), "delete"),
    Holding(CustomerTool, "Tools you said to own", by(CustomerTool.email), "delete"),
    Holding(AddressCode, "Codes sent to you", by(AddressCode.email), "delete"),
    Holding(
        VerifiedAddress, "Proofs that the address is yours", by(VerifiedAddress.email), "delete"
    ),
)
LETTERS = (
    Holding(
        Delivery,
        "Issues sent to you",
        of_reader(Delivery.subscriber_id),
        "empty",
        "What an issue counted stays counted.",
        {"subscriber_id": None, "reason": ""},
    ),
    Holding(Interest, "Topics you chose", of_reader(Interest.subscriber_id), "delete"),
    Holding(Subscription, "Newsletters", of_reader(Subscription.subscriber_id), "delete"),
    Holding(Subscriber, "Your entry among the readers", by(Subscriber.email), "delete"),
    Holding(SignupRequest, "Sign-ups", by(SignupRequest.email), "delete"),
    Holding(Bounce, "Letters that came back", by(Bounce.email), "delete"),
    Holding(StockNotice, "Goods you wait for", by(StockNotice.email), "delete"),
    Holding(OutboxRow, "Letters written to you", _letters_to_send, "delete"),
    Holding(SentLetter, "Letters sent to you", by(SentLetter.to), "delete"),
)
OWNED = (
    Holding(Owned, "What you own, and what it opens", by(Owned.email), "delete"),
    Holding(
        ClaimCode, "Codes from boxes that you claimed", by(ClaimCode.claimed_by), "empty",
        "A code can be used once; it no longer says by whom.", {"claimed_by": None},
    ),
    Holding(
        MembershipPayment, "Payments of memberships",
        of_memberships(MembershipPayment.membership_id), "keep", TAX,
    ),
    Holding(
        Membership, "Memberships", by(Membership.email), "empty", TAX, {"email": kept.NOBODY},
    ),
    Holding(
        MembershipAttempt, "Memberships you began to pay", by(MembershipAttempt.email), "empty",
        TAX, {"email": kept.NOBODY, "request": {}, "pay_url": ""},
    ),
    Holding(
        MembershipGift, "Memberships you gave", by(MembershipGift.given_by), "empty",
        "Whoever was given it keeps it.", {"given_by": "", "note": ""},
    ),
    Holding(
        GiftCard, "Gift cards sent to you", by(GiftCard.email), "empty",
        "The money on a card stays with whoever has its code.", {"email": "", "note": ""},
    ),
    Holding(PriceListMember, "Your own prices", by(PriceListMember.email), "delete"),
)  # fmt: skip
ORDERS = (
    Holding(OrderLine, "Lines of your orders", of_orders(OrderLine.order_id), "keep", TAX),
    Holding(
        OrderEvent, "What happened to your orders", of_orders(OrderEvent.order_id), "empty",
        "It says when what was sent and paid, in words without names.", {"facts": {}},
    ),
    Holding(
        Shipment, "Parcels", of_orders(Shipment.order_id), "empty",
        "It says that the goods were sent.", {"tracking": ""},
    ),
    Holding(Payment, "Payments", of_orders(Payment.order_id), "keep", TAX),
    Holding(Refund, "Money that went back", of_orders(Refund.order_id), "empty", TAX, {"note": ""}),
    Holding(
        PaymentAttempt, "Ways to pay that were opened", of_orders(PaymentAttempt.order_id),
        "empty", TAX, {"pay_url": None}, kept.without_buyer,
    ),
    Holding(
        Return, "Returns", of_orders(Return.order_id), "empty",
        "What came back belongs to the books.", {"note": ""},
    ),
    Holding(
        Withdrawal, "Withdrawals from a contract", by(Withdrawal.email), "empty",
        "That a contract was withdrawn from has to be shown.",
        {"email": kept.NOBODY, "name": kept.ERASED, "words": ""},
    ),
    Holding(
        Redemption, "Codes and offers that you used", _redemptions, "empty",
        "The offer's sums stay right; it no longer says whose they were.",
        change=kept.without_hash,
    ),
    Holding(
        StockHold, "Goods held for you", by(StockHold.email), "empty",
        "It is released by itself within the hour.", {"email": "", "client": ""},
    ),
    Holding(
        Order, "Orders that you claimed", by(Order.claimed_by), "empty",
        "The order stays its buyer's.", {"claimed_by": None},
    ),
    Holding(Cart, "Carts", by(Cart.email), "delete"),
    Holding(Order, "Orders", by(Order.email), "empty", TAX, change=kept.without_person),
)  # fmt: skip
HOLDINGS = (*CUSTOMER, *LETTERS, *OWNED, *ORDERS)

# Tables with an address that is no customer's, or that is no address any more: and why.
NOT_OURS = {
    "storefront_staff_member": "Staff: an owner deactivates them; who did what stays in the log.",
    "storefront_sign_in_code": "Staff: gone within a day.",
    "storefront_consent_event": "Emptied by `newsletter.consent.forget`; the chain of lines stays whole.",
    "storefront_suppression": "A keyed hash, so that nobody is written to who must not be.",
}  # fmt: skip
