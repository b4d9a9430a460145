"""What a program has asked with an Idempotency-Key, and what it was answered."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, String
from sqlalchemy.orm import Mapped, mapped_column

from storefront.database import Base


class ApiRequest(Base):
    """One key, one body, one answer."""

    __tablename__ = "storefront_api_request"

    key: Mapped[str] = mapped_column(String(200), primary_key=True)
    body_sha256: Mapped[str] = mapped_column(String(64))
    order_number: Mapped[str | None] = mapped_column(String(20))
    answer: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    created_at: Mapped[datetime]
