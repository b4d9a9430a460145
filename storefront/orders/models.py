"""Orders with frozen lines; names and prices are copies, so later changes do not reach them."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from storefront.database import Base

STATES = (
    "awaiting_payment", "processing", "paid", "fulfilled", "expired", "cancelled", "needs_attention"
)  # fmt: skip


class Order(Base):
    """What was agreed: all amounts in minor units of `currency`, tax included."""

    __tablename__ = "storefront_order"
    __table_args__ = (
        CheckConstraint("state IN " + str(STATES), name="state"),
        CheckConstraint(
            "total_minor = subtotal_minor - discount_minor + shipping_minor", name="total"
        ),
        CheckConstraint("total_minor >= 0", name="total_positive"),
        CheckConstraint(
            "refunded_minor >= 0 AND refunded_minor <= paid_minor", name="refunded"
        ),
        UniqueConstraint("cart_id", "cart_version"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(String(20), unique=True)  # tells nothing about volume
    key: Mapped[str] = mapped_column(String(40), unique=True)  # opens the order page
    state: Mapped[str] = mapped_column(String(20), default="awaiting_payment")
    cart_id: Mapped[str | None] = mapped_column(String(40))  # with cart_version: the same cart
    cart_version: Mapped[int | None]  # twice gives the same order
    email: Mapped[str] = mapped_column(String(254), index=True)
    name: Mapped[str] = mapped_column(String(160))
    address: Mapped[dict[str, Any]] = mapped_column(
        JSON
    )  # line1 line2 city postal_code country
    shipping_method: Mapped[str] = mapped_column(String(40))
    currency: Mapped[str] = mapped_column(String(3))
    subtotal_minor: Mapped[int]
    discount_minor: Mapped[int] = mapped_column(default=0)
    shipping_minor: Mapped[int]
    tax_minor: Mapped[int]  # inside the total
    total_minor: Mapped[int]
    paid_minor: Mapped[int] = mapped_column(default=0)
    refunded_minor: Mapped[int] = mapped_column(default=0)
    dispute_state: Mapped[str | None] = mapped_column(String(40))
    terms_version: Mapped[str] = mapped_column(String(20))
    wants_newsletter: Mapped[bool] = mapped_column(default=False)
    attention: Mapped[str] = mapped_column(String(400), default="")  # why it needs somebody
    placed_at: Mapped[datetime]
    paid_at: Mapped[datetime | None]

    lines: Mapped[list["OrderLine"]] = relationship(
        back_populates="order", order_by="OrderLine.id", cascade="all, delete-orphan"
    )


class OrderLine(Base):
    """Some pieces of one variant at the price that was agreed."""

    __tablename__ = "storefront_order_line"
    __table_args__ = (
        CheckConstraint("quantity > 0", name="quantity"),
        CheckConstraint("total_minor = unit_price_minor * quantity", name="total"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    order_id: Mapped[int] = mapped_column(
        ForeignKey("storefront_order.id", ondelete="CASCADE"), index=True
    )
    variant_id: Mapped[int | None] = mapped_column(
        ForeignKey("storefront_variant.id", ondelete="SET NULL"), index=True
    )
    sku: Mapped[str] = mapped_column(String(40), index=True)
    name: Mapped[str] = mapped_column(String(280))  # product and variant
    picture: Mapped[str] = mapped_column(String(80), default="")
    quantity: Mapped[int]
    unit_price_minor: Mapped[int]
    total_minor: Mapped[int]
    tax_basis_points: Mapped[int]  # 2000 = 20 %
    tax_minor: Mapped[int]  # inside the total
    components: Mapped[list[Any]] = mapped_column(JSON, default=list)  # slugs that were bought
    for_routine: Mapped[str | None] = mapped_column(String(80))

    order: Mapped[Order] = relationship(back_populates="lines")


class Fulfilment(Base):
    """What has to leave the house for a paid order: one record for each order."""

    __tablename__ = "storefront_fulfilment"
    __table_args__ = (CheckConstraint("state IN ('to_ship', 'shipped')", name="state"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("storefront_order.id"), unique=True)
    state: Mapped[str] = mapped_column(String(10), default="to_ship")
    created_at: Mapped[datetime]
    shipped_at: Mapped[datetime | None]
