"""Issues whose moment has come: prepared and given to the runner, unless that moment passed long ago."""

import logging
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from storefront import database
from storefront.dispatch import service
from storefront.dispatch.holding import locked
from storefront.dispatch.prepare import Audience
from storefront.errors import ShopError
from storefront.issues.models import Issue
from storefront.issues.scheduling import is_stale
from storefront.issues.states import move
from storefront.newsletter import doctor
from storefront.settings import Settings

log = logging.getLogger(__name__)

NOT_FIT = "The shop is not fit to send (storefront newsletter doctor): {why}"
UNPREPARED = "Whom it goes to could not be told: {why}"
STALE = "It should have gone out on {when} UTC, and nothing was at work then. Resume it if it is still to be sent."  # fmt: skip


def start_due(now: datetime, settings: Settings, audience: Audience | None) -> dict[str, int]:
    """Begin with what is due: give how many issues were started, and how many paused."""
    db = database.session()
    due = or_((Issue.state == "scheduled") & (Issue.send_at <= now), Issue.state == "preparing")
    found = db.scalars(select(Issue.id).where(due).order_by(Issue.send_at, Issue.id)).all()
    db.rollback()
    begun = [start(issue_id, now, settings, audience) for issue_id in found]
    return {"started": begun.count("sending"), "paused": begun.count("paused")}


def start(issue_id: int, now: datetime, settings: Settings, audience: Audience | None) -> str:
    """Begin with one issue, or with what another worker has left half done; give its state."""
    with database.transaction() as db:
        state = _accept(db, issue_id, now, settings)
    if state != "preparing":
        return state
    if reasons := doctor.blockers(settings):
        return _stop(issue_id, NOT_FIT.format(why=" ".join(reasons))[:300], now, settings)
    try:
        with database.transaction() as db:
            total = service.prepare(db, issue_id, now, audience)
    except ShopError as problem:
        return _stop(issue_id, UNPREPARED.format(why=problem), now, settings)
    log.info("issue %s goes to %s readers", issue_id, total)
    return "sending"


def _stop(issue_id: int, reason: str, now: datetime, settings: Settings) -> str:
    """Let somebody look at an issue whose readers cannot be told, so that the others go out."""
    with database.transaction() as db:
        service.pause(db, issue_id, reason)
        service.alert(db, locked(db, issue_id), reason, settings, now)
    return "paused"


def _accept(db: Session, issue_id: int, now: datetime, settings: Settings) -> str:
    """Take an issue that is due, or let it wait for somebody when it is too late for that."""
    issue = locked(db, issue_id)
    if issue.state != "scheduled":
        return issue.state
    if issue.send_at and is_stale(issue, now):
        move(issue, "paused")
        issue.pause_reason = STALE.format(when=f"{issue.send_at:%d %B %Y, %H:%M}")
        service.alert(db, issue, issue.pause_reason, settings, now)
    else:
        move(issue, "preparing")
    return issue.state
