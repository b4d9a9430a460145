"""The part of the port that is about memberships: prices, subscriptions and the customer portal."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True)
class PriceWanted:
    """What a recurring price must be; it is found by its lookup key."""

    plan: str  # our name of it
    name: str
    lookup_key: str
    amount_minor: int
    currency: str
    rhythm: str  # month or year


@dataclass(frozen=True)
class PriceFound:
    """A price at Stripe, and whether it had to be made."""

    price_id: str
    is_new: bool


@dataclass(frozen=True)
class InvoiceFacts:
    """What Stripe says about one invoice of a subscription."""

    stripe_id: str
    subscription_id: str  # nothing when it is of none
    number: str  # as its reader knows it
    status: str  # Stripe's word: draft, open, paid, void or uncollectible
    amount_minor: int  # what is to be paid
    paid_minor: int
    currency: str
    made_at: datetime
    until: datetime | None  # the end of the time that it is for
    page: str  # the address where it is shown and paid; whoever has it needs no sign-in


@dataclass(frozen=True)
class SubscriptionFacts:
    """What Stripe says about a subscription, as far as a membership can depend on it."""

    stripe_id: str
    customer_id: str
    reference: str  # our attempt's, or nothing when it was not begun by us
    email: str  # the customer's at Stripe, which may be changed there
    status: str  # Stripe's word; what never began counts as canceled
    item_id: str
    lookup_key: str  # of its price, or nothing when another price has it now
    plan: str  # the plan that its price was made for
    amount_minor: int
    currency: str
    trial_end: datetime | None
    period_end: datetime | None  # of its item
    late_since: datetime | None  # since when a payment is open
    ends: bool  # it ends with its period
    ended_at: datetime | None
    card: str  # fingerprint of the card or account that pays
    livemode: bool
    invoice: InvoiceFacts | None = None  # the latest one
    asks: bool = False  # the bank wants its customer to confirm the payment of that invoice


@dataclass(frozen=True)
class PlanChange:
    """Which subscription is to go on by which price."""

    subscription_id: str
    item_id: str
    price_id: str


class SubscriptionGateway(Protocol):
    """Keep prices and subscriptions; every call may raise GatewayUnavailable."""

    def ensure_price(self, wanted: PriceWanted) -> PriceFound:
        """Find a price by its lookup key, or make one; asked twice there is one.

        Raises:
            GatewayRefused: such a price is not taken.
        """

    def read_subscription(self, subscription_id: str) -> SubscriptionFacts:
        """Read how a subscription stands.

        Raises:
            NoSuchSession: there is none of this name.
        """

    def subscriptions_of(self, customer_id: str) -> Sequence[SubscriptionFacts]:
        """List what a customer has, ended ones too, newest first.

        Raises:
            NoSuchSession: there is no such customer.
        """

    def read_invoice(self, invoice_id: str) -> InvoiceFacts:
        """Read how an invoice stands.

        Raises:
            NoSuchSession: there is no such invoice.
        """

    def invoices_of(self, subscription_id: str) -> Sequence[InvoiceFacts]:
        """List the invoices of a subscription, newest first.

        Raises:
            GatewayRefused: there is no such subscription.
        """

    def invoice_of_payment(self, payment_reference: str) -> InvoiceFacts | None:
        """Tell which invoice a payment was for; None when it was for none.

        Raises:
            GatewayRefused: there is no such payment.
        """

    def end_with_period(self, subscription_id: str, *, ends: bool) -> SubscriptionFacts:
        """Let a subscription end with its period, or go on after all; again changes nothing.

        Raises:
            GatewayRefused: it has ended already.
        """

    def end_now(self, subscription_id: str) -> SubscriptionFacts:
        """End a subscription at once and read how it stands; again changes nothing.

        Raises:
            NoSuchSession: there is none of this name.
        """

    def portal_url(
        self, customer_id: str, return_url: str, change: PlanChange | None = None
    ) -> str:
        """Open the portal of a customer, at the question whether a plan is to be changed if one is given.

        Raises:
            GatewayRefused: there is no such customer, or the portal is not set up.
        """
