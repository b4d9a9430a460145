"""Hold the till's settings and refuse the dangerous ones."""

import ipaddress
from dataclasses import dataclass
from pathlib import Path

LIVE_KEYS = ("sk_live_", "rk_live_")
KEY_START = "sk_test_till_"


class TillRefused(Exception):
    """Say why the till will not start."""


@dataclass(frozen=True)
class TillSettings:
    """Name the till's database, its webhook and where it listens."""

    database: Path  # the till's own SQLite file
    webhook_url: str  # where events are posted
    webhook_secret: str  # whsec_...
    host: str = "127.0.0.1"
    port: int = 0  # 0 = any free port
    environment: str = "development"
    secret_key: str = "sk_test_till_demo"  # noqa: S105 a key that opens nothing


def refuse_danger(settings: TillSettings) -> None:
    """Let only a development till with a till key on a loopback address pass.

    Raises:
        TillRefused: production, a live key, another key, or an address others can reach.
    """
    if settings.environment == "production":
        raise TillRefused("The test till never runs in production: use PAYMENTS=stripe there.")
    if any(start in settings.secret_key for start in LIVE_KEYS):
        raise TillRefused("A live Stripe key is set: the test till does not start beside it.")
    if not settings.secret_key.startswith(KEY_START):
        raise TillRefused(f"The till's key must begin with {KEY_START}.")
    if not is_loopback(settings.host):
        raise TillRefused(
            f"The test till listens on a loopback address only, not on {settings.host}."
        )


def is_loopback(host: str) -> bool:
    """Tell whether only this machine can reach host."""
    try:
        return host == "localhost" or ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False
