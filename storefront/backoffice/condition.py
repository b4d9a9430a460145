"""The condition of the shop in lines: what is asked, what was found, and whether it is well."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from flask import current_app
from limits.errors import StorageError
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from storefront import mail, migrate, web
from storefront.backoffice import wording
from storefront.health import beats
from storefront.outbox import OutboxRow
from storefront.payments import health as payments
from storefront.settings_check import warnings

WORKER_IS_LATE = timedelta(minutes=5)
QUEUE_IS_LATE = timedelta(minutes=15)
MAILBOX_IS_LATE = timedelta(hours=1)


@dataclass(frozen=True)
class Line:
    """One question and its answer."""

    name: str
    text: str
    tone: Literal["ok", "warn", "bad", "plain"] = "ok"


def lines(db: Session, now: datetime) -> list[tuple[str, list[Line]]]:
    """Answer every question, by heading."""
    return [
        ("Money", [_mode(), *_stripe(db, now)]),
        ("Work in the background", [_worker(db, now), _due(db, now), _failed(db)]),
        (
            "What it stands on",
            [_database(db), _counters(), _letters(), *_returned(db, now), *_chosen()],
        ),
    ]


def wrong(db: Session, now: datetime) -> list[Line]:
    """Give what is wrong with Stripe, the worker, its queue or the mailbox, for the first page."""
    asked = (*_stripe(db, now), _worker(db, now), _due(db, now), *_returned(db, now))
    return [line for line in asked if line.tone == "bad"]


def _mode() -> Line:
    wanted = web.settings()
    if wanted.payments == "till":
        return Line("Payments", "the test till: no money moves", "warn")
    if wanted.livemode:
        return Line("Payments", "Stripe, live: real money")
    return Line("Payments", "Stripe's test mode: no money moves", "warn")


def _stripe(db: Session, now: datetime) -> list[Line]:
    """Tell how well Stripe is heard, and what is wrong with that in sentences."""
    heard = payments.read(db)
    found = [
        Line("Last event from Stripe", wording.ago(heard.last_event_at), "plain"),
        Line("Events to be done", _waiting(heard.undone, heard.oldest_undone_at), "plain"),
        Line("Refunds to be sent", _waiting(heard.refunds_waiting, heard.oldest_refund_at), "plain"),
        Line("Refused signatures", _refused(heard), "plain"),
        Line("Clock", _clock(heard), "plain"),
        Line("Events read to the end", wording.ago(heard.caught_up_at), "plain"),
    ]  # fmt: skip
    if heard.other_mode:
        found.append(Line("Events of the other mode", str(heard.other_mode), "warn"))
    return [*(Line("Stripe", problem, "bad") for problem in heard.problems(now)), *found]


def _waiting(count: int, oldest: datetime | None) -> str:
    return f"{count}, the oldest from {wording.ago(oldest)}" if count else "none"


def _refused(heard: payments.Health) -> str:
    if not heard.bad_signatures:
        return "none"
    return f"{heard.bad_signatures}, the last {wording.ago(heard.last_bad_signature_at)}"


def _clock(heard: payments.Health) -> str:
    offset = heard.clock_offset_seconds
    if offset is None:
        return "not compared with Stripe's yet"
    where = (
        f"{abs(offset)} s {'behind' if offset > 0 else 'ahead of'}" if offset else "level with"
    )
    return f"{where} Stripe's, compared {wording.ago(heard.clock_checked_at)}"


def _worker(db: Session, now: datetime) -> Line:
    sign = beats.seen(db).get(beats.WORKER)
    if sign is None:
        return Line("Worker", "never seen: run `storefront work`", "bad")
    is_late = now - sign.seen_at > WORKER_IS_LATE
    return Line("Worker", f"seen {wording.ago(sign.seen_at)}", "bad" if is_late else "ok")


def _due(db: Session, now: datetime) -> Line:
    waiting = select(func.count(), func.min(OutboxRow.run_at)).where(
        OutboxRow.state.in_(("queued", "leased")), OutboxRow.run_at <= now
    )
    count, oldest = db.execute(waiting).one()
    is_late = oldest is not None and now - oldest > QUEUE_IS_LATE
    text = _waiting(count, oldest)
    return Line("Letters and jobs that are due", text, "bad" if is_late else "ok")


def _failed(db: Session) -> Line:
    count = db.scalar(select(func.count()).where(OutboxRow.state == "failed")) or 0
    return Line("Failed for good", str(count), "bad" if count else "ok")


def _database(db: Session) -> Line:
    ms = _timed(lambda: db.execute(text("SELECT 1")))
    engine = current_app.extensions["sqlalchemy"].engine
    current, head = migrate.status(engine)
    if current != head:
        return Line("Database", "the tables are not the newest: run `storefront migrate up`", "bad")  # fmt: skip
    return Line("Database", f"{engine.dialect.name}, answers in {ms} ms")


def _counters() -> Line:
    if not web.settings().redis_url:
        return Line("Limits", "counted in this process", "plain")
    try:
        is_there = web.shop().limiter.storage.check()
    except StorageError:
        is_there = False
    if not is_there:
        return Line("Redis", "does not answer: limits are not counted", "bad")
    return Line("Redis", "answers")


def _letters() -> Line:
    if isinstance(web.shop().transport, mail.SMTP):
        return Line("Letters", f"by {web.settings().smtp_host}")
    return Line("Letters", "kept in the development mailbox", "warn")


def _returned(db: Session, now: datetime) -> list[Line]:
    """Tell when the mailbox that letters come back to was last read, where there is one."""
    if not web.settings().bounce_imap_host:
        return []
    sign = beats.seen(db).get(beats.RETURNED)
    if sign is None:
        return [Line("Mail that comes back", "never read: look at BOUNCE_IMAP_HOST and the worker's log", "bad")]  # fmt: skip
    is_late = now - sign.seen_at > MAILBOX_IS_LATE
    return [Line("Mail that comes back", f"read {wording.ago(sign.seen_at)}", "bad" if is_late else "ok")]  # fmt: skip


def _chosen() -> list[Line]:
    """Warn of settings that are allowed and have a risk."""
    return [Line("Setting", sentence, "warn") for sentence in warnings(web.settings())]


def _timed(call: Callable[[], object]) -> int:
    began = time.monotonic()
    call()
    return round((time.monotonic() - began) * 1000)
