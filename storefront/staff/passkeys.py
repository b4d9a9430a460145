"""Passkeys: registered, asked for and checked by the WebAuthn rules, always with the person verified.

A challenge is a row: it is taken once, and lives for five minutes. The name that a passkey is bound to
is that of `BASE_URL`; browsers refuse bare IP addresses, so 127.0.0.1 stands for localhost.
"""

import ipaddress
import json
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypeVar
from urllib.parse import urlsplit

import webauthn
from sqlalchemy import delete, select
from sqlalchemy.orm import Session
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from storefront import tokens
from storefront.errors import Invalid, LinkExpired, NotFound
from storefront.settings import Settings
from storefront.staff.models import Passkey, PasskeyChallenge, StaffMember

log = logging.getLogger(__name__)

Verified = TypeVar("Verified")
Asked = tuple[str, dict[str, Any]]  # the challenge's id, and the options for the browser

LIFE = timedelta(minutes=5)
MOST_PASSKEYS = 10
DID_NOT_WORK = "This passkey did not work. Try again, or use another way."
TOO_LATE = "That took too long. Please begin again."
REQUIRED = UserVerificationRequirement.REQUIRED


@dataclass(frozen=True)
class Site:
    """The name that passkeys are bound to, and the origins they may come from."""

    rp_id: str
    name: str
    origins: tuple[str, ...]


def site(settings: Settings) -> Site:
    """Tell which name passkeys are bound to with these settings."""
    parts = urlsplit(settings.base_url)
    host = parts.hostname or ""
    if not _is_number(host):
        return Site(host, settings.shop_name, (settings.origin,))
    port = f":{parts.port}" if parts.port else ""
    return Site("localhost", settings.shop_name, (f"{parts.scheme}://localhost{port}",))


def of_member(db: Session, member_id: int) -> Sequence[Passkey]:
    """List the passkeys of a member, oldest first."""
    theirs = select(Passkey).where(Passkey.member_id == member_id).order_by(Passkey.id)
    return db.scalars(theirs).all()


def has_any(db: Session, member_id: int) -> bool:
    """Tell whether a member has registered a passkey."""
    first = select(Passkey.id).where(Passkey.member_id == member_id).limit(1)
    return db.scalar(first) is not None


def ask_to_register(db: Session, member: StaffMember, site: Site, now: datetime) -> Asked:
    """Give the browser what it needs to make a passkey.

    Raises:
        Invalid: the member has as many as one may have.
    """
    known = of_member(db, member.id)
    if len(known) >= MOST_PASSKEYS:
        message = f"You have {MOST_PASSKEYS} passkeys. Remove one first."
        raise Invalid(message)
    options = webauthn.generate_registration_options(
        rp_id=site.rp_id, rp_name=site.name, user_name=member.email,
        user_id=tokens.fingerprint(f"passkey:{member.id}").encode(),
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED, user_verification=REQUIRED
        ),
        exclude_credentials=[
            PublicKeyCredentialDescriptor(id=base64url_to_bytes(one.credential_id))
            for one in known
        ],
    )  # fmt: skip
    return _remember(db, "register", member.id, options, now)


def register(
    db: Session, member_id: int, challenge: bytes, credential: Any, name: str, site: Site,
    now: datetime,
) -> Passkey:  # fmt: skip
    """Keep a new passkey of a member, made for a challenge that was taken.

    Raises:
        Invalid: what the browser sent does not fit.
    """
    made = _checked(
        lambda: webauthn.verify_registration_response(
            credential=_text(credential),
            expected_challenge=challenge,
            expected_rp_id=site.rp_id,
            expected_origin=list(site.origins),
            require_user_verification=True,
        )
    )
    credential_id = bytes_to_base64url(made.credential_id)
    if len(credential_id) > 1400 or _find(db, credential_id) is not None:
        raise Invalid(DID_NOT_WORK)
    passkey = Passkey(
        member_id=member_id, credential_id=credential_id, sign_count=made.sign_count,
        public_key=bytes_to_base64url(made.credential_public_key),
        name=name.strip()[:80] or "Passkey", created_at=now,
    )  # fmt: skip
    db.add(passkey)
    db.flush()
    return passkey


