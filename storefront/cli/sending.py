"""`newsletter issue`: send an issue now, see how far it is, stop it and go on."""

import json
import sys
import threading

import click
from flask import Flask, current_app
from flask.cli import with_appcontext

from storefront import clock, database, web
from storefront.cli.issues import ISSUE, issue
from storefront.cli.orders import JSON
from storefront.cli.serve import on_stop
from storefront.dispatch import bureau, schedule, service
from storefront.dispatch.runner import Runner
from storefront.errors import Invalid, NotFound
from storefront.issues.models import Issue

STATES = ["unknown", "accepted", "failed", "skipped", "deferred", "queued", "leased"]


@issue.command("send")
@ISSUE
@click.option("--now", "at_once", is_flag=True, help="Do not wait for its moment.")
@with_appcontext
def send(issue_id: int, at_once: bool) -> None:
    """Send a scheduled issue here, until it is done; several at once share it. Exit code 1: it is not done."""
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    _begin(issue_id, at_once)
    stopping = threading.Event()
    on_stop(stopping.set)
    Runner(bureau.of_app(app), stopping, only=issue_id).work(until_done=True)
    state = _said(issue_id, False)
    sys.exit(0 if state == "done" else 1)


@issue.command("status")
@ISSUE
@JSON
@with_appcontext
def status(issue_id: int, as_json: bool) -> None:
    """Say how far an issue is, and which letters nobody knows of."""
    _said(issue_id, as_json)


@issue.command("pause")
@ISSUE
@click.option(
    "--reason", default="Paused by the operator.", help="What whoever looks will read."
)
@with_appcontext
def pause(issue_id: int, reason: str) -> None:
    """Stop sending an issue until it is resumed."""
    with database.transaction() as db:
        service.pause(db, issue_id, reason)
    _said(issue_id, False)


@issue.command("resume")
@ISSUE
@with_appcontext
def resume(issue_id: int) -> None:
    """Go on with an issue that was paused."""
    with database.transaction() as db:
        service.resume(db, issue_id)
    _said(issue_id, False)


@issue.command("cancel")
@ISSUE
@click.option("--reason", default="Cancelled by the operator.", help="Why.")
@with_appcontext
def cancel(issue_id: int, reason: str) -> None:
    """Send no more of an issue, for good."""
    with database.transaction() as db:
        service.cancel(db, issue_id, reason, clock.now())
    _said(issue_id, False)


@issue.command("retry")
@ISSUE
@with_appcontext
def retry(issue_id: int) -> None:
    """Let the failed letters of an issue be tried once more."""
    with database.transaction() as db:
        count = service.retry(db, issue_id, clock.now())
    click.echo(f"{count} letters will be tried again.")


@issue.command("resolve")
@ISSUE
@click.argument("delivery_ids", type=int, nargs=-1)
@click.option(
    "--as",
    "choice",
    type=click.Choice(service.CHOICES),
    required=True,
    help="Send them again, or take them as sent.",
)
@click.option("--all", "everything", is_flag=True, help="All unknown letters of the issue.")
@with_appcontext
def resolve(
    issue_id: int, delivery_ids: tuple[int, ...], choice: str, everything: bool
) -> None:
    """Decide about letters of which nobody knows whether the mail server took them."""
    with database.transaction() as db:
        ids = service.unknown_ids(db, issue_id) if everything else delivery_ids
        count = service.resolve(db, ids, choice, issue_id=issue_id, who="the operator", now=clock.now())  # fmt: skip
    click.echo(f"{count} letters are decided.")


def _begin(issue_id: int, at_once: bool) -> None:
    """Take what is due; what is being sent already goes on."""
    now, db = clock.now(), database.session()
    found = db.get(Issue, issue_id)
    if found is None:
        raise NotFound("There is no issue of that number.")
    is_due = found.send_at is not None and found.send_at <= now
    state = found.state
    db.rollback()
    if state == "scheduled" and not (at_once or is_due):
        raise Invalid("Its moment has not come. With --now it is sent all the same.")
    if state in ("scheduled", "preparing"):
        state = schedule.start(issue_id, now, web.settings(), bureau.audience())
    if state not in ("sending", "done"):
        raise Invalid(f"This issue is {state}; it cannot be sent.")


def _said(issue_id: int, as_json: bool) -> str:
    db = database.session()
    db.rollback()
    found = db.get(Issue, issue_id)
    if found is None:
        raise NotFound("There is no issue of that number.")
    counts = service.counts(db, issue_id)
    lost = [
        {"id": row.id, "email": email, "message_id": row.message_id, "reason": row.reason}
        for row, email in service.unknown(db, issue_id)
    ]
    facts = {"issue": issue_id, "state": found.state, "reason": found.pause_reason, "total": found.total, "letters": counts, "unknown": lost}  # fmt: skip
    if as_json:
        click.echo(json.dumps(facts, indent=2))
        return found.state
    click.echo(f"{found.state}  {found.pause_reason}".strip())
    click.echo(", ".join(f"{counts[name]} {name}" for name in STATES if counts[name]))
    for one in lost:
        click.echo(f"{one['id']}  {one['email']}  {one['reason']}")
    return found.state
