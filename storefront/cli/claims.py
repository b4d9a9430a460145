"""`claims`: codes that are printed into boxes."""

import csv
import json
import sys
from pathlib import Path

import click
from flask import current_app
from flask.cli import with_appcontext

from storefront import clock, database, web
from storefront.cli.group import group
from storefront.documents import slips
from storefront.errors import Invalid
from storefront.ownership import claims as service


@group.group("claims")
def claims() -> None:
    """Make codes for boxes, and take them back."""


@claims.command("make")
@click.option("--sku", required=True, help="What lies in the box.")
@click.option("--count", type=int, default=1, show_default=True)
@click.option("--batch", required=True, help="A name by which they can be revoked together.")
@click.option("--csv", "as_csv", is_flag=True, help="Print rows of code and address.")
@click.option(
    "--sheet",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write a page to print, with QR codes.",
)
@with_appcontext
def make(sku: str, count: int, batch: str, as_csv: bool, sheet: Path | None) -> None:
    """Make codes and print them this once: only their hashes are kept."""
    with database.transaction() as db:
        codes = service.make(db, sku, count, batch, clock.now())
        if sheet is not None:
            sheet.write_text(_sheet(sku, batch, codes), encoding="utf-8")
    if as_csv:
        csv.writer(sys.stdout).writerows(
            [("code", "address"), *((each, _url(each)) for each in codes)]
        )
    else:
        click.echo("\n".join(codes))


@claims.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@with_appcontext
def list_batches(as_json: bool) -> None:
    """List the batches: how many codes were made, taken and revoked."""
    rows = service.batches(database.session())
    if as_json:
        click.echo(json.dumps([vars(row) for row in rows]))
        return
    for row in rows:
        click.echo(
            f"{row.batch}: {row.sku}, {row.made} made, {row.taken} taken, {row.revoked} revoked"
        )


@claims.command("revoke")
@click.option("--batch", help="All codes of this batch.")
@click.option("--code", help="This one code, as it is printed.")
@click.option("--because", required=True, help="Why, for the record.")
@with_appcontext
def revoke(batch: str | None, code: str | None, because: str) -> None:
    """Revoke codes at once, also those that were taken."""
    if (batch is None) == (code is None):
        raise Invalid("Name a batch or a code.")
    with database.transaction() as db:
        rows = (
            service.of_batch(db, batch) if batch is not None else service.known(db, code or "")
        )
        if not rows:
            raise Invalid("There is no such code.")
        count = service.revoke(db, rows, because, web.settings(), clock.now())
    click.echo(f"{count} revoked.")


def _url(code: str) -> str:
    return service.address(code, web.settings())


def _sheet(sku: str, batch: str, codes: list[str]) -> str:
    cards = [{"code": each, "qr": slips.code(_url(each))} for each in codes]
    page = current_app.jinja_env.get_template("storefront/claim_sheet.html")
    return page.render(
        shop_name=web.settings().shop_name, sku=sku, batch=batch, cards=cards,
        place=f"{web.settings().origin}{web.settings().url_prefix}/claim",
    )  # fmt: skip
