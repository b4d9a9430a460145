"""Links that open one thing for a while."""

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from storefront.public import Base


class ShareLink(Base):
    """Who made a link, what it opens and until when; whoever uses it is only counted."""

    __tablename__ = "routines_share_link"

    id: Mapped[int] = mapped_column(primary_key=True)
    resource: Mapped[str] = mapped_column(String(120), index=True)  # the key of the gate
    note: Mapped[str] = mapped_column(String(120), default="")  # for whom or what, to the staff
    made_by: Mapped[str] = mapped_column(String(254))
    made_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
    uses: Mapped[int] = mapped_column(default=0)  # devices that were let in
    used_at: Mapped[datetime | None]  # the last time; nothing is kept of whom
