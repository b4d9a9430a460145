"""`export`: what the shop knows, as CSV on the standard output."""

import csv
import sys

import click
from flask.cli import with_appcontext

from storefront import database
from storefront.cli.group import group
from storefront.newsletter import moving

CSV = click.option(
    "--csv", "as_csv", is_flag=True, required=True, help="The form; there is no other."
)


@group.group("export")
def export() -> None:
    """Hand out what the shop knows."""


@export.command("subscribers")
@CSV
@with_appcontext
def export_subscribers(as_csv: bool) -> None:
    """List every reader with each newsletter."""
    del as_csv
    table = csv.DictWriter(sys.stdout, moving.EXPORTED)
    table.writeheader()
    table.writerows(moving.rows_out(database.session()))
