"""Numbers without gaps: given in the transaction that issues, taken back when it rolls back."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from storefront.documents.models import DocumentCounter
from storefront.inserts import insert_once
from storefront.settings import Settings


@dataclass(frozen=True)
class Number:
    """A number of a series."""

    kind: str
    series: str
    number: int


def series_of(now: datetime, settings: Settings) -> str:
    """Name the series of a moment: the year where the shop stands."""
    return str(now.astimezone(ZoneInfo(settings.timezone)).year)


def lock(db: Session, kind: str, now: datetime, settings: Settings) -> DocumentCounter:
    """Take the counter of this year's series for this transaction; others wait until it ends."""
    series, last = series_of(now, settings), settings.invoice_first_number - 1
    insert_once(db, DocumentCounter, kind=kind, series=series, last=last)
    wanted = select(DocumentCounter).where(
        DocumentCounter.kind == kind, DocumentCounter.series == series
    )
    options = wanted.with_for_update().execution_options(populate_existing=True)
    return db.scalars(options).one()


def take(counter: DocumentCounter) -> Number:
    """Take the next number of a counter that is locked."""
    counter.last += 1
    return Number(counter.kind, counter.series, counter.last)
