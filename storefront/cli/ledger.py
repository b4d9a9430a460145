"""`ledger check`: what must always be true of stock, orders and money."""

import json

import click
from flask.cli import with_appcontext

from storefront import database
from storefront.cli.group import group
from storefront.memberships import ledger as memberships
from storefront.payments import ledger as payments


@group.group("ledger")
def ledger() -> None:
    """Look after the books."""


@ledger.command("check")
@click.option("--json", "as_json", is_flag=True, help="Print facts for programs.")
@with_appcontext
def check(as_json: bool) -> None:
    """Print every breach of an invariant; exit code 1 when there is one."""
    db = database.session()
    found = [*payments.problems(db), *memberships.problems(db)]
    if as_json:
        click.echo(json.dumps({"ok": not found, "problems": found}, indent=2))
    else:
        click.echo("\n".join(found) or "The books are in order.")
    if found:
        raise SystemExit(1)
