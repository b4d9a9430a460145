"""The documents that search finds; the full-text index beside them depends on the database."""

from datetime import datetime

from sqlalchemy import String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from storefront.database import Base


class SearchEntry(Base):
    """A public document in the index."""

    __tablename__ = "storefront_search_entry"
    __table_args__ = (UniqueConstraint("kind", "slug"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(20))
    slug: Mapped[str] = mapped_column(String(80))
    title: Mapped[str] = mapped_column(String(200))
    summary: Mapped[str] = mapped_column(String(400))
    terms: Mapped[str] = mapped_column(Text)
    body: Mapped[str] = mapped_column(Text)
    url: Mapped[str] = mapped_column(String(200))
    picture: Mapped[str] = mapped_column(String(80), default="")
    indexed_at: Mapped[datetime]
