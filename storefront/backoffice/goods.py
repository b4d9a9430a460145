"""What the rooms about goods share: finding them, what follows a change, and how stock is named."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from storefront import database, web
from storefront.catalog import documents
from storefront.catalog.models import Product, Variant
from storefront.errors import NotFound
from storefront.search import service as search

BANDS = {
    "in_stock": ("In stock", "ok"), "few": ("Few left", "warn"), "preorder": ("Preorder", "busy"),
    "sold_out": ("Sold out", "bad"),
}  # fmt: skip


def product(db: Session, product_id: int, *, lock: bool = False) -> Product:
    """Find a product, on the shelf or not.

    Raises:
        NotFound: there is none.
    """
    wanted = select(Product).where(Product.id == product_id)
    found = db.scalar(wanted.with_for_update(of=Product) if lock else wanted)
    if found is None:
        raise NotFound
    return found


def variant(db: Session, product_id: int, variant_id: int) -> Variant:
    """Find a variant of this very product.

    Raises:
        NotFound: there is none, or it is another product's.
    """
    found = db.get(Variant, variant_id)
    if found is None or found.product_id != product_id:
        raise NotFound
    return found


def name(variant: Variant) -> str:
    """Name a variant with its product."""
    return f"{variant.product.name}, {variant.name}"


def changed(db: Session) -> None:
    """Make public pages stale and let search know what is on the shelf now."""
    search.reindex(db, documents.products(db), kinds=("product",))
    database.raise_content_revision(db)


def low() -> int:
    """Tell from how many pieces on a shelf runs low."""
    return web.settings().low_stock
