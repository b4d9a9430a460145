"""Sending in the backoffice: how far an issue is, and what to do where the engine cannot decide by itself."""

from datetime import datetime

from flask import Blueprint, Response, request, url_for
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from storefront import clock, database, web
from storefront.backoffice import attention, desk, wording
from storefront.backoffice.attention import Found, Matter
from storefront.dispatch import service
from storefront.dispatch.models import Delivery
from storefront.errors import NotFound
from storefront.issues.models import Issue
from storefront.staff import roles

blueprint: Blueprint = desk.room("sending", __name__)

LIST = "/backoffice/sending"
ONE = f"{LIST}/<int(max=2147483647):issue_id>"
SHOWN = ("scheduled", "preparing", "sending", "paused", "done", "cancelled")
TONES = {"sending": "busy", "preparing": "busy", "paused": "warn", "done": "ok"}
WORDS = {
    "accepted": "Taken by the mail server",
    "queued": "Waiting",
    "leased": "At hand",
    "deferred": "Put off, will be tried again",
    "failed": "Refused for good",
    "skipped": "Not sent on purpose",
    "unknown": "Unknown: taken or not",
}
MOST = 50


@blueprint.get(LIST)
def page() -> Response:
    """List issues that are being sent or were sent, newest first."""
    db = database.session()
    wanted = select(Issue).where(Issue.state.in_(SHOWN)).order_by(Issue.send_at.desc())
    return desk.page(
        "backoffice/sendings.html", issues=[_row(one) for one in db.scalars(wanted.limit(MOST))]
    )


@blueprint.get(ONE)
def one(issue_id: int) -> Response:
    """Show how far an issue is, and the letters that need somebody."""
    db = database.session()
    issue = _find(db, issue_id)
    counts = service.counts(db, issue_id)
    ended = sum(counts[state] for state in ("accepted", "failed", "skipped", "unknown"))
    return desk.page(
        "backoffice/sending.html", issue=issue, row=_row(issue), counts=counts, words=WORDS,
        percent=100 * ended // issue.total if issue.total else 0, domains=service.by_domain(db, issue_id),
        unknown=[_letter(*each) for each in service.unknown(db, issue_id)],
        failed=[_letter(*each) for each in service.latest(db, issue_id, "failed", MOST)],
    )  # fmt: skip


@blueprint.post(f"{ONE}/pause")
def pause(issue_id: int) -> AnyResponse:
    """Stop sending until somebody resumes."""
    with database.transaction() as db:
        service.pause(db, issue_id, f"Paused by {desk.who()}.")
        desk.audit(db, "sending.paused", str(issue_id))
    return _back(issue_id, "It has paused. Letters that had begun are finished.")


@blueprint.post(f"{ONE}/resume")
def resume(issue_id: int) -> AnyResponse:
    """Go on."""
    with database.transaction() as db:
        service.resume(db, issue_id)
        desk.audit(db, "sending.resumed", str(issue_id))
    return _back(issue_id, "It goes on.")


@blueprint.get(f"{ONE}/cancel")
def cancel_page(issue_id: int) -> Response:
    """Say what cancelling means before it is done."""
    db = database.session()
    issue, counts = _find(db, issue_id), service.counts(db, issue_id)
    return desk.page(
        "backoffice/sending_cancel.html", issue=issue,
        waiting=counts["queued"] + counts["leased"] + counts["deferred"], sent=counts["accepted"],
    )  # fmt: skip


@blueprint.post(f"{ONE}/cancel")
def cancel(issue_id: int) -> AnyResponse:
    """Send no more of it, for good."""
    with database.transaction() as db:
        count = service.cancel(db, issue_id, f"Cancelled by {desk.who()}.", clock.now())
        desk.audit(db, "sending.cancelled", str(issue_id), skipped=count)
    return _back(issue_id, f"It is cancelled. Readers who get no letter: {count}.")


@blueprint.post(f"{ONE}/retry")
def retry(issue_id: int) -> AnyResponse:
    """Let the refused letters be tried once more."""
    with database.transaction() as db:
        count = service.retry(db, issue_id, clock.now())
        desk.audit(db, "sending.retried", str(issue_id), letters=count)
    return _back(issue_id, f"Letters that are tried again: {count}.")


@blueprint.post(f"{ONE}/resolve")
def resolve(issue_id: int) -> AnyResponse:
    """Decide about letters of which nobody knows whether they were taken."""
    choice = request.form.get("choice", "")
    with database.transaction() as db:
        picked = request.form.getlist("letter", type=int)
        known = set(service.unknown_ids(db, issue_id))
        ids = sorted(known if request.form.get("which") == "all" else known & set(picked))
        count = service.resolve(db, ids, choice, issue_id=issue_id, who=desk.who(), now=clock.now())  # fmt: skip
        desk.audit(db, f"sending.{choice}", str(issue_id), letters=count)
    return _back(issue_id, f"Letters that are decided: {count}.")


@attention.provider("Newsletters that have paused", roles.KEEPERS)
def paused(db: Session, now: datetime) -> Found:
    """Tell which issues wait for somebody."""
    del now
    found = db.scalars(select(Issue).where(Issue.state == "paused").order_by(Issue.id)).all()
    return Found(len(found), [
        Matter(one.subject or one.slug, one.pause_reason, ("sending.one", {"issue_id": one.id}))
        for one in found
    ])  # fmt: skip


def _find(db: Session, issue_id: int) -> Issue:
    found = db.get(Issue, issue_id)
    if found is None or found.state not in SHOWN:
        raise NotFound
    return found


def _back(issue_id: int, notice: str) -> AnyResponse:
    return web.go(url_for(".one", issue_id=issue_id), notice=notice)


def _row(issue: Issue) -> dict[str, object]:
    return {
        "subject": issue.subject or issue.slug, "url": url_for(".one", issue_id=issue.id),
        "state": (issue.state.capitalize(), TONES.get(issue.state, "plain")),
        "send_at": wording.moment(issue.send_at), "done_at": wording.moment(issue.done_at) if issue.done_at else "",
        "total": "" if issue.total is None else issue.total,
    }  # fmt: skip


def _letter(row: Delivery, email: str) -> dict[str, object]:
    return {
        "id": row.id, "email": email or "erased", "reason": row.reason, "code": row.smtp_code or "",
        "message_id": row.message_id, "at": wording.moment(row.ended_at),
    }  # fmt: skip
