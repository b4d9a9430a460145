"""Sign-up requests, subscribers and the append-only consent events."""

from datetime import datetime

from sqlalchemy import CheckConstraint, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from storefront.database import Base


class SignupRequest(Base):
    """Somebody typed an address; nobody is a subscriber before it is confirmed."""

    __tablename__ = "storefront_signup_request"

    id: Mapped[str] = mapped_column(String(40), primary_key=True)  # signed in cookie and link
    email: Mapped[str] = mapped_column(String(254), index=True)
    code_fingerprint: Mapped[str] = mapped_column(String(64))  # of the newest letter's code
    code_tries: Mapped[int] = mapped_column(default=0)
    wants_newsletter: Mapped[bool] = mapped_column(default=True)  # False: only the address
    next_url: Mapped[str] = mapped_column(String(300), default="")  # where they were waiting
    form: Mapped[str] = mapped_column(String(60))
    locale: Mapped[str] = mapped_column(String(12))
    consent_text: Mapped[str] = mapped_column(Text)
    policy_version: Mapped[str] = mapped_column(String(20))
    letters: Mapped[int] = mapped_column(default=0)  # how many were written
    sent_at: Mapped[datetime]  # the newest of them
    created_at: Mapped[datetime] = mapped_column(index=True)
    expires_at: Mapped[datetime]
    confirmed_at: Mapped[datetime | None]


class Subscriber(Base):
    """A confirmed reader, or one who has left or must not be written to."""

    __tablename__ = "storefront_subscriber"
    __table_args__ = (
        CheckConstraint("state IN ('confirmed', 'left', 'suppressed')", name="state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(String(254), unique=True)
    state: Mapped[str] = mapped_column(String(12), default="confirmed")
    locale: Mapped[str] = mapped_column(String(12))
    confirmed_at: Mapped[datetime]
    left_at: Mapped[datetime | None]


class ConsentEvent(Base):
    """What was agreed or withdrawn: when, where, and to which exact words; never changed."""

    __tablename__ = "storefront_consent_event"

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(String(254), index=True)
    event: Mapped[str] = mapped_column(String(20))  # requested confirmed left
    at: Mapped[datetime]
    form: Mapped[str] = mapped_column(String(60))
    text_sha256: Mapped[str] = mapped_column(String(64))
    text: Mapped[str] = mapped_column(Text)
    locale: Mapped[str] = mapped_column(String(12))
    policy_version: Mapped[str] = mapped_column(String(20))
    client: Mapped[str] = mapped_column(String(60), default="")  # by CONSENT_ADDRESS
