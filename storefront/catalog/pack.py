"""Load a catalogue pack: what the files say is written, what they do not say is left alone."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from storefront import clock
from storefront.catalog import pack_more, prices, renaming
from storefront.catalog.kinds import Attribute
from storefront.catalog.models import (
    Collection,
    Component,
    KitItem,
    Product,
    ProductType,
    Variant,
    VariantComponent,
)
from storefront.catalog.pack_checks import Known
from storefront.catalog.pack_files import read
from storefront.catalog.pack_models import Pack, PreorderFile, ProductFile, VariantFile
from storefront.errors import Invalid


@dataclass
class Loaded:
    """What a pack brought: how many products and variants, and the stock of new variants."""

    products: int = 0
    variants: int = 0
    first_stock: dict[str, int] = field(default_factory=dict)  # SKU to pieces, new ones only
    preorders: dict[str, PreorderFile] = field(default_factory=dict)  # by SKU


def load(db: Session, folder: Path) -> Loaded:
    """Write a catalogue folder; loading it again changes nothing.

    Raises:
        Invalid: names the file, the field and the reason of everything that is wrong.
    """
    return write(db, read(folder))


def write(db: Session, pack: Pack) -> Loaded:
    """Write products and what they stand on; writing them again changes nothing.

    Raises:
        Invalid: a SKU or a name in addresses belongs to another product of the shop.
    """
    shelves = _collections(db, pack)
    _components(db, pack)
    _types(db, pack)
    loaded = Loaded()
    known = {variant.sku: variant for variant in db.scalars(select(Variant))}
    for file in pack.products:
        _product(db, file, shelves, known, loaded)
        pack_more.fill(db, file, pack)
    pack_more.spares(db, pack)
    _kits(db, pack, known)
    db.flush()
    return loaded


def known(db: Session) -> Known:
    """Tell what a file may point at without bringing it."""
    kits = set(db.scalars(select(KitItem.kit_id)))
    return Known(
        collections=db.scalars(select(Collection.slug)).all(),
        components=db.scalars(select(Component.slug)).all(),
        products=db.scalars(select(Product.slug)).all(),
        types={
            each.slug: [Attribute.read(stored) for stored in each.attributes]
            for each in db.scalars(select(ProductType))
        },
        skus={sku: key in kits for key, sku in db.execute(select(Variant.id, Variant.sku))},
    )


def _collections(db: Session, pack: Pack) -> dict[str, Collection]:
    known = {each.slug: each for each in db.scalars(select(Collection))}
    for file in pack.collections:
        shelf = renaming.found(db, Collection, file.slug, file.was) or Collection(
            slug=file.slug
        )
        shelf.name, shelf.summary, shelf.position = file.name, file.summary, file.position
        db.add(shelf)
        known[file.slug] = shelf
    db.flush()
    for file in pack.collections:
        known[file.slug].parent = known[file.parent] if file.parent else None
    return known


def _components(db: Session, pack: Pack) -> None:
    for file in pack.components:
        component = db.get(Component, file.slug) or Component(slug=file.slug)
        component.name, component.note = file.name, file.note
        db.add(component)
    db.flush()


def _types(db: Session, pack: Pack) -> None:
    for file in pack.types:
        kind = db.get(ProductType, file.slug) or ProductType(slug=file.slug)
        kind.name = file.name
        kind.attributes = [each.model_dump(mode="json") for each in file.attributes]
        db.add(kind)
    db.flush()


def _product(
    db: Session, file: ProductFile, shelves: dict[str, Collection], known: dict[str, Variant], loaded: Loaded
) -> None:  # fmt: skip
    product = renaming.found(db, Product, file.slug, file.was) or Product(slug=file.slug)
    write_text(product, file, shelves)
    db.add(product)
    loaded.products += 1
    for position, each in enumerate(file.variants):
        _variant(db, product, each, position, known, loaded)
    db.flush()


def write_text(product: Product, file: ProductFile, shelves: Mapping[str, Collection]) -> None:
    """Write what a file says of a product as a whole, and hang it on its shelves."""
    plain = file.model_dump(include={"name", "summary", "position", "pressure", "tax_category"})
    plain |= {
        "description": file.description.strip(), "not_for": file.not_for.strip(), "care": file.care.strip(),
        "actions": list(file.actions), "pictures": list(file.pictures), "facts": dict(file.facts),
        "search_terms": list(file.search_terms), "questions": [each.model_dump() for each in file.questions],
    }  # fmt: skip
    for name, value in plain.items():
        setattr(product, name, value)
    product.collections = sorted(
        (shelves[slug] for slug in file.collections), key=lambda each: each.position
    )


def _variant(
    db: Session,
    product: Product,
    file: VariantFile,
    position: int,
    known: dict[str, Variant],
    loaded: Loaded,
) -> None:
    variant = known.get(file.sku)
    if variant is None:
        variant = known[file.sku] = Variant(sku=file.sku)
        product.variants.append(variant)
        if not file.kit:
            loaded.first_stock[file.sku] = file.stock or 0
    elif variant.product is not product:
        message = f"{product.slug}: {file.sku!r} belongs to {variant.product.slug}"
        raise Invalid(message)
    if file.preorder:
        loaded.preorders[file.sku] = file.preorder
    variant.position = position
    write_variant(variant, file)
    prices.set_price(db, variant, file.price_minor, clock.now())
    loaded.variants += 1


def write_variant(variant: Variant, file: VariantFile) -> None:
    """Write what a file says of a variant, besides its price and its address."""
    variant.name, variant.options = file.name, dict(file.options)
    variant.weight_grams = file.weight_grams
    brought = {each.component_slug: each for each in variant.components}
    for part in file.components:
        entry = brought.get(part.slug) or VariantComponent(component_slug=part.slug)
        entry.quantity = part.quantity
        brought[part.slug] = entry
    wanted = {part.slug for part in file.components}
    variant.components = [entry for slug, entry in brought.items() if slug in wanted]


def _kits(db: Session, pack: Pack, known: dict[str, Variant]) -> None:
    for file in (each for product in pack.products for each in product.variants):
        write_kit(known[file.sku], {known[part.sku].id: part.quantity for part in file.kit})
        db.add(known[file.sku])


def write_kit(kit: Variant, wanted: Mapping[int, int]) -> None:
    """Write what a kit holds: variants with their pieces; nothing makes it no kit."""
    held = {item.item_id: item for item in kit.kit_items}
    for item_id, quantity in wanted.items():
        entry = held.get(item_id) or KitItem(item_id=item_id)
        entry.quantity = quantity
        held[item_id] = entry
    kit.kit_items = [item for item_id, item in held.items() if item_id in wanted]
