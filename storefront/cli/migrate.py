"""Bring the tables up and down."""

import json

import click
from flask import current_app
from flask.cli import with_appcontext
from sqlalchemy.engine import Engine

from storefront import migrate as lineage
from storefront.cli.group import group


@group.group("migrate")
def migrate() -> None:
    """Bring the tables of the shop and its plugins up or down."""


@migrate.command()
@with_appcontext
def up() -> None:
    """Bring the tables to the newest revision."""
    lineage.up(_engine())
    click.echo(_sentence())


@migrate.command()
@click.option("--to", default="-1", help="A revision, such as base; else one step.")
@with_appcontext
def down(to: str) -> None:
    """Take the tables back."""
    lineage.down(_engine(), to)
    click.echo(_sentence())


@migrate.command()
@click.option("--json", "as_json", is_flag=True, help="Print facts for programs.")
@with_appcontext
def status(as_json: bool) -> None:
    """Say which revision the tables have; exit code 1 when they are not the newest."""
    current, head = lineage.status(_engine())
    click.echo(json.dumps({"current": current, "head": head}) if as_json else _sentence())
    if current != head:
        raise SystemExit(1)


def _engine() -> Engine:
    engine: Engine = current_app.extensions["sqlalchemy"].engine
    return engine


def _sentence() -> str:
    current, head = lineage.status(_engine())
    if current == head:
        return f"The tables are at {current}, the newest revision."
    return f"The tables are at {current or 'nothing'}; the newest revision is {head}."
