"""`newsletter issue`: compose, show, check and schedule an issue from a shell or a cron."""

import json
from datetime import datetime
from typing import Any

import click
from flask.cli import with_appcontext

from storefront import clock, database
from storefront.cli.newsletter import newsletter
from storefront.cli.orders import JSON
from storefront.errors import ShopError
from storefront.issues import audience, breakdown, checks, composing, inside, links, scheduling
from storefront.issues.models import Issue

ISSUE = click.argument("issue_id", type=click.IntRange(1, 2**31 - 1))


@newsletter.group("issue")
def issue() -> None:
    """Work on issues of a newsletter."""


@issue.command("compose")
@click.option("--list", "list_slug", required=True, help="The newsletter.")
@click.option("--since", type=click.DateTime(), help="Only what was published since.")
@JSON
@with_appcontext
def compose(list_slug: str, since: datetime | None, as_json: bool) -> None:
    """Make the issue of this period, or name the one that is there; twice makes one."""
    moment = clock.aware(since) if since else None
    try:
        with database.transaction() as db:
            office, now = links.office(), clock.now()
            made = composing.compose(db, list_slug, office, now, who="cli", since=moment)
            facts = _facts(made)
    except ShopError as problem:
        raise click.ClickException(str(problem)) from None
    _print(facts, as_json)


@issue.command("show")
@ISSUE
@JSON
@with_appcontext
def show(issue_id: int, as_json: bool) -> None:
    """Show an issue, whom it goes to, and who gets which letter."""
    db, office, now = database.session(), links.office(), clock.now()
    found = _find(issue_id)
    shares = breakdown.shares(db, found, links.edition_of(db, issue_id), now)
    facts = _facts(found) | {
        "readers": audience.count(db, audience.audience(db, found, office)),
        "variants": {f"{one.variant.key} {one.variant.name}": one.readers for one in shares},
    }
    _print(facts, as_json)


@issue.command("check")
@ISSUE
@JSON
@with_appcontext
def check(issue_id: int, as_json: bool) -> None:
    """Look an issue over; exit code 1 when something stops it."""
    found = _find(issue_id)
    report = checks.look_over(database.session(), found, links.office(), inside.answers)
    told = [{"level": one.level, "text": one.text} for one in report.findings]
    _print({"findings": told, "external": list(report.external)}, as_json)
    if report.is_stopped:
        raise SystemExit(1)


@issue.command("schedule")
@ISSUE
@click.option("--at", "at", type=click.DateTime(), help="In UTC; now without it.")
@click.option("--although-soon", is_flag=True, help="Also within the cadence.")
@with_appcontext
def schedule(issue_id: int, at: datetime | None, although_soon: bool) -> None:
    """Freeze an issue and let it go out; what is stopped by its check is refused."""
    found = _find(issue_id)
    office, now = links.office(), clock.now()
    if checks.look_over(database.session(), found, office, inside.answers).is_stopped:
        raise click.ClickException("Something stops this issue: see `newsletter issue check`.")
    try:
        with database.transaction() as db:
            held = db.get_one(Issue, issue_id, with_for_update=True)
            moment = clock.aware(at) if at else now
            scheduling.schedule(db, held, office, moment, now, although_soon=although_soon)
    except ShopError as problem:
        raise click.ClickException(str(problem)) from None
    click.echo(f"{found.slug} is scheduled")


def _find(issue_id: int) -> Issue:
    try:
        return composing.find(database.session(), issue_id)
    except ShopError:
        message = "There is no issue of that number."
        raise click.ClickException(message) from None


def _facts(found: Issue) -> dict[str, Any]:
    return {
        "id": found.id, "slug": found.slug, "state": found.state, "subject": found.subject, "send_at": clock.written(found.send_at),
        "slots": [{"kind": one.kind, "reference": one.reference} for one in found.slots],
    }  # fmt: skip


def _print(facts: dict[str, Any], as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps(facts, indent=2))
        return
    for name, value in facts.items():
        click.echo(f"{name}: {value}")
