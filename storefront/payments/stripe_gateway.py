"""Stripe behind our port: the only file that imports stripe."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from email.utils import parsedate_to_datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal

from storefront import clock
from storefront.errors import BadSignature
from storefront.payments.gateway import (
    DisputeFacts,
    GatewayRefused,
    GatewayUnavailable,
    Hint,
    PaymentFacts,
    PayPage,
    RefundFacts,
)
from storefront.payments.hints import read_hint
from storefront.payments.lanes import Lanes
from storefront.payments.requests import COUPON
from storefront.payments.stripe_errors import ours
from storefront.payments.stripe_facts import (
    dispute_facts,
    hint_of,
    id_of,
    payment_facts,
    refund_facts,
)
from storefront.payments.stripe_subscriptions import StripeSubscriptions
from storefront.settings import Settings, is_loopback

if TYPE_CHECKING:
    import stripe

CONNECT_SECONDS = 3
TOLERANCE_SECONDS = 300
EXPAND = {"expand": ["payment_intent"]}
MOST_SESSIONS_LISTED = 2000


class StripeGateway(StripeSubscriptions):
    """Talk to Stripe, or to the test till by another base address."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._lanes = Lanes(max(2, settings.web_threads // 2))
        self.clock_offset_seconds: float | None = None

    def _note_date(self, headers: Mapping[str, str]) -> None:
        """Note how far Stripe's clock is ahead of ours; a wrong clock refuses every webhook."""
        try:
            told = clock.aware(parsedate_to_datetime(headers.get("Date", "")))
        except ValueError:
            return
        self.clock_offset_seconds = (told - clock.now()).total_seconds()

    @contextmanager
    def _calling(self) -> Iterator[None]:
        is_development = not self._settings.production
        with self._lanes.one(), _our_errors(self._base, is_development=is_development):
            yield

    @property
    def _base(self) -> str:
        """Give where to ask instead of at Stripe; empty for Stripe."""
        wanted = self._settings
        is_till = wanted.payments == "till" and not wanted.stripe_api_base
        return f"http://127.0.0.1:{wanted.till_port}" if is_till else wanted.stripe_api_base

    @cached_property
    def _client(self) -> "stripe.StripeClient":  # type: ignore[override]
        import stripe

        wanted, base = self._settings, self._base
        return stripe.StripeClient(
            wanted.stripe_secret_key,
            max_network_retries=wanted.stripe_max_retries,
            http_client=_http_client(base, wanted.stripe_timeout_seconds, self._note_date),
            base_addresses={"api": base} if base else {},
        )

    def start_checkout(self, request: Mapping[str, Any], idempotency_key: str) -> PayPage:
        """Open a pay page for a stored request.

        Raises:
            GatewayUnavailable: the answer did not come.
            KeySpent: Stripe repeats a failure that it has saved under the key.
            GatewayRefused: Stripe understood the request and refused it.
        """
        session = {name: part for name, part in request.items() if name != COUPON}
        options: Any = {"idempotency_key": idempotency_key}
        with self._calling():
            if COUPON in request:
                self._make_coupon(request[COUPON], f"{idempotency_key}-coupon")
            made = self._sessions.create(session, options)  # type: ignore[arg-type]
        return PayPage(made.id, made.url or "")

    def _make_coupon(self, coupon: Mapping[str, Any], idempotency_key: str) -> None:
        """Make the coupon of an attempt; one that is there already is the very same."""
        import stripe

        options: Any = {"idempotency_key": idempotency_key}
        try:
            self._client.v1.coupons.create(dict(coupon), options)  # type: ignore[arg-type]
        except stripe.InvalidRequestError as error:
            if error.code != "resource_already_exists":
                raise

    def read_session(self, session_id: str) -> PaymentFacts:
        """Read what has become of a session.

        Raises:
            GatewayUnavailable: the answer did not come.
            NoSuchSession: there is none of this name.
        """
        with self._calling():
            return payment_facts(self._sessions.retrieve(session_id, EXPAND))  # type: ignore[arg-type]

    def find_session(
        self, reference: str, since: datetime, until: datetime
    ) -> PaymentFacts | None:
        """Look for a session by our attempt's reference, when its answer was lost.

        Raises:
            GatewayUnavailable: the answer did not come, or there are too many to look through.
        """
        created = {"gte": int(since.timestamp()), "lte": int(until.timestamp())}
        found = self._session_of(reference, {"created": created, "limit": 100})
        return self.read_session(found) if found else None

    def _session_of(self, reference: str, wanted: Any) -> str | None:
        with self._calling():
            listed = self._sessions.list(wanted)
            for count, session in enumerate(listed.auto_paging_iter()):
                if session.client_reference_id == reference:
                    return session.id
                if count >= MOST_SESSIONS_LISTED:
                    message = f"{reference} is not among the newest {count} sessions"
                    raise GatewayUnavailable(message)
        return None

    def expire_session(self, session_id: str) -> PaymentFacts:
        """Close a session if it is still open, and read what has become of it.

        Raises:
            GatewayUnavailable: the answer did not come.
            NoSuchSession: there is none of this name.
        """
        try:
            with self._calling():
                self._sessions.expire(session_id)
        except GatewayRefused:  # not open any more: what it is now is what counts
            return self.read_session(session_id)
        return self.read_session(session_id)

    def refund(self, request: Mapping[str, Any], idempotency_key: str) -> RefundFacts:
        """Give money back as a stored request says.

        Raises:
            GatewayUnavailable: the answer did not come.
            KeySpent: Stripe repeats a failure that it has saved under the key.
            GatewayRefused: Stripe understood the request and refused it.
        """
        options: Any = {"idempotency_key": idempotency_key}
        with self._calling():
            made = self._client.v1.refunds.create(dict(request), options)  # type: ignore[arg-type]
        return refund_facts(made)

    def list_refunds(self, payment_reference: str) -> list[RefundFacts]:
        """List all refunds of a payment, whoever made them.

        Raises:
            GatewayUnavailable: the answer did not come.
            GatewayRefused: there is no such payment.
        """
        wanted: Any = {"payment_intent": payment_reference, "limit": 100}
        with self._calling():
            listed = self._client.v1.refunds.list(wanted)
            return [refund_facts(refund) for refund in listed.auto_paging_iter()]

    def payment_of(self, kind: Literal["refund", "charge", "warning"], object_id: str) -> str:
        """Tell the reference of the payment that a thing is about; nothing when it has none.

        Raises:
            GatewayUnavailable: the answer did not come.
            GatewayRefused: there is no such thing.
        """
        known = self._client.v1
        read: dict[str, Callable[[str], Any]] = {
            "refund": known.refunds.retrieve,
            "charge": known.charges.retrieve,
            "warning": known.radar.early_fraud_warnings.retrieve,
        }
        with self._calling():
            return id_of(read[kind](object_id).payment_intent)

    def read_dispute(self, dispute_id: str) -> DisputeFacts:
        """Read how a dispute stands.

        Raises:
            GatewayUnavailable: the answer did not come.
            GatewayRefused: there is none of this name.
        """
        with self._calling():
            return dispute_facts(self._client.v1.disputes.retrieve(dispute_id))

    def events_since(self, types: Sequence[str], since: datetime) -> list[Hint]:
        """List what has happened since a moment, oldest first; at most twenty types.

        Raises:
            GatewayUnavailable: the answer did not come.
        """
        wanted: Any = {
            "types": list(types), "created": {"gte": int(since.timestamp())}, "limit": 100,
        }  # fmt: skip
        with self._calling():
            listed = self._client.v1.events.list(wanted)
            return [hint_of(event) for event in listed.auto_paging_iter()][::-1]

    def parse_webhook(self, body: bytes, signature: str) -> Hint:
        """Check the signature against each of our secrets and read the hint.

        Raises:
            BadSignature: not signed with one of our secrets, or too old.
            Invalid: signed, and yet no event that can be read.
        """
        secrets = self._settings.stripe_webhook_secrets
        if not any(_is_signed(body, signature, secret) for secret in secrets):
            raise BadSignature
        return read_hint(body, self._settings.max_json_depth)

    @property
    def _sessions(self) -> "stripe.checkout.SessionService":
        return self._client.v1.checkout.sessions


