"""Stripe behind our port: the only file that imports stripe."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any

from storefront.errors import BadSignature
from storefront.payments.gateway import (
    GatewayRefused,
    GatewayUnavailable,
    Hint,
    KeySpent,
    NoSuchSession,
    PaymentFacts,
    PayPage,
)
from storefront.payments.hints import read_hint
from storefront.settings import Settings, is_loopback

if TYPE_CHECKING:
    import stripe

CONNECT_SECONDS = 3
TOLERANCE_SECONDS = 300
EXPAND = {"expand": ["payment_intent"]}
MOST_SESSIONS_LISTED = 2000
REFUSED_STATUS = {400, 401, 402, 403, 404}


class StripeGateway:
    """Talk to Stripe, or to the test till by another base address."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    @cached_property
    def _client(self) -> "stripe.StripeClient":
        import stripe

        wanted = self._settings
        base = wanted.stripe_api_base
        if wanted.payments == "till" and not base:
            base = f"http://127.0.0.1:{wanted.till_port}"
        return stripe.StripeClient(
            wanted.stripe_secret_key,
            max_network_retries=wanted.stripe_max_retries,
            http_client=_http_client(base, wanted.stripe_timeout_seconds),
            base_addresses={"api": base} if base else {},
        )

    def start_checkout(self, request: Mapping[str, Any], idempotency_key: str) -> PayPage:
        """Open a pay page for a stored request.

        Raises:
            GatewayUnavailable: the answer did not come.
            KeySpent: Stripe repeats a failure that it has saved under the key.
            GatewayRefused: Stripe understood the request and refused it.
        """
        options: Any = {"idempotency_key": idempotency_key}
        with _our_errors():
            made = self._sessions.create(dict(request), options)  # type: ignore[arg-type]
        return PayPage(made.id, made.url or "")

    def read_session(self, session_id: str) -> PaymentFacts:
        """Read what has become of a session.

        Raises:
            GatewayUnavailable: the answer did not come.
            NoSuchSession: there is none of this name.
        """
        with _our_errors():
            return _facts(self._sessions.retrieve(session_id, EXPAND))  # type: ignore[arg-type]

    def find_session(
        self, reference: str, since: datetime, until: datetime
    ) -> PaymentFacts | None:
        """Look for a session by our attempt's reference, when its answer was lost.

        Raises:
            GatewayUnavailable: the answer did not come, or there are too many to look through.
        """
        created = {"gte": int(since.timestamp()), "lte": int(until.timestamp())}
        wanted: Any = {"created": created, "limit": 100}
        with _our_errors():
            listed = self._sessions.list(wanted)
            for count, session in enumerate(listed.auto_paging_iter()):
                if session.client_reference_id == reference:
                    return self.read_session(session.id)
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
            with _our_errors():
                self._sessions.expire(session_id)
        except GatewayRefused:  # not open any more: what it is now is what counts
            return self.read_session(session_id)
        return self.read_session(session_id)

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


def _http_client(base: str, timeout_seconds: float) -> "stripe.RequestsClient":
    """Wait a bounded time; what stays on this machine goes through no proxy."""
    import requests
    import stripe

    session = None
    if base and is_loopback(base):
        session = requests.Session()
        session.trust_env = False
    return stripe.RequestsClient(timeout=(CONNECT_SECONDS, timeout_seconds), session=session)


@contextmanager
def _our_errors() -> Iterator[None]:
    """Turn what stripe raises into our own answers: try again, or do not."""
    import stripe

    try:
        yield
    except stripe.StripeError as error:
        raise _meaning(error)(str(error)) from error


def _meaning(error: "stripe.StripeError") -> type[GatewayUnavailable | GatewayRefused]:
    if error.http_status == 404 and error.code == "resource_missing":
        return NoSuchSession
    if error.http_status in REFUSED_STATUS:
        return GatewayRefused
    is_replayed = (error.headers or {}).get("Idempotent-Replayed") == "true"
    return KeySpent if is_replayed else GatewayUnavailable


def _facts(session: "stripe.checkout.Session") -> PaymentFacts:
    intent = session.payment_intent
    intent_id = intent if isinstance(intent, str) else getattr(intent, "id", None)
    intent_status = getattr(intent, "status", "")
    is_unpaid = session.status == "complete" and session.payment_status == "unpaid"
    return PaymentFacts(
        session_id=session.id,
        reference=session.client_reference_id or "",
        status=session.status or "open",  # type: ignore[arg-type]
        payment_status=session.payment_status,  # type: ignore[arg-type]
        payment_reference=intent_id or session.id,
        amount_minor=session.amount_total or 0,
        subtotal_minor=session.amount_subtotal or 0,
        currency=(session.currency or "").upper(),
        livemode=session.livemode,
        url=session.url or "",
        is_processing=is_unpaid and intent_status == "processing",
        has_failed=is_unpaid and intent_status in {"requires_payment_method", "canceled"},
    )


def _is_signed(body: bytes, signature: str, secret: str) -> bool:
    import stripe

    verify = stripe.WebhookSignature.verify_header
    try:
        return bool(verify(body.decode(), signature, secret, tolerance=TOLERANCE_SECONDS))
    except (stripe.SignatureVerificationError, ValueError):
        return False
