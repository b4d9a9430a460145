"""Carts; a cart is found by the key in its visitor's signed cookie."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from storefront.catalog.models import Variant
from storefront.database import Base


class Cart(Base):
    """The lines of one visitor, oldest first; a cart that was merged lives on in another."""

    __tablename__ = "storefront_cart"

    id: Mapped[str] = mapped_column(String(40), primary_key=True)  # random, in the cookie
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(default=0)  # goes up with each change
    email: Mapped[str | None] = mapped_column(String(254), index=True)  # proven by its visitor
    merged_into: Mapped[str | None] = mapped_column(
        ForeignKey("storefront_cart.id", ondelete="SET NULL"), index=True
    )
    codes: Mapped[list[Any]] = mapped_column(JSON, default=list)  # spelt by `pricing.codes`

    lines: Mapped[list["CartLine"]] = relationship(
        order_by="CartLine.id", cascade="all, delete-orphan"
    )
    saved: Mapped[list["SavedLine"]] = relationship(
        order_by="SavedLine.id", cascade="all, delete-orphan"
    )


class CartLine(Base):
    """Some pieces of one variant, and the routine they were added for."""

    __tablename__ = "storefront_cart_line"
    __table_args__ = (
        UniqueConstraint("cart_id", "variant_id"),
        CheckConstraint("quantity > 0", name="quantity"),
        CheckConstraint("agreed_price_minor >= 0", name="agreed_price"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    cart_id: Mapped[str] = mapped_column(ForeignKey("storefront_cart.id", ondelete="CASCADE"))
    variant_id: Mapped[int] = mapped_column(
        ForeignKey("storefront_variant.id", ondelete="CASCADE"), index=True
    )
    quantity: Mapped[int]
    for_routine: Mapped[str | None] = mapped_column(String(80))  # slug of a routine
    agreed_price_minor: Mapped[int | None]  # of one: when it was put in, or said yes to since

    variant: Mapped[Variant] = relationship()


class SavedLine(Base):
    """Something that was taken out of a cart for later; it holds nothing and costs nothing."""

    __tablename__ = "storefront_saved_line"
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
    for_routine: Mapped[str | None] = mapped_column(String(80))
    saved_at: Mapped[datetime]

    variant: Mapped[Variant] = relationship()


class CartMerge(Base):
    """What a merge did, kept for a day so that it can be undone with one press."""

    __tablename__ = "storefront_cart_merge"

    id: Mapped[int] = mapped_column(primary_key=True)
    cart_id: Mapped[str] = mapped_column(
        ForeignKey("storefront_cart.id", ondelete="CASCADE"), index=True
    )
    added: Mapped[dict[str, Any]] = mapped_column(JSON)  # pieces that came, by variant
    before: Mapped[dict[str, Any]] = mapped_column(JSON)  # the other carts as they were, by id
    made_at: Mapped[datetime]
    undone_at: Mapped[datetime | None]
