"""Erasing somebody: what names them goes, and what keeps them from being mailed again stays."""

from datetime import datetime

from sqlalchemy import delete
from sqlalchemy.orm import Session

from storefront.newsletter import addresses, consent, suppression
from storefront.newsletter.models import SignupRequest, Subscriber
from storefront.settings import Settings


def erase(db: Session, email: str, *, settings: Settings, now: datetime) -> int:
    """Forget an address: reader, lists, topics and wishes go, the ledger keeps a keyed hash.

    A keyed suppression stays, so that no import writes to them again; if they sign up by
    themselves and confirm, it ends. Tell how many lines of the ledger name nobody now.
    """
    suppression.suppress(
        db,
        email,
        scope="marketing",
        reason="erased",
        source="erased",
        now=now,
        settings=settings,
    )
    shown = consent.by_us(
        email, "Everything that names this person was erased.", "erased", settings
    )
    consent.record(db, "erased", shown, "", settings, now)
    db.execute(delete(Subscriber).where(Subscriber.email == email))
    db.execute(
        delete(SignupRequest).where(
            SignupRequest.mailbox == addresses.mailbox(email), SignupRequest.email == email
        )
    )
    db.flush()
    return consent.forget(db, email, settings)
