"""A trial is given once for each address and once for each card, whoever asks at the same moment.

It is given at its start, to that address and that card. Another card later takes nothing back, since
the first one stays used; but it counts as used itself, so that a trial uses up whatever it rests on.
An address is counted by its mailbox, so that another spelling of it is no other address. Neither
address nor card is kept: only a keyed hash of the one and Stripe's fingerprint of the other.
"""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from storefront.inserts import insert_once
from storefront.memberships.models import TrialUse
from storefront.newsletter import addresses
from storefront.settings import Settings

ADDRESS, CARD = "address", "card"


def was_used(db: Session, email: str, settings: Settings) -> bool:
    """Tell whether an address has had its trial."""
    marks = addresses.persons(addresses.mailbox(email), settings)
    used = select(TrialUse.id).where(TrialUse.kind == ADDRESS, TrialUse.fingerprint.in_(marks))
    return db.scalar(used.limit(1)) is not None


def claim(
    db: Session, email: str, card: str, subscription_id: str, settings: Settings, now: datetime
) -> str:
    """Take the trial of an address and a card for a subscription; name what had one before.

    The same subscription may ask again, also with another card: what it was given it keeps. Of two
    that ask at once one is first, by the database. A card that had its trial uses up nothing of the
    address: another card may still try.
    """
    if was_given(db, subscription_id):
        if card:
            _take(db, CARD, card, subscription_id, now)
        return ""
    marks = addresses.persons(
        addresses.mailbox(email), settings
    )  # by the key of now and older ones
    if was_used(db, email, settings) and not _is_of(db, ADDRESS, marks, subscription_id):
        return ADDRESS
    for kind, fingerprint in ((CARD, card), (ADDRESS, marks[0])):
        if fingerprint and not _take(db, kind, fingerprint, subscription_id, now):
            return kind
    return ""


def was_given(db: Session, subscription_id: str) -> bool:
    """Tell whether a subscription has taken its trial with a card; without one it is still open."""
    kinds = select(TrialUse.kind).where(TrialUse.subscription_id == subscription_id)
    return {ADDRESS, CARD} <= set(db.scalars(kinds))


def _take(
    db: Session, kind: str, fingerprint: str, subscription_id: str, now: datetime
) -> bool:
    is_new = insert_once(
        db,
        TrialUse,
        kind=kind,
        fingerprint=fingerprint,
        subscription_id=subscription_id,
        at=now,
    )
    return is_new or _is_of(db, kind, [fingerprint], subscription_id)


def _is_of(db: Session, kind: str, marks: Collection[str], subscription_id: str) -> bool:
    mine = select(TrialUse.id).where(
        TrialUse.kind == kind, TrialUse.fingerprint.in_(marks),
        TrialUse.subscription_id == subscription_id,
    )  # fmt: skip
    return db.scalar(mine.limit(1)) is not None
