"""The demo shop: fill it, and make search know of it."""

from pathlib import Path

import click
from flask.cli import with_appcontext
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from storefront import database, web
from storefront.catalog import documents, pack
from storefront.catalog.models import Product
from storefront.catalog.service import variants_by_sku
from storefront.cli.group import group
from storefront.pages import service as pages
from storefront.resources import data_folder
from storefront.search import service as search
from storefront.stock import service as stock


@group.command()
@click.option("--again", is_flag=True, help="Load the files again over what is there.")
@with_appcontext
def demo(again: bool) -> None:
    """Fill the demo shop: products, pages, routines, pictures."""
    filled = database.session().scalar(select(func.count(Product.id))) or 0
    if filled and not again:
        click.echo(f"The shop is already filled: {filled} products. Nothing was changed.")
        return
    with database.transaction() as db:
        for line in fill(db, data_folder("config") / "demo"):
            click.echo(line)


def fill(db: Session, folder: Path) -> list[str]:
    """Load a folder of demo content into the running transaction and say what was loaded.

    Raises:
        Invalid: names the file, the field and the reason of everything that is wrong.
    """
    loaded = pack.load(db, folder / "catalog")
    receive(db, loaded.first_stock)
    lines = [f"Catalogue: {loaded.products} products, {loaded.variants} variants."]
    lines.append(f"Pages: {pages.load(db, folder / 'pages')}.")
    lines += web.shop().hooks.load_demo(db, folder)
    lines.append(f"Search: {reindex(db)} documents.")
    database.raise_content_revision(db)
    return lines


def reindex(db: Session) -> int:
    """Give search everything there is to find, and tell how much that is."""
    found = [*documents.products(db), *web.shop().hooks.search_documents(db)]
    search.reindex(db, found)
    return len(found)


def receive(db: Session, first_stock: dict[str, int], note: str = "demo") -> None:
    """Put the first pieces of new variants on the shelf."""
    variants = variants_by_sku(db, first_stock)
    for sku, pieces in first_stock.items():
        few = web.settings().low_stock
        stock.receive(db, variants[sku].id, pieces, few=few, note=note)
