"""`documents`: invoices and credit notes, for the operator."""

import click
from flask.cli import with_appcontext

from storefront import database, web
from storefront.cli.group import group
from storefront.documents import upkeep


@group.group("documents")
def documents() -> None:
    """Look after invoices and credit notes."""


@documents.command("issue")
@with_appcontext
def issue() -> None:
    """Issue the invoices of paid orders that have none yet."""
    with database.transaction() as db:
        names = upkeep.issue_missing(db, web.settings())
    click.echo("\n".join([*names, f"{len(names)} issued."]))


@documents.command("gaps")
@with_appcontext
def gaps() -> None:
    """Name the numbers that are missing in a series; there should be none."""
    missing = upkeep.gaps(database.session(), web.settings().invoice_first_number)
    click.echo("\n".join(missing) or "No number is missing.")
    if missing:
        raise SystemExit(1)
