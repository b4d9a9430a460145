"""What was sent: one row for each letter that the mail server, or the mailbox, has taken."""

import logging
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, String, delete, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from storefront import clock, database
from storefront.database import Base
from storefront.inserts import insert_once

log = logging.getLogger(__name__)


class SentLetter(Base):
    """A letter that left us; what was in it is kept for some days, to be sent again."""

    __tablename__ = "storefront_letter"

    id: Mapped[int] = mapped_column(primary_key=True)
    message_id: Mapped[str] = mapped_column(String(120), unique=True)
    letter: Mapped[str] = mapped_column(String(40))
    key: Mapped[str] = mapped_column(String(200))
    to: Mapped[str] = mapped_column(String(254), index=True)
    order_id: Mapped[int | None] = mapped_column(
        ForeignKey("storefront_order.id", ondelete="CASCADE"), index=True
    )
    subject: Mapped[str] = mapped_column(String(300))
    sent_at: Mapped[datetime] = mapped_column(index=True)
    tries: Mapped[int] = mapped_column(default=0)  # how often it was handed over
    copies: Mapped[int] = mapped_column(default=0)  # how often it was asked for again
    payload: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))


def note(payload: dict[str, Any], message_id: str, subject: str) -> None:
    """Write down that a letter was taken; a row that cannot be written sends no letter twice."""
    try:
        with database.transaction() as db:
            _note(db, payload, message_id, subject)
    except Exception:  # the letter has left: failing now would only send it again
        log.exception("a sent letter was not written down: %s", message_id)


def _note(db: Session, payload: dict[str, Any], message_id: str, subject: str) -> None:
    kept = payload if payload.get("keep", True) else None
    insert_once(
        db, SentLetter, message_id=message_id, letter=payload["letter"], key=payload["key"][:200],
        to=payload["to"], order_id=payload.get("order_id"), subject=subject[:300],
        sent_at=clock.now(), tries=0, copies=0, payload=kept,
    )  # fmt: skip
    mine = update(SentLetter).where(SentLetter.message_id == message_id)
    db.execute(mine.values(tries=SentLetter.tries + 1))


def latest(
    db: Session, *, to: str = "", order_id: int | None = None, most: int = 50
) -> Sequence[SentLetter]:
    """List what was sent, newest first; to one address or about one order if asked."""
    wanted = select(SentLetter).order_by(SentLetter.id.desc()).limit(most)
    wanted = wanted.where(SentLetter.to == to) if to else wanted
    return db.scalars(
        wanted.where(SentLetter.order_id == order_id) if order_id else wanted
    ).all()


def forget_before(db: Session, moment: datetime) -> int:
    """Forget what was in old letters, and the letters that belong to no order; count them."""
    old = SentLetter.sent_at < moment
    gone = db.execute(delete(SentLetter).where(old, SentLetter.order_id.is_(None)))
    emptied = db.execute(
        update(SentLetter).where(old, SentLetter.payload.is_not(None)).values(payload=None)
    )
    return sum(int(getattr(done, "rowcount", 0)) for done in (gone, emptied))
