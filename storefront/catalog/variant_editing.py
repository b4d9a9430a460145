"""Change variants by hand, held to the same rules as those of a pack."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from storefront import clock
from storefront.catalog import drafts, pack, pack_more, prices
from storefront.catalog.drafts import ChangedMeanwhile
from storefront.catalog.editing import MEANWHILE
from storefront.catalog.models import Product, Variant
from storefront.catalog.pack_models import VariantFile
from storefront.errors import Invalid

TAKEN = "Another variant has this SKU."


def add(db: Session, product: Product, data: Mapping[str, Any]) -> Variant:
    """Give a product one more variant, behind the others; what a kit holds is not written here.

    Raises:
        Invalid: with a sentence for each field.
    """
    sku = str(data.get("sku", ""))
    taken = db.scalar(select(Variant.id).where(Variant.sku == sku))
    if taken is not None:
        raise Invalid(TAKEN, {"sku": TAKEN})
    file = _checked(db, product, len(product.variants), _addressed(product, data, None))
    variant = Variant(sku=file.sku, slug=file.slug, position=_behind(product))
    variant.attributes = dict(file.attributes)
    pack.write_variant(variant, file)
    product.variants.append(variant)
    prices.set_price(db, variant, file.price_minor, clock.now())
    return variant


def save(db: Session, variant: Variant, data: Mapping[str, Any], seen: str) -> None:
    """Write what a form says of a variant; its SKU, its price and what a kit holds are not written here.

    Raises:
        ChangedMeanwhile: somebody else has saved since the form was opened.
        Invalid: with a sentence for each field.
    """
    if seen != state(variant):
        raise ChangedMeanwhile(MEANWHILE)
    product = variant.product
    own = {**data, "sku": variant.sku, "price_minor": variant.price_minor}
    index = product.variants.index(variant)
    file = _checked(db, product, index, _addressed(product, own, variant))
    variant.slug, variant.attributes = file.slug or variant.slug, dict(file.attributes)
    pack.write_variant(variant, file)
    db.flush()


def state(variant: Variant) -> str:
    """Name the state of a variant without its price."""
    return drafts.mark(drafts.variant_data(variant), besides=("price_minor",))


def move(db: Session, variant: Variant, step: int) -> None:
    """Put a variant one place before (-1) or behind (1) where it stands."""
    row = sorted(variant.product.variants, key=lambda each: (each.position, each.id))
    at = row.index(variant)
    to = at + step
    if 0 <= to < len(row):
        row[at], row[to] = row[to], row[at]
    for position, each in enumerate(row):
        each.position = position
    db.flush()


def _behind(product: Product) -> int:
    return max((each.position for each in product.variants), default=-1) + 1


def _addressed(
    product: Product, data: Mapping[str, Any], own: Variant | None
) -> dict[str, Any]:
    """Name a variant in addresses by its own wish, else by its name, else by its SKU."""
    others = {each.slug for each in product.variants if each is not own}
    made = pack_more.slug_of(str(data.get("name", "")))
    usual = made if made and made not in others else str(data["sku"]).lower()
    return {**data, "slug": data.get("slug") or usual}


def _checked(db: Session, product: Product, index: int, data: Mapping[str, Any]) -> VariantFile:
    """Hold a variant to the rules within its product; what was wrong before is not its fault.

    Raises:
        Invalid: with a sentence for each field.
    """
    draft = drafts.of(product)
    _, before = drafts.problems(db, draft, asks_safety=False)
    variants = list(draft.product["variants"])
    variants[index : index + 1] = [data]
    draft.product["variants"] = variants
    made, after = drafts.problems(db, draft, asks_safety=False)
    own = f"variants.{index}."
    wrong = {
        _place(name.removeprefix(own)): sentence
        for name, sentence in after.items()
        if name.startswith(own) or name not in before
    }
    if wrong:
        raise Invalid(" ".join(wrong.values()), fields=wrong)
    return made.products[0].variants[index] if made else VariantFile.model_validate(data)


def _place(name: str) -> str:
    return name if name.startswith("attributes.") else name.split(".")[0]
