"""Money of a membership that goes back, by our hand, Stripe's or a bank's.

A refund ends nothing by itself: whoever gives money back decides about the membership too. A gift
whose whole price is back is taken back, and a dispute ends what was paid for at once, since the
money is gone and nothing more is to be charged.
"""

from sqlalchemy import select
from sqlalchemy.orm import Session

from storefront import clock, database, outbox
from storefront.memberships import bills, changes, gifts, notes, sync
from storefront.memberships.models import Membership, MembershipGift
from storefront.payments import receipts
from storefront.payments.gateway import DisputeFacts, Gateway
from storefront.payments.subscription_gateway import InvoiceFacts
from storefront.settings import Settings

HARMLESS = ("warning_", "won", "prevented")  # beginnings of states in which no money is gone


def is_ours(reference: str, gateway: Gateway) -> bool:
    """Tell whether a payment was for a gift or a membership of ours."""
    with database.transaction() as db:
        if _gift(db, reference) is not None:
            return True
    bill = gateway.invoice_of_payment(reference) if reference else None
    with database.transaction() as db:
        return _membership(db, bill) is not None


def refunded(
    reference: str, gateway: Gateway, settings: Settings, *, event_id: str | None = None
) -> str | None:
    """Take a gift back whose whole price went back; note it of a membership; None = not ours.

    Raises:
        GatewayUnavailable: no answer; nothing has changed.
    """
    with database.transaction() as db:
        is_gift = _gift(db, reference) is not None
    if not is_gift:
        return _refund_noted(reference, gateway, event_id)
    back = _back(reference, gateway)
    with database.transaction() as db:
        gift = _gift(db, reference)
        if gift is not None and back >= gift.paid_minor:
            gifts.revoke(db, gift, clock.now(), settings)
        receipts.finish(db, event_id, "refunded")
        return "refunded"


def _back(reference: str, gateway: Gateway) -> int:
    """Add up what has gone back of a payment."""
    refunds = gateway.list_refunds(reference)
    return sum(each.amount_minor for each in refunds if each.status == "succeeded")


def _refund_noted(reference: str, gateway: Gateway, event_id: str | None) -> str | None:
    asked_at = clock.now()
    bill = gateway.invoice_of_payment(reference) if reference else None
    back_minor = _back(reference, gateway) if bill is not None else 0
    with database.transaction() as db:
        row = _membership(db, bill)
        if row is None or bill is None:
            return None
        bills.given_back(db, bill, back_minor, asked_at)
        _note_once(db, row, "Money went back; nothing else has changed.")
        receipts.finish(db, event_id, "noted")
        return "noted"


def disputed(
    facts: DisputeFacts, gateway: Gateway, settings: Settings, *, event_id: str | None = None
) -> str | None:
    """End what a disputed payment was for; an inquiry or a won dispute is only noted; None = not ours.

    Raises:
        GatewayUnavailable: no answer; nothing has changed.
    """
    reference = facts.payment_reference
    if facts.status.startswith(HARMLESS):
        said = f"A dispute is {facts.status}; nothing has changed."
        return _noted(reference, said, gateway, event_id)
    with database.transaction() as db:
        gift = _gift(db, reference)
        if gift is not None:
            gifts.revoke(db, gift, clock.now(), settings)
            receipts.finish(db, event_id, "disputed")
            return "disputed"
    asked_at, bill = clock.now(), gateway.invoice_of_payment(reference) if reference else None
    with database.transaction() as db:
        row = _membership(db, bill)
        if row is None or bill is None:
            return None
        bills.disputed(db, bill, asked_at, money_is_gone=True)
        if row.status != changes.OVER and not row.ends_because:
            changes.refuse(db, row, changes.DISPUTED, clock.now(), settings)
            payload = {"subscription": row.stripe_subscription_id}
            outbox.put(db, sync.KIND, str(row.stripe_subscription_id), payload)
        receipts.finish(db, event_id, "disputed")
        return "disputed"


def _noted(reference: str, text: str, gateway: Gateway, event_id: str | None) -> str | None:
    """Write down what a bank says of the payment of a gift or a membership, while no money is gone."""
    asked_at, bill = clock.now(), gateway.invoice_of_payment(reference) if reference else None
    with database.transaction() as db:
        gift, row = _gift(db, reference), _membership(db, bill)
        if row is None and gift is None:
            return None
        if row is not None and bill is not None:
            bills.disputed(db, bill, asked_at, money_is_gone=False)
            _note_once(db, row, text)
        receipts.finish(db, event_id, "noted")
        return "noted"


def _note_once(db: Session, row: Membership, text: str) -> None:
    if all(note.text != text for note in notes.of(db, row.id)):
        notes.add(db, row, clock.now(), text)


def _gift(db: Session, reference: str) -> MembershipGift | None:
    mine = select(MembershipGift).where(MembershipGift.paid_reference == reference)
    return db.scalar(mine) if reference else None


def _membership(db: Session, bill: InvoiceFacts | None) -> Membership | None:
    """Find the membership that an invoice is of; only Stripe knows which one a payment paid."""
    if bill is None or not bill.subscription_id:
        return None
    mine = select(Membership).where(Membership.stripe_subscription_id == bill.subscription_id)
    return db.scalar(mine.with_for_update().execution_options(populate_existing=True))
