"""Letters to new readers: who is due is one statement, and each letter is written once for each reader.

What was written is kept as long as the reader is, so whoever leaves and joins again gets no
letter twice. A letter is composed only when it is sent, and looked at again then.
"""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from sqlalchemy import Select, delete, exists, select
from sqlalchemy.orm import Session

from storefront import database, outbox
from storefront.inserts import insert_once
from storefront.issues.models import SeriesLetter, SeriesWritten
from storefront.newsletter.models import Subscriber, Subscription
from storefront.newsletter.subscriptions import readers_of

KIND = "series_letter"
BATCH = 200  # readers in one transaction
MOST = 10_000  # letters in one run, so that other jobs have their turn
LATE = timedelta(days=7)  # later than that it is not sent: a new series reaches no old readers


def work(now: datetime, batch: int = BATCH) -> int:
    """Write the letters that are due; tell how many."""
    written = 0
    for letter_id in _switched_on():
        while written < MOST:
            with database.transaction() as db:
                found = _write(db, db.get_one(SeriesLetter, letter_id), now, batch)
            written += len(found)
            if len(found) < batch:
                break
    return written


def due(letter: SeriesLetter, now: datetime) -> Select[int]:
    """Select the readers who joined so many days ago, may be written to, and have not had it."""
    moment = now - timedelta(days=letter.day)
    joined = Subscription.confirmed_at
    has_had = exists().where(
        SeriesWritten.letter_id == letter.id, SeriesWritten.subscriber_id == Subscriber.id
    )
    mine = readers_of(letter.list_slug, now).where(joined <= moment, joined > moment - LATE)
    return mine.where(~has_had)


def _switched_on() -> Sequence[int]:
    with database.transaction() as db:
        on = select(SeriesLetter.id).where(SeriesLetter.is_on)
        return db.scalars(on.order_by(SeriesLetter.day, SeriesLetter.id)).all()


def _write(db: Session, letter: SeriesLetter, now: datetime, most: int) -> Sequence[int]:
    """Write one batch in the order of readers; who was in it is not due any more."""
    readers = db.scalars(due(letter, now).order_by(Subscriber.id).limit(most)).all()
    for reader_id in readers:
        row = {"letter_id": letter.id, "subscriber_id": reader_id}
        if insert_once(db, SeriesWritten, **row, at=now):
            key = _key(letter, reader_id)
            outbox.put(db, KIND, key, {"letter": letter.id, "reader": reader_id, "key": key})
    return readers


def withdraw(db: Session, reader_id: int, list_slugs: Collection[str]) -> None:
    """Take back what waits for a reader who leaves lists, as if it had never been written.

    Who takes leaving back gets it after all. A letter that a worker is at is looked at once more there.
    """
    written = (
        select(SeriesWritten.id, SeriesLetter)
        .join(SeriesLetter, SeriesLetter.id == SeriesWritten.letter_id)
        .where(SeriesWritten.subscriber_id == reader_id, SeriesLetter.list_slug.in_(list_slugs))
    )
    for written_id, letter in db.execute(written).all():
        if outbox.withdraw(db, KIND, _key(letter, reader_id)):
            db.execute(delete(SeriesWritten).where(SeriesWritten.id == written_id))


def _key(letter: SeriesLetter, reader_id: int) -> str:
    return f"{letter.list_slug}:{letter.key}:{reader_id}"
