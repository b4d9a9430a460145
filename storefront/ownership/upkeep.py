"""What must always be true of ownership: it is what the orders and the claimed codes say."""

from collections.abc import Iterator

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from storefront.orders.models import Order
from storefront.ownership.models import ClaimCode, Owned
from storefront.ownership.rules import Title, kept_lines, titles

AT_ONCE = 500


def problems(db: Session) -> Iterator[str]:
    """Say where a row is missing, or stands for what nobody paid or claimed."""
    due: dict[Title, str] = {}
    given = _given_away(db)
    kept: set[int] = set()
    orders = select(Order).options(selectinload(Order.lines)).order_by(Order.id)
    for order in db.scalars(orders.execution_options(yield_per=AT_ONCE)):
        kept |= {line.id for line in kept_lines(order)} & given
        due |= {
            title: f"Order {order.number}"
            for title in titles(order)
            if title.reference not in given
        }
    due |= _claimed(db, kept)
    rows = {
        Title(row.source, row.reference, row.component, row.email)
        for row in db.scalars(select(Owned).where(Owned.ends_at.is_(None)))
    }
    for title in sorted(due.keys() - rows, key=_in_order):
        yield f"{due[title]} gives {title.component}, and nobody is noted as its owner."
    for title in sorted(rows - due.keys(), key=_in_order):
        what = "order line" if title.source == "order" else "code"
        yield f"{title.component} is owned through {what} {title.reference}, which does not give it."


def _given_away(db: Session) -> set[int]:
    taken = select(ClaimCode.order_line_id).where(
        ClaimCode.order_line_id.is_not(None), ClaimCode.claimed_at.is_not(None),
        ClaimCode.revoked_at.is_(None),
    )  # fmt: skip
    return {line for line in db.scalars(taken) if line is not None}


def _claimed(db: Session, kept: set[int]) -> dict[Title, str]:
    taken = select(ClaimCode).where(
        ClaimCode.claimed_by.is_not(None), ClaimCode.revoked_at.is_(None)
    )
    return {
        Title("claim", code.id, component, code.claimed_by): f"Code {code.id}"
        for code in db.scalars(taken)
        if code.claimed_by and (code.order_line_id is None or code.order_line_id in kept)
        for component in code.components
    }


def _in_order(title: Title) -> tuple[str, int, str]:
    return (title.source, title.reference, title.component)
