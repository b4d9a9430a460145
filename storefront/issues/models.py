"""Issues of a newsletter, what stands in them, the segments they go to, and series for new readers."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from storefront.database import Base

STATES = ("draft", "scheduled", "preparing", "sending", "paused", "done", "cancelled")
SLOTS = ("lead", "routine", "article", "tool_tip", "next_phase", "product", "text")
SERIES_SHOW = ("words", "begin", "tools")


class Segment(Base):
    """A saved choice of readers; it narrows a list and never goes beyond it."""

    __tablename__ = "storefront_segment"

    slug: Mapped[str] = mapped_column(String(60), primary_key=True)
    name: Mapped[str] = mapped_column(String(120))
    rule: Mapped[dict[str, Any]] = mapped_column(JSON)
    created_at: Mapped[datetime]


class Issue(Base):
    """One issue of one newsletter; scheduling freezes what it says."""

    __tablename__ = "storefront_issue"
    __table_args__ = (
        UniqueConstraint("list_slug", "period"),
        CheckConstraint("state IN " + str(STATES), name="state"),
        Index("ix_storefront_issue_state_send_at", "state", "send_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    list_slug: Mapped[str] = mapped_column(ForeignKey("storefront_newsletter_list.slug"))
    period: Mapped[str] = mapped_column(String(20))  # such as 2026-W47: a cron makes it once
    slug: Mapped[str] = mapped_column(String(80), unique=True)  # its address in the archive
    subject: Mapped[str] = mapped_column(String(200), default="")
    preheader: Mapped[str] = mapped_column(String(200), default="")
    intro: Mapped[str] = mapped_column(Text, default="")
    segment_slug: Mapped[str | None] = mapped_column(ForeignKey("storefront_segment.slug"))
    state: Mapped[str] = mapped_column(String(10), default="draft")
    send_at: Mapped[datetime | None]
    frozen: Mapped[dict[str, Any] | None] = mapped_column(JSON)  # what goes out, once scheduled
    is_archived: Mapped[bool] = mapped_column(default=True)
    is_indexed: Mapped[bool] = mapped_column(default=True)  # by search engines
    made_by: Mapped[str] = mapped_column(String(254), default="")
    created_at: Mapped[datetime]
    prepared_at: Mapped[datetime | None]
    total: Mapped[int | None]  # deliveries, counted once when it is prepared
    pause_reason: Mapped[str] = mapped_column(String(300), default="")
    done_at: Mapped[datetime | None]

    slots: Mapped[list["IssueSlot"]] = relationship(
        cascade="all, delete-orphan", order_by="IssueSlot.position"
    )


class IssueSlot(Base):
    """One block of an issue: something of the shop or the library, or words of its own."""

    __tablename__ = "storefront_issue_slot"
    __table_args__ = (
        UniqueConstraint("issue_id", "position"),
        CheckConstraint("kind IN " + str(SLOTS), name="kind"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    issue_id: Mapped[int] = mapped_column(ForeignKey("storefront_issue.id", ondelete="CASCADE"))
    position: Mapped[int]
    kind: Mapped[str] = mapped_column(String(12))
    reference: Mapped[str] = mapped_column(
        String(120), default="", index=True
    )  # routine:slug@3
    heading: Mapped[str] = mapped_column(String(200), default="")
    text: Mapped[str] = mapped_column(Text, default="")


class SeriesLetter(Base):
    """One letter of a list's series: so many days after somebody joined it, once for each reader."""

    __tablename__ = "storefront_series_letter"
    __table_args__ = (
        UniqueConstraint("list_slug", "key"),
        CheckConstraint("day > 0", name="day"),
        CheckConstraint("shows IN " + str(SERIES_SHOW), name="shows"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    list_slug: Mapped[str] = mapped_column(ForeignKey("storefront_newsletter_list.slug"))
    key: Mapped[str] = mapped_column(String(40))
    day: Mapped[int]
    subject: Mapped[str] = mapped_column(String(200))
    intro: Mapped[str] = mapped_column(Text)
    shows: Mapped[str] = mapped_column(String(10))
    reference: Mapped[str] = mapped_column(String(120), default="")  # routine:slug, the default
    is_on: Mapped[bool] = mapped_column(default=True)  # off = it is in the file no more


class SeriesWritten(Base):
    """A letter of a series was written for a reader; it never is again."""

    __tablename__ = "storefront_series_written"
    __table_args__ = (UniqueConstraint("letter_id", "subscriber_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    letter_id: Mapped[int] = mapped_column(
        ForeignKey("storefront_series_letter.id", ondelete="CASCADE")
    )
    subscriber_id: Mapped[int] = mapped_column(
        ForeignKey("storefront_subscriber.id", ondelete="CASCADE"), index=True
    )
    at: Mapped[datetime]
