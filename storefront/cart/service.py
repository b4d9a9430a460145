"""What can be done with a cart; a line is only ever found through its own visitor's cart."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ScalarSelect, delete, func, select, update
from sqlalchemy.orm import Session

from storefront import clock, tokens
from storefront.cart.models import Cart, CartLine, CartMerge, SavedLine
from storefront.catalog.models import Variant
from storefront.catalog.service import variants_by_sku
from storefront.customers.visitor import Visitor
from storefront.errors import Invalid, NotFound, Unavailable
from storefront.settings import Settings
from storefront.stock import service as stock

MOST_TRIES = 3


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


def current(cart_id: str | None) -> ScalarSelect[str]:
    """Name, inside a statement, the cart that a cookie's cart has become."""
    living = select(func.coalesce(Cart.merged_into, Cart.id))
    return living.where(Cart.id == cart_id).scalar_subquery()


def count_for(db: Session, visitor: Visitor) -> int:
    """Count the pieces in a visitor's cart."""
    pieces = select(func.coalesce(func.sum(CartLine.quantity), 0))
    mine = pieces.where(CartLine.cart_id == current(visitor.cart_id))
    return int(db.scalar(mine) or 0) if visitor.cart_id else 0


def find(db: Session, cart_id: str | None, *, lock: bool = False) -> Cart | None:
    """Find a cart, or the one that it was merged into; `lock` makes others wait.

    Raises:
        Unavailable: it was merged and parted under our hands too often.
    """
    for _try in range(MOST_TRIES):
        target = db.scalar(select(current(cart_id))) if cart_id else None
        if cart_id is None or target is None:
            return None
        found = locked(db, {cart_id, target}, lock=lock)
        own = found.get(cart_id)
        if own is None or (own.merged_into or own.id) == target:
            return found.get(target)
    raise Unavailable


def locked(db: Session, cart_ids: Collection[str], *, lock: bool = True) -> dict[str, Cart]:
    """Read carts fresh, in the order of their ids, so that two who lock never cross."""
    wanted = select(Cart).where(Cart.id.in_(cart_ids)).order_by(Cart.id)
    fresh = wanted.execution_options(populate_existing=True)
    return {cart.id: cart for cart in db.scalars(fresh.with_for_update() if lock else fresh)}


def family(db: Session, cart: Cart) -> list[str]:
    """Name a cart and those that were merged into it."""
    merged = select(Cart.id).where(Cart.merged_into == cart.id).order_by(Cart.id)
    return [cart.id, *db.scalars(merged)]


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
    cart = find(db, cart_id, lock=True) or make(db)
    before = {line.variant_id: line.quantity for line in cart.lines}
    after = {
        variant.id: _wished(before.get(variant.id, 0), wish) for variant in variants.values()
    }
    changed = {key: pieces for key, pieces in after.items() if pieces != before.get(key)}
    _check(db, cart.id, before | after, changed, settings)
    for variant in sorted(variants.values(), key=lambda each: each.id):
        if variant.id in changed:
            put(db, cart, variant, changed[variant.id], wish.for_routine)
    touch(cart, changed)
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
    db: Session,
    cart_id: str,
    lines: Mapping[int, int],
    changed: Mapping[int, int],
    settings: Settings,
) -> None:
    if len(lines) > settings.max_cart_lines:
        message = f"A cart holds at most {settings.max_cart_lines} different things."
        raise Invalid(message)
    if any(pieces > settings.max_quantity for pieces in changed.values()):
        message = f"At most {settings.max_quantity} of one thing, please."
        raise Invalid(message, fields={"quantity": message})
    found = stock.shortages(db, lines, own=stock.own_pieces(db, cart_id))
    short = [item for item in found if item.variant_id in changed]
    if short:
        raise stock.sold_out(db, short)


def make(db: Session) -> Cart:
    """Make an empty cart."""
    now = clock.now()
    cart = Cart(id=tokens.key(), created_at=now, changed_at=now, version=0)
    db.add(cart)
    db.flush()
    return cart


def put(
    db: Session, cart: Cart, variant: Variant, quantity: int, for_routine: str | None
) -> None:
    """Set the pieces of a variant in a cart; a new line is agreed on at today's price."""
    line = next((each for each in cart.lines if each.variant_id == variant.id), None)
    if line is None:
        line = CartLine(
            variant_id=variant.id, quantity=quantity, for_routine=for_routine,
            agreed_price_minor=variant.price_minor,
        )  # fmt: skip
        cart.lines.append(line)
    else:
        line.quantity = quantity
        line.for_routine = for_routine or line.for_routine
    db.flush()


def line_of(db: Session, cart_id: str | None, line_id: int) -> tuple[Cart, CartLine]:
    """Find a line through its own cart, and let others wait who would change it.

    Raises:
        NotFound: there is no such line in this cart.
    """
    cart = find(db, cart_id, lock=True)
    line = next((each for each in cart.lines if each.id == line_id), None) if cart else None
    if cart is None or line is None:
        raise NotFound("This line is no longer in your cart.")
    return cart, line


def change(
    db: Session, cart_id: str | None, line_id: int, quantity: int, settings: Settings
) -> Removed | None:
    """Set how many pieces a line has; 0 takes it out, which is told.

    Raises:
        NotFound: there is no such line in this cart.
        Invalid: more than a line may have.
        SoldOut: fewer pieces are free.
    """
    cart, line = line_of(db, cart_id, line_id)
    if quantity == line.quantity:
        return None
    if quantity == 0:
        cart.lines.remove(line)
        touch(cart, {line.variant_id: 0})
        variant = line.variant
        return Removed(variant.sku, variant.product.name, line.quantity, line.for_routine)
    lines = {each.variant_id: each.quantity for each in cart.lines}
    changed = {line.variant_id: quantity}
    _check(db, cart.id, lines | changed, changed if quantity > line.quantity else {}, settings)
    line.quantity = quantity
    touch(cart, changed)
    return None


def accept(db: Session, cart_id: str | None, line_id: int, price_minor: int) -> None:
    """Note that the buyer has seen a line's higher price and said yes to it.

    Raises:
        NotFound: there is no such line in this cart.
    """
    _cart, line = line_of(db, cart_id, line_id)
    line.agreed_price_minor = price_minor


def touch(cart: Cart, changed: Mapping[int, int]) -> None:
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
    if changed:
        cart.codes = []  # the order has used them
    touch(cart, changed)


def forget_before(db: Session, moment: datetime) -> int:
    """Drop carts that nobody has changed since; tell how many."""
    old = select(Cart.id).where(Cart.changed_at < moment).limit(1000)
    cart_ids = db.scalars(old).all()
    for part in (CartLine, SavedLine, CartMerge):
        db.execute(delete(part).where(part.cart_id.in_(cart_ids)))
    merged = update(Cart).where(Cart.merged_into.in_(cart_ids)).values(merged_into=None)
    db.execute(merged)
    db.execute(delete(Cart).where(Cart.id.in_(cart_ids)))
    return len(cart_ids)
