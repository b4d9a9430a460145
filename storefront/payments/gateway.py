"""The port to whoever takes the money; no type of theirs crosses it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, Protocol

from storefront.payments.subscription_gateway import SubscriptionGateway


class GatewayUnavailable(Exception):
    """Raised when the answer did not come; the same call may be repeated with the same key."""

    hint = ""  # what a developer can do about it


class KeySpent(GatewayUnavailable):
    """Raised when a failure was saved under the key: it is all that this key is ever answered.

    The work may have been done all the same, so it has to be looked for.
    """


class GatewayRefused(Exception):
    """Raised when the call was understood and refused; repeating it cannot help."""

    hint = ""  # what a developer can do about it


class NoSuchSession(GatewayRefused):
    """Raised when whoever takes the money knows no session of this name."""


@dataclass(frozen=True)
class PayPage:
    """Where the buyer pays, and how that page is called."""

    session_id: str
    url: str


@dataclass(frozen=True)
class PaymentFacts:
    """What Stripe says about a session, as far as an order can depend on it."""

    session_id: str
    reference: str  # our attempt's
    status: Literal["open", "complete", "expired"]
    payment_status: Literal["unpaid", "paid", "no_payment_required"]
    payment_reference: str  # payment intent, or the session when nothing was to pay
    amount_minor: int
    subtotal_minor: int
    currency: str
    livemode: bool
    url: str = ""  # of the pay page, while it is open
    is_processing: bool = False  # an asynchronous payment is under way
    has_failed: bool = False  # an asynchronous payment did not come
    tax_minor: int = 0  # what automatic tax worked out
    subscription_id: str = ""  # what it has begun


@dataclass(frozen=True)
class RefundFacts:
    """What Stripe says about a refund."""

    stripe_id: str
    payment_reference: str  # of the payment that it is of
    reference: str  # our refund's, or nothing when it was not made by us
    amount_minor: int
    currency: str
    status: str  # pending, requires_action, succeeded, failed or canceled
    failure: str = ""


@dataclass(frozen=True)
class DisputeFacts:
    """What Stripe says about a dispute."""

    stripe_id: str
    payment_reference: str
    amount_minor: int
    currency: str
    status: str
    reason: str = ""
    due_at: datetime | None = None  # until when evidence is taken


@dataclass(frozen=True)
class Hint:
    """A webhook event: it says which object to read again."""

    event_id: str
    type: str
    object_id: str
    reference: str
    livemode: bool
    created: datetime | None = None


class Gateway(SubscriptionGateway, Protocol):
    """Start, read, close and give back a payment; every call may raise GatewayUnavailable.

    Attributes:
        clock_offset_seconds: how far their clock was ahead of ours at the last answer.
    """

    clock_offset_seconds: float | None

    def start_checkout(self, request: Mapping[str, Any], idempotency_key: str) -> PayPage:
        """Open a pay page for a stored request.

        Raises:
            KeySpent: it failed, and always will with this key.
            GatewayRefused: this request will never be taken.
        """

    def read_session(self, session_id: str) -> PaymentFacts:
        """Read what has become of a session.

        Raises:
            NoSuchSession: there is none of this name.
        """

    def find_session(
        self, reference: str, since: datetime, until: datetime
    ) -> PaymentFacts | None:
        """Look for a session by our attempt's reference, when its answer was lost."""

    def expire_session(self, session_id: str) -> PaymentFacts:
        """Close a session if it is still open, and read what has become of it.

        Raises:
            NoSuchSession: there is none of this name.
        """

    def refund(self, request: Mapping[str, Any], idempotency_key: str) -> RefundFacts:
        """Give money back as a stored request says.

        Raises:
            KeySpent: it failed, and always will with this key.
            GatewayRefused: this request will never be taken.
        """

    def list_refunds(self, payment_reference: str) -> list[RefundFacts]:
        """List all refunds of a payment, whoever made them.

        Raises:
            GatewayRefused: there is no such payment.
        """

    def payment_of(self, kind: Literal["refund", "charge", "warning"], object_id: str) -> str:
        """Tell the reference of the payment that a thing is about; nothing when it has none.

        Raises:
            GatewayRefused: there is no such thing.
        """

    def read_dispute(self, dispute_id: str) -> DisputeFacts:
        """Read how a dispute stands.

        Raises:
            GatewayRefused: there is none of this name.
        """

    def events_since(self, types: Sequence[str], since: datetime) -> list[Hint]:
        """List what has happened since a moment, oldest first; at most twenty types."""

    def parse_webhook(self, body: bytes, signature: str) -> Hint:
        """Check the signature and read the hint.

        Raises:
            BadSignature: not signed with one of our secrets, or too old.
        """
