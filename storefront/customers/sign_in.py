"""Signing in by six digits or a link by mail: no passwords, and no address is known or unknown.

Whoever asks gets a letter, so the answer and the work are the same for every address: proving an
address is all that an account takes. Letters that nobody answers are few a day for one address.
"""

import hmac
from collections.abc import Callable
from datetime import datetime, timedelta

import limits
from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from storefront import database, mail, tokens
from storefront.customers import service
from storefront.customers.models import CustomerSignIn
from storefront.errors import Invalid, LinkExpired, TooMany

LIFE = timedelta(minutes=15)
MOST_TRIES = 5
FORGET_AFTER = timedelta(days=2)
USED_UP = (
    "This link or code was used before, or it is older than 15 minutes. Ask for a new one."
)
NO_TRIES = "Too many wrong codes. The link in the letter still works; or ask for a new letter."


def ask(
    db: Session, email: str, *, mailbox: str, link_of: Callable[[str], str], rule: str,
    next_url: str, now: datetime,
) -> str:  # fmt: skip
    """Write the letter and give the wish that the device which asked waits for.

    `mailbox` is one name for all spellings that may reach the same letters; limits count by it.

    Raises:
        Invalid: this cannot be a mail address.
        TooMany: as many letters to the mailbox went unanswered as `rule` allows.
    """
    address = service.canonical_email(email)
    database.take_turns(db, "customer_sign_in", [mailbox])
    _check_limit(db, mailbox, rule, now)
    code, wish_id = tokens.digits(), tokens.key()
    db.add(
        CustomerSignIn(
            id=wish_id, email=address, mailbox=mailbox, code_fingerprint=_fingerprint(wish_id, code), tries=0,
            next_url=next_url[:300], created_at=now, expires_at=now + LIFE,
        )
    )  # fmt: skip
    context = {"code": code, "link": link_of(wish_id), "minutes": LIFE // timedelta(minutes=1)}
    mail.write(db, "customer_sign_in", address, wish_id, context, keep=False)
    db.flush()
    return wish_id


def waiting(db: Session, wish_id: str | None, now: datetime) -> CustomerSignIn | None:
    """Find a wish that can still come true."""
    wish = db.get(CustomerSignIn, wish_id, populate_existing=True) if wish_id else None
    return wish if wish and wish.used_at is None and wish.expires_at > now else None


def by_code(db: Session, wish_id: str, code: str, now: datetime) -> CustomerSignIn | None:
    """Use a wish by the digits of its letter; None for wrong ones, and the try is counted.

    Raises:
        LinkExpired: it was used, or is too old.
        Invalid: there are no tries left; the link of the letter still works.
    """
    one_try = update(CustomerSignIn).where(
        CustomerSignIn.id == wish_id, CustomerSignIn.used_at.is_(None),
        CustomerSignIn.expires_at > now, CustomerSignIn.tries < MOST_TRIES,
    )  # fmt: skip
    counted = one_try.values(tries=CustomerSignIn.tries + 1)
    stored = db.scalar(counted.returning(CustomerSignIn.code_fingerprint))
    if stored is None:
        if waiting(db, wish_id, now) is None:
            raise LinkExpired(USED_UP)
        raise Invalid(fields={"code": NO_TRIES})
    if not hmac.compare_digest(stored, _fingerprint(wish_id, code)):
        return None
    return take(db, wish_id, now)


def take(db: Session, wish_id: str, now: datetime) -> CustomerSignIn:
    """Use a wish, once: its address is proven, and its other letters are void.

    Raises:
        LinkExpired: it was used, or is too old.
    """
    once = update(CustomerSignIn).where(
        CustomerSignIn.id == wish_id, CustomerSignIn.used_at.is_(None),
        CustomerSignIn.expires_at > now,
    )  # fmt: skip
    email = db.scalar(once.values(used_at=now).returning(CustomerSignIn.email))
    if email is None:
        raise LinkExpired(USED_UP)
    end_all(db, email, now)
    service.mark_verified(db, email, now)
    return db.get_one(CustomerSignIn, wish_id, populate_existing=True)


def end_all(db: Session, email: str, now: datetime) -> None:
    """Make every open link and code of an address void."""
    others = update(CustomerSignIn).where(
        CustomerSignIn.email == email, CustomerSignIn.used_at.is_(None),
        CustomerSignIn.expires_at > now,
    )  # fmt: skip
    db.execute(others.values(expires_at=now))


def forget(db: Session, now: datetime) -> int:
    """Forget wishes of some days ago; tell how many."""
    old = delete(CustomerSignIn).where(CustomerSignIn.created_at < now - FORGET_AFTER)
    return int(getattr(db.execute(old), "rowcount", 0))


def _check_limit(db: Session, mailbox: str, rule: str, now: datetime) -> None:
    """Count letters that led to nothing: who signs in is never kept out by signing in often."""
    allowed = limits.parse(rule)
    window = timedelta(seconds=allowed.get_expiry())
    unanswered = select(func.count(), func.min(CustomerSignIn.created_at)).where(
        CustomerSignIn.mailbox == mailbox, CustomerSignIn.created_at > now - window,
        CustomerSignIn.used_at.is_(None),
    )  # fmt: skip
    count, oldest = db.execute(unanswered).one()
    if count >= allowed.amount:
        raise TooMany(max(1, int((oldest + window - now).total_seconds())))


def _fingerprint(wish_id: str, code: str) -> str:
    return tokens.fingerprint(f"{wish_id}:{code}")
