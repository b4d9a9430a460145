"""New names in addresses: the old one leads on for ever, and never to something else."""

from collections.abc import Sequence
from typing import Literal, TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from storefront import clock, database
from storefront.catalog.models import Collection, OldSlug, Product
from storefront.errors import Invalid

Kind = Literal["product", "collection"]
Named = TypeVar("Named", Product, Collection)


def rename(db: Session, target: Product | Collection, slug: str) -> None:
    """Give a product or collection a new name in addresses; the one it had leads to it.

    Raises:
        Invalid: the name is another's, or was once.
    """
    if slug == target.slug:
        return
    kind = _kind(type(target))
    check_free(db, type(target), slug, target.id)
    back = db.get(OldSlug, (kind, slug))
    if back is not None:  # it takes back a name that it had itself
        db.delete(back)
    db.add(OldSlug(kind=kind, slug=target.slug, target_id=target.id, at=clock.now()))
    target.slug = slug
    db.flush()
    database.raise_content_revision(db)


def check_free(
    db: Session, model: type[Product] | type[Collection], slug: str, own_id: int | None = None
) -> None:
    """Make sure that a name belongs to nobody else, now or before.

    Raises:
        Invalid: it does.
    """
    kind = _kind(model)
    taken = db.scalar(select(model.id).where(model.slug == slug))
    if taken is not None and taken != own_id:
        raise Invalid(f"{slug!r} is the name of another {kind}.", {"slug": "It is taken."})
    before = db.get(OldSlug, (kind, slug))
    if before is not None and before.target_id != own_id:
        raise Invalid(
            f"{slug!r} was the name of another {kind}, and links to it still lead there.",
            {"slug": "It was used before."},
        )


def found(db: Session, model: type[Named], slug: str, was: Sequence[str] = ()) -> Named | None:
    """Find what a file is about, under its name or one that it had, and give it its name.

    Raises:
        Invalid: the name is another's, or was once.
    """
    target = db.scalar(select(model).where(model.slug == slug))
    if target is None and was:
        target = db.scalar(select(model).where(model.slug.in_(was)).order_by(model.id))
    if target is None:
        check_free(db, model, slug)
    else:
        rename(db, target, slug)
    return target


def _kind(model: type[Product] | type[Collection]) -> Kind:
    return "product" if model is Product else "collection"


def moved_to(db: Session, kind: Kind, slug: str) -> str | None:
    """Tell the name that a product or collection of an old name has now."""
    model = Product if kind == "product" else Collection
    now = select(model.slug).join(OldSlug, OldSlug.target_id == model.id)
    return db.scalar(now.where(OldSlug.kind == kind, OldSlug.slug == slug))
