"""What authors write before it is published: drafts, and every state that was ever saved."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from routines.library.models import KINDS
from routines.studio.states import STATES
from storefront.public import Base


class Draft(Base):
    """What is written for one address; it may be incomplete, or hold what cannot be read."""

    __tablename__ = "routines_draft"
    __table_args__ = (
        UniqueConstraint("kind", "slug"),
        CheckConstraint("kind IN " + str(KINDS), name="kind"),
        CheckConstraint("state IN " + str(STATES), name="state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(12))
    slug: Mapped[str] = mapped_column(String(80))
    document: Mapped[dict[str, Any]]  # as it was typed
    base_revision: Mapped[int | None]  # the published one that it was begun from
    version: Mapped[int] = mapped_column(default=1)  # goes up with every save
    state: Mapped[str] = mapped_column(String(12), default="draft", index=True)
    publish_at: Mapped[datetime | None]
    author: Mapped[str] = mapped_column(String(254))  # the member who began it
    saved_by: Mapped[str] = mapped_column(String(254))  # the member who saved it last
    reviewer: Mapped[str] = mapped_column(String(254), default="")  # the member who approved it
    note: Mapped[str] = mapped_column(Text, default="")  # the last word about it
    opened_by: Mapped[str] = mapped_column(String(254), default="")  # has its form open
    opened_at: Mapped[datetime | None]
    seen_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]


class DraftRevision(Base):
    """A draft as it was saved once; never changed."""

    __tablename__ = "routines_draft_revision"
    __table_args__ = (UniqueConstraint("draft_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    draft_id: Mapped[int] = mapped_column(ForeignKey("routines_draft.id", ondelete="CASCADE"))
    number: Mapped[int]
    document: Mapped[dict[str, Any]]
    who: Mapped[str] = mapped_column(String(254))
    at: Mapped[datetime]
    did: Mapped[str] = mapped_column(String(80))  # saved, imported, restored ...
