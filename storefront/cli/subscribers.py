"""`subscribers`: what is known of one address, and bringing in readers from elsewhere."""

import json
from typing import TextIO

import click
from flask.cli import with_appcontext

from storefront import clock, database, web
from storefront.cli.group import group
from storefront.cli.orders import JSON
from storefront.customers.service import canonical_email
from storefront.newsletter import history, lists, moving


@group.group("subscribers")
def subscribers() -> None:
    """Look at subscribers."""


@subscribers.command("show")
@click.option("--email", required=True, help="The address.")
@JSON
@with_appcontext
def show_subscriber(email: str, as_json: bool) -> None:
    """Show the state of an address, and every consent that it gave or took back."""
    address = canonical_email(email)
    facts = history.facts(database.session(), address, web.settings(), clock.now())
    if as_json:
        click.echo(json.dumps(facts, indent=2))
        return
    click.echo(f"{address}  {facts['state']}")
    for event in facts["consents"]:
        click.echo(f"{event['at']}  {event['event']}  {event['form']}  {event['text']}")


@subscribers.command("import")
@click.option(
    "--csv", "file", required=True, type=click.File(encoding="utf-8-sig"), help="The file."
)
@click.option("--dry-run", is_flag=True, help="Say what it would do, and change nothing.")
@with_appcontext
def import_subscribers(file: TextIO, dry_run: bool) -> None:
    """Bring in readers who consented elsewhere: all of a file, or nothing of it."""
    settings, now = web.settings(), clock.now()
    try:
        with database.transaction() as db:
            offered = [one.slug for one in lists.everything(db, offered_only=False)]
            rows = moving.read(file, offered, now)
            report = moving.bring_in(db, rows, settings=settings, now=now)
            _tell(report, dry_run)
            if dry_run:
                raise _DryRun
    except _DryRun:
        return


class _DryRun(Exception):
    """Takes everything back."""


def _tell(report: moving.Report, dry_run: bool) -> None:
    click.echo(f"{'Would join' if dry_run else 'Joined'}: {report.joined}. Known already or left since: {report.known}.")  # fmt: skip
    if report.suppressed:
        lines = ", ".join(report.suppressed[:50])
        click.echo(f"Suppressed and left out: {len(report.suppressed)} (lines {lines}).")
