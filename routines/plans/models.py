"""Plans as they were handed out: which routines, at which doses, until when. Nothing about a patient."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, String
from sqlalchemy.orm import Mapped, mapped_column

from storefront.public import Base


class Plan(Base):
    """A plan that a practitioner made; it never changes, it only ends."""

    __tablename__ = "routines_plan"
    __table_args__ = (CheckConstraint("expires_at > created_at", name="expires"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    given_by: Mapped[str] = mapped_column(String(60))
    document: Mapped[dict[str, Any]]
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)
    revoked_at: Mapped[datetime | None]
