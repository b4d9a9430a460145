"""The one way to change a price: every change is kept, and a reduction is measured by what was asked before."""

from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from storefront import database
from storefront.catalog.models import PriceChange, Variant
from storefront.errors import Invalid

MOST_MINOR = 100_000_000
PERIOD = timedelta(days=30)
NO_REDUCTION = (
    "That is no reduction: within the last 30 days it was sold for that, or for less."
)


def set_price(
    db: Session, variant: Variant, minor: int, now: datetime, *, announced: bool = False
) -> None:
    """Change a price and write down that it changed; the same price again changes nothing.

    An announced reduction is shown beside the lowest price of the 30 days before it. A further one
    keeps what the first was measured by; any other change ends the announcement.

    Raises:
        Invalid: it is no amount, or no reduction although it is announced as one.
    """
    if not 0 <= minor <= MOST_MINOR:
        raise Invalid("Enter a price.", fields={"price": "Enter a price."})
    is_new = variant.id is None
    if not is_new and variant.price_minor == minor:
        return
    was = _measure(db, variant, minor, now) if announced else None
    variant.price_minor, variant.was_minor = minor, was
    db.add(variant)
    db.flush()
    db.add(PriceChange(variant_id=variant.id, price_minor=minor, at=now))
    database.raise_content_revision(db)


def lowest_before(db: Session, variant: Variant, now: datetime) -> int:
    """Tell the lowest price that a variant had in the 30 days before a moment."""
    since = now - PERIOD
    mine = PriceChange.variant_id == variant.id
    lowest = db.scalar(
        select(func.min(PriceChange.price_minor)).where(mine, PriceChange.at > since)
    )
    at_first = db.scalar(
        select(PriceChange.price_minor)
        .where(mine, PriceChange.at <= since)
        .order_by(PriceChange.at.desc(), PriceChange.id.desc())
        .limit(1)
    )
    known = [minor for minor in (lowest, at_first, variant.price_minor) if minor is not None]
    return min(known)


def _measure(db: Session, variant: Variant, minor: int, now: datetime) -> int:
    """Tell what a reduction is measured by.

    Raises:
        Invalid: it was sold for that or less, so this is no reduction.
    """
    lowest = variant.was_minor if variant.id is not None else None
    if lowest is None or minor >= variant.price_minor:
        lowest = lowest_before(db, variant, now) if variant.id is not None else minor
    if minor >= lowest:
        raise Invalid(NO_REDUCTION, fields={"price": NO_REDUCTION})
    return lowest