def ask_to_sign(
    db: Session, purpose: str, site: Site, now: datetime, member_id: int | None = None
) -> Asked:
    """Give the browser what it needs to find a passkey; it names nobody."""
    options = webauthn.generate_authentication_options(
        rp_id=site.rp_id, user_verification=REQUIRED
    )
    return _remember(db, purpose, member_id, options, now)


def signed_by(
    db: Session, challenge: bytes, credential: Any, site: Site, now: datetime
) -> StaffMember:
    """Tell which active member has signed a challenge, that was taken, with a passkey.

    Raises:
        Invalid: the passkey is unknown, or what the browser sent does not fit.
    """
    named = credential.get("id") if isinstance(credential, Mapping) else None
    passkey = _find(db, named) if isinstance(named, str) else None
    if passkey is None or not passkey.member.is_active:
        raise Invalid(DID_NOT_WORK)
    signed = _checked(
        lambda: webauthn.verify_authentication_response(
            credential=_text(credential),
            expected_challenge=challenge,
            expected_rp_id=site.rp_id,
            expected_origin=list(site.origins),
            credential_public_key=base64url_to_bytes(passkey.public_key),
            credential_current_sign_count=passkey.sign_count,
            require_user_verification=True,
        )
    )
    passkey.sign_count = min(signed.new_sign_count, 2**31 - 1)
    passkey.used_at = now
    return passkey.member


def remove(db: Session, member_id: int, passkey_id: int) -> Passkey:
    """Forget a passkey of a member.

    Raises:
        NotFound: the member has no such passkey.
    """
    found = db.get(Passkey, passkey_id)
    if found is None or found.member_id != member_id:
        raise NotFound
    db.delete(found)
    db.flush()
    return found


def remove_all(db: Session, member_id: int) -> int:
    """Forget every passkey of a member who has lost them; tell how many."""
    gone = delete(Passkey).where(Passkey.member_id == member_id)
    return int(getattr(db.execute(gone), "rowcount", 0))


def _remember(
    db: Session, purpose: str, member_id: int | None, options: Any, now: datetime
) -> Asked:
    db.execute(delete(PasskeyChallenge).where(PasskeyChallenge.expires_at <= now))
    row = PasskeyChallenge(
        id=tokens.key(), purpose=purpose, member_id=member_id, expires_at=now + LIFE,
        challenge=bytes_to_base64url(options.challenge),
    )  # fmt: skip
    db.add(row)
    db.flush()
    return row.id, json.loads(webauthn.options_to_json(options))


def take(
    db: Session, challenge_id: str, purpose: str, now: datetime, member_id: int | None = None
) -> bytes:
    """Use a challenge up, in a transaction of its own: whatever comes of it, it is gone.

    Raises:
        LinkExpired: there is none such, or not any more.
    """
    one = delete(PasskeyChallenge).where(
        PasskeyChallenge.id == challenge_id, PasskeyChallenge.purpose == purpose,
        PasskeyChallenge.member_id.is_(None) if member_id is None
        else PasskeyChallenge.member_id == member_id,
        PasskeyChallenge.expires_at > now,
    )  # fmt: skip
    challenge = db.scalar(one.returning(PasskeyChallenge.challenge))
    if challenge is None:
        raise LinkExpired(TOO_LATE)
    return base64url_to_bytes(challenge)


def _find(db: Session, credential_id: str) -> Passkey | None:
    return db.scalar(select(Passkey).where(Passkey.credential_id == credential_id))


def _checked(verify: Callable[[], Verified]) -> Verified:
    try:
        return verify()
    except Exception as error:  # whatever the library meets in what a browser has sent
        log.warning("a passkey was refused: %s: %s", type(error).__name__, error)
        raise Invalid(DID_NOT_WORK) from error


def _text(credential: Any) -> str:
    return json.dumps(credential)


def _is_number(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True
