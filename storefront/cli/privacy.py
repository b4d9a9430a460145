"""`privacy`: hand out or erase everything kept about one address, for the operator who is asked."""

import json
from pathlib import Path
from typing import Any

import click
from flask.cli import with_appcontext

from storefront import clock, database, web
from storefront.cli.group import group
from storefront.cli.orders import JSON
from storefront.customers.service import canonical_email
from storefront.privacy import everywhere
from storefront.privacy.service import Erased

EMAIL = click.option("--email", required=True, help="The address.")


@group.group("privacy")
def privacy() -> None:
    """Answer people who ask what is kept about them."""


@privacy.command("export")
@EMAIL
@click.option(
    "--out", type=click.Path(path_type=Path, dir_okay=False), help="Write it to a new file."
)
@with_appcontext
def export_address(email: str, out: Path | None) -> None:
    """Print everything kept about an address, as JSON."""
    told = everywhere.export(
        database.session(), canonical_email(email), web.settings(), clock.now()
    )
    text = json.dumps(told, indent=2, ensure_ascii=False)
    if out is None:
        click.echo(text)
        return
    try:
        with out.open("x", encoding="utf-8") as file:
            file.write(text + "\n")
    except OSError as error:
        raise click.ClickException(f"{out} could not be written: {error.strerror}.") from error
    click.echo(f"Written to {out}.")


@privacy.command("erase")
@EMAIL
@click.option("--dry-run", is_flag=True, help="Only tell what would be done.")
@JSON
@with_appcontext
def erase_address(email: str, dry_run: bool, as_json: bool) -> None:
    """Erase an address from every room; what the law wants kept no longer names it."""
    address = canonical_email(email)
    if dry_run:
        done = everywhere.preview(database.session(), address)
        reasons = everywhere.blockers(database.session(), address, web.settings(), clock.now())
    else:
        with database.transaction() as db:
            done = everywhere.erase(db, address, web.settings(), clock.now())
        reasons = []
    _tell(done, reasons, as_json=as_json)


def _tell(done: Erased, reasons: list[str], *, as_json: bool) -> None:
    facts: dict[str, Any] = {"gone": done.gone, "emptied": done.emptied, "kept": done.kept, "first": reasons}  # fmt: skip
    if as_json:
        click.echo(json.dumps(facts, indent=2))
        return
    for word in ("gone", "emptied", "kept"):
        for about, what in facts[word].items():
            click.echo(f"{word}  {about}  {what}")
    for reason in reasons:
        click.echo(f"first  {reason}")
    if not (done.gone or done.emptied or done.kept or reasons):
        click.echo("Nothing is kept about this address.")
