"""A cart as a link: what is in it is shown first, and put in by a press.

What is in the cart already stays; of the same thing the larger number counts, so that pressing twice adds nothing.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from storefront.cart import service
from storefront.cart.models import Cart
from storefront.catalog.models import Variant
from storefront.catalog.service import variants_by_sku
from storefront.errors import Invalid
from storefront.settings import Settings
from storefront.stock import service as stock


@dataclass(frozen=True)
class Wished:
    """Some pieces of one SKU."""

    sku: str
    quantity: int
    for_routine: str | None = None


@dataclass(frozen=True)
class Offered:
    """What of a wish can be had now; `quantity` is 0 when it is sold out."""

    variant: Variant
    wished: int
    quantity: int
    for_routine: str | None


@dataclass(frozen=True)
class Offer:
    """What a link holds, and in sentences what of it cannot be had."""

    lines: tuple[Offered, ...]
    missing: tuple[str, ...]

    @property
    def pieces(self) -> int:
        """Count what can be had."""
        return sum(line.quantity for line in self.lines)


def held(db: Session, cart_id: str | None) -> list[Wished]:
    """Tell what is in a cart."""
    cart = service.find(db, cart_id)
    lines = cart.lines if cart else []
    return [Wished(line.variant.sku, line.quantity, line.for_routine) for line in lines]


def look(
    db: Session, wishes: Sequence[Wished], settings: Settings, before: Mapping[int, int] = {}
) -> Offer:
    """Tell what of some wishes can be had now, beside what a cart has already."""
    wanted = {wish.sku: wish for wish in wishes}
    variants = variants_by_sku(db, wanted)
    asked = {
        variants[sku].id: max(before.get(variants[sku].id, 0), wish.quantity)
        for sku, wish in wanted.items() if sku in variants
    }  # fmt: skip
    had = _had(db, asked, before, settings)
    lines = tuple(
        Offered(variants[sku], wish.quantity, had[variants[sku].id], wish.for_routine)
        for sku, wish in wanted.items() if sku in variants
    )  # fmt: skip
    unknown = [
        f"{sku} is not sold here, or not any more." for sku in wanted if sku not in variants
    ]
    return Offer(
        lines, (*unknown, *(_short(line) for line in lines if line.quantity < line.wished))
    )


def _had(
    db: Session, asked: Mapping[int, int], before: Mapping[int, int], settings: Settings
) -> dict[int, int]:
    """Lower the wishes to what is there, one after the other where they share pieces."""
    had = dict(before)
    for variant_id, pieces in asked.items():
        if variant_id not in had and len(had) >= settings.max_cart_lines:
            continue
        had[variant_id] = min(pieces, settings.max_quantity)
        short = {item.variant_id: item.left for item in stock.shortages(db, had)}
        if variant_id in short:
            had[variant_id] = max(before.get(variant_id, 0), short[variant_id])
        if not had[variant_id]:
            del had[variant_id]
    return {variant_id: had.get(variant_id, 0) for variant_id in asked}


def _short(line: Offered) -> str:
    name = line.variant.product.name
    if line.quantity == 0:
        return f"{name} is sold out, or does not fit in your cart."
    return f"Only {line.quantity} of {name} can be had."


def put_in(
    db: Session, cart_id: str | None, wishes: Sequence[Wished], settings: Settings
) -> tuple[Cart, str]:
    """Put what can be had in the cart, making one if need be; tell in sentences what happened.

    Raises:
        Invalid: nothing of it can be had.
    """
    cart = service.find(db, cart_id, lock=True)
    before = {line.variant_id: line.quantity for line in cart.lines} if cart else {}
    offer = look(db, wishes, settings, before)
    if not offer.pieces:
        raise Invalid(" ".join(offer.missing) or "There is nothing in this link.")
    cart = cart or service.make(db)
    changed = {}
    for line in sorted(offer.lines, key=lambda each: each.variant.id):
        if line.quantity > before.get(line.variant.id, 0):
            service.put(db, cart, line.variant, line.quantity, line.for_routine)
            changed[line.variant.id] = line.quantity
    service.touch(cart, changed)
    done = "It is in your cart." if changed else "All of it is in your cart already."
    return cart, " ".join((done, *offer.missing))
