"""What needs somebody, of the shop's own subjects; a room adds its own with `attention.provider`."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session

from storefront import outbox, web
from storefront.aftersales.models import Return, Withdrawal
from storefront.backoffice import attention, condition, wording
from storefront.backoffice.attention import MOST, Found, Matter
from storefront.catalog.models import Product, Variant
from storefront.orders.models import Order
from storefront.payments.disputes import OVER
from storefront.payments.models import Dispute, Refund, StripeEvent
from storefront.payments.receipts import GIVEN_UP
from storefront.staff import roles
from storefront.stock.models import StockLevel

ORDER = "orders.one"
HEALTH = ("health.page", dict[str, Any]())


@attention.provider("Not at work", roles.KEEPERS)
def condition_of_the_shop(db: Session, now: datetime) -> Found:
    """List what is wrong with Stripe, the worker or its queue."""
    found = condition.wrong(db, now)
    return Found(
        len(found), [Matter(line.name, line.text, HEALTH, "bad") for line in found], HEALTH
    )


@attention.provider("Orders that wait for you", roles.KEEPERS)
def orders(db: Session, now: datetime) -> Found:
    """List orders that no rule could decide, the oldest first."""
    del now
    theirs = (Order.state == "needs_attention") | (Order.attention != "")
    count, found = _first(db, select(Order).where(theirs), Order.placed_at)
    return Found(
        count,
        [
            Matter(order.number, order.attention or "needs a decision", _order(order), "bad")
            for order in found
        ],
        ("orders.page", {"state": "needs_attention"}),
    )


@attention.provider("Disputes", roles.KEEPERS)
def disputes(db: Session, now: datetime) -> Found:
    """List open disputes, the one that is due first at the top."""
    is_open = select(Dispute).where(Dispute.status.not_in(OVER))
    count, found = _first(db, is_open, Dispute.due_at)
    return Found(count, [_dispute(dispute, now) for dispute in found])


@attention.provider("Refunds that failed", roles.KEEPERS)
def refunds(db: Session, now: datetime) -> Found:
    """List refunds that Stripe or a bank has refused."""
    del now
    failed = select(Refund).where(Refund.state == "failed")
    count, found = _first(db, failed, Refund.created_at.desc())
    return Found(
        count,
        [
            Matter(
                f"{refund.order.number}, {web.money_text(refund.amount_minor, refund.currency)}",
                refund.failure or "refused", _order(refund.order), "bad",
            )
            for refund in found
        ],
    )  # fmt: skip


@attention.provider("Returns to handle", roles.PACKERS)
def returns(db: Session, now: datetime) -> Found:
    """List returns that wait for an answer, or for the money after they have come."""
    del now
    says = {"requested": "waits for an answer", "received": "has come, and waits to be closed"}
    waiting = select(Return).where(Return.state.in_(says))
    count, found = _first(db, waiting, Return.changed_at)
    return Found(
        count,
        [
            Matter(one.number, says[one.state], ("returns.one", {"number": one.number}))
            for one in found
        ],
        ("returns.page", dict[str, Any]()),
    )


@attention.provider("Withdrawals to handle", roles.KEEPERS)
def withdrawals(db: Session, now: datetime) -> Found:
    """List declared withdrawals that could not be followed by themselves, the oldest first."""
    del now
    waiting = select(Withdrawal).where(Withdrawal.done_at.is_(None))
    count, found = _first(db, waiting, Withdrawal.at)
    return Found(
        count, [_withdrawal(db, one) for one in found], ("withdrawals.page", dict[str, Any]())
    )


def _withdrawal(db: Session, one: Withdrawal) -> Matter:
    order = db.get(Order, one.order_id) if one.order_id else None
    if order is None:
        return Matter(
            one.number, f"no order fits {one.order_number}: answer {one.email}", None, "bad"
        )
    return Matter(
        one.number, "something of it has to be cancelled or taken back", _order(order), "bad"
    )


@attention.provider("Little left", roles.EVERYBODY)
def low_stock(db: Session, now: datetime) -> Found:
    """List what is on sale and nearly or wholly gone, the least first."""
    del now
    free = StockLevel.on_hand - StockLevel.held
    few = (
        select(Variant.id, Product.name, Variant.name, free)
        .join(StockLevel, StockLevel.variant_id == Variant.id)
        .join(Product, Product.id == Variant.product_id)
        .where(Product.is_published, free <= web.settings().low_stock)
    )
    count = db.scalar(select(func.count()).select_from(few.subquery())) or 0
    found = db.execute(few.order_by(free, Variant.sku).limit(MOST))
    return Found(
        count,
        [
            Matter(
                f"{product}, {variant}",
                f"{max(0, left)} free",
                ("stock.one", {"variant_id": variant_id}),
                "bad" if left <= 0 else "warn",
            )
            for variant_id, product, variant, left in found
        ],
        ("stock.page", {"state": "low"}),
    )


@attention.provider("Stripe's events that were given up", roles.KEEPERS)
def events(db: Session, now: datetime) -> Found:
    """List events that were tried for days in vain."""
    del now
    lost = select(StripeEvent).where(StripeEvent.outcome == GIVEN_UP)
    count, found = _first(db, lost, StripeEvent.received_at.desc())
    return Found(
        count,
        [
            Matter(event.type, f"since {wording.moment(event.received_at)}", HEALTH, "bad")
            for event in found
        ],
        HEALTH,
    )


@attention.provider("What could not be sent", roles.KEEPERS)
def unsent(db: Session, now: datetime) -> Found:
    """List letters and other jobs that have failed for good."""
    del now
    failed = select(outbox.OutboxRow).where(outbox.OutboxRow.state == "failed")
    count, found = _first(db, failed, outbox.OutboxRow.id.desc())
    return Found(
        count,
        [Matter(f"{row.kind} {row.key}", (row.error or "")[:160], HEALTH) for row in found],
        HEALTH,
    )


def _first(
    db: Session, query: Select[Any], order: ColumnElement[Any] | Any
) -> tuple[int, Sequence[Any]]:
    """Count what a query finds and give the first of it."""
    count = db.scalar(select(func.count()).select_from(query.subquery())) or 0
    return count, db.scalars(query.order_by(order).limit(MOST)).all()


def _order(order: Order) -> tuple[str, dict[str, Any]]:
    return (ORDER, {"number": order.number})


def _dispute(dispute: Dispute, now: datetime) -> Matter:
    due = dispute.due_at
    until = f"evidence until {wording.moment(due)}" if due else "no date to answer by"
    amount = web.money_text(dispute.amount_minor, dispute.currency)
    is_late = due is not None and due < now
    why = f"{dispute.reason or dispute.status}: {'too late, ' if is_late else ''}{until}"
    return Matter(f"{dispute.order.number}, {amount}", why, _order(dispute.order), "bad")
