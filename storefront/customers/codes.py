"""Proving an address by six digits sent to it, typed on the device that asked for them."""

import hmac
from datetime import datetime, timedelta

import limits
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from storefront import mail, tokens
from storefront.customers import service
from storefront.customers.models import AddressCode
from storefront.errors import Invalid, LinkExpired, TooMany
from storefront.settings import Settings

LIVES = timedelta(minutes=15)
MOST_TRIES = 5
USED_UP = "This code is used up or too old. Ask for another one."
WRONG = "This is not the code of the newest letter."


def send(
    db: Session, email: str, *, settings: Settings, now: datetime, is_known: bool = True
) -> str:
    """Write a code to an address and give what the device that waits for it must show.

    Where the address is not known here no letter is written, and all else is the same.

    Raises:
        TooMany: too many codes were asked for this address.
    """
    _check_limit(db, email, settings.limit_code_letters_address, now)
    older = update(AddressCode).where(AddressCode.email == email, AddressCode.used_at.is_(None))
    db.execute(older.values(used_at=now))
    code, row_id = tokens.digits(), tokens.key()
    db.add(
        AddressCode(
            id=row_id, email=email, fingerprint=_fingerprint(row_id, code), tries=0,
            sent_at=now,
        )
    )  # fmt: skip
    if is_known:
        context = {"code": code, "minutes": LIVES // timedelta(minutes=1)}
        mail.write(db, "address_code", email, row_id, context, keep=False)
    db.flush()
    return row_id


def prove(db: Session, row_id: str, code: str, *, now: datetime) -> str | None:
    """Give the address that a code proves; None for a wrong one, and the try is counted.

    Raises:
        LinkExpired: the code was used, replaced by another, tried too often, or is too old.
    """
    one_try = update(AddressCode).where(
        AddressCode.id == row_id, AddressCode.used_at.is_(None), AddressCode.tries < MOST_TRIES,
        AddressCode.sent_at > now - LIVES,
    )  # fmt: skip
    counted = one_try.values(tries=AddressCode.tries + 1)
    stored = db.scalar(counted.returning(AddressCode.fingerprint))
    if stored is None:
        raise LinkExpired(USED_UP)
    if not hmac.compare_digest(stored, _fingerprint(row_id, code)):
        return None
    unused = update(AddressCode).where(AddressCode.id == row_id, AddressCode.used_at.is_(None))
    email: str | None = db.scalar(unused.values(used_at=now).returning(AddressCode.email))
    if email is None:  # the same digits, pressed twice at once
        raise LinkExpired(USED_UP)
    service.mark_verified(db, email, now)
    return email


def digits(text: str | None) -> str:
    """Read six digits as people type them.

    Raises:
        Invalid: it is something else.
    """
    code = "".join((text or "").split()).replace("-", "")
    if len(code) != 6 or not (code.isascii() and code.isdecimal()):
        raise Invalid(fields={"code": "Enter the six digits of the letter."})
    return code


def _check_limit(db: Session, email: str, rule: str, now: datetime) -> None:
    allowed = limits.parse(rule)
    window = timedelta(seconds=allowed.get_expiry())
    recent = select(func.count(), func.min(AddressCode.sent_at)).where(
        AddressCode.email == email, AddressCode.sent_at > now - window
    )
    count, oldest = db.execute(recent).one()
    if count >= allowed.amount:
        raise TooMany(max(1, int((oldest + window - now).total_seconds())))


def _fingerprint(row_id: str, code: str) -> str:
    return tokens.fingerprint(f"{row_id}:{code}")
