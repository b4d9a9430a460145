"""Issue invoices, credit notes and debit notes, each once, and find them again."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from storefront import clock
from storefront.documents import facts, numbers
from storefront.documents.credit import Refunded, credit_facts, reversal_facts
from storefront.documents.models import TITLES, Document
from storefront.errors import NotFound
from storefront.orders import history
from storefront.orders.models import Order
from storefront.settings import Settings


def issue_invoice(db: Session, order: Order, settings: Settings) -> Document:
    """Issue the invoice of a paid order, in the transaction that makes it paid; once."""
    counter = numbers.lock(db, "invoice", clock.now(), settings)
    issued = invoice_of(db, order)
    if issued is not None:
        return issued
    said = facts.of_invoice(order, clock.now(), settings)
    return _issue(db, order, numbers.take(counter), said)


def issue_credit_note(
    db: Session, order: Order, refund: Refunded, settings: Settings
) -> Document | None:
    """Issue the credit note for a refund that has succeeded; once.

    There is none without an invoice, and none when all of the invoice was credited before.
    """
    counter = numbers.lock(db, "credit_note", clock.now(), settings)
    issued, invoice = _of_refund(db, "credit_note", refund.id), invoice_of(db, order)
    if issued is not None or invoice is None or not _left(invoice):
        return issued
    before = [one for one in documents_of(db, order) if one.kind != "invoice"]
    said = credit_facts(invoice, before, refund) | facts.parties(order, clock.now(), settings)
    note = _issue(db, order, numbers.take(counter), said, refund_id=refund.id)
    invoice.credited_minor += note.total_minor
    db.flush()
    return note


def reverse_credit_note(
    db: Session, order: Order, refund: Refunded, settings: Settings
) -> Document | None:
    """Issue the debit note that takes a credit note back, as its refund failed after all; once."""
    numbers.lock(
        db, "credit_note", clock.now(), settings
    )  # credits of an invoice stand in line
    counter = numbers.lock(db, "debit_note", clock.now(), settings)
    note, issued = (_of_refund(db, kind, refund.id) for kind in ("credit_note", "debit_note"))
    invoice = invoice_of(db, order)
    if note is None or issued is not None or invoice is None:
        return issued
    said = reversal_facts(note) | facts.parties(order, clock.now(), settings)
    debit = _issue(db, order, numbers.take(counter), said, refund_id=refund.id)
    invoice.credited_minor -= debit.total_minor
    db.flush()
    return debit


def invoice_of(db: Session, order: Order) -> Document | None:
    """Find the invoice of an order."""
    mine = select(Document).where(Document.order_id == order.id, Document.kind == "invoice")
    return db.scalar(mine.execution_options(populate_existing=True))


def documents_of(db: Session, order: Order) -> Sequence[Document]:
    """List everything issued for an order: the invoice, then the notes that correct it."""
    mine = select(Document).where(Document.order_id == order.id)
    first = Document.kind != "invoice"
    return db.scalars(mine.order_by(first, Document.issued_at, Document.id)).all()


def find(db: Session, order: Order, name: str = "") -> Document:
    """Find a note of an order by its number, or its invoice when no number is given.

    Raises:
        NotFound: there is none.
    """
    for document in documents_of(db, order):
        if document.name == name or (not name and document.kind == "invoice"):
            return document
    raise NotFound("There is no such document for this order.")


def invoice_url(order: Order, settings: Settings) -> str:
    """Give the whole address of an order's invoice, to write in a letter."""
    path = f"{settings.url_prefix}/orders/{order.number}/invoice?key={order.key}"
    return settings.origin + path


def _of_refund(db: Session, kind: str, refund_id: int) -> Document | None:
    return db.scalar(
        select(Document).where(Document.kind == kind, Document.refund_id == refund_id)
    )


def _left(invoice: Document) -> int:
    return invoice.total_minor - invoice.credited_minor


def _issue(
    db: Session, order: Order, number: numbers.Number, said: dict[str, Any], *,
    refund_id: int | None = None,
) -> Document:  # fmt: skip
    document = Document(
        kind=number.kind, series=number.series, number=number.number, order_id=order.id,
        refund_id=refund_id, currency=order.currency, total_minor=said["total_minor"],
        credited_minor=0, facts=said, issued_at=clock.now(),
    )  # fmt: skip
    db.add(document)
    db.flush()
    text = f"{TITLES[document.kind]} {document.name} was issued."
    history.note(db, order, document.kind, text, is_public=True, document=document.name)
    return document
