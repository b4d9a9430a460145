"""What can be done with a cart; a line is only ever found through its own visitor's cart."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from storefront import clock, tokens
from storefront.cart.models import Cart, CartLine
from storefront.catalog.models import Variant
from storefront.catalog.service import variants_by_sku
from storefront.customers.visitor import Visitor
from storefront.errors import Invalid, NotFound
from storefront.settings import Settings
from storefront.stock import service as stock


@dataclass(frozen=True)
class Wish:
    """What somebody wants to put in the cart; without a quantity only what is missing."""

    skus: tuple[str, ...]
    quantity: int | None = None
    for_routine: str | None = None


@dataclass(frozen=True)
class Removed:
    """What was taken out of a cart, so that it can be put back."""

    sku: str
    name: str
    quantity: int
    for_routine: str | None


def count_for(db: Session, visitor: Visitor) -> int:
    """Count the pieces in a visitor's cart."""
    pieces = select(func.coalesce(func.sum(CartLine.quantity), 0))
    return int(db.scalar(pieces.where(CartLine.cart_id == visitor.cart_id)) or 0)


def find(db: Session, cart_id: str | None, *, lock: bool = False) -> Cart | None:
    """Find a cart; `lock` makes others wait who would change it."""
    wanted = select(Cart).where(Cart.id == cart_id).execution_options(populate_existing=True)
    return db.scalar(wanted.with_for_update() if lock else wanted) if cart_id else None


def add(db: Session, cart_id: str | None, wish: Wish, settings: Settings) -> tuple[Cart, str]:
    """Put a wish in the cart, making one if need be; tell in a sentence what happened.

    Raises:
        Invalid: there is no such thing, or it would be too much for one cart.
        SoldOut: fewer pieces are free.
    """
    variants = variants_by_sku(db, wish.skus)
    missing = set(wish.skus) - set(variants)
    if missing or not wish.skus:
        raise Invalid("This is not sold here, or not any more.")
    cart = find(db, cart_id, lock=True) or _new(db)
    before = {line.variant_id: line.quantity for line in cart.lines}
    after = {
        variant.id: _wished(before.get(variant.id, 0), wish) for variant in variants.values()
    }
    changed = {key: pieces for key, pieces in after.items() if pieces != before.get(key)}
    _check(db, before | after, changed, settings)
    for variant_id in sorted(changed):
        _put(db, cart, variant_id, changed[variant_id], wish.for_routine)
    _touch(cart, changed)
    return cart, _told([variant for variant in variants.values() if variant.id in changed])


def _wished(before: int, wish: Wish) -> int:
    """Tell how many pieces there should be: more when a number was asked, else at least one."""
    if wish.quantity is not None:
        return before + wish.quantity
    only_missing = wish.for_routine is not None or len(wish.skus) > 1
    return max(before, 1) if only_missing else before + 1


def _told(added: Sequence[Variant]) -> str:
    names = " and ".join(variant.product.name for variant in added)
    verb = "is" if len(added) == 1 else "are"
    return f"{names} {verb} in your cart." if added else "All of it is in your cart already."


def _check(
    db: Session, lines: Mapping[int, int], changed: Mapping[int, int], settings: Settings
) -> None:
    if len(lines) > settings.max_cart_lines:
        message = f"A cart holds at most {settings.max_cart_lines} different things."
        raise Invalid(message)
    if any(pieces > settings.max_quantity for pieces in changed.values()):
        message = f"At most {settings.max_quantity} of one thing, please."
        raise Invalid(message, fields={"quantity": message})
    short = [item for item in stock.shortages(db, lines) if item.variant_id in changed]
    if short:
        raise stock.sold_out(db, short)


def _new(db: Session) -> Cart:
    now = clock.now()
    cart = Cart(id=tokens.key(), created_at=now, changed_at=now, version=0)
    db.add(cart)
    db.flush()
    return cart


def _put(
    db: Session, cart: Cart, variant_id: int, quantity: int, for_routine: str | None
) -> None:
    line = next((each for each in cart.lines if each.variant_id == variant_id), None)
    if line is None:
        cart.lines.append(
            CartLine(variant_id=variant_id, quantity=quantity, for_routine=for_routine)
        )
    else:
        line.quantity = quantity
        line.for_routine = for_routine or line.for_routine
    db.flush()


def change(
    db: Session, cart_id: str | None, line_id: int, quantity: int, settings: Settings
) -> Removed | None:
    """Set how many pieces a line has; 0 takes it out, which is told.

    Raises:
        NotFound: there is no such line in this cart.
        Invalid: more than a line may have.
        SoldOut: fewer pieces are free.
    """
    cart = find(db, cart_id, lock=True)
    line = next((each for each in cart.lines if each.id == line_id), None) if cart else None
    if cart is None or line is None:
        raise NotFound("This line is no longer in your cart.")
    if quantity == 0:
        cart.lines.remove(line)
        _touch(cart, {line.variant_id: 0})
        variant = line.variant
        return Removed(variant.sku, variant.product.name, line.quantity, line.for_routine)
    if quantity != line.quantity:
        lines = {each.variant_id: each.quantity for each in cart.lines}
        changed = {line.variant_id: quantity}
        _check(db, lines | changed, changed if quantity > line.quantity else {}, settings)
        line.quantity = quantity
        _touch(cart, changed)
    return None


def _touch(cart: Cart, changed: Mapping[int, int]) -> None:
    """Give a changed cart a new version: an order knows for which version it was placed."""
    if changed:
        cart.version += 1
        cart.changed_at = clock.now()


def take_out(db: Session, cart_id: str | None, bought: Mapping[int, int]) -> None:
    """Take what was bought out of a cart, by variant; what came into it since stays."""
    cart = find(db, cart_id, lock=True)
    if cart is None:
        return
    changed = {}
    for line in [each for each in cart.lines if each.variant_id in bought]:
        changed[line.variant_id] = max(0, line.quantity - bought[line.variant_id])
        if changed[line.variant_id]:
            line.quantity = changed[line.variant_id]
        else:
            cart.lines.remove(line)
    _touch(cart, changed)


def forget_before(db: Session, moment: datetime) -> int:
    """Drop carts that nobody has changed since; tell how many."""
    old = select(Cart.id).where(Cart.changed_at < moment).limit(1000)
    cart_ids = db.scalars(old).all()
    db.execute(delete(CartLine).where(CartLine.cart_id.in_(cart_ids)))
    db.execute(delete(Cart).where(Cart.id.in_(cart_ids)))
    return len(cart_ids)
