"""Which routines an address has put aside."""

from datetime import datetime

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from storefront.public import Base


class SavedRoutine(Base):
    """A routine that somebody wants to find again; it says nothing about how they are."""

    __tablename__ = "routines_saved"
    __table_args__ = (UniqueConstraint("email", "entry_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(String(254))
    entry_id: Mapped[int] = mapped_column(
        ForeignKey("routines_entry.id", ondelete="CASCADE"), index=True
    )
    saved_at: Mapped[datetime]
