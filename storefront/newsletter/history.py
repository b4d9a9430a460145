"""What the newsletter knows of one address: its state, and every consent."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from storefront import clock
from storefront.newsletter import consent, suppression
from storefront.newsletter.models import ConsentEvent, SignupRequest, Subscriber, Subscription
from storefront.newsletter.subscriptions import topics
from storefront.settings import Settings


def facts(db: Session, email: str, settings: Settings, now: datetime) -> dict[str, Any]:
    """Tell state (confirmed, left, suppressed, waiting or none), moments and consents, oldest first."""
    reader = db.scalar(select(Subscriber).where(Subscriber.email == email))
    return {
        "email": email,
        "state": reader.state if reader else _before(db, email, now),
        "confirmed_at": clock.written(reader.confirmed_at) if reader else "",
        "left_at": clock.written(reader.left_at) if reader else "",
        "lists": [_list(each) for each in _subscriptions(db, email)],
        "topics": topics(db, email),
        "suppressed": suppression.reasons(db, email, settings),
        "requests": [_request(each) for each in _requests(db, email)],
        "consents": [_consent(line) for line in consent.of_person(db, email, settings)],
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


def _subscriptions(db: Session, email: str) -> Iterable[Subscription]:
    mine = select(Subscription).join(Subscriber, Subscription.subscriber_id == Subscriber.id)
    return db.scalars(mine.where(Subscriber.email == email).order_by(Subscription.list_slug))


def _requests(db: Session, email: str) -> Iterable[SignupRequest]:
    mine = select(SignupRequest).where(SignupRequest.email == email)
    return db.scalars(mine.order_by(SignupRequest.created_at))


def _list(each: Subscription) -> dict[str, str]:
    return {
        "list": each.list_slug, "state": each.state, "confirmed_at": clock.written(each.confirmed_at),
        "left_at": clock.written(each.left_at), "paused_until": clock.written(each.paused_until),
    }  # fmt: skip


def _request(each: SignupRequest) -> dict[str, object]:
    return {
        "at": clock.written(each.created_at), "form": each.form, "lists": each.list_slugs,
        "letters": each.letters, "confirmed_at": clock.written(each.confirmed_at),
    }  # fmt: skip


def _consent(line: ConsentEvent) -> dict[str, str]:
    return {
        "event": line.event, "at": clock.written(line.at), "form": line.form, "text": line.text,
        "text_sha256": line.text_sha256, "locale": line.locale,
        "policy_version": line.policy_version, "client": line.client,
        "lists": line.lists, "message_id": line.message_id, "line": str(line.line or ""),
        "sha256": line.sha256,
    }  # fmt: skip
