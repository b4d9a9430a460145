"""Owned components, and the codes that lie in the boxes."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from storefront.database import Base

SOURCES = ("order", "claim")


class Owned(Base):
    """One component of one address, from one order line or one claimed code, until it is taken back."""

    __tablename__ = "storefront_owned"
    __table_args__ = (
        UniqueConstraint("source", "reference", "component", "email"),
        Index(  # a code is in one pair of hands only
            "uq_storefront_owned_claim", "reference", "component", unique=True,
            sqlite_where=text("source = 'claim'"), postgresql_where=text("source = 'claim'"),
        ),
        CheckConstraint("source IN " + str(SOURCES), name="source"),
        Index("ix_storefront_owned_email_component", "email", "component"),
        Index("ix_storefront_owned_component_email", "component", "email"),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(String(254))
    component: Mapped[str] = mapped_column(String(80))
    source: Mapped[str] = mapped_column(String(8))
    reference: Mapped[int]  # id of the order line or of the code
    since: Mapped[datetime]
    ends_at: Mapped[datetime | None]  # refunded or revoked: open until then, and no longer
    told_at: Mapped[datetime | None]  # when the letter about the end was written


class ClaimCode(Base):
    """A code printed in one box: whoever proves an address with it owns what was in the box."""

    __tablename__ = "storefront_claim_code"

    id: Mapped[int] = mapped_column(primary_key=True)
    fingerprint: Mapped[str] = mapped_column(
        String(64), unique=True
    )  # the code is kept nowhere
    sku: Mapped[str] = mapped_column(String(60), index=True)
    components: Mapped[list[Any]] = mapped_column(JSON)
    batch: Mapped[str] = mapped_column(String(60), default="", index=True)
    order_line_id: Mapped[int | None] = mapped_column(index=True)  # given away from an order
    made_at: Mapped[datetime]
    claimed_by: Mapped[str | None] = mapped_column(String(254), index=True)
    claimed_at: Mapped[datetime | None]
    transfers: Mapped[int] = mapped_column(default=0)
    transfer_fingerprint: Mapped[str | None] = mapped_column(String(64), unique=True)
    revoked_at: Mapped[datetime | None]
    revoked_because: Mapped[str] = mapped_column(String(200), default="")
