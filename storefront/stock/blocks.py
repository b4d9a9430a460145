"""A sale block: whatever lies on the shelf, a blocked variant is sold to nobody until it is lifted."""

from collections.abc import Iterable

from sqlalchemy.orm import Session

from storefront import database
from storefront.catalog.models import Variant
from storefront.errors import Invalid
from storefront.stock import levels


def block(db: Session, variant_id: int, reason: str) -> None:
    """Stop the sale of a variant and of every kit that holds it; buyers read the reason.

    What is held for a payment under way stays held: its order is found by whoever recalls.

    Raises:
        Invalid: no reason is given.
    """
    if not reason.strip():
        raise Invalid("Say why it is not sold: buyers read it.", {"reason": "Say why."})
    _set(db, variant_id, is_blocked=True, reason=reason.strip()[:400])


def take(db: Session, variant_ids: Iterable[int]) -> None:
    """Take all the shelves that are to be blocked, before the first is: so buyers take them too."""
    levels.shelf(db, levels.explode(db, dict.fromkeys(variant_ids, 1)), lock=True)


def unblock(db: Session, variant_id: int) -> None:
    """Let a variant be sold again."""
    _set(db, variant_id, is_blocked=False, reason="")


def _set(db: Session, variant_id: int, *, is_blocked: bool, reason: str) -> None:
    """Write it while the levels are taken, so that nobody holds a piece at the same moment."""
    take(db, [variant_id])
    variant = db.get_one(Variant, variant_id)
    variant.is_blocked, variant.blocked_reason = is_blocked, reason
    db.flush()
    database.raise_content_revision(db)
