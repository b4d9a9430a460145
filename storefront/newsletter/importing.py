"""A file of readers, brought in by batches: what was done is written down with each, so it can go on.

The file is read twice and never held: once to see what is wrong with it, and once to bring it in. A
process that dies loses the batch it was at; the same file again goes on behind the last that stands.
"""

import hashlib
from collections.abc import Callable, Iterator
from datetime import datetime
from itertools import islice
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from storefront import database
from storefront.errors import Invalid
from storefront.newsletter import bringing, lists, moving
from storefront.newsletter.bringing import Report
from storefront.newsletter.models import ReaderImport
from storefront.newsletter.moving import Refused, Row
from storefront.settings import Settings

BATCH = 1000
TRIES = 3
BUSY = "The same file is being brought in by another process."
Tell = Callable[[Refused], None]
Progress = Callable[[int], None]


class _TakeBack(Exception):
    """Undoes a batch that was only tried."""


def check(path: Path, now: datetime, tell: Tell) -> tuple[int, int]:
    """Read a file through and tell of each line that is refused; count lines and refusals.

    Raises:
        Invalid: the file itself cannot be read.
    """
    count = refused = 0
    for one in _records(path, now):
        count += 1
        if isinstance(one, Refused):
            refused += 1
            tell(one)
    return count, refused


def work(
    path: Path, *, settings: Settings, now: datetime, progress: Progress, batch: int = BATCH
) -> Report:
    """Bring in what is good of a file, from where it stopped; give what was done in all.

    Raises:
        Invalid: the file cannot be read, or another process is at it.
    """
    with database.transaction() as db:
        mark = _begin(db, _fingerprint(path), now)
        mark_id, done = mark.id, mark.records
        report = Report(mark.joined, mark.known, mark.suppressed)
    records = islice(_records(path, now), done, None)
    while portion := list(islice(records, batch)):
        report.add(_one_batch(portion, mark_id, done, settings, now))
        done += len(portion)
        progress(done)
    with database.transaction() as db:
        db.get_one(ReaderImport, mark_id).finished_at = now
    return report


def attempt(
    path: Path, *, settings: Settings, now: datetime, progress: Progress, batch: int = BATCH
) -> Report:
    """Tell what bringing in a file would do, and change nothing; a person on two lines may count twice."""
    report, done, records = Report(), 0, _records(path, now)
    while portion := list(islice(records, batch)):
        try:
            with database.transaction() as db:
                report.add(bringing.bring_in(db, _good(portion), settings=settings, now=now))
                raise _TakeBack
        except _TakeBack:
            done += len(portion)
            progress(done)
    return report


def _one_batch(
    portion: list[Row | Refused], mark_id: int, done: int, settings: Settings, now: datetime,
    tries: int = TRIES,
) -> Report:  # fmt: skip
    """Write a batch; once more where somebody signed up in the very moment in which their line was brought in."""
    try:
        return _write(portion, mark_id, done, settings, now)
    except IntegrityError:
        if tries == 1:
            raise
    return _one_batch(portion, mark_id, done, settings, now, tries - 1)


def _write(
    portion: list[Row | Refused], mark_id: int, done: int, settings: Settings, now: datetime
) -> Report:
    """Write a batch and that it is done, in one transaction."""
    with database.transaction() as db:
        mark = db.get_one(ReaderImport, mark_id, with_for_update=True, populate_existing=True)
        if mark.records != done:
            raise Invalid(BUSY)
        report = bringing.bring_in(db, _good(portion), settings=settings, now=now)
        mark.records += len(portion)
        mark.joined += report.joined
        mark.known += report.known
        mark.suppressed += report.suppressed
    return report


def _good(portion: list[Row | Refused]) -> list[Row]:
    return [one for one in portion if isinstance(one, Row)]


def _records(path: Path, now: datetime) -> Iterator[Row | Refused]:
    known = {one.slug for one in lists.everything(database.session(), offered_only=False)}
    database.session().rollback()
    with path.open(encoding="utf-8-sig", newline="") as lines:
        yield from moving.read(lines, known, now)


def _fingerprint(path: Path) -> str:
    with path.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


def _begin(db: Session, fingerprint: str, now: datetime) -> ReaderImport:
    """Find how far a file has come; one that is finished, or new, begins at its first line."""
    mine = select(ReaderImport).where(ReaderImport.file_sha256 == fingerprint)
    mark = db.scalar(mine.with_for_update())
    if mark is None:
        mark = ReaderImport(file_sha256=fingerprint, finished_at=now)
        db.add(mark)
    if mark.finished_at is not None:
        mark.records = mark.joined = mark.known = mark.suppressed = 0
        mark.started_at, mark.finished_at = now, None
    db.flush()
    return mark
