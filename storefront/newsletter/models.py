"""Lists, sign-up requests, readers, who must not be written to, and the append-only consent events."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from storefront.database import Base


class NewsletterList(Base):
    """One newsletter that can be read; a reader joins and leaves each by itself."""

    __tablename__ = "storefront_newsletter_list"
    __table_args__ = (CheckConstraint("cadence_days > 0", name="cadence_days"),)

    slug: Mapped[str] = mapped_column(String(40), primary_key=True)
    name: Mapped[str] = mapped_column(String(80))
    about: Mapped[str] = mapped_column(String(300), default="")
    cadence_days: Mapped[int] = mapped_column(default=14)  # sooner than that is warned of
    is_default: Mapped[bool] = mapped_column(default=False)  # what a plain sign-up joins
    is_offered: Mapped[bool] = mapped_column(default=True)  # else nobody can join by themselves
    position: Mapped[int] = mapped_column(default=0)


class SignupRequest(Base):
    """Somebody typed an address; nobody is a subscriber before it is confirmed."""

    __tablename__ = "storefront_signup_request"

    id: Mapped[str] = mapped_column(String(40), primary_key=True)  # signed in cookie and link
    email: Mapped[str] = mapped_column(String(254), index=True)
    mailbox: Mapped[str] = mapped_column(
        String(254), default="", index=True
    )  # all spellings of it are one; limits count by it
    code_fingerprint: Mapped[str] = mapped_column(String(64))  # of the newest letter's code
    code_tries: Mapped[int] = mapped_column(default=0)
    wants_newsletter: Mapped[bool] = mapped_column(default=True)  # False: only the address
    list_slugs: Mapped[str] = mapped_column(
        String(300), default=""
    )  # by commas; empty = default
    topics: Mapped[str] = mapped_column(String(600), default="")  # body parts, by commas
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


class Subscription(Base):
    """One reader of one newsletter; whoever is suppressed is written to by none."""

    __tablename__ = "storefront_subscription"
    __table_args__ = (
        UniqueConstraint("subscriber_id", "list_slug"),
        CheckConstraint("state IN ('confirmed', 'left')", name="state"),
        Index(
            "ix_storefront_subscription_list_slug_state", "list_slug", "state", "subscriber_id"
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    subscriber_id: Mapped[int] = mapped_column(
        ForeignKey("storefront_subscriber.id", ondelete="CASCADE")
    )
    list_slug: Mapped[str] = mapped_column(ForeignKey("storefront_newsletter_list.slug"))
    state: Mapped[str] = mapped_column(String(10), default="confirmed")
    confirmed_at: Mapped[datetime]
    left_at: Mapped[datetime | None]
    paused_until: Mapped[datetime | None]  # no letters before that, and then again


class LeaveReason(Base):
    """Why somebody left a list, of a few fixed answers; nobody can tell who."""

    __tablename__ = "storefront_leave_reason"

    id: Mapped[int] = mapped_column(primary_key=True)
    list_slug: Mapped[str] = mapped_column(String(40))  # empty = all of them
    reason: Mapped[str] = mapped_column(String(20))
    at: Mapped[datetime] = mapped_column(index=True)


class Interest(Base):
    """A body part that a reader said to care about."""

    __tablename__ = "storefront_interest"
    __table_args__ = (
        UniqueConstraint("subscriber_id", "topic"),
        Index("ix_storefront_interest_topic", "topic", "subscriber_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    subscriber_id: Mapped[int] = mapped_column(
        ForeignKey("storefront_subscriber.id", ondelete="CASCADE")
    )
    topic: Mapped[str] = mapped_column(String(80))  # slug of a body part


class Suppression(Base):
    """An address that gets no letters, by a keyed hash: it outlives the erasing of the address."""

    __tablename__ = "storefront_suppression"
    __table_args__ = (
        UniqueConstraint("fingerprint", "scope"),
        CheckConstraint("scope IN ('marketing', 'all')", name="scope"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    fingerprint: Mapped[str] = mapped_column(String(64))
    scope: Mapped[str] = mapped_column(String(10))
    reason: Mapped[str] = mapped_column(
        String(20)
    )  # complaint hard_bounce soft_bounces erased manual
    source: Mapped[str] = mapped_column(String(60))
    since: Mapped[datetime]
    released_at: Mapped[datetime | None]
    released_by: Mapped[str] = mapped_column(String(254), default="")


class ConsentEvent(Base):
    """What was agreed or withdrawn: when, where, and to which exact words; never changed.

    `email` and `client` are emptied when somebody is erased; what stands in the chain for them
    are the keyed hashes beside them, so erasing breaks nothing.
    """

    __tablename__ = "storefront_consent_event"

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(String(254), index=True)
    person: Mapped[str] = mapped_column(String(64), default="", index=True)  # keyed hash
    event: Mapped[str] = mapped_column(
        String(20)
    )  # requested confirmed changed left suppressed released imported erased
    at: Mapped[datetime]
    form: Mapped[str] = mapped_column(String(60))
    text_sha256: Mapped[str] = mapped_column(String(64))
    text: Mapped[str] = mapped_column(Text)
    locale: Mapped[str] = mapped_column(String(12))
    policy_version: Mapped[str] = mapped_column(String(20))
    client: Mapped[str] = mapped_column(String(60), default="")  # by CONSENT_ADDRESS
    client_mark: Mapped[str] = mapped_column(String(64), default="")  # its keyed hash
    lists: Mapped[str] = mapped_column(String(300), default="")  # slugs, by commas
    message_id: Mapped[str] = mapped_column(String(120), default="")  # of the letter answered
    line: Mapped[int | None] = mapped_column(unique=True)  # its place in the chain
    previous_sha256: Mapped[str] = mapped_column(String(64), default="")  # of the line before
    sha256: Mapped[str] = mapped_column(
        String(64), default=""
    )  # of this line and the one before


class ConsentHead(Base):
    """One row: how many lines the chain has, and the hash of the last; writers wait for it."""

    __tablename__ = "storefront_consent_head"

    id: Mapped[int] = mapped_column(primary_key=True)
    lines: Mapped[int]
    sha256: Mapped[str] = mapped_column(String(64))


class ReaderImport(Base):
    """How far a file of readers was brought in, so that it goes on where it was interrupted."""

    __tablename__ = "storefront_reader_import"

    id: Mapped[int] = mapped_column(primary_key=True)
    file_sha256: Mapped[str] = mapped_column(String(64), unique=True)
    records: Mapped[int]  # that are done with, brought in or not
    joined: Mapped[int]
    known: Mapped[int]
    suppressed: Mapped[int]
    started_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
