"""What an operator looks after: invoices that are missing, and numbers that are."""

from collections.abc import Iterator

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from storefront.documents import service
from storefront.documents.models import PREFIXES, Document, DocumentCounter
from storefront.orders.models import Order
from storefront.orders.states import BOUGHT_ORDERS
from storefront.settings import Settings


def issue_missing(db: Session, settings: Settings) -> list[str]:
    """Issue the invoices of paid orders that have none, oldest payment first; name them.

    Orders that were paid before the shop wrote invoices have none.
    """
    has = select(Document.order_id).where(Document.kind == "invoice")
    wanted = select(Order).where(Order.state.in_(BOUGHT_ORDERS), Order.id.not_in(has))
    lacking = db.scalars(wanted.order_by(Order.paid_at, Order.id)).all()
    return [service.issue_invoice(db, order, settings).name for order in lacking]


def gaps(db: Session, first: int | None = None) -> list[str]:
    """Name the numbers that were never issued, from `first` or the lowest on; none is healthy."""
    series: dict[tuple[str, str], set[int]] = {}
    found = select(Document.kind, Document.series, Document.number)
    for kind, year, number in db.execute(found):
        series.setdefault((kind, year), set()).add(number)
    last = {
        (row.kind, row.series): row.last for row in db.scalars(select(DocumentCounter))
    }  # fmt: skip
    missing = []
    for (kind, year), given in sorted(series.items()):
        lowest = min(given) if first is None else min(first, *given)
        wanted = set(range(lowest, max(last.get((kind, year), 0), *given) + 1))
        missing += [f"{PREFIXES[kind]}-{year}-{each:05d}" for each in sorted(wanted - given)]
    return missing


def problems(db: Session) -> Iterator[str]:
    """Say what is wrong with the papers: a number that is missing, or credits that do not add up."""
    for name in gaps(db):
        yield f"{name} was never issued, or is gone."
    signed = case(
        (Document.kind == "debit_note", -Document.total_minor), else_=Document.total_minor
    )
    notes = (
        select(Document.order_id, func.sum(signed).label("minor"))
        .where(Document.kind != "invoice").group_by(Document.order_id).subquery()
    )  # fmt: skip
    credited = func.coalesce(notes.c.minor, 0)
    wrong = (
        select(Document, credited)
        .outerjoin(notes, notes.c.order_id == Document.order_id)
        .where(Document.kind == "invoice", Document.credited_minor != credited)
    )
    for invoice, minor in db.execute(wrong):
        yield f"{invoice.name}: {invoice.credited_minor} are credited, its notes say {minor}."
