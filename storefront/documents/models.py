"""Invoices and credit notes: numbered without gaps, their content frozen when they are issued."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from storefront.database import Base

KINDS = ("invoice", "credit_note", "debit_note")
PREFIXES = {"invoice": "INV", "credit_note": "CN", "debit_note": "DN"}
TITLES = {"invoice": "Invoice", "credit_note": "Credit note", "debit_note": "Debit note"}
IS_INVOICE = text("kind = 'invoice'")


class Document(Base):
    """An invoice of an order, or a note that corrects it for one of its refunds; never changed.

    Only `credited_minor` of an invoice moves, so that credit notes never exceed it.
    """

    __tablename__ = "storefront_document"
    __table_args__ = (
        CheckConstraint("kind IN " + str(KINDS), name="kind"),
        CheckConstraint("number > 0", name="number"),
        CheckConstraint("(kind = 'invoice') = (refund_id IS NULL)", name="refund"),
        CheckConstraint("total_minor >= 0", name="total"),
        CheckConstraint(
            "credited_minor >= 0 AND credited_minor <= total_minor", name="credited"
        ),
        UniqueConstraint("kind", "series", "number"),
        UniqueConstraint("kind", "refund_id"),
        Index(
            "uq_storefront_document_invoice",
            "order_id",
            unique=True,
            sqlite_where=IS_INVOICE,
            postgresql_where=IS_INVOICE,
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(12))
    series: Mapped[str] = mapped_column(String(10))  # the year
    number: Mapped[int]
    order_id: Mapped[int] = mapped_column(ForeignKey("storefront_order.id"), index=True)
    refund_id: Mapped[int | None]  # of a credit note, and of the debit note that takes it back
    currency: Mapped[str] = mapped_column(String(3))
    total_minor: Mapped[int]
    credited_minor: Mapped[int] = mapped_column(default=0)  # of an invoice, by credit notes
    facts: Mapped[dict[str, Any]]  # what it says: see `facts.py`
    issued_at: Mapped[datetime]

    @property
    def name(self) -> str:
        """Give the number as people write it, such as INV-2026-00042."""
        return f"{PREFIXES[self.kind]}-{self.series}-{self.number:05d}"


class DocumentCounter(Base):
    """The last number given in a series; whoever wants the next one locks the row."""

    __tablename__ = "storefront_document_counter"
    __table_args__ = (CheckConstraint("last >= 0", name="last"),)

    kind: Mapped[str] = mapped_column(String(12), primary_key=True)
    series: Mapped[str] = mapped_column(String(10), primary_key=True)
    last: Mapped[int]
