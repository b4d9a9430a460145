"""Whether what was bought opens a film, and where: a plugin knows, the order only asks."""

from sqlalchemy.orm import Session

from storefront.hooks import PackedGoods
from storefront.orders.models import Order
from storefront.plugins import Hooks


def first_film(db: Session, order: Order, hooks: Hooks) -> str:
    """Give the path of a page with a film that the order opens, below the shop's prefix; empty for none."""
    goods = [
        PackedGoods(line.sku, tuple(line.components), line.for_routine)
        for line in order.lines
        if line.components and line.refunded_quantity < line.quantity
    ]
    notes = hooks.packing_notes(db, goods) if goods else []
    return next((note.film for note in notes if note.film), "")
