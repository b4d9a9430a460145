"""Gated films: what routines say of them, what was uploaded and made of it, and open grants."""

from datetime import datetime
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    CheckConstraint,
    ForeignKey,
    String,
    UniqueConstraint,
    and_,
)
from sqlalchemy.orm import Mapped, foreign, mapped_column, relationship

from routines.library.models import Need
from storefront.public import Base

UPLOAD_STATES = ("held", "new", "probing", "deriving", "ready", "failed")
PART_STATES = ("waiting", "working", "done", "failed")
PART_KINDS = ("poster", "preview", "mp4", "hls", "store")
TRACK_KINDS = ("captions", "subtitles", "descriptions", "chapters")


def _one_of(name: str, values: tuple[str, ...]) -> CheckConstraint:
    listed = ", ".join(f"'{value}'" for value in values)
    return CheckConstraint(f"{name} IN ({listed})", name=name)


class VideoAsset(Base):
    """What a published routine says of its film, and for whom it opens."""

    __tablename__ = "routines_video"

    slug: Mapped[str] = mapped_column(String(80), primary_key=True)
    entry_id: Mapped[int] = mapped_column(ForeignKey("routines_entry.id"), index=True)
    title: Mapped[str] = mapped_column(String(200))
    file: Mapped[str] = mapped_column(String(120))  # inside the gated folder; empty = uploaded
    captions: Mapped[str] = mapped_column(String(120))
    poster: Mapped[str] = mapped_column(String(80))
    duration_ms: Mapped[int]
    opens_for: Mapped[list[Any]] = mapped_column(JSON)  # clauses of the gate
    language: Mapped[str] = mapped_column(String(20), default="en", server_default="en")
    renditions: Mapped[list[Any]] = mapped_column(JSON, default=list, server_default="[]")
    tracks: Mapped[list[Any]] = mapped_column(JSON, default=list, server_default="[]")
    hls: Mapped[str] = mapped_column(String(80), default="", server_default="")
    chapters: Mapped[str] = mapped_column(String(120), default="", server_default="")
    preview: Mapped[str] = mapped_column(String(120), default="", server_default="")
    embed: Mapped[str] = mapped_column(String(300), default="", server_default="")
    required: Mapped[list[Need]] = relationship(
        viewonly=True,
        uselist=True,
        primaryjoin=lambda: and_(
            foreign(Need.entry_id) == VideoAsset.entry_id, Need.role == "required"
        ),
    )  # the tools that its routine cannot be done without


class Upload(Base):
    """A film that was uploaded: each replacement is a revision with a folder of its own."""

    __tablename__ = "routines_upload"
    __table_args__ = (UniqueConstraint("slug", "revision"), _one_of("state", UPLOAD_STATES))

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(80), index=True)
    revision: Mapped[int]
    state: Mapped[str] = mapped_column(String(10), default="new")
    message: Mapped[str] = mapped_column(String(400), default="")  # why it failed or waits
    original: Mapped[str] = mapped_column(String(160))  # what the file was called
    master: Mapped[str] = mapped_column(String(40))  # what it is called in its folder
    size_bytes: Mapped[int] = mapped_column(BigInteger)
    checksum: Mapped[str] = mapped_column(String(64))
    duration_ms: Mapped[int] = mapped_column(default=0)
    width: Mapped[int] = mapped_column(default=0)
    height: Mapped[int] = mapped_column(default=0)
    codec: Mapped[str] = mapped_column(String(40), default="")
    has_sound: Mapped[bool] = mapped_column(default=False)
    language: Mapped[str] = mapped_column(String(20), default="en")
    by: Mapped[str] = mapped_column(String(254), default="")
    created_at: Mapped[datetime]
    ready_at: Mapped[datetime | None]
    parts: Mapped[list["Part"]] = relationship(
        order_by="Part.position", cascade="all, delete-orphan"
    )
    tracks: Mapped[list["UploadTrack"]] = relationship(
        order_by="UploadTrack.id", cascade="all, delete-orphan"
    )

    @property
    def percent(self) -> int:
        """Tell how far it is, in whole per cent."""
        return sum(one.percent for one in self.parts) // max(1, len(self.parts))


class Part(Base):
    """One thing that is made of an upload; what is done stays done when the work is cut off."""

    __tablename__ = "routines_upload_part"
    __table_args__ = (
        UniqueConstraint("upload_id", "name"), _one_of("kind", PART_KINDS), _one_of("state", PART_STATES),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    upload_id: Mapped[int] = mapped_column(ForeignKey("routines_upload.id"), index=True)
    position: Mapped[int]
    kind: Mapped[str] = mapped_column(String(10))
    name: Mapped[str] = mapped_column(String(40))  # a file or a folder of the upload
    width: Mapped[int] = mapped_column(default=0)
    height: Mapped[int] = mapped_column(default=0)
    size_bytes: Mapped[int] = mapped_column(BigInteger, default=0)
    state: Mapped[str] = mapped_column(String(10), default="waiting")
    percent: Mapped[int] = mapped_column(default=0)
    tries: Mapped[int] = mapped_column(default=0)
    lease_until: Mapped[datetime | None]


class UploadTrack(Base):
    """Words that go with an upload: captions, subtitles, descriptions or chapters."""

    __tablename__ = "routines_upload_track"
    __table_args__ = (UniqueConstraint("upload_id", "name"), _one_of("kind", TRACK_KINDS))

    id: Mapped[int] = mapped_column(primary_key=True)
    upload_id: Mapped[int] = mapped_column(ForeignKey("routines_upload.id"), index=True)
    kind: Mapped[str] = mapped_column(String(12))
    name: Mapped[str] = mapped_column(String(40))
    language: Mapped[str] = mapped_column(String(20))
    label: Mapped[str] = mapped_column(String(80))


class LiveGrant(Base):
    """A grant that is used, until it ends or is closed: an account has only so many at once."""

    __tablename__ = "routines_live_grant"

    key: Mapped[str] = mapped_column(String(40), primary_key=True)
    viewer: Mapped[str] = mapped_column(String(20), index=True)
    device: Mapped[str] = mapped_column(String(20))
    video: Mapped[str] = mapped_column(String(80))
    opened_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)
    closed_at: Mapped[datetime | None]