def _http_client(
    base: str, timeout_seconds: float, note: Callable[[Mapping[str, str]], None]
) -> "stripe.RequestsClient":
    """Wait a bounded time and note the headers; what stays on this machine goes through no proxy."""
    import requests
    import stripe

    class Noting(stripe.RequestsClient):
        def request(  # type: ignore[override]
            self,
            method: str,
            url: str,
            headers: Mapping[str, str] | None,
            post_data: Any = None,
        ) -> tuple[bytes, int, Mapping[str, str]]:
            answer = super().request(method, url, headers, post_data)
            note(answer[2])
            return answer

    session = None
    if base and is_loopback(base):
        session = requests.Session()
        session.trust_env = False
    return Noting(timeout=(CONNECT_SECONDS, timeout_seconds), session=session)


@contextmanager
def _our_errors(base: str, *, is_development: bool) -> Iterator[None]:
    """Turn what stripe raises into our own answers: try again, or do not."""
    import stripe

    try:
        yield
    except stripe.StripeError as error:
        asked = base or stripe.DEFAULT_API_BASE
        raise ours(error, asked, is_development=is_development) from error


def _is_signed(body: bytes, signature: str, secret: str) -> bool:
    import stripe

    if not signature.isascii():  # the SDK cannot compare it
        return False
    verify = stripe.WebhookSignature.verify_header
    try:
        is_ours = bool(verify(body.decode(), signature, secret, tolerance=TOLERANCE_SECONDS))
        return is_ours and not _is_from_the_future(signature)
    except (stripe.SignatureVerificationError, ValueError):
        return False


def _is_from_the_future(signature: str) -> bool:
    """Tell whether a verified signature is of a time to come; the SDK looks at its age only."""
    parts = dict(part.strip().split("=", 1) for part in signature.split(",") if "=" in part)
    return int(parts["t"]) > clock.now().timestamp() + TOLERANCE_SECONDS
