"""`subscribers`: what is known of one address, and bringing in readers from elsewhere."""

import json
from pathlib import Path

import click
from flask.cli import with_appcontext

from storefront import clock, database, web
from storefront.cli.group import group
from storefront.cli.orders import JSON
from storefront.customers.service import canonical_email
from storefront.errors import Invalid
from storefront.newsletter import history, importing
from storefront.newsletter.bringing import Report
from storefront.newsletter.moving import Refused

SAID_EVERY = 10_000  # lines


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
    "--csv", "file", required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="The file.",
)  # fmt: skip
@click.option("--skip-refused", is_flag=True, help="Bring in the lines that are good.")
@click.option("--dry-run", is_flag=True, help="Say what it would do, and change nothing.")
@with_appcontext
def import_subscribers(file: Path, dry_run: bool, skip_refused: bool) -> None:
    """Bring in readers who consented elsewhere; interrupted, it goes on where it stopped."""
    settings, now = web.settings(), clock.now()
    count, refused = importing.check(file, now, _tell_refused)
    if refused and not skip_refused:
        raise Invalid(f"Nothing was imported: {refused} of {count} lines are refused. Mend them, or use --skip-refused.")  # fmt: skip
    work = importing.attempt if dry_run else importing.work

    def progress(done: int) -> None:
        if done % SAID_EVERY == 0:
            click.echo(f"{done:,} of {count:,} lines", err=True)

    _tell(work(file, settings=settings, now=now, progress=progress), dry_run, refused)


def _tell_refused(one: Refused) -> None:
    click.echo(f"Line {one.line} is refused: {one.reason}", err=True)


def _tell(report: Report, dry_run: bool, refused: int) -> None:
    click.echo(f"{'Would join' if dry_run else 'Joined'}: {report.joined}. Known already or left since: {report.known}.")  # fmt: skip
    if report.suppressed:
        lines = ", ".join(map(str, report.lines)) or "of an earlier run"
        more = ", …" if len(report.lines) < report.suppressed and report.lines else ""
        click.echo(f"Suppressed and left out: {report.suppressed} (lines {lines}{more}).")
    if refused:
        click.echo(f"Refused and left out: {refused}.")
