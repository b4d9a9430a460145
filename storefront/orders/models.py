"""Orders with frozen lines; names and prices are copies, so later changes do not reach them."""

from datetime import date, datetime
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
            "total_minor = subtotal_minor - discount_minor + shipping_minor + tax_added_minor",
            name="total",
        ),
        CheckConstraint(
            "discount_minor >= 0 AND discount_minor <= subtotal_minor", name="discount"
        ),
        CheckConstraint("gift_minor >= 0 AND gift_minor <= total_minor", name="gift"),
        CheckConstraint("total_minor >= 0", name="total_positive"),
        CheckConstraint(
            "refunded_minor >= 0 AND lost_minor >= 0"
            " AND refunded_minor + lost_minor <= paid_minor",
            name="refunded",
        ),
        CheckConstraint(
            "gift_back_minor >= 0 AND gift_back_minor <= gift_minor", name="gift_back"
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
    )  # line1 line2 city postal_code country, and region where the country has them
    shipping_method: Mapped[str] = mapped_column(String(40))
    currency: Mapped[str] = mapped_column(String(3))
    subtotal_minor: Mapped[int]
    discount_minor: Mapped[int] = mapped_column(default=0)
    shipping_minor: Mapped[int]
    tax_minor: Mapped[int]  # all of it, whether inside the prices or on top of them
    tax_added_minor: Mapped[int] = mapped_column(default=0)  # the part on top of the prices
    total_minor: Mapped[int]
    gift_minor: Mapped[int] = mapped_column(default=0)  # the part that gift cards pay
    explained: Mapped[list[Any]] = mapped_column(JSON, default=list)  # which rule took off what
    paid_minor: Mapped[int] = mapped_column(default=0)
    refunded_minor: Mapped[int] = mapped_column(default=0)  # of what was paid by card or bank
    lost_minor: Mapped[int] = mapped_column(default=0)  # taken back by lost disputes
    gift_back_minor: Mapped[int] = mapped_column(default=0)  # given back to gift cards
    dispute_state: Mapped[str | None] = mapped_column(String(40))
    terms_version: Mapped[str] = mapped_column(String(20))
    wants_newsletter: Mapped[bool] = mapped_column(default=False)
    gift_note: Mapped[str] = mapped_column(String(500), default="")
    is_gift: Mapped[bool] = mapped_column(default=False)  # no prices on the slip
    price_list: Mapped[str] = mapped_column(String(20), default="")  # empty = the public prices
    claimed_by: Mapped[str | None] = mapped_column(String(254), index=True)  # a proven address
    attention: Mapped[str] = mapped_column(String(400), default="")  # why it needs somebody
    placed_at: Mapped[datetime]
    paid_at: Mapped[datetime | None]
    pay_link_at: Mapped[datetime | None]  # when the buyer was reminded that it is not paid

    @property
    def charge_minor(self) -> int:
        """Give what the buyer pays by card or bank: the total without what gift cards pay."""
        return self.total_minor - self.gift_minor

    @property
    def goods_minor(self) -> int:
        """Give what the goods come to after discounts."""
        return self.subtotal_minor - self.discount_minor

    lines: Mapped[list["OrderLine"]] = relationship(
        back_populates="order", order_by="OrderLine.id", cascade="all, delete-orphan"
    )


class OrderLine(Base):
    """Some pieces of one variant at the price that was agreed."""

    __tablename__ = "storefront_order_line"
    __table_args__ = (
        CheckConstraint("quantity > 0", name="quantity"),
        CheckConstraint(
            "total_minor = unit_price_minor * quantity - discount_minor", name="total"
        ),
        CheckConstraint("discount_minor >= 0 AND total_minor >= 0", name="discount"),
        CheckConstraint(
            "refunded_quantity >= 0 AND refunded_quantity <= quantity", name="refunded"
        ),
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
    discount_minor: Mapped[int] = mapped_column(default=0)  # this line's share of all discounts
    total_minor: Mapped[int]
    tax_basis_points: Mapped[int]  # 2000 = 20 %
    tax_minor: Mapped[int]  # inside the total, or on top where the order says so
    refunded_quantity: Mapped[int] = mapped_column(default=0)  # pieces that were refunded
    tax_category: Mapped[str] = mapped_column(String(20), default="standard")
    parts: Mapped[list[Any]] = mapped_column(JSON, default=list)  # [variant id, pieces in one]
    ships_from: Mapped[date | None]  # of a preorder
    components: Mapped[list[Any]] = mapped_column(JSON, default=list)  # slugs that were bought
    for_routine: Mapped[str | None] = mapped_column(String(80))
    stands_for_id: Mapped[int | None] = mapped_column(
        ForeignKey("storefront_order_line.id", ondelete="SET NULL")
    )  # the line that this one was sent for, in an exchange; its own price is nothing then

    order: Mapped[Order] = relationship(back_populates="lines")


class Fulfilment(Base):
    """What has to leave the house for a paid order: one record for each order."""

    __tablename__ = "storefront_fulfilment"
    __table_args__ = (
        CheckConstraint(
            "state IN ('to_ship', 'partly_shipped', 'shipped', 'cancelled')", name="state"
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("storefront_order.id"), unique=True)
    state: Mapped[str] = mapped_column(String(16), default="to_ship")
    created_at: Mapped[datetime]
    shipped_at: Mapped[datetime | None]


class OrderEvent(Base):
    """Something that happened to an order; appended, never changed."""

    __tablename__ = "storefront_order_event"

    id: Mapped[int] = mapped_column(primary_key=True)
    order_id: Mapped[int] = mapped_column(
        ForeignKey("storefront_order.id", ondelete="CASCADE"), index=True
    )
    kind: Mapped[str] = mapped_column(String(40))  # placed, paid, shipped, refunded, address …
    text: Mapped[str] = mapped_column(String(400))  # a sentence for people
    by: Mapped[str] = mapped_column(
        String(254), default="shop"
    )  # shop, buyer, or who of the staff
    facts: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    is_public: Mapped[bool] = mapped_column(default=False)  # the buyer sees it too
    at: Mapped[datetime]


class Shipment(Base):
    """A parcel that left the house with some pieces of an order."""

    __tablename__ = "storefront_shipment"

    id: Mapped[int] = mapped_column(primary_key=True)
    order_id: Mapped[int] = mapped_column(
        ForeignKey("storefront_order.id", ondelete="CASCADE"), index=True
    )
    carrier: Mapped[str] = mapped_column(String(40), default="")
    tracking: Mapped[str] = mapped_column(String(80), default="")
    shipped_at: Mapped[datetime]
    by: Mapped[str] = mapped_column(String(254), default="shop")

    lines: Mapped[list["ShipmentLine"]] = relationship(
        back_populates="shipment", order_by="ShipmentLine.id", cascade="all, delete-orphan"
    )


class ShipmentLine(Base):
    """How many pieces of an order line lie in a parcel, and of which lot they are."""

    __tablename__ = "storefront_shipment_line"
    __table_args__ = (CheckConstraint("quantity > 0", name="quantity"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    shipment_id: Mapped[int] = mapped_column(
        ForeignKey("storefront_shipment.id", ondelete="CASCADE"), index=True
    )
    order_line_id: Mapped[int] = mapped_column(
        ForeignKey("storefront_order_line.id", ondelete="CASCADE"), index=True
    )
    quantity: Mapped[int]
    lot: Mapped[str] = mapped_column(String(60), default="", index=True)  # empty = unknown

    shipment: Mapped[Shipment] = relationship(back_populates="lines")
