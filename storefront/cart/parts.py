"""Which components a cart would bring, for plugins that offer only what is missing."""

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from storefront.cart.models import CartLine
from storefront.cart.service import current
from storefront.catalog.models import KitItem, VariantComponent


def cart_components(db: Session, cart_id: str) -> frozenset[str]:
    """Name the components of what is in a cart, those inside kits too."""
    mine = select(CartLine.variant_id).where(CartLine.cart_id == current(cart_id))
    inside = select(KitItem.item_id).where(KitItem.kit_id.in_(mine))
    query = select(VariantComponent.component_slug).where(
        or_(VariantComponent.variant_id.in_(mine), VariantComponent.variant_id.in_(inside))
    )
    return frozenset(db.scalars(query))
