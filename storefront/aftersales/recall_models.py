"""Recalls: which lots of what, why, what is offered, and what each affected buyer answered."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from storefront.database import Base
from storefront.orders.models import Order

REMEDIES = ("refund", "repair", "replace")


class Recall(Base):
    """A published recall; its page stays."""

    __tablename__ = "storefront_recall"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(80), unique=True)
    title: Mapped[str] = mapped_column(String(160))
    hazard: Mapped[str] = mapped_column(Text)
    what_to_do: Mapped[str] = mapped_column(Text)
    lots: Mapped[list[Any]]  # empty = every lot
    remedies: Mapped[list[Any]]
    by: Mapped[str] = mapped_column(String(254))
    published_at: Mapped[datetime]

    goods: Mapped[list["RecalledGoods"]] = relationship(
        back_populates="recall", order_by="RecalledGoods.id", cascade="all, delete-orphan"
    )


class RecalledGoods(Base):
    """A variant that is recalled; name and SKU are copies, since variants come and go."""

    __tablename__ = "storefront_recalled_goods"
    __table_args__ = (UniqueConstraint("recall_id", "sku"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    recall_id: Mapped[int] = mapped_column(
        ForeignKey("storefront_recall.id", ondelete="CASCADE")
    )
    variant_id: Mapped[int | None] = mapped_column(
        ForeignKey("storefront_variant.id", ondelete="SET NULL"), index=True
    )
    sku: Mapped[str] = mapped_column(String(40), index=True)
    name: Mapped[str] = mapped_column(String(280))

    recall: Mapped[Recall] = relationship(back_populates="goods")


class RecallNotice(Base):
    """An affected order: written once, with its letter; then what the buyer answered."""

    __tablename__ = "storefront_recall_notice"
    __table_args__ = (
        UniqueConstraint("recall_id", "order_id"),
        CheckConstraint("remedy IS NULL OR remedy IN " + str(REMEDIES), name="remedy"),
        CheckConstraint("(remedy IS NULL) = (answered_at IS NULL)", name="answered"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    recall_id: Mapped[int] = mapped_column(
        ForeignKey("storefront_recall.id", ondelete="CASCADE")
    )
    order_id: Mapped[int] = mapped_column(
        ForeignKey("storefront_order.id", ondelete="CASCADE"), index=True
    )
    is_certain: Mapped[bool]  # else nobody wrote down the lot, and the buyer has to look
    pieces: Mapped[list[Any]]  # of {line, name, quantity, lot, is_whole}
    written_at: Mapped[datetime]
    remedy: Mapped[str | None] = mapped_column(String(10))
    answered_at: Mapped[datetime | None]
    refund_id: Mapped[int | None]  # what was asked for by the answer
    to_do: Mapped[str] = mapped_column(String(400), default="")  # what a person has to do now

    recall: Mapped[Recall] = relationship()
    order: Mapped[Order] = relationship()
