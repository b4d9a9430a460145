"""What an error of Stripe's SDK means for us: try again, or do not; and what a developer can do."""

from typing import TYPE_CHECKING

from storefront.payments.gateway import (
    GatewayRefused,
    GatewayUnavailable,
    KeySpent,
    NoSuchSession,
)
from storefront.settings import is_loopback

if TYPE_CHECKING:
    import stripe

REFUSED_STATUS = {400, 401, 402, 403, 404}
CLOCK_AHEAD = "The test till's clock is ahead of the shop's: put it back to the time of day at {base}/till."


def ours(
    error: "stripe.StripeError", base: str, *, is_development: bool
) -> GatewayUnavailable | GatewayRefused:
    """Give our own error; `base` is where was asked."""
    if not error.http_status and type(error).__name__ == "APIConnectionError":
        return GatewayUnavailable(f"{base} did not answer")
    is_till = is_development and is_loopback(base)
    is_late = is_till and getattr(error, "param", "") == "expires_at"
    hint = CLOCK_AHEAD.format(base=base) if is_late else ""
    made = _meaning(error)(f"{error} {hint}".strip())
    made.hint = hint
    return made


def _meaning(error: "stripe.StripeError") -> type[GatewayUnavailable | GatewayRefused]:
    if error.http_status == 404 and error.code == "resource_missing":
        return NoSuchSession
    if error.http_status in REFUSED_STATUS:
        return GatewayRefused
    is_replayed = (error.headers or {}).get("Idempotent-Replayed") == "true"
    return KeySpent if is_replayed else GatewayUnavailable
