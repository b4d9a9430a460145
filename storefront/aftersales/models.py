"""What was cancelled, sent back, exchanged and withdrawn; rows tie goods to their refund."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from storefront.database import Base
from storefront.orders.models import Order, OrderLine

RETURN_STATES = ("requested", "approved", "received", "closed", "refused", "withdrawn")
RETURN_REASONS = (
    "too_firm", "too_soft", "too_short", "wrong_item", "damaged", "not_as_described",
    "changed_mind", "smell", "other",
)  # fmt: skip
CONDITIONS = ("", "as_new", "used", "damaged")


class CancelledLine(Base):
    """Pieces of a paid order that will not be sent."""

    __tablename__ = "storefront_cancelled_line"
    __table_args__ = (CheckConstraint("quantity > 0", name="quantity"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    order_id: Mapped[int] = mapped_column(
        ForeignKey("storefront_order.id", ondelete="CASCADE"), index=True
    )
    order_line_id: Mapped[int] = mapped_column(
        ForeignKey("storefront_order_line.id", ondelete="CASCADE")
    )
    quantity: Mapped[int]
    refund_id: Mapped[int | None]  # what was asked for these pieces; none when it cost nothing
    by: Mapped[str] = mapped_column(String(254))
    at: Mapped[datetime]


class Return(Base):
    """Pieces that a buyer wants to send back, and what became of it."""

    __tablename__ = "storefront_return"
    __table_args__ = (CheckConstraint("state IN " + str(RETURN_STATES), name="state"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(String(20), unique=True)
    order_id: Mapped[int] = mapped_column(
        ForeignKey("storefront_order.id", ondelete="CASCADE"), index=True
    )
    state: Mapped[str] = mapped_column(String(12), default="requested", index=True)
    is_withdrawal: Mapped[bool] = mapped_column(default=False)  # from the contract, by law
    note: Mapped[str] = mapped_column(String(1000), default="")  # in the buyer's words
    answer: Mapped[str] = mapped_column(String(400), default="")  # in the shop's words
    refund_id: Mapped[int | None]
    asked_at: Mapped[datetime]
    changed_at: Mapped[datetime]

    order: Mapped[Order] = relationship()
    lines: Mapped[list["ReturnLine"]] = relationship(
        back_populates="request", order_by="ReturnLine.id", cascade="all, delete-orphan"
    )


class ReturnLine(Base):
    """Some pieces of an order line on their way back, and what is wanted for them instead."""

    __tablename__ = "storefront_return_line"
    __table_args__ = (
        CheckConstraint("quantity > 0", name="quantity"),
        CheckConstraint("received >= 0 AND received <= quantity", name="received"),
        CheckConstraint("reason IN " + str(RETURN_REASONS), name="reason"),
        CheckConstraint("condition IN " + str(CONDITIONS), name="condition"),
        CheckConstraint("taken >= 0 AND taken <= quantity", name="taken"),
        UniqueConstraint("return_id", "order_line_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    return_id: Mapped[int] = mapped_column(
        ForeignKey("storefront_return.id", ondelete="CASCADE"), index=True
    )
    order_line_id: Mapped[int] = mapped_column(
        ForeignKey("storefront_order_line.id", ondelete="CASCADE"), index=True
    )
    quantity: Mapped[int]
    reason: Mapped[str] = mapped_column(String(20))
    wanted_variant_id: Mapped[int | None] = mapped_column(
        ForeignKey("storefront_variant.id", ondelete="SET NULL")
    )  # none = the money back
    taken: Mapped[int] = mapped_column(default=0)  # pieces of it off the shelf for this buyer
    received: Mapped[int] = mapped_column(default=0)
    condition: Mapped[str] = mapped_column(String(12), default="")
    restocked: Mapped[int] = mapped_column(default=0)  # pieces put back on the shelf
    sent_line_id: Mapped[int | None] = mapped_column(
        ForeignKey("storefront_order_line.id", ondelete="SET NULL"), unique=True
    )  # what was sent instead, once it is in the order
    difference_minor: Mapped[int] = mapped_column(default=0)  # given back, as that is cheaper

    request: Mapped[Return] = relationship(back_populates="lines")
    order_line: Mapped[OrderLine] = relationship(foreign_keys=[order_line_id])

    @property
    def is_exchange(self) -> bool:
        """Tell whether something else is sent for these pieces, rather than their money."""
        return bool(self.taken and self.wanted_variant_id)


class Withdrawal(Base):
    """A declared withdrawal from the contract, exactly as it came; never refused."""

    __tablename__ = "storefront_withdrawal"

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(String(20), unique=True)
    order_id: Mapped[int | None] = mapped_column(
        ForeignKey("storefront_order.id", ondelete="SET NULL"), index=True
    )  # none = what was typed fits no order, and somebody has to look
    return_id: Mapped[int | None] = mapped_column(
        ForeignKey("storefront_return.id", ondelete="SET NULL")
    )
    name: Mapped[str] = mapped_column(String(160))
    email: Mapped[str] = mapped_column(String(254), index=True)
    order_number: Mapped[str] = mapped_column(String(40))  # as typed
    pieces: Mapped[list[Any]]  # [[order line id, pieces]]; empty = as the words say
    words: Mapped[str] = mapped_column(Text)  # the whole declaration, as the receipt repeats it
    at: Mapped[datetime]
    done_at: Mapped[
        datetime | None
    ]  # none = somebody has to do what could not be done by itself
