"""Tax rates, promotions and their uses, gift cards and price lists."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from storefront.database import Base

KINDS = ("percent", "fixed", "free_delivery", "buy_get", "kit_price")
USE_STATES = ("reserved", "confirmed", "released")
MOVE_REASONS = ("issued", "reserved", "released", "given_back", "corrected")
ONE_USE = text("once AND state <> 'released'")


class TaxRate(Base):
    """A rate of one country and category, from a day on; without one the published rate holds."""

    __tablename__ = "storefront_tax_rate"
    __table_args__ = (
        UniqueConstraint("country", "category", "valid_from"),
        CheckConstraint("basis_points >= 0 AND basis_points <= 10000", name="rate"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    country: Mapped[str] = mapped_column(String(2))
    category: Mapped[str] = mapped_column(String(20), default="standard")
    basis_points: Mapped[int]  # 1900 = 19 %
    valid_from: Mapped[date]


class Promotion(Base):
    """A rule that takes something off, by itself or by a code."""

    __tablename__ = "storefront_promotion"
    __table_args__ = (
        CheckConstraint("kind IN " + str(KINDS), name="kind"),
        CheckConstraint("basis_points >= 0 AND basis_points <= 10000", name="share"),
        CheckConstraint("amount_minor >= 0 AND min_spend_minor >= 0", name="amounts"),
        CheckConstraint("buy_quantity >= 0 AND get_quantity >= 0", name="pieces"),
        CheckConstraint("spent_minor >= 0", name="spent"),
        CheckConstraint("budget_minor IS NULL OR spent_minor <= budget_minor", name="budget"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(120))  # buyers read it in their sum
    kind: Mapped[str] = mapped_column(String(16))
    basis_points: Mapped[int] = mapped_column(default=0)  # of percent, and of buy_get's pieces
    amount_minor: Mapped[int] = mapped_column(default=0)  # taken off, or the price of the kit
    buy_quantity: Mapped[int] = mapped_column(default=0)
    get_quantity: Mapped[int] = mapped_column(default=0)
    kit: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)  # product slug to pieces
    products: Mapped[list[Any]] = mapped_column(JSON, default=list)  # slugs; with collections
    collections: Mapped[list[Any]] = mapped_column(JSON, default=list)  # none = everything
    min_spend_minor: Mapped[int] = mapped_column(default=0)
    first_order_only: Mapped[bool] = mapped_column(default=False)
    needs_code: Mapped[bool] = mapped_column(default=False)
    combines: Mapped[bool] = mapped_column(default=True)  # else it stands alone
    is_active: Mapped[bool] = mapped_column(default=True)
    starts_at: Mapped[datetime | None]
    ends_at: Mapped[datetime | None]
    budget_minor: Mapped[int | None]  # of the whole campaign
    spent_minor: Mapped[int] = mapped_column(default=0)  # reserved and confirmed; with a budget
    created_at: Mapped[datetime]

    codes: Mapped[list["PromotionCode"]] = relationship(
        back_populates="promotion", order_by="PromotionCode.id"
    )


class PromotionCode(Base):
    """A code that lets a promotion count; spelt in one way."""

    __tablename__ = "storefront_promotion_code"
    __table_args__ = (
        CheckConstraint("used >= 0", name="used"),
        CheckConstraint("limit_total IS NULL OR used <= limit_total", name="limit"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    promotion_id: Mapped[int] = mapped_column(
        ForeignKey("storefront_promotion.id", ondelete="CASCADE"), index=True
    )
    code: Mapped[str] = mapped_column(String(40), unique=True)
    limit_total: Mapped[int | None]
    limit_each: Mapped[int | None]  # for one customer
    used: Mapped[int] = mapped_column(default=0)  # reserved and confirmed

    promotion: Mapped[Promotion] = relationship(back_populates="codes")


class Redemption(Base):
    """One order's use of a promotion."""

    __tablename__ = "storefront_redemption"
    __table_args__ = (
        UniqueConstraint("order_id", "promotion_id"),
        CheckConstraint("state IN " + str(USE_STATES), name="state"),
        CheckConstraint("amount_minor >= 0", name="amount"),
        Index(
            "uq_storefront_redemption_once",
            "code_id",
            "email_hash",
            unique=True,
            sqlite_where=ONE_USE,
            postgresql_where=ONE_USE,
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    order_id: Mapped[int] = mapped_column(
        ForeignKey("storefront_order.id", ondelete="CASCADE"), index=True
    )
    promotion_id: Mapped[int] = mapped_column(ForeignKey("storefront_promotion.id"), index=True)
    code_id: Mapped[int | None] = mapped_column(ForeignKey("storefront_promotion_code.id"))
    email_hash: Mapped[str] = mapped_column(String(64))
    amount_minor: Mapped[int]
    once: Mapped[bool] = mapped_column(default=False)  # one use for each customer
    state: Mapped[str] = mapped_column(String(10), default="reserved")
    at: Mapped[datetime]


class GiftCard(Base):
    """Money paid in before; its code is kept as a hash only."""

    __tablename__ = "storefront_gift_card"
    __table_args__ = (CheckConstraint("balance_minor >= 0", name="balance"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    code_hash: Mapped[str] = mapped_column(String(64), unique=True)
    ends: Mapped[str] = mapped_column(String(4))  # the last characters, for people
    currency: Mapped[str] = mapped_column(String(3))
    balance_minor: Mapped[int]  # the sum of its moves
    email: Mapped[str] = mapped_column(String(254), default="")  # who was sent the letter
    note: Mapped[str] = mapped_column(String(200), default="")
    is_blocked: Mapped[bool] = mapped_column(default=False)
    issued_at: Mapped[datetime]
    ends_at: Mapped[datetime | None]


class GiftMove(Base):
    """Money that came to a gift card or left it; appended, never changed."""

    __tablename__ = "storefront_gift_move"
    __table_args__ = (
        CheckConstraint("reason IN " + str(MOVE_REASONS), name="reason"),
        CheckConstraint("amount_minor <> 0", name="amount"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    card_id: Mapped[int] = mapped_column(ForeignKey("storefront_gift_card.id"), index=True)
    order_id: Mapped[int | None] = mapped_column(ForeignKey("storefront_order.id"), index=True)
    amount_minor: Mapped[int]  # signed
    reason: Mapped[str] = mapped_column(String(12))
    at: Mapped[datetime]


class PriceList(Base):
    """Prices for some people, such as professionals."""

    __tablename__ = "storefront_price_list"

    key: Mapped[str] = mapped_column(String(20), primary_key=True)
    name: Mapped[str] = mapped_column(String(120))


class PriceListEntry(Base):
    """The price of one variant on a list; what is not on it has the public price."""

    __tablename__ = "storefront_price_list_entry"
    __table_args__ = (CheckConstraint("price_minor >= 0", name="price"),)

    list_key: Mapped[str] = mapped_column(
        ForeignKey("storefront_price_list.key", ondelete="CASCADE"), primary_key=True
    )
    variant_id: Mapped[int] = mapped_column(
        ForeignKey("storefront_variant.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    price_minor: Mapped[int]


class PriceListMember(Base):
    """A proven address that a list is for; one list for each."""

    __tablename__ = "storefront_price_list_member"

    email: Mapped[str] = mapped_column(String(254), primary_key=True)
    list_key: Mapped[str] = mapped_column(
        ForeignKey("storefront_price_list.key", ondelete="CASCADE"), index=True
    )
