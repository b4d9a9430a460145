"""The words that people agree to, and the ledger of what they agreed to."""

import hashlib
import ipaddress
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from storefront.newsletter.models import ConsentEvent, SignupRequest, Subscriber
from storefront.settings import Settings

NEWSLETTER = (
    "One letter every two weeks: a routine and what is new. We send one mail to confirm; "
    "each letter has a link to leave."
)
ADDRESS_ONLY = "We send one mail to check that the address is yours, and nothing after it."
LEAVE = "Stop the newsletter."
COME_BACK = "Keep me on the list."


@dataclass(frozen=True)
class Evidence:
    """Whose choice it was, which exact words they saw, and where."""

    email: str
    text: str
    form: str
    locale: str
    policy_version: str


def of_request(request: SignupRequest) -> Evidence:
    """Give the evidence that a sign-up carries."""
    return Evidence(
        request.email, request.consent_text, request.form, request.locale,
        request.policy_version,
    )  # fmt: skip


def of_reader(reader: Subscriber, words: str, settings: Settings) -> Evidence:
    """Give the evidence of a button on the page that the leave link opens."""
    return Evidence(reader.email, words, "leave", reader.locale, settings.policy_version)


def record(
    db: Session, event: str, shown: Evidence, client: str, settings: Settings, now: datetime
) -> None:
    """Add one line to the ledger; lines are never changed."""
    db.add(
        ConsentEvent(
            email=shown.email, event=event, at=now, form=shown.form, text=shown.text,
            text_sha256=hashlib.sha256(shown.text.encode()).hexdigest(), locale=shown.locale,
            policy_version=shown.policy_version, client=kept_client(client, settings),
        )
    )  # fmt: skip


def kept_client(client: str, settings: Settings) -> str:
    """Give as much of the client's address on the net as the settings let us keep."""
    try:
        address = ipaddress.ip_address(client)
    except ValueError:
        return ""
    if settings.consent_address == "off":
        return ""
    if settings.consent_address == "full":
        return str(address)
    kept_bits = 24 if address.version == 4 else 48
    network = ipaddress.ip_network(f"{address}/{kept_bits}", strict=False)
    return str(network.network_address)
