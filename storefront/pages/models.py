"""Plain pages in Markdown."""

from sqlalchemy import String, Text
from sqlalchemy.orm import Mapped, mapped_column

from storefront.database import Base


class InfoPage(Base):
    """A page such as delivery or privacy."""

    __tablename__ = "storefront_info_page"

    slug: Mapped[str] = mapped_column(String(80), primary_key=True)
    title: Mapped[str] = mapped_column(String(160))
    summary: Mapped[str] = mapped_column(String(400), default="")
    body: Mapped[str] = mapped_column(Text)  # Markdown
