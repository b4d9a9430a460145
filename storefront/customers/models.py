"""Addresses that somebody has proven to read."""

from datetime import datetime

from sqlalchemy import String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from storefront.database import Base


class VerifiedAddress(Base):
    """An address confirmed at least once; kept apart from any consent to be written to."""

    __tablename__ = "storefront_verified_address"

    email: Mapped[str] = mapped_column(String(254), primary_key=True)
    verified_at: Mapped[datetime]
    newsletter_opened_at: Mapped[datetime | None]  # what the newsletter opened stays open
    content_closed_at: Mapped[datetime | None]  # devices that only waited before it see nothing


class AddressCode(Base):
    """Six digits sent to an address, to be typed on the device that asked for them."""

    __tablename__ = "storefront_address_code"

    id: Mapped[str] = mapped_column(String(40), primary_key=True)  # only that device knows it
    email: Mapped[str] = mapped_column(String(254), index=True)
    fingerprint: Mapped[str] = mapped_column(String(64))
    tries: Mapped[int] = mapped_column(default=0)
    sent_at: Mapped[datetime] = mapped_column(index=True)
    used_at: Mapped[datetime | None]


class CustomerSignIn(Base):
    """A wish to sign in, by a link or six digits; written alike for known and unknown addresses."""

    __tablename__ = "storefront_customer_sign_in"

    id: Mapped[str] = mapped_column(String(40), primary_key=True)  # signed in cookie and link
    email: Mapped[str] = mapped_column(String(254), index=True)
    mailbox: Mapped[str] = mapped_column(
        String(254), index=True
    )  # of all spellings, for limits
    code_fingerprint: Mapped[str] = mapped_column(String(64), default="")
    tries: Mapped[int] = mapped_column(default=0)
    next_url: Mapped[str] = mapped_column(String(300), default="")
    created_at: Mapped[datetime] = mapped_column(index=True)
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class CustomerSession(Base):
    """One device of an address that was proven on it; its cookie holds a key, we keep the hash."""

    __tablename__ = "storefront_customer_session"

    id: Mapped[int] = mapped_column(primary_key=True)
    key_fingerprint: Mapped[str] = mapped_column(String(64), unique=True)
    email: Mapped[str] = mapped_column(String(254), index=True)
    way: Mapped[str] = mapped_column(String(12))  # code, link, newsletter, order or host
    created_at: Mapped[datetime]
    last_seen_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    agent: Mapped[str] = mapped_column(String(120), default="")
    client: Mapped[str] = mapped_column(String(60), default="")


class CustomerTool(Base):
    """A component that an address says to own; marked on a device, and nothing was checked."""

    __tablename__ = "storefront_customer_tool"
    __table_args__ = (UniqueConstraint("email", "component"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(String(254))
    component: Mapped[str] = mapped_column(String(80))
