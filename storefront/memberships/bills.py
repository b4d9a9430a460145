"""What was billed for memberships: each invoice of Stripe once, as it last was.

Stripe's invoices stay the documents. Their pages open without a sign-in, so no address of one is
kept: it is asked for when its owner wants to see it.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from storefront import clock, database
from storefront.inserts import insert_once
from storefront.memberships import sparing
from storefront.memberships.models import BILLED, Membership, MembershipPayment
from storefront.payments.gateway import Gateway, NoSuchSession
from storefront.payments.subscription_gateway import InvoiceFacts

KEPT, GONE, PAID = "kept", "gone", "paid"


def keep(db: Session, membership_id: int, facts: InvoiceFacts, asked_at: datetime) -> None:
    """Write down what Stripe said of an invoice at a moment; one that costs nothing is none."""
    if facts.amount_minor <= 0 or facts.status not in BILLED:
        return
    insert_once(
        db, MembershipPayment, membership_id=membership_id, stripe_invoice_id=facts.stripe_id,
        number=facts.number, state="open", amount_minor=facts.amount_minor, paid_minor=0,
        refunded_minor=0, is_disputed=False, currency=facts.currency, made_at=facts.made_at,
        until=facts.until, read_at=asked_at,
    )  # fmt: skip
    row = _row(db, facts.stripe_id)
    if row is None or row.read_at > asked_at:
        return
    was_ours = _is_ours(row)
    row.state, row.read_at, row.number = facts.status, asked_at, facts.number
    row.paid_minor = max(facts.paid_minor, row.refunded_minor)
    _tell_gifts(db, row, asked_at, was_ours=was_ours)


def _is_ours(row: MembershipPayment) -> bool:
    """Tell whether what was paid is still with us, at least in part."""
    is_back = 0 < row.paid_minor <= row.refunded_minor
    return row.state == PAID and not row.is_disputed and not is_back


def _tell_gifts(
    db: Session, bill: MembershipPayment, asked_at: datetime, *, was_ours: bool
) -> None:
    """Let no gift run down in time that is paid for, once for each bill, and only while it is paid."""
    if _is_ours(bill) and not was_ours:
        _spare_gifts(db, bill)
    elif was_ours and not _is_ours(bill):
        sparing.take_off(db, bill, asked_at)


def _spare_gifts(db: Session, bill: MembershipPayment) -> None:
    """Let the gifts last as much longer as no earlier bill has paid for."""
    earlier = select(func.max(MembershipPayment.until)).where(
        MembershipPayment.membership_id == bill.membership_id, MembershipPayment.state == PAID,
        MembershipPayment.made_at <= bill.made_at, MembershipPayment.id != bill.id,
        ~MembershipPayment.is_disputed,
        or_(
            MembershipPayment.refunded_minor == 0,
            MembershipPayment.refunded_minor < MembershipPayment.paid_minor,
        ),
    )  # fmt: skip
    start = max(bill.made_at, db.scalar(earlier) or bill.made_at)
    if bill.until is not None and bill.until > start:
        sparing.prolong(db, bill, start, bill.until)


def keep_known(db: Session, facts: InvoiceFacts, asked_at: datetime) -> None:
    """Write down an invoice if its subscription is a membership of ours."""
    mine = select(Membership.id, Membership.email).where(
        Membership.stripe_subscription_id == facts.subscription_id
    )
    found = db.execute(mine).first() if facts.subscription_id else None
    if found is not None:
        database.take_turns(db, "membership", [found.email])
        keep(db, found.id, facts, asked_at)


def given_back(db: Session, facts: InvoiceFacts, back_minor: int, asked_at: datetime) -> None:
    """Write down how much of an invoice went back."""
    keep_known(db, facts, asked_at)
    row = _row(db, facts.stripe_id)
    if row is not None:
        was_ours = _is_ours(row)
        row.refunded_minor = min(back_minor, row.paid_minor)
        _tell_gifts(db, row, asked_at, was_ours=was_ours)


def disputed(
    db: Session, facts: InvoiceFacts, asked_at: datetime, *, money_is_gone: bool
) -> None:
    """Write down whether a bank has taken the money of an invoice back."""
    keep_known(db, facts, asked_at)
    row = _row(db, facts.stripe_id)
    if row is not None:
        was_ours = _is_ours(row)
        row.is_disputed = money_is_gone
        _tell_gifts(db, row, asked_at, was_ours=was_ours)


def fill(subscription_id: str, gateway: Gateway) -> str:
    """Write down every invoice that a subscription ever had.

    Raises:
        GatewayUnavailable: no answer; nothing has changed.
    """
    asked_at = clock.now()
    try:
        found = gateway.invoices_of(subscription_id)
    except NoSuchSession:
        return GONE
    with database.transaction() as db:
        for facts in found:
            keep_known(db, facts, asked_at)
    return KEPT


def of_address(db: Session, email: str) -> Sequence[MembershipPayment]:
    """List what an address was billed, newest first."""
    mine = (
        select(MembershipPayment)
        .join(Membership, Membership.id == MembershipPayment.membership_id)
        .where(Membership.email == email)
    )
    newest = (MembershipPayment.made_at.desc(), MembershipPayment.id.desc())
    return db.scalars(mine.order_by(*newest)).all()


def _row(db: Session, stripe_invoice_id: str) -> MembershipPayment | None:
    mine = select(MembershipPayment).where(
        MembershipPayment.stripe_invoice_id == stripe_invoice_id
    )
    again = mine.with_for_update().execution_options(populate_existing=True)
    return db.scalars(again).one_or_none()
