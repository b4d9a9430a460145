"""Six digits and a link by mail: to sign in, or to show anew that it is you.

Known and unknown addresses are treated alike up to the answer: the same rows are written. Only the
worker, which writes the letter, looks whether the address belongs to somebody.
"""

import hmac
from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from storefront import mail, outbox, tokens
from storefront.customers.service import canonical_email
from storefront.errors import Invalid, LinkExpired
from storefront.staff import members
from storefront.staff.models import SignInCode, StaffMember

KIND = "staff_code"
LIFE = timedelta(minutes=15)
MOST_TRIES = 5
FORGET_AFTER = timedelta(days=1)
USED_UP = (
    "This link or code was used before, or it is older than 15 minutes. Ask for a new one."
)
NO_TRIES = "Too many wrong codes. The link in the letter still works; or ask for a new letter."


def ask(
    db: Session, email: str, now: datetime, *, purpose: str = "sign_in", next_url: str = ""
) -> SignInCode:
    """Remember the wish and let the worker write the letter.

    Raises:
        Invalid: this cannot be a mail address.
    """
    db.execute(delete(SignInCode).where(SignInCode.created_at < now - FORGET_AFTER))
    wish = make(db, canonical_email(email), now, purpose=purpose, next_url=next_url)
    outbox.put(db, KIND, wish.id, {"id": wish.id})
    return wish


def make(
    db: Session, email: str, now: datetime, *, purpose: str = "sign_in", next_url: str = ""
) -> SignInCode:
    """Make a wish without a letter, for the operator's own link."""
    wish = SignInCode(
        id=tokens.key(), email=email, purpose=purpose, next_url=next_url[:300],
        created_at=now, expires_at=now + LIFE,
    )  # fmt: skip
    db.add(wish)
    db.flush()
    return wish


def write_letter(
    db: Session, wish_id: str, link_of: Callable[[str], str], now: datetime
) -> None:
    """Write link and code to the member who asked; to nobody when there is no such member."""
    wish = waiting(db, wish_id, now)
    if wish is None or members.active(db, wish.email) is None:
        return
    code = tokens.digits()
    context = {
        "code": code,
        "link": link_of(wish_id),
        "minutes": int(LIFE.total_seconds()) // 60,
        "purpose": wish.purpose,
    }
    if mail.write(db, "staff_code", wish.email, wish_id, context, keep=False):
        wish.code_fingerprint = _fingerprint(wish_id, code)


def waiting(db: Session, wish_id: str | None, now: datetime) -> SignInCode | None:
    """Find a wish that can still be proven or used."""
    wish = db.get(SignInCode, wish_id, populate_existing=True) if wish_id else None
    return wish if wish and wish.used_at is None and wish.expires_at > now else None


def by_code(db: Session, wish_id: str, code: str, now: datetime) -> bool:
    """Prove a wish by the digits of its letter; False for wrong ones, and the try is counted.

    Raises:
        LinkExpired: it was used, or is too old.
        Invalid: there are no tries left; the link of the letter still works.
    """
    one_try = update(SignInCode).where(
        SignInCode.id == wish_id, SignInCode.used_at.is_(None), SignInCode.expires_at > now,
        SignInCode.tries < MOST_TRIES,
    )  # fmt: skip
    counted = one_try.values(tries=SignInCode.tries + 1)
    stored = db.scalar(counted.returning(SignInCode.code_fingerprint))
    if stored is None:
        if waiting(db, wish_id, now) is None:
            raise LinkExpired(USED_UP)
        raise Invalid(fields={"code": NO_TRIES})
    if not hmac.compare_digest(stored, _fingerprint(wish_id, code)):
        return False
    prove(db, wish_id, now)
    return True


def prove(db: Session, wish_id: str, now: datetime) -> None:
    """Note that the letter was read: its code was right, or its link's button was pressed.

    Raises:
        LinkExpired: it was used, or is too old.
    """
    wish = waiting(db, wish_id, now)
    if wish is None:
        raise LinkExpired(USED_UP)
    wish.proven_at = now


def take(db: Session, wish_id: str, now: datetime, purpose: str = "sign_in") -> StaffMember:
    """Use a proven wish, once; every other letter to this member is void with it.

    Raises:
        LinkExpired: it was used, is too old, was never proven, or the member is gone.
    """
    once = update(SignInCode).where(
        SignInCode.id == wish_id, SignInCode.used_at.is_(None), SignInCode.expires_at > now,
        SignInCode.proven_at.is_not(None), SignInCode.purpose == purpose,
    )  # fmt: skip
    email = db.scalar(once.values(used_at=now).returning(SignInCode.email))
    member = members.active(db, email) if email else None
    if member is None:
        raise LinkExpired(USED_UP)
    end_all(db, member.email, now)
    return member


def half_way(db: Session, wish_id: str, now: datetime) -> SignInCode:
    """Turn a proven wish into one that only the device at hand knows, to show a passkey for.

    Raises:
        LinkExpired: it was used, is too old, was never proven, or the member is gone.
    """
    url = getattr(db.get(SignInCode, wish_id), "next_url", "")
    half = make(db, take(db, wish_id, now).email, now, next_url=url)
    half.proven_at = now
    return half


def end_all(db: Session, email: str, now: datetime) -> None:
    """Make every open link and code of an address void."""
    others = update(SignInCode).where(SignInCode.email == email, SignInCode.used_at.is_(None))
    db.execute(others.values(used_at=now))


def _fingerprint(wish_id: str, code: str) -> str:
    return tokens.fingerprint(f"{wish_id}:{code}")
