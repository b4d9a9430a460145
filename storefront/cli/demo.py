"""The demo shop: fill it, and make search know of it."""

from collections.abc import Iterable, Mapping
from pathlib import Path

import click
from flask.cli import with_appcontext
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from storefront import clock, database, web
from storefront.catalog import documents, pack
from storefront.catalog.models import Product, Variant
from storefront.catalog.pack_models import PreorderFile
from storefront.cli.group import group
from storefront.issues import links, past_file, series_file
from storefront.memberships import pack as memberships
from storefront.newsletter import lists as newsletters
from storefront.pages import service as pages
from storefront.pricing import campaigns
from storefront.pricing.campaigns import Wanted
from storefront.resources import data_folder
from storefront.search import service as search
from storefront.staff import members
from storefront.stock import preorders
from storefront.stock import service as stock

DEMO_OWNER = "owner@pressline.example"
DEMO_CODE = "WELCOME10"


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
    open_preorders(db, loaded.preorders)
    lines = [f"Catalogue: {loaded.products} products, {loaded.variants} variants."]
    plans = memberships.load(db, folder / "catalog", web.settings().currency)
    lines.append(f"Memberships: {plans} plans.")
    lines.append(f"Pages: {pages.load(db, folder / 'pages')}.")
    lines.append(
        f"Newsletters: {', '.join(newsletters.load(db, folder / 'newsletters.toml'))}."
    )
    lines.append(
        f"Letters to new readers: {series_file.load(db, folder / 'newsletters.toml')}."
    )
    lines += web.shop().hooks.load_demo(db, folder)
    past = past_file.load(db, folder / "issues.toml", links.office(), clock.now())
    lines.append(f"Past letters: {past}, sent to nobody.")
    lines.append(f"Search: {reindex(db)} documents.")
    lines += offer(db)
    lines += hire(db)
    database.raise_content_revision(db)
    return lines


def offer(db: Session) -> list[str]:
    """Give the demo shop a code to try; a shop that has promotions keeps its own."""
    if campaigns.everything(db):
        return []
    ten = Wanted("Welcome, 10 % off (demo)", "percent", basis_points=1000, needs_code=True)
    code = campaigns.add_code(db, campaigns.create(db, ten), DEMO_CODE, limit_each=1)
    return [f"Promotions: {code.code} takes 10 % off, once for each address."]


def hire(db: Session) -> list[str]:
    """Give a development shop an owner, who signs in with the code in the mailbox."""
    if web.settings().production or members.everybody(db):
        return []
    members.invite(db, DEMO_OWNER, "owner", clock.now(), by="demo")
    return [f"Backoffice: {DEMO_OWNER} is the owner."]


def reindex(db: Session) -> int:
    """Give search everything there is to find, and tell how much that is."""
    found = [*documents.products(db), *web.shop().hooks.search_documents(db)]
    search.reindex(db, found)
    return len(found)


def receive(db: Session, first_stock: dict[str, int], note: str = "demo") -> None:
    """Put the first pieces of new variants on the shelf."""
    variants, few = _by_sku(db, first_stock), web.settings().low_stock
    for sku, pieces in first_stock.items():
        stock.receive(db, variants[sku], pieces, few=few, note=note)


def open_preorders(db: Session, wanted: Mapping[str, PreorderFile]) -> None:
    """Let pieces be sold before they arrive, as the files say."""
    variants, few = _by_sku(db, wanted), web.settings().low_stock
    for sku, each in wanted.items():
        until = clock.aware(each.until) if each.until else None
        preorders.open_until(
            db, variants[sku], each.limit, each.ships_from, until=until, few=few
        )


def _by_sku(db: Session, skus: Iterable[str]) -> dict[str, int]:
    """Find variants, on the shelf or not yet."""
    rows = select(Variant.sku, Variant.id).where(Variant.sku.in_(list(skus)))
    found: dict[str, int] = dict(db.execute(rows).all())
    return found
