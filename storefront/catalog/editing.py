"""Change a product by hand: its text, whether it is on the shelf, and a new one; one set of rules with the packs."""

from collections.abc import Collection as Several
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from storefront import clock, database
from storefront.catalog import drafts, pack_more, renaming
from storefront.catalog import pack as packs
from storefront.catalog.drafts import ChangedMeanwhile, Draft
from storefront.catalog.models import Collection, Product
from storefront.errors import Invalid

MEANWHILE = "Somebody else has saved this since you opened it. Nothing of yours is lost: compare, then save again."


def create(db: Session, name: str, slug: str, summary: str) -> Product:
    """Make a product that is on no shelf yet; without a name for addresses it is made of its name.

    Raises:
        Invalid: with a sentence for each field.
    """
    wanted = Draft({"name": name, "slug": slug or pack_more.slug_of(name), "summary": summary})
    file = drafts.checked(db, wanted, asks_safety=False).products[0]
    renaming.check_free(db, Product, file.slug)
    last = db.scalar(select(func.max(Product.position))) or 0
    made = Product(
        slug=file.slug, name=file.name, summary=file.summary, position=last + 1,
        published_at=None,
    )  # fmt: skip
    db.add(made)
    db.flush()
    return made


def save(
    db: Session, product: Product, draft: Draft, seen: str, *, pictures: Several[str]
) -> list[str]:
    """Write what a form says of a product; its variants and its days stay. Tell what has changed.

    What is on the shelf, or will be, has to say who made it.

    Raises:
        ChangedMeanwhile: somebody else has saved since the form was opened.
        Invalid: with a sentence for each field.
    """
    before = drafts.of(product)
    if seen != drafts.state(before):
        raise ChangedMeanwhile(MEANWHILE)
    wanted = drafts.checked(
        db, draft, asks_safety=product.published_at is not None, pictures=pictures
    )
    file = wanted.products[0]
    renaming.rename(db, product, file.slug)
    packs.write_text(
        product, file, {each.slug: each for each in db.scalars(select(Collection))}
    )
    product.type_slug, product.attributes = file.type, dict(file.attributes)
    pack_more.write_safety(product, file, wanted)
    db.flush()
    pack_more.spares(db, wanted)
    db.expire(product, ["spare_for", "spares"])
    after = drafts.of(product)
    return [name for name in after.product if after.product[name] != before.product[name]]


def publish(
    db: Session, product: Product, begins: datetime | None, ends: datetime | None
) -> None:
    """Put a product on the shelf, now or at a moment to come, until another if one is given.

    Raises:
        Invalid: it is not ready for buyers, or the moments make no sense.
    """
    now = clock.now()
    start = begins or (product.published_at if product.is_published else now) or now
    _check_moments(begins, ends, start, now)
    if not product.variants:
        raise Invalid("It has no variant yet, so there is nothing to buy. Add one first.")
    drafts.checked(db, drafts.of(product), asks_safety=True)
    product.published_at, product.unpublished_at = start, ends
    for moment in (start, ends):
        if moment is not None and moment > now:
            database.change_pages_at(db, moment)
    db.flush()


def _check_moments(
    begins: datetime | None, ends: datetime | None, start: datetime, now: datetime
) -> None:
    wrong = {}
    if begins is not None and begins <= now:
        wrong["begins"] = "This moment has passed: publish it now instead."
    if ends is not None and ends <= max(start, now):
        wrong["ends"] = "It must end after it begins."
    if wrong:
        raise Invalid(" ".join(wrong.values()), fields=wrong)


def hide(db: Session, product: Product) -> None:
    """Take a product off the shelf; what was ordered stays ordered."""
    product.published_at, product.unpublished_at = None, None
    db.flush()
