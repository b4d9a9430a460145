"""`seed`: a shop out of one file, all of it or nothing."""

from pathlib import Path

import click
from flask.cli import with_appcontext
from sqlalchemy import select
from sqlalchemy.orm import Session

from storefront import database, web
from storefront.catalog import pack
from storefront.catalog.models import Variant
from storefront.catalog.pack_files import read_seed
from storefront.catalog.pack_models import SeedFile
from storefront.cli import demo
from storefront.cli.group import group
from storefront.memberships import pack as memberships
from storefront.stock import service as stock


@group.command()
@click.option(
    "--file",
    required=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A TOML file, as docs/operating.md describes it.",
)
@with_appcontext
def seed(file: Path) -> None:
    """Fill the shop from one file: products, stock, routines; again changes nothing."""
    with database.transaction() as db:
        lines = sow(db, file)
    click.echo("\n".join(lines))


def sow(db: Session, file: Path) -> list[str]:
    """Write a file into the running transaction and say what was written.

    Raises:
        Invalid: names the field and the reason of everything that is wrong.
    """
    wanted = read_seed(file, pack.known(db))
    loaded = pack.write(db, wanted)
    demo.receive(db, loaded.first_stock, "seed")
    demo.open_preorders(db, loaded.preorders)
    _count(db, wanted)
    lines = [f"Catalogue: {loaded.products} products, {loaded.variants} variants."]
    lines.append(f"Stock: {len(wanted.stock)} counted.")
    if wanted.plans:
        plans = memberships.write(db, wanted.plans, web.settings().currency)
        lines.append(f"Memberships: {plans} plans.")
    if wanted.routines:
        lines += web.shop().hooks.load_demo(db, file.parent / wanted.routines)
    lines.append(f"Search: {demo.reindex(db)} documents.")
    database.raise_content_revision(db)
    return lines


def _count(db: Session, wanted: SeedFile) -> None:
    few = web.settings().low_stock
    counted = select(Variant.id, Variant.sku).where(Variant.sku.in_(wanted.stock))
    for variant_id, sku in db.execute(counted.order_by(Variant.id)).all():
        stock.count(db, variant_id, wanted.stock[sku], few=few, note="seed")
