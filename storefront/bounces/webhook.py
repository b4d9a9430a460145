"""What a mail provider tells: signed with a secret of ours over the raw body and its moment."""

import hashlib
import hmac
import re
from datetime import datetime, timedelta
from typing import Any

from storefront.bounces.notices import Kind, Notice, bare, kind_of
from storefront.customers.service import canonical_email
from storefront.errors import BadSignature, Invalid
from storefront.settings import Settings

HEADER = "Storefront-Signature"
TOLERANCE = timedelta(minutes=5)
MOST_EVENTS = 500
SIGNED = re.compile(r"t=(\d{1,12}),v1=([0-9a-f]{64})")
KINDS = ("bounce", "complaint", "delivered", "auto_reply")


def secrets_of(provider: str, settings: Settings) -> list[str]:
    """List the secrets of one provider; two of them while one takes the place of the other."""
    pairs = (pair.partition(":") for pair in settings.bounce_webhook_secrets)
    return [secret for name, _, secret in pairs if name == provider and secret]


def sign(raw: bytes, secret: str, moment: datetime) -> str:
    """Write the header that a body is signed with."""
    stamp = str(int(moment.timestamp()))
    return f"t={stamp},v1={_mark(stamp, raw, secret)}"


def check(provider: str, raw: bytes, header: str, settings: Settings, now: datetime) -> None:
    """Believe a body only when it was signed, of late, with a secret of this provider.

    Raises:
        BadSignature: it was not, or there is no such provider.
    """
    found = SIGNED.fullmatch(header.strip())
    stamp, mark = found.groups() if found else ("0", "")
    known = secrets_of(provider, settings) or [""]  # as long for one we do not know
    fits = [hmac.compare_digest(_mark(stamp, raw, secret), mark) for secret in known]
    is_fresh = abs(int(stamp) - now.timestamp()) <= TOLERANCE.total_seconds()
    if not (any(fits) and is_fresh and known != [""]):
        raise BadSignature


def notices(provider: str, told: Any) -> list[Notice]:
    """Read the events of a body.

    Raises:
        Invalid: it does not have the documented shape; none of its events is taken.
    """
    events = told.get("events") if isinstance(told, dict) else None
    if not isinstance(events, list) or not 0 < len(events) <= MOST_EVENTS:
        message = f"The body needs `events`, a list of 1 to {MOST_EVENTS}."
        raise Invalid(message)
    return [_notice(provider, number, one) for number, one in enumerate(events)]


def _notice(provider: str, number: int, one: Any) -> Notice:
    """Read one event; what is wrong is told by its number, never by what it says."""
    fields = ("id", "type", "email", "message_id", "status")
    said = {name: one.get(name, "") for name in fields} if isinstance(one, dict) else {}
    if not said or any(not isinstance(value, str) for value in said.values()):
        message = f"Event {number} is not an object of texts."
        raise Invalid(message)
    if said["type"] not in KINDS or not said["id"] or not (said["email"] or said["message_id"]):
        message = f"Event {number} needs `id`, a known `type`, and `email` or `message_id`."
        raise Invalid(message)
    try:
        email = canonical_email(said["email"]) if said["email"] else ""
    except Invalid as error:
        message = f"Event {number} names no mail address."
        raise Invalid(message) from error
    kind = _kind(said["type"], said["status"])
    key = hashlib.sha256(f"{provider}:{said['id']}".encode()).hexdigest()[:40]
    return Notice(kind, key, bare(said["message_id"]), email, said["status"][:12])


def _kind(type_: str, status: str) -> Kind:
    plain: dict[str, Kind] = {
        "complaint": "complaint", "delivered": "delivered", "auto_reply": "auto_reply"
    }  # fmt: skip
    found = plain.get(type_) or kind_of(status)
    return "soft" if type_ == "bounce" and found in ("unknown", "delivered") else found


def _mark(stamp: str, raw: bytes, secret: str) -> str:
    signed = hmac.new(secret.encode(), stamp.encode() + b"." + raw, hashlib.sha256)
    return signed.hexdigest()
