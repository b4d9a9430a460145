"""What a visitor owns: marked on the device, bought with an address proven here, and in the cart."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from storefront.public import Visitor, cart_components, clock, owned_components


@dataclass(frozen=True)
class Kit:
    """Tools by how we know of them; only those bought open what is gated, and `access` asks for itself."""

    marked: frozenset[str] = frozenset()  # said to be owned: counts for "can I do it"
    bought: frozenset[str] = frozenset()  # paid and neither returned nor refunded
    in_cart: frozenset[str] = frozenset()

    @property
    def owned(self) -> frozenset[str]:
        """Give all that is at hand."""
        return self.marked | self.bought

    @property
    def coming(self) -> frozenset[str]:
        """Give what need not be bought: owned, or in the cart already."""
        return self.owned | self.in_cart


def kit_of(db: Session, visitor: Visitor) -> Kit:
    """Find what a visitor owns; a stranger costs no statement.

    What was bought counts only for an address that was proven on this very device.
    """
    is_proven = visitor.email is not None and visitor.email_scope == "verified"
    bought: frozenset[str] = frozenset()
    if visitor.email and is_proven:
        bought = owned_components(db, visitor.email, clock.now())
    return Kit(
        visitor.tools,
        bought,
        cart_components(db, visitor.cart_id) if visitor.cart_id else frozenset(),
    )
