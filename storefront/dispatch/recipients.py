"""Whom a letter of an issue was written to, for mail that comes back."""

from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from storefront.dispatch.models import Delivery
from storefront.newsletter.models import Subscriber


def of_message(db: Session, message_id: str) -> str | None:
    """Find the address that a letter went to by its Message-ID, given without brackets."""
    reader = select(Subscriber.email).join(Delivery, Delivery.subscriber_id == Subscriber.id)
    written = Delivery.message_id.in_((message_id, f"<{message_id}>"))
    return db.scalar(reader.where(written).limit(1))


def handed_over() -> Select[*tuple[Any, ...]]:
    """Select whom letters of issues were handed over for, and when."""
    reader = select(Subscriber.email, Delivery.ended_at)
    mine = reader.join(Delivery, Delivery.subscriber_id == Subscriber.id)
    return mine.where(Delivery.state == "accepted")
