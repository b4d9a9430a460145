"""What came back."""

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from storefront.database import Base

KINDS = ("hard", "soft", "complaint", "auto_reply", "unknown")
SOURCES = ("mailbox", "webhook", "smtp", "manual")


class Bounce(Base):
    """One notice about one letter; the same notice twice is one row."""

    __tablename__ = "storefront_bounce"
    __table_args__ = (
        UniqueConstraint("source", "key"),
        CheckConstraint("kind IN " + str(KINDS), name="kind"),
        CheckConstraint("source IN " + str(SOURCES), name="source"),
        Index("ix_storefront_bounce_email_at", "email", "at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(String(254))
    kind: Mapped[str] = mapped_column(String(10))
    source: Mapped[str] = mapped_column(String(8))
    key: Mapped[str] = mapped_column(String(200))  # of the notice, so that it counts once
    message_id: Mapped[str] = mapped_column(String(120), default="")
    status_code: Mapped[str] = mapped_column(String(12), default="")  # such as 5.1.1
    is_forgiven: Mapped[bool] = mapped_column(default=False)  # a letter got through since
    at: Mapped[datetime]


class BounceMailbox(Base):
    """How far a folder of an IMAP server was read: its messages keep their numbers under one `validity`."""

    __tablename__ = "storefront_bounce_mailbox"

    key: Mapped[str] = mapped_column(
        String(64), primary_key=True
    )  # hash of server, name, folder
    validity: Mapped[int] = mapped_column(BigInteger)
    read_to: Mapped[int] = mapped_column(BigInteger)
