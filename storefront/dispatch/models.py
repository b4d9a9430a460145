"""One row for each reader of an issue, and what paces them."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from storefront.database import Base

STATES = ("queued", "leased", "accepted", "deferred", "failed", "skipped", "unknown")


class Delivery(Base):
    """One issue for one reader: unique, so that nobody is written to twice."""

    __tablename__ = "storefront_delivery"
    __table_args__ = (
        UniqueConstraint("issue_id", "subscriber_id"),
        CheckConstraint("state IN " + str(STATES), name="state"),
        Index("ix_storefront_delivery_issue_id_state_turn", "issue_id", "state", "turn"),
        Index("ix_storefront_delivery_subscriber_id", "subscriber_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    issue_id: Mapped[int] = mapped_column(ForeignKey("storefront_issue.id"))
    subscriber_id: Mapped[int | None] = mapped_column(
        ForeignKey("storefront_subscriber.id", ondelete="SET NULL")
    )  # none once the reader is erased: the count stays whole
    domain: Mapped[str] = mapped_column(String(254))
    turn: Mapped[int] = mapped_column(default=0)  # spreads each domain over the whole issue
    variant: Mapped[str] = mapped_column(String(120), default="")
    state: Mapped[str] = mapped_column(String(10), default="queued")
    attempt: Mapped[int] = mapped_column(default=0)  # how often a server has answered
    lease_owner: Mapped[str] = mapped_column(String(40), default="")
    lease_until: Mapped[datetime | None]
    data_at: Mapped[datetime | None]  # written before the letter itself is handed over
    next_try_at: Mapped[datetime]
    message_id: Mapped[str] = mapped_column(String(120), default="", index=True)
    smtp_code: Mapped[int | None]
    reason: Mapped[str] = mapped_column(String(300), default="")
    ended_at: Mapped[datetime | None]


class Pace(Base):
    """How many letters may still go: one bucket for all and one for each receiving domain."""

    __tablename__ = "storefront_pace"

    key: Mapped[str] = mapped_column(String(254), primary_key=True)  # "all" or a domain
    allowance: Mapped[float]  # letters that may go now
    filled_at: Mapped[datetime]
    day: Mapped[date]
    first_day: Mapped[date]  # the days of a warm-up count from here
    sent_today: Mapped[int] = mapped_column(
        default=0
    )  # of a warm-up; those on their way are not in it
    strikes: Mapped[int] = mapped_column(default=0)  # refusals in a row; each doubles the wait
    wait_until: Mapped[datetime | None]  # the domain asked for patience
