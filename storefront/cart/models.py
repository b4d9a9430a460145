"""Carts; a cart is found by the key in its visitor's signed cookie."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from storefront.catalog.models import Variant
from storefront.database import Base


class Cart(Base):
    """The lines of one visitor, oldest first."""

    __tablename__ = "storefront_cart"

    id: Mapped[str] = mapped_column(String(40), primary_key=True)  # random, in the cookie
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(default=0)  # goes up with each change

    lines: Mapped[list["CartLine"]] = relationship(
        order_by="CartLine.id", cascade="all, delete-orphan"
    )


class CartLine(Base):
    """Some pieces of one variant, and the routine they were added for."""

    __tablename__ = "storefront_cart_line"
    __table_args__ = (
        UniqueConstraint("cart_id", "variant_id"),
        CheckConstraint("quantity > 0", name="quantity"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    cart_id: Mapped[str] = mapped_column(ForeignKey("storefront_cart.id", ondelete="CASCADE"))
    variant_id: Mapped[int] = mapped_column(
        ForeignKey("storefront_variant.id", ondelete="CASCADE"), index=True
    )
    quantity: Mapped[int]
    for_routine: Mapped[str | None] = mapped_column(String(80))  # slug of a routine

    variant: Mapped[Variant] = relationship()
