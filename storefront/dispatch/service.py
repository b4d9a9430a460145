"""What somebody may do with an issue that is being sent, and what there is to see of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Table, Update, func, select, update
from sqlalchemy.orm import Session

from storefront import mail
from storefront.dispatch.claim import claim, recover, release_issue
from storefront.dispatch.holding import locked
from storefront.dispatch.models import STATES, Delivery
from storefront.dispatch.prepare import prepare, written
from storefront.dispatch.states import OPEN
from storefront.errors import Invalid
from storefront.issues.models import Issue
from storefront.issues.states import move
from storefront.newsletter.models import Subscriber
from storefront.settings import Settings

__all__ = [
    "Line", "alert", "by_domain", "cancel", "claim", "counts", "finish", "latest", "pause", "prepare",
    "recover", "resolve", "resume", "retry", "sending", "unknown", "unknown_ids",
]  # fmt: skip

CANCELLED = "The issue was cancelled."
MARKED = "Marked as sent by {who}."
LONGEST_REASON = 300
CHOICES = ("resend", "sent")
table: Table = Delivery.__table__  # type: ignore[assignment]


@dataclass(frozen=True)
class Line:
    """How far an issue is with one domain."""

    domain: str
    total: int
    accepted: int
    refused: int
    waiting: int


def sending(db: Session) -> list[Issue]:
    """List the issues that are being sent, the one that was due first in front."""
    return list(
        db.scalars(
            select(Issue).where(Issue.state == "sending").order_by(Issue.send_at, Issue.id)
        )
    )


def counts(db: Session, issue_id: int) -> dict[str, int]:
    """Count the letters of an issue in each state."""
    found = select(table.c.state, func.count()).where(table.c.issue_id == issue_id)
    rows: dict[str, int] = dict(db.execute(found.group_by(table.c.state)).all())
    return {state: rows.get(state, 0) for state in STATES}


def by_domain(db: Session, issue_id: int, most: int = 20) -> list[Line]:
    """Tell how far it is with the domains that most readers have."""
    state = table.c.state
    columns = [
        func.count().filter(state == "accepted"),
        func.count().filter(state.in_(("failed", "unknown"))),
        func.count().filter(state.in_(OPEN)),
    ]
    found = select(table.c.domain, func.count().label("total"), *columns)
    mine = found.where(table.c.issue_id == issue_id).group_by(table.c.domain)
    ordered = mine.order_by(func.count().desc(), table.c.domain).limit(most)
    return [Line(*row) for row in db.execute(ordered)]


def latest(
    db: Session, issue_id: int, state: str, most: int = 100
) -> Sequence[tuple[Delivery, str]]:
    """List letters in a state with their addresses, none for readers who were erased."""
    found = select(Delivery, func.coalesce(Subscriber.email, "")).outerjoin(
        Subscriber, Subscriber.id == Delivery.subscriber_id
    )
    mine = found.where(Delivery.issue_id == issue_id, Delivery.state == state)
    return [(row[0], row[1]) for row in db.execute(mine.order_by(Delivery.id).limit(most))]


def unknown(db: Session, issue_id: int, most: int = 100) -> Sequence[tuple[Delivery, str]]:
    """List letters of which nobody knows whether the mail server took them."""
    return latest(db, issue_id, "unknown", most)


def unknown_ids(db: Session, issue_id: int) -> Sequence[int]:
    """Name all letters of which nobody knows whether the mail server took them."""
    mine = select(Delivery.id).where(Delivery.issue_id == issue_id, Delivery.state == "unknown")
    return db.scalars(mine.order_by(Delivery.id)).all()


def pause(db: Session, issue_id: int, reason: str) -> None:
    """Stop at once: letters that were not begun wait until somebody resumes.

    Raises:
        NotFound: there is no such issue.
        Invalid: it is not being sent.
    """
    issue = locked(db, issue_id)
    move(issue, "paused")
    issue.pause_reason = reason[:LONGEST_REASON]
    db.flush()
    release_issue(db, issue_id)


def resume(db: Session, issue_id: int) -> None:
    """Go on with an issue that was paused; one that was never prepared is prepared next.

    Raises:
        NotFound: there is no such issue.
        Invalid: it is not paused.
    """
    issue = locked(db, issue_id)
    if issue.state != "paused":
        raise Invalid(f"This issue is {issue.state}; it is not paused.")
    move(issue, "sending" if issue.prepared_at else "preparing")
    issue.pause_reason = ""


def cancel(db: Session, issue_id: int, reason: str, now: datetime) -> int:
    """Send no more of it: give how many letters are skipped. What was begun is finished.

    Raises:
        NotFound: there is no such issue.
        Invalid: it is over already, or still being written.
    """
    issue = locked(db, issue_id)
    move(issue, "cancelled")
    issue.pause_reason = reason[:LONGEST_REASON]
    db.flush()
    rest = select(table.c.id).where(
        table.c.issue_id == issue_id, table.c.state.in_(OPEN), table.c.data_at.is_(None)
        | (table.c.state != "leased"),
    )  # fmt: skip
    gone = update(table).where(table.c.id.in_(rest.with_for_update(skip_locked=True)))
    done = db.execute(
        gone.values(state="skipped", reason=CANCELLED, ended_at=now, lease_until=None, lease_owner="")
    )  # fmt: skip
    return int(getattr(done, "rowcount", 0))


def retry(db: Session, issue_id: int, now: datetime) -> int:
    """Queue the failed letters once more; give how many."""
    issue = locked(db, issue_id)
    failed = update(table).where(table.c.issue_id == issue_id, table.c.state == "failed")
    return _queue(db, issue, failed, now)


def resolve(
    db: Session, delivery_ids: Sequence[int], choice: str, *, issue_id: int, who: str, now: datetime
) -> int:  # fmt: skip
    """Decide about unknown letters: "resend" them, or mark them as "sent"; give how many.

    Raises:
        NotFound: there is no such issue.
        Invalid: there is no such choice.
    """
    if choice not in CHOICES:
        raise Invalid("Choose to send them again, or to mark them as sent.")
    issue = locked(db, issue_id)
    mine = update(table).where(
        table.c.issue_id == issue_id, table.c.id.in_(delivery_ids), table.c.state == "unknown"
    )
    if choice == "resend":
        return _queue(db, issue, mine, now)
    reason = MARKED.format(who=who)[:LONGEST_REASON]
    done = db.execute(
        mine.values(state="accepted", reason=reason, ended_at=now, lease_owner="")
    )
    return int(getattr(done, "rowcount", 0))


def finish(db: Session, issue_id: int, now: datetime) -> bool:
    """Say of an issue that it is done, once every row has come to its end."""
    rows = select(table.c.id).where(table.c.issue_id == issue_id, table.c.state.in_(OPEN))
    if db.scalar(rows.limit(1)) is not None:
        return False
    issue = locked(db, issue_id)
    if issue.state != "sending" or written(db, issue_id) != issue.total:
        return False
    move(issue, "done")
    issue.done_at = now
    return True


def alert(db: Session, issue: Issue, reason: str, settings: Settings, now: datetime) -> None:
    """Write to the staff that an issue has stopped by itself."""
    context = {"subject": issue.subject or issue.slug, "reason": reason, "issue_id": issue.id}
    key = f"{issue.id}:{now.isoformat(timespec='seconds')}"
    mail.write(db, "newsletter_paused", settings.support_email, key, context)


def _queue(db: Session, issue: Issue, which: Update, now: datetime) -> int:
    """Queue letters once more, and let a finished issue go on."""
    if issue.state == "cancelled":
        raise Invalid("A cancelled issue is not sent again.")
    done = db.execute(
        which.values(
            state="queued", attempt=0, next_try_at=now, ended_at=None, data_at=None,
            lease_owner="", lease_until=None, reason="", smtp_code=None,
        )
    )  # fmt: skip
    count = int(getattr(done, "rowcount", 0))
    if count and issue.state == "done":
        move(issue, "sending")
        issue.done_at = None
    return count
