"""What was put aside for later: it stays with the cart, and nothing is held for it."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from storefront import clock
from storefront.cart import service
from storefront.cart.models import Cart, SavedLine
from storefront.cart.service import Wish
from storefront.catalog.models import Variant
from storefront.errors import Invalid, NotFound
from storefront.settings import Settings


def of(db: Session, cart_id: str | None) -> Sequence[SavedLine]:
    """List what was put aside, oldest first."""
    mine = select(SavedLine).where(SavedLine.cart_id == service.current(cart_id))
    whole = mine.options(joinedload(SavedLine.variant).joinedload(Variant.product))
    return db.scalars(whole.order_by(SavedLine.id)).all() if cart_id else []


def put_aside(db: Session, cart_id: str | None, line_id: int, settings: Settings) -> str:
    """Move a line from the cart to the list for later; tell its name.

    Raises:
        NotFound: there is no such line in this cart.
        Invalid: the list is full.
    """
    cart, line = service.line_of(db, cart_id, line_id)
    if len(cart.saved) >= settings.max_cart_lines:
        message = f"The list for later holds at most {settings.max_cart_lines} things."
        raise Invalid(message)
    keep(cart, line.variant_id, line.quantity, line.for_routine)
    name = line.variant.product.name
    cart.lines.remove(line)
    service.touch(cart, {line.variant_id: 0})
    db.flush()
    return name


def keep(cart: Cart, variant_id: int, quantity: int, for_routine: str | None) -> None:
    """Note something for later; what is there already keeps the larger quantity."""
    known = next((each for each in cart.saved if each.variant_id == variant_id), None)
    if known is not None:
        known.quantity = max(known.quantity, quantity)
        return
    cart.saved.append(
        SavedLine(
            variant_id=variant_id, quantity=quantity, for_routine=for_routine,
            saved_at=clock.now(),
        )
    )  # fmt: skip


def move_back(db: Session, cart_id: str | None, saved_id: int, settings: Settings) -> str:
    """Put something from the list back in the cart, at today's price; tell what happened.

    Raises:
        NotFound: it is not on this cart's list.
        Invalid: it is not sold any more, or the cart is full.
        SoldOut: fewer pieces are free.
    """
    cart, line = _found(db, cart_id, saved_id)
    in_cart = {each.variant_id for each in cart.lines}
    more = 1 if line.variant_id in in_cart else line.quantity
    wish = Wish((line.variant.sku,), more, line.for_routine)
    _cart, told = service.add(db, cart.id, wish, settings)
    cart.saved.remove(line)
    db.flush()
    return told


def forget(db: Session, cart_id: str | None, saved_id: int) -> str:
    """Take something off the list; tell its name.

    Raises:
        NotFound: it is not on this cart's list.
    """
    cart, line = _found(db, cart_id, saved_id)
    name = line.variant.product.name
    cart.saved.remove(line)
    db.flush()
    return name


def _found(db: Session, cart_id: str | None, saved_id: int) -> tuple[Cart, SavedLine]:
    cart = service.find(db, cart_id, lock=True)
    line = next((each for each in cart.saved if each.id == saved_id), None) if cart else None
    if cart is None or line is None:
        raise NotFound("This is no longer on your list.")
    return cart, line
