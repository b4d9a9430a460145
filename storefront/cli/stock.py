"""`stock`: what lies on the shelf, and how to say that it has changed."""

from datetime import datetime

import click
from flask.cli import with_appcontext
from sqlalchemy import select
from sqlalchemy.orm import Session

from storefront import database, web
from storefront.catalog.models import Variant
from storefront.cli.group import group
from storefront.cli.orders import JSON, show
from storefront.errors import NotFound
from storefront.stock import levels, preorders, service

NOTE = click.option("--note", default="", help="Why, for the ledger.")


@group.group("stock")
def stock() -> None:
    """Look at the shelf and change it."""


@stock.command("show")
@click.option("--sku", help="Only this one.")
@JSON
@with_appcontext
def show_stock(sku: str | None, as_json: bool) -> None:
    """Show what lies on the shelf, what is held and what can be sold."""
    db = database.session()
    wanted = select(Variant.id, Variant.sku).order_by(Variant.sku)
    found = db.execute(wanted.where(Variant.sku == sku) if sku else wanted)
    named: dict[int, str] = dict(found.all())
    shelf, free = levels.shelf(db, named), levels.free(db, named)
    rows = [
        {"sku": name, "on_hand": shelf.get(key, (0, 0))[0], "held": shelf.get(key, (0, 0))[1],
         "free": free[key]}
        for key, name in named.items()
    ]  # fmt: skip
    show(rows, as_json)


@stock.command("set")
@click.argument("sku")
@click.argument("pieces", type=click.IntRange(0, 1_000_000))
@NOTE
@with_appcontext
def set_stock(sku: str, pieces: int, note: str) -> None:
    """Record a count: so many PIECES of SKU lie on the shelf."""
    with database.transaction() as db:
        service.count(db, _variant(db, sku), pieces, few=web.settings().low_stock, note=note)
    click.echo(f"{sku}: {pieces} counted.")


@stock.command("move")
@click.argument("sku")
@click.argument("pieces", type=click.IntRange(-1_000_000, 1_000_000))
@click.option(
    "--reason",
    type=click.Choice(service.REASONS),
    help="Else received, or damaged when negative.",
)
@NOTE
@with_appcontext
def move_stock(sku: str, pieces: int, reason: str | None, note: str) -> None:
    """Record that PIECES of SKU came, or left when negative (write -- before the number)."""
    few = web.settings().low_stock
    with database.transaction() as db:
        service.receive(db, _variant(db, sku), pieces, few=few, reason=reason, note=note)
    click.echo(f"{sku}: {pieces:+d}.")


@stock.command("block")
@click.argument("sku")
@click.option("--reason", required=True, help="Why it is not sold; buyers read it.")
@with_appcontext
def block_sale(sku: str, reason: str) -> None:
    """Stop the sale of SKU and of every kit that holds it."""
    with database.transaction() as db:
        service.block(db, _variant(db, sku), reason)
    click.echo(f"{sku} is sold to nobody.")


@stock.command("unblock")
@click.argument("sku")
@with_appcontext
def unblock_sale(sku: str) -> None:
    """Let SKU be sold again."""
    with database.transaction() as db:
        service.unblock(db, _variant(db, sku))
    click.echo(f"{sku} can be sold again.")


@stock.command("preorder")
@click.argument("sku")
@click.argument("pieces", type=click.IntRange(0, 1_000_000))
@click.option(
    "--ships-from", type=click.DateTime(["%Y-%m-%d"]), help="The day buyers are told."
)
@with_appcontext
def preorder(sku: str, pieces: int, ships_from: datetime | None) -> None:
    """Let PIECES of SKU be sold before they arrive; 0 ends it."""
    few = web.settings().low_stock
    if pieces and ships_from is None:
        message = "Say the day from which it ships: --ships-from 2027-03-01."
        raise click.BadParameter(message)
    with database.transaction() as db:
        if pieces and ships_from:
            preorders.open_until(db, _variant(db, sku), pieces, ships_from.date(), few=few)
        else:
            preorders.close(db, _variant(db, sku), few=few)
    click.echo(f"{sku}: {pieces} may be sold before they arrive.")


def _variant(db: Session, sku: str) -> int:
    """Find a variant.

    Raises:
        NotFound: there is none of that SKU.
    """
    found = db.scalar(select(Variant.id).where(Variant.sku == sku))
    if found is None:
        raise NotFound(f"There is no SKU {sku}.")
    return found
