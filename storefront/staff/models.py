"""Who works in the shop, how they prove it, and what they did."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from storefront.database import Base

ROLES = ("owner", "keeper", "author", "packer")
PURPOSES = ("sign_in", "fresh")
WAYS = ("code", "link", "passkey", "recovery", "host")


class StaffMember(Base):
    """Somebody who works in the shop; a role says what they may do."""

    __tablename__ = "storefront_staff_member"
    __table_args__ = (CheckConstraint("role IN " + str(ROLES), name="role"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(String(254), unique=True)  # in its canonical spelling
    role: Mapped[str] = mapped_column(String(10))
    is_active: Mapped[bool] = mapped_column(default=True)
    invited_by: Mapped[str] = mapped_column(String(254), default="")
    created_at: Mapped[datetime]


class SignInCode(Base):
    """A wish to sign in, or to prove it anew; written alike for known and unknown addresses."""

    __tablename__ = "storefront_sign_in_code"
    __table_args__ = (CheckConstraint("purpose IN " + str(PURPOSES), name="purpose"),)

    id: Mapped[str] = mapped_column(String(40), primary_key=True)  # signed in cookie and link
    email: Mapped[str] = mapped_column(String(254), index=True)
    purpose: Mapped[str] = mapped_column(String(10), default="sign_in")
    code_fingerprint: Mapped[str] = mapped_column(
        String(64), default=""
    )  # empty: none was sent
    tries: Mapped[int] = mapped_column(default=0)
    next_url: Mapped[str] = mapped_column(String(300), default="")
    created_at: Mapped[datetime] = mapped_column(index=True)
    expires_at: Mapped[datetime]
    proven_at: Mapped[datetime | None]  # the code was right; a passkey may still be asked for
    used_at: Mapped[datetime | None]


class StaffSession(Base):
    """One device that is signed in; its cookie holds a key of which only the hash is kept."""

    __tablename__ = "storefront_staff_session"
    __table_args__ = (CheckConstraint("way IN " + str(WAYS), name="way"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    key_fingerprint: Mapped[str] = mapped_column(String(64), unique=True)
    member_id: Mapped[int] = mapped_column(
        ForeignKey("storefront_staff_member.id", ondelete="CASCADE"), index=True
    )
    way: Mapped[str] = mapped_column(String(10))  # how it was proven
    created_at: Mapped[datetime]
    proven_at: Mapped[datetime | None]  # last proof by code or passkey; none by a host's word
    last_seen_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    agent: Mapped[str] = mapped_column(String(120), default="")
    client: Mapped[str] = mapped_column(String(60), default="")

    member: Mapped[StaffMember] = relationship()


class Passkey(Base):
    """A device's public key; its private half never leaves the device."""

    __tablename__ = "storefront_passkey"

    id: Mapped[int] = mapped_column(primary_key=True)
    member_id: Mapped[int] = mapped_column(
        ForeignKey("storefront_staff_member.id", ondelete="CASCADE"), index=True
    )
    credential_id: Mapped[str] = mapped_column(String(1400), unique=True)
    public_key: Mapped[str] = mapped_column(Text)
    sign_count: Mapped[int] = mapped_column(default=0)
    name: Mapped[str] = mapped_column(String(80))
    created_at: Mapped[datetime]
    used_at: Mapped[datetime | None]

    member: Mapped[StaffMember] = relationship()


class PasskeyChallenge(Base):
    """A random text that a passkey signs; taken once, by the device it was made for."""

    __tablename__ = "storefront_passkey_challenge"

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    purpose: Mapped[str] = mapped_column(String(10))
    member_id: Mapped[int | None] = mapped_column(
        ForeignKey("storefront_staff_member.id", ondelete="CASCADE")
    )
    challenge: Mapped[str] = mapped_column(String(120))
    expires_at: Mapped[datetime] = mapped_column(index=True)


class RecoveryCode(Base):
    """One of the codes to keep on paper, for a lost passkey; works once."""

    __tablename__ = "storefront_recovery_code"
    __table_args__ = (UniqueConstraint("member_id", "fingerprint"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    member_id: Mapped[int] = mapped_column(
        ForeignKey("storefront_staff_member.id", ondelete="CASCADE")
    )
    fingerprint: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class AuditEntry(Base):
    """Who did what to what, and when; the database itself refuses to change or delete it."""

    __tablename__ = "storefront_audit_entry"
    __table_args__ = (Index("ix_storefront_audit_entry_at", "at", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    who: Mapped[str] = mapped_column(String(254), index=True)  # an address, or "operator"
    action: Mapped[str] = mapped_column(String(60), index=True)
    about: Mapped[str] = mapped_column(String(200), default="")
    facts: Mapped[dict[str, Any]] = mapped_column(default=dict)
    client: Mapped[str] = mapped_column(String(60), default="")
