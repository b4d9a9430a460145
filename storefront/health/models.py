"""Signs of life of what runs beside the web server."""

from datetime import datetime
from typing import Any

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from storefront.database import Base


class Heartbeat(Base):
    """When something was last seen at work, and what it had to tell."""

    __tablename__ = "storefront_heartbeat"

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    seen_at: Mapped[datetime]
    facts: Mapped[dict[str, Any]] = mapped_column(default=dict)
