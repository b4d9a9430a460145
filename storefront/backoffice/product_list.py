"""Products as the backoffice looks for them: on the shelf or not, by collection, by words."""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session

from storefront import clock
from storefront.catalog.models import Collection, Product, ProductCollection, Variant

SHOWN = {
    "": "All", "published": "Published", "scheduled": "Scheduled", "hidden": "Hidden",
    "blocked": "With a block",
}  # fmt: skip
STATES = {
    "published": ("Published", "ok"), "scheduled": ("Scheduled", "busy"),
    "hidden": ("Hidden", "plain"),
}  # fmt: skip


@dataclass(frozen=True)
class Wanted:
    """What somebody looks for; empty means everything."""

    show: str = ""
    collection: str = ""
    words: str = ""


@dataclass(frozen=True)
class Found:
    """A product in the list, with its variants counted."""

    product: Product
    variants: int
    blocked: int
    from_minor: int | None
    to_minor: int | None


def state(product: Product) -> str:
    """Tell whether a product is published, scheduled or hidden."""
    if product.is_published:
        return "published"
    begins = product.published_at
    return "scheduled" if begins is not None and begins > clock.now() else "hidden"


def count(db: Session, wanted: Wanted) -> int:
    """Count what is found."""
    return db.scalar(select(func.count()).select_from(Product).where(*_conditions(wanted))) or 0


def found(db: Session, wanted: Wanted, *, skip: int, most: int) -> list[Found]:
    """Find products in one statement, in the shop's order."""
    mine = Variant.product_id == Product.id
    figures = (
        func.count(), func.min(Variant.price_minor), func.max(Variant.price_minor),
    )  # fmt: skip
    blocked = select(func.count()).where(mine, Variant.is_blocked).scalar_subquery()
    several = [
        select(each).where(mine).select_from(Variant).scalar_subquery() for each in figures
    ]
    query = (
        select(Product, several[0], blocked, several[1], several[2])
        .where(*_conditions(wanted))
        .order_by(Product.position, Product.id).offset(skip).limit(most)
    )  # fmt: skip
    return [Found(*row) for row in db.execute(query)]


def _conditions(wanted: Wanted) -> list[ColumnElement[bool]]:
    narrowed = _shown(wanted.show)
    if wanted.collection:
        there = (
            select(ProductCollection.product_id)
            .join(Collection, Collection.id == ProductCollection.collection_id)
            .where(Collection.slug == wanted.collection)
        )
        narrowed.append(Product.id.in_(there))
    if wanted.words:
        skus = select(Variant.product_id).where(
            Variant.sku.icontains(wanted.words, autoescape=True)
        )
        names = (Product.name, Product.slug)
        like = (each.icontains(wanted.words, autoescape=True) for each in names)
        narrowed.append(or_(*like, Product.id.in_(skus)))
    return narrowed


def _shown(show: str) -> list[ColumnElement[bool]]:
    now = clock.now()
    later = Product.published_at > now
    over = and_(Product.unpublished_at.is_not(None), Product.unpublished_at <= now)
    blocked = select(Variant.product_id).where(Variant.is_blocked)
    known: dict[str, ColumnElement[bool]] = {
        "published": Product.is_published,  # type: ignore[dict-item]
        "scheduled": later,
        "hidden": or_(Product.published_at.is_(None), over),
        "blocked": Product.id.in_(blocked),
    }
    return [known[show]] if show in known else []
