"""Say when an issue goes out, and guard that: nothing stale leaves, nor too much too soon."""

from datetime import datetime, timedelta

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from storefront import database
from storefront.errors import Invalid
from storefront.issues import frozen, states
from storefront.issues.models import Issue
from storefront.issues.office import Office
from storefront.newsletter.models import NewsletterList

STALE_AFTER = timedelta(hours=6)
LATEST = timedelta(days=366)
TOO_SOON = "The letter before went out {days} days ago, or will; this newsletter promises {cadence} days between two. Tick the box to send it all the same."
STALE = "That moment passed more than {hours} hours ago. Choose another."


def due(now: datetime) -> Select[Issue]:
    """Select what may go out now; what is overdue for long waits for somebody to press again."""
    on_time = (Issue.send_at <= now, Issue.send_at > now - STALE_AFTER)
    return select(Issue).where(Issue.state == "scheduled", *on_time).order_by(Issue.send_at)


def is_stale(issue: Issue, now: datetime) -> bool:
    """Tell whether a scheduled issue was missed for so long that somebody must press again."""
    late = issue.send_at is not None and issue.send_at <= now - STALE_AFTER
    return issue.state == "scheduled" and late


def too_soon(db: Session, issue: Issue, send_at: datetime) -> str:
    """Warn when less time lies between two letters than their readers were promised; empty if not."""
    newsletter = db.get_one(NewsletterList, issue.list_slug)
    others = select(Issue.send_at).where(
        Issue.list_slug == issue.list_slug, Issue.id != issue.id, Issue.send_at.is_not(None),
        Issue.state.not_in(("draft", "cancelled")),
    )  # fmt: skip
    gaps = [abs(send_at - other) for other in db.scalars(others) if other is not None]
    nearest = min(gaps, default=None)
    if nearest is None or nearest >= timedelta(days=newsletter.cadence_days):
        return ""
    return TOO_SOON.format(days=nearest.days, cadence=newsletter.cadence_days)


def schedule(
    db: Session, issue: Issue, office: Office, send_at: datetime, now: datetime, *,
    although_soon: bool = False,
) -> None:  # fmt: skip
    """Freeze what an issue says and let it go out at a moment.

    Raises:
        Invalid: it is neither a draft nor overdue, has no subject or slot, or the moment is wrong.
    """
    if send_at <= now - STALE_AFTER:
        raise Invalid(fields={"send_at": STALE.format(hours=int(STALE_AFTER.total_seconds() // 3600))})  # fmt: skip
    if send_at > now + LATEST:
        raise Invalid(fields={"send_at": "That is more than a year away."})
    if not issue.subject.strip() or not issue.slots:
        raise Invalid("An issue needs a subject and at least one slot.")
    warning = too_soon(db, issue, send_at)
    if warning and not although_soon:
        raise Invalid(warning, fields={"although_soon": warning})
    if is_stale(issue, now):
        states.move(issue, "draft")  # the press anew: it says what it says today
        issue.frozen = None
    states.move(issue, "scheduled")
    issue.frozen = frozen.freeze(db, issue, office, now).model_dump(mode="json")
    issue.send_at = send_at
    database.change_pages_at(db, send_at)


def unschedule(issue: Issue) -> None:
    """Take an issue back to the desk, as long as nothing of it was prepared.

    Raises:
        Invalid: it is not scheduled.
    """
    states.move(issue, "draft")
    issue.send_at, issue.frozen = None, None
