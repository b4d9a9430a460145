"""Content as it is published: entries, their frozen revisions, and what they are found by."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from storefront.public import Base

KINDS = ("routine", "programme", "article")
TERMS = ("muscle", "condition", "point", "exercise", "person", "tool_care")


class BodyPart(Base):
    """A place on the body; facets roll up to parents."""

    __tablename__ = "routines_body_part"

    slug: Mapped[str] = mapped_column(String(80), primary_key=True)
    name: Mapped[str] = mapped_column(String(120))
    parent_slug: Mapped[str | None] = mapped_column(ForeignKey("routines_body_part.slug"))
    plain_words: Mapped[list[Any]] = mapped_column(JSON, default=list)
    picture: Mapped[str] = mapped_column(String(80), default="")
    is_area: Mapped[bool] = mapped_column(default=False)  # one of the areas on the home page
    position: Mapped[int] = mapped_column(default=0)
    spots: Mapped[list[Any]] = mapped_column(JSON, default=list, server_default="[]")


class Term(Base):
    """A word of the vocabulary; what is published has frozen what it took from here."""

    __tablename__ = "routines_term"
    __table_args__ = (
        UniqueConstraint("kind", "slug"),
        CheckConstraint("kind IN " + str(TERMS), name="kind"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(12))
    slug: Mapped[str] = mapped_column(String(80))
    name: Mapped[str] = mapped_column(String(200))
    body_part: Mapped[str] = mapped_column(String(80), default="", index=True)
    position: Mapped[int] = mapped_column(default=0)
    document: Mapped[dict[str, Any]] = mapped_column(JSON)
    sha256: Mapped[str] = mapped_column(String(64))


class Entry(Base):
    """A routine, programme or article: its address, its card and the revision that readers see."""

    __tablename__ = "routines_entry"
    __table_args__ = (
        UniqueConstraint("kind", "slug"),
        CheckConstraint("kind IN " + str(KINDS), name="kind"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(12))
    slug: Mapped[str] = mapped_column(String(80))
    title: Mapped[str] = mapped_column(String(200))
    position: Mapped[int] = mapped_column(default=0)
    minutes: Mapped[int | None]  # of a routine, rounded up from its timeline
    card: Mapped[dict[str, Any]] = mapped_column(JSON)  # what a list shows, made at publishing
    revision_number: Mapped[int]  # the published one; 0 when it is retired
    published_at: Mapped[datetime]

    revisions: Mapped[list["Revision"]] = relationship(cascade="all, delete-orphan")
    facets: Mapped[list["Facet"]] = relationship(cascade="all, delete-orphan")
    needs: Mapped[list["Need"]] = relationship(cascade="all, delete-orphan")


class Revision(Base):
    """A document as it was published; never changed."""

    __tablename__ = "routines_revision"
    __table_args__ = (UniqueConstraint("entry_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    entry_id: Mapped[int] = mapped_column(ForeignKey("routines_entry.id", ondelete="CASCADE"))
    number: Mapped[int]
    document: Mapped[dict[str, Any]] = mapped_column(JSON)
    sha256: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime]


class Facet(Base):
    """One value that an entry is found by: body_part, tool, level, action, goal, condition or point."""

    __tablename__ = "routines_facet"
    __table_args__ = (
        UniqueConstraint("entry_id", "name", "value"),
        Index("ix_routines_facet_name_value", "name", "value"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    entry_id: Mapped[int] = mapped_column(ForeignKey("routines_entry.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(String(20))
    value: Mapped[str] = mapped_column(String(80))


class Need(Base):
    """A component that a routine asks for somewhere, rolled up from its steps."""

    __tablename__ = "routines_need"
    __table_args__ = (UniqueConstraint("entry_id", "component", "role"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    entry_id: Mapped[int] = mapped_column(ForeignKey("routines_entry.id", ondelete="CASCADE"))
    component: Mapped[str] = mapped_column(String(80), index=True)  # a slug of the shop
    role: Mapped[str] = mapped_column(String(10))  # the strictest: required before optional
    stand_ins: Mapped[list[Any]] = mapped_column(JSON, default=list)
