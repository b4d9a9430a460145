"""Makers with defaults that name only what matters, and the fakes that stand for the outside."""

import os

import pytest
from sqlalchemy.orm import Session

from storefront.catalog.models import Component, Product, Variant, VariantComponent
from storefront.stock.models import StockLevel, StockMove
from storefront import clock

both = pytest.mark.parametrize("backend", ["sqlite", "postgresql"], indirect=True)


def postgres_url() -> str | None:
    """Give the address of a PostgreSQL for tests, or None."""
    return os.environ.get("TEST_DATABASE_URL")


def make_component(db: Session, slug: str, name: str | None = None) -> Component:
    found = db.get(Component, slug)
    if found is None:
        found = Component(slug=slug, name=name or slug.replace("-", " ").capitalize())
        db.add(found)
        db.flush()
    return found


def make_product(
    db: Session,
    slug: str = "mini-foam-roller",
    *,
    sku: str = "ROLL-MINI-M",
    price_minor: int = 2400,
    stock: int | None = 10,
    components: tuple[str, ...] = (),
    **fields,
) -> Variant:
    """Make a product with one variant and its stock, and give the variant."""
    product = Product(
        slug=slug, name=fields.pop("name", slug.replace("-", " ").capitalize()),
        pictures=["product-roller"], **fields,
    )  # fmt: skip
    variant = Variant(
        sku=sku, name="Medium", price_minor=price_minor, weight_grams=400, options={}
    )
    product.variants.append(variant)
    for component in components:
        make_component(db, component)
        variant.components.append(VariantComponent(component_slug=component, quantity=1))
    db.add(product)
    db.flush()
    if stock is not None:
        set_stock(db, variant, stock)
    return variant


def set_stock(db: Session, variant: Variant, pieces: int) -> None:
    db.add(StockLevel(variant_id=variant.id, on_hand=pieces, held=0))
    if pieces:
        db.add(
            StockMove(
                variant_id=variant.id, quantity=pieces, reason="received", moved_at=clock.now()
            )
        )
    db.flush()
