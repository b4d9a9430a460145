"""`prices`, `tax` and `price-lists`: what things cost, and for whom."""

from datetime import datetime

import click
from flask.cli import with_appcontext
from sqlalchemy import select
from sqlalchemy.orm import Session

from storefront import clock, database
from storefront.catalog import prices as changes
from storefront.catalog.models import PriceChange, Variant
from storefront.cli.amounts import AMOUNT, DAY, SHARE
from storefront.cli.group import group
from storefront.cli.orders import JSON, show
from storefront.errors import NotFound
from storefront.pricing import price_lists
from storefront.pricing import tax as rates
from storefront.pricing.models import TaxRate


@group.group("prices")
def prices() -> None:
    """Change prices and look at their history."""


@prices.command("set")
@click.argument("sku")
@click.argument("price", type=AMOUNT)
@click.option("--announce", is_flag=True, help="Show it as a reduction.")
@with_appcontext
def set_price(sku: str, price: int, announce: bool) -> None:
    """Set the PRICE of a SKU, such as 24.00."""
    with database.transaction() as db:
        changes.set_price(db, _variant(db, sku), price, clock.now(), announced=announce)
    click.echo(f"{sku}: the price is set.")


@prices.command("history")
@click.argument("sku")
@JSON
@with_appcontext
def show_history(sku: str, as_json: bool) -> None:
    """Show what a SKU has cost, oldest first."""
    db = database.session()
    mine = select(PriceChange).where(PriceChange.variant_id == _variant(db, sku).id)
    found = db.scalars(mine.order_by(PriceChange.id))
    show(
        [{"at": clock.written(each.at), "price_minor": each.price_minor} for each in found],
        as_json,
    )


@group.group("tax")
def tax() -> None:
    """Look at tax rates of our own and write down new ones."""


@tax.command("set")
@click.argument("country")
@click.argument("percent", type=SHARE)
@click.option(
    "--from", "valid_from", type=DAY, required=True, help="The first day that it holds."
)
@click.option("--category", default=rates.STANDARD, show_default=True)
@with_appcontext
def set_rate(country: str, percent: int, valid_from: datetime, category: str) -> None:
    """Write down that a COUNTRY asks for PERCENT from a day on."""
    with database.transaction() as db:
        rates.set_rate(db, country, percent, valid_from.date(), category)
    click.echo(
        f"{country}, {category}: {rates.percent_text(percent)} from {valid_from:%Y-%m-%d}."
    )


@tax.command("list")
@JSON
@with_appcontext
def list_rates(as_json: bool) -> None:
    """List the rates that were written down; the others are the published ones."""
    ordered = select(TaxRate).order_by(TaxRate.country, TaxRate.category, TaxRate.valid_from)
    rows = [
        {"country": each.country, "category": each.category, "basis_points": each.basis_points,
         "valid_from": each.valid_from.isoformat()}
        for each in database.session().scalars(ordered)
    ]  # fmt: skip
    show(rows, as_json)


@group.group("price-lists")
def lists() -> None:
    """Give some people prices of their own."""


@lists.command("set")
@click.argument("key")
@click.argument("sku")
@click.argument("price", type=AMOUNT)
@with_appcontext
def set_entry(key: str, sku: str, price: int) -> None:
    """Set the PRICE of a SKU on the list KEY, making the list if need be."""
    with database.transaction() as db:
        price_lists.set_entry(db, key, _variant(db, sku).id, price)
    click.echo(f"{sku} on {key}: the price is set.")


@lists.command("join")
@click.argument("key")
@click.argument("email")
@with_appcontext
def join(key: str, email: str) -> None:
    """Put an address on the list KEY; it counts once its owner has proven it."""
    with database.transaction() as db:
        price_lists.join(db, key, email)
    click.echo(f"{email} has the prices of {key}.")


@lists.command("leave")
@click.argument("email")
@with_appcontext
def leave(email: str) -> None:
    """Take an address off its list."""
    with database.transaction() as db:
        price_lists.leave(db, email)
    click.echo(f"{email} has the public prices.")


def _variant(db: Session, sku: str) -> Variant:
    """Find a variant.

    Raises:
        NotFound: there is none of that SKU.
    """
    found = db.scalar(select(Variant).where(Variant.sku == sku))
    if found is None:
        raise NotFound(f"There is no SKU {sku}.")
    return found
