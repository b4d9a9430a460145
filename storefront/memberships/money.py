"""Money of a membership that goes back, by our hand, Stripe's or a bank's.

A refund ends nothing by itself: whoever gives money back decides about the membership too. A gift
whose whole price is back is taken back, and a dispute ends what was paid for at once, since the
money is gone and nothing more is to be charged.
"""

from sqlalchemy import select
from sqlalchemy.orm import Session

from storefront import clock, database, outbox
from storefront.memberships import changes, gifts, notes, sync
from storefront.memberships.models import Membership, MembershipGift
from storefront.payments import receipts
from storefront.payments.gateway import DisputeFacts, Gateway
from storefront.settings import Settings

HARMLESS = ("warning_", "won", "prevented")  # beginnings of states in which no money is gone


def is_ours(reference: str, gateway: Gateway) -> bool:
    """Tell whether a payment was for a gift or a membership of ours."""
    with database.transaction() as db:
        if _gift(db, reference) is not None:
            return True
    return _membership_id(reference, gateway) is not None


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
        return _noted(
            reference, "Money went back; nothing else has changed.", gateway, event_id
        )
    back = sum(
        each.amount_minor
        for each in gateway.list_refunds(reference)
        if each.status == "succeeded"
    )
    with database.transaction() as db:
        gift = _gift(db, reference)
        if gift is not None and back >= gift.paid_minor:
            gifts.revoke(db, gift, clock.now(), settings)
        receipts.finish(db, event_id, "refunded")
        return "refunded"


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
    found = _membership_id(reference, gateway)
    if found is None:
        return None
    with database.transaction() as db:
        row = db.get_one(Membership, found, with_for_update=True, populate_existing=True)
        if row.status != changes.OVER and not row.ends_because:
            changes.refuse(db, row, changes.DISPUTED, clock.now(), settings)
            payload = {"subscription": row.stripe_subscription_id}
            outbox.put(db, sync.KIND, str(row.stripe_subscription_id), payload)
        receipts.finish(db, event_id, "disputed")
        return "disputed"


def _noted(reference: str, text: str, gateway: Gateway, event_id: str | None) -> str | None:
    """Write down what happened to the payment of a gift or a membership."""
    found = _membership_id(reference, gateway)
    with database.transaction() as db:
        gift = _gift(db, reference)
        row = db.get(Membership, found) if found else None
        if row is None and gift is None:
            return None
        if row is not None and all(note.text != text for note in notes.of(db, row.id)):
            notes.add(db, row, clock.now(), text)
        receipts.finish(db, event_id, "noted")
        return "noted"


def _gift(db: Session, reference: str) -> MembershipGift | None:
    mine = select(MembershipGift).where(MembershipGift.paid_reference == reference)
    return db.scalar(mine) if reference else None


def _membership_id(reference: str, gateway: Gateway) -> int | None:
    """Find the membership that a payment was for; only Stripe knows which invoice it paid."""
    subscription_id = gateway.subscription_of_payment(reference) if reference else ""
    if not subscription_id:
        return None
    with database.transaction() as db:
        mine = select(Membership.id).where(Membership.stripe_subscription_id == subscription_id)
        return db.scalar(mine)
