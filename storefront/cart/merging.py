"""Put the carts of one proven address together, and take that back for a day.

The rule: of what both carts have, the larger number counts and never the sum, since the same wish on two devices is
one wish. What does not fit into one cart is put aside for later. Nothing is asked of stock or prices here: the
cart says what is wrong with it. A cart that was claimed for another address is left alone.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from storefront import clock
from storefront.cart import saved, service
from storefront.cart.models import Cart, CartLine, CartMerge, SavedLine
from storefront.catalog.models import Variant
from storefront.settings import Settings

KEPT = timedelta(days=1)


@dataclass(frozen=True)
class Joined:
    """The cart that a visitor has now, and how many pieces came into it from elsewhere."""

    cart_id: str
    pieces: int


def others(db: Session, cart_id: str | None, email: str) -> list[str]:
    """Name the carts of an address beside this one, the one changed last first."""
    here = service.find(db, cart_id)
    of_address = select(Cart.id).where(Cart.email == email, Cart.merged_into.is_(None))
    if here is not None:
        if here.email not in (None, email):
            return []
        of_address = of_address.where(Cart.id != here.id)
    return list(db.scalars(of_address.order_by(Cart.changed_at.desc(), Cart.id)))


def join(db: Session, cart_id: str | None, email: str, settings: Settings) -> Joined | None:
    """Claim a visitor's cart for an address, and put the address's other carts into it.

    A visitor without a cart gets the one changed last. Doing it again changes nothing.
    """
    names = others(db, cart_id, email)
    here = service.find(db, cart_id)
    target = here.id if here else next(iter(names), None)
    if target is None:
        return None
    found = service.locked(db, {target, *names})
    cart = found.get(target)
    if cart is None or cart.merged_into or cart.email not in (None, email):
        return None  # somebody else was faster, or it is somebody else's
    cart.email = email
    rest = [found[name] for name in names if name != target and name in found]
    mine = [each for each in rest if each.merged_into is None and each.email == email]
    return Joined(target, _merge(db, cart, mine, settings))


def _merge(db: Session, cart: Cart, rest: Sequence[Cart], settings: Settings) -> int:
    pieces, kept = _pieces(cart.lines), _pieces(cart.saved)
    before = {other.id: _snapshot(db, other) for other in rest}
    for other in rest:
        _pour(db, other, cart, settings)
    added, put_aside = _more(_pieces(cart.lines), pieces), _more(_pieces(cart.saved), kept)
    if any(each["lines"] or each["saved"] for each in before.values()):
        merge = CartMerge(cart_id=cart.id, before=before, made_at=clock.now())
        merge.added = {"lines": added, "saved": put_aside}
        db.add(merge)
    service.touch(cart, {int(key): number for key, number in added.items()})
    db.flush()
    return sum(added.values()) + sum(put_aside.values())


def _pieces(lines: Sequence[CartLine] | Sequence[SavedLine]) -> dict[int, int]:
    return {line.variant_id: line.quantity for line in lines}


def _more(after: dict[int, int], before: dict[int, int]) -> dict[str, int]:
    """Tell how many came; JSON has only texts as keys."""
    return {
        str(key): number - before.get(key, 0)
        for key, number in after.items()
        if number > before.get(key, 0)
    }


def _snapshot(db: Session, cart: Cart) -> dict[str, Any]:
    followers = select(Cart.id).where(Cart.merged_into == cart.id).order_by(Cart.id)
    return {
        "lines": [
            [each.variant_id, each.quantity, each.for_routine, each.agreed_price_minor]
            for each in cart.lines
        ],
        "saved": [[each.variant_id, each.quantity, each.for_routine] for each in cart.saved],
        "codes": list(cart.codes),
        "followers": list(db.scalars(followers)),
    }


def _pour(db: Session, other: Cart, cart: Cart, settings: Settings) -> None:
    """Move all that is in another cart into this one; whoever has the other one has this one now."""
    mine = {line.variant_id: line for line in cart.lines}
    for line in list(other.lines):
        known = mine.get(line.variant_id)
        if known is not None:
            known.quantity = max(known.quantity, line.quantity)
        elif len(cart.lines) < settings.max_cart_lines:
            cart.lines.append(_copy(line))
        else:
            saved.keep(cart, line.variant_id, line.quantity, line.for_routine)
    for kept in list(other.saved):
        saved.keep(cart, kept.variant_id, kept.quantity, kept.for_routine)
    cart.codes = cart.codes or other.codes
    other.lines, other.saved, other.codes = [], [], []
    other.merged_into, other.version = cart.id, other.version + 1
    followed = update(Cart).where(Cart.merged_into == other.id)
    db.execute(
        followed.values(merged_into=cart.id).execution_options(synchronize_session=False)
    )
    db.flush()


def _copy(line: CartLine) -> CartLine:
    return CartLine(
        variant_id=line.variant_id, quantity=line.quantity, for_routine=line.for_routine,
        agreed_price_minor=line.agreed_price_minor,
    )  # fmt: skip


def last(db: Session, cart_id: str | None, now: datetime) -> CartMerge | None:
    """Find the merge of a cart that can still be undone."""
    made = select(CartMerge).where(
        CartMerge.cart_id == service.current(cart_id), CartMerge.undone_at.is_(None),
        CartMerge.made_at > now - KEPT,
    )  # fmt: skip
    newest = made.order_by(CartMerge.id.desc()).limit(1)
    return db.scalar(newest.execution_options(populate_existing=True)) if cart_id else None


def undo(db: Session, cart_id: str | None) -> bool:
    """Take the last merge back: what came goes back, what was changed since stays; tell if done.

    The carts that came are not claimed any more, so that they are not merged at the next moment again.
    """
    merge = last(db, cart_id, clock.now())
    if merge is None:
        return False
    found = service.locked(db, {merge.cart_id, *merge.before})
    db.refresh(merge)
    cart = found.get(merge.cart_id)
    if merge.undone_at is not None or cart is None:
        return False
    _take_away(cart.lines, merge.added["lines"])
    _take_away(cart.saved, merge.added["saved"])
    known = _known(db, merge.before)
    for name, was in merge.before.items():
        if name in found and found[name].merged_into == cart.id:
            _give_back(db, found[name], cart, was, known)
    merge.undone_at = clock.now()
    service.touch(cart, {0: 1})
    db.flush()
    return True


def _take_away(lines: list[Any], added: dict[str, int]) -> None:
    for line in list(lines):
        rest = line.quantity - added.get(str(line.variant_id), 0)
        if rest > 0:
            line.quantity = rest
        else:
            lines.remove(line)


def _known(db: Session, before: dict[str, Any]) -> set[int]:
    """Name the variants that still exist."""
    wanted = {line[0] for was in before.values() for line in (*was["lines"], *was["saved"])}
    return set(db.scalars(select(Variant.id).where(Variant.id.in_(wanted))))


def _give_back(
    db: Session, other: Cart, cart: Cart, was: dict[str, Any], known: set[int]
) -> None:
    other.merged_into, other.email = None, None
    for variant_id, quantity, for_routine, agreed_minor in was["lines"]:
        if variant_id in known:
            other.lines.append(
                CartLine(
                    variant_id=variant_id, quantity=quantity, for_routine=for_routine,
                    agreed_price_minor=agreed_minor,
                )
            )  # fmt: skip
    for variant_id, quantity, for_routine in was["saved"]:
        if variant_id in known:
            saved.keep(other, variant_id, quantity, for_routine)
    other.codes = was["codes"]
    service.touch(other, {0: 1})
    back = update(Cart).where(Cart.id.in_(was["followers"]), Cart.merged_into == cart.id)
    db.execute(back.values(merged_into=other.id).execution_options(synchronize_session=False))


def keep(db: Session, cart_id: str | None) -> None:
    """Let the last merge be: it cannot be undone any more."""
    merge = last(db, cart_id, clock.now())
    if merge is not None:
        db.delete(merge)


def forget(db: Session, now: datetime) -> int:
    """Drop what can no longer be undone; tell how many."""
    old = delete(CartMerge).where(CartMerge.made_at < now - KEPT)
    return int(getattr(db.execute(old), "rowcount", 0))
