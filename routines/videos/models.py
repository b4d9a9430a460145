"""Gated video files."""

from typing import Any

from sqlalchemy import JSON, ForeignKey, String, and_
from sqlalchemy.orm import Mapped, foreign, mapped_column, relationship

from routines.library.models import Need
from storefront.public import Base


class VideoAsset(Base):
    """A gated file with its captions, and for whom it opens."""

    __tablename__ = "routines_video"

    slug: Mapped[str] = mapped_column(String(80), primary_key=True)
    entry_id: Mapped[int] = mapped_column(ForeignKey("routines_entry.id"), index=True)
    title: Mapped[str] = mapped_column(String(200))
    file: Mapped[str] = mapped_column(String(120))  # name inside the gated folder
    captions: Mapped[str] = mapped_column(String(120))
    poster: Mapped[str] = mapped_column(String(80))
    duration_ms: Mapped[int]
    opens_for: Mapped[list[Any]] = mapped_column(JSON)  # clauses of the gate
    required: Mapped[list[Need]] = relationship(
        viewonly=True,
        uselist=True,
        primaryjoin=lambda: and_(
            foreign(Need.entry_id) == VideoAsset.entry_id, Need.role == "required"
        ),
    )  # the tools that its routine cannot be done without
