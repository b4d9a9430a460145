"""Who follows which programme, in which edition, and how far they are."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from storefront.public import Base

HAS_EMAIL = text("email <> ''")


class Enrolment(Base):
    """One reader of a programme: on a device, or by letter to a proven address.

    The edition is pinned: what the reader follows does not change under them.
    """

    __tablename__ = "routines_enrolment"
    __table_args__ = (
        CheckConstraint("state IN ('asked', 'active')", name="state"),
        CheckConstraint("pace IN ('normal', 'self_paced')", name="pace"),
        Index(
            "ix_routines_enrolment_entry_id_email", "entry_id", "email", unique=True,
            postgresql_where=HAS_EMAIL, sqlite_where=HAS_EMAIL,
        ),
    )  # fmt: skip

    id: Mapped[str] = mapped_column(String(40), primary_key=True)  # signed in cookie and links
    entry_id: Mapped[int] = mapped_column(ForeignKey("routines_entry.id", ondelete="CASCADE"))
    revision: Mapped[int]
    routine_revisions: Mapped[dict[str, Any]] = mapped_column(JSON)  # routine slug to number
    email: Mapped[str] = mapped_column(String(254), default="")  # empty: only on a device
    state: Mapped[str] = mapped_column(String(8), default="active")
    letters: Mapped[bool] = mapped_column(default=False)  # one whenever a phase opens
    pace: Mapped[str] = mapped_column(String(12), default="normal")
    zone: Mapped[str] = mapped_column(String(64))
    round: Mapped[int] = mapped_column(default=1)  # goes up when the reader begins again
    started_at: Mapped[datetime]
    paused_at: Mapped[datetime | None]
    shifts: Mapped[list[Any]] = mapped_column(default=list)  # pauses: [from, until], ISO 8601
    asked_letters: Mapped[int] = mapped_column(default=0)  # that asked to confirm
    written_at: Mapped[datetime | None]  # the newest of them
    changed_at: Mapped[datetime] = mapped_column(index=True)

    phases: Mapped[list["PhaseState"]] = relationship(
        cascade="all, delete-orphan", order_by="PhaseState.position", passive_deletes=True
    )


class PhaseState(Base):
    """When a phase opens for a reader, when it did, and when they were done with it."""

    __tablename__ = "routines_phase_state"
    __table_args__ = (
        UniqueConstraint("enrolment_id", "position"),
        Index("ix_routines_phase_state_opened_at_unlocks_at", "opened_at", "unlocks_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    enrolment_id: Mapped[str] = mapped_column(
        ForeignKey("routines_enrolment.id", ondelete="CASCADE")
    )
    key: Mapped[str] = mapped_column(String(80))
    position: Mapped[int]
    unlocks_at: Mapped[datetime | None]  # not before; none while the reader sets the pace
    opened_at: Mapped[datetime | None]
    completed_at: Mapped[datetime | None]
    is_waiting: Mapped[bool] = mapped_column(default=False)  # for the one before to be done
    is_told: Mapped[bool] = mapped_column(default=False)  # by letter, or they were there
