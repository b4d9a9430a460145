"""What the newsletter knows of one address: its state, and every consent."""

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from storefront import clock
from storefront.newsletter.models import ConsentEvent, SignupRequest, Subscriber


def facts(db: Session, email: str, now: datetime) -> dict[str, Any]:
    """Tell state (confirmed, left, suppressed, waiting or none), moments and consents, oldest first."""
    reader = db.scalar(select(Subscriber).where(Subscriber.email == email))
    lines = select(ConsentEvent).where(ConsentEvent.email == email).order_by(ConsentEvent.id)
    return {
        "email": email,
        "state": reader.state if reader else _before(db, email, now),
        "confirmed_at": clock.written(reader.confirmed_at) if reader else "",
        "left_at": clock.written(reader.left_at) if reader else "",
        "consents": [_consent(line) for line in db.scalars(lines)],
    }


def _before(db: Session, email: str, now: datetime) -> str:
    """Tell whether a letter to an address that is no reader still waits for its answer."""
    open_request = select(SignupRequest.id).where(
        SignupRequest.email == email,
        SignupRequest.wants_newsletter,
        SignupRequest.confirmed_at.is_(None),
        SignupRequest.expires_at > now,
    )
    return "waiting" if db.scalar(open_request.limit(1)) else "none"


def _consent(line: ConsentEvent) -> dict[str, str]:
    return {
        "event": line.event, "at": clock.written(line.at), "form": line.form, "text": line.text,
        "text_sha256": line.text_sha256, "locale": line.locale,
        "policy_version": line.policy_version, "client": line.client,
    }  # fmt: skip
