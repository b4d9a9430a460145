"""Addresses that somebody has proven to read."""

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from storefront.database import Base


class VerifiedAddress(Base):
    """An address confirmed at least once; kept apart from any consent to be written to."""

    __tablename__ = "storefront_verified_address"

    email: Mapped[str] = mapped_column(String(254), primary_key=True)
    verified_at: Mapped[datetime]
    newsletter_opened_at: Mapped[datetime | None]  # what the newsletter opened stays open


class AddressCode(Base):
    """Six digits sent to an address, to be typed on the device that asked for them."""

    __tablename__ = "storefront_address_code"

    id: Mapped[str] = mapped_column(String(40), primary_key=True)  # only that device knows it
    email: Mapped[str] = mapped_column(String(254), index=True)
    fingerprint: Mapped[str] = mapped_column(String(64))
    tries: Mapped[int] = mapped_column(default=0)
    sent_at: Mapped[datetime] = mapped_column(index=True)
    used_at: Mapped[datetime | None]
