"""Addresses: one spelling for each, and the record that one was proven."""

from datetime import datetime

from sqlalchemy import update
from sqlalchemy.orm import Session

from storefront.customers.models import VerifiedAddress
from storefront.errors import Invalid

LONGEST = 254  # octets, as mail servers count (RFC 5321)
FORBIDDEN = set(' \t\r\n,;:<>()[]\\"')
# Begins a word that mail programs decode, and Python's own header writer too: what stands in it
# may be a comma and a second address.
ENCODED = "=?"


def canonical_email(text: str) -> str:
    """Give the one spelling under which an address is stored.

    Raises:
        Invalid: this cannot be a mail address.
    """
    email = text.strip().casefold()
    local, _, domain = email.rpartition("@")
    labels = domain.split(".")
    is_whole = bool(local and len(labels) > 1 and all(labels))
    is_plain = email.isprintable() and not FORBIDDEN & set(email) and ENCODED not in email
    if not (is_whole and is_plain) or "@" in local or len(email.encode()) > LONGEST:
        raise Invalid(fields={"email": "Enter an address such as ana@example.org."})
    return email


def mark_verified(
    db: Session, email: str, now: datetime, *, by_newsletter: bool = False
) -> VerifiedAddress:
    """Record that the address was proven, and whether the newsletter opened something."""
    address = db.get(VerifiedAddress, email)
    if address is None:
        address = VerifiedAddress(email=email, verified_at=now)
        db.add(address)
    if by_newsletter and address.newsletter_opened_at is None:
        address.newsletter_opened_at = now
    return address


def close_content(db: Session, email: str, now: datetime) -> None:
    """Close whatever the address opens on devices that were only let in by a letter confirmed elsewhere."""
    mine = update(VerifiedAddress).where(VerifiedAddress.email == email)
    db.execute(mine.values(content_closed_at=now))
