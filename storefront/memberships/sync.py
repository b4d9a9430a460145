"""A membership becomes what Stripe says of its subscription: the only way that one changes.

Webhooks, return page, buttons and sweep all come through here. What an event carries is never
applied: the subscription is read again, outside any transaction, and one transaction writes it
down. An answer that was asked for before a later one was written is thrown away and asked for anew;
what has ended never begins again.
"""

from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from storefront import clock, database, outbox
from storefront.inserts import insert_once
from storefront.memberships import bills, changes
from storefront.memberships.models import Membership, MembershipAttempt
from storefront.payments import receipts
from storefront.payments.gateway import Gateway, GatewayUnavailable, NoSuchSession
from storefront.payments.subscription_gateway import SubscriptionFacts
from storefront.settings import Settings

KIND = "membership_end"  # of outbox rows: subscriptions that we end ourselves
NOT_OURS = "not_needed"
STALE = "stale"
MOST_READS = 3


def sync(
    subscription_id: str, gateway: Gateway, settings: Settings, *, event_id: str | None = None
) -> str:
    """Bring a membership to where Stripe says it is and tell its status. Again changes nothing.

    Raises:
        GatewayUnavailable: no answer; nothing has changed.
        NoSuchSession: neither Stripe nor we know such a subscription.
    """
    for _ in range(MOST_READS):
        asked_at = clock.now()
        try:
            facts = gateway.read_subscription(subscription_id)
        except NoSuchSession:
            return _gone(subscription_id, asked_at, settings, event_id)
        status = record(facts, asked_at, settings, event_id=event_id)
        if status != STALE:
            return status
    message = f"{subscription_id} changes faster than it can be read"
    raise GatewayUnavailable(message)


def record(
    facts: SubscriptionFacts, asked_at: datetime, settings: Settings, *,
    event_id: str | None = None,
) -> str:  # fmt: skip
    """Write down what Stripe said at a moment; tell the status, or that a later answer is known."""
    with database.transaction() as db:
        row = _row(db, facts, asked_at) if facts.livemode == settings.livemode else None
        if row is None:
            receipts.finish(db, event_id, NOT_OURS)
            return NOT_OURS
        if row.read_at > asked_at:
            return STALE
        changes.apply(db, row, facts, asked_at, settings)
        if facts.invoice is not None:
            bills.keep(db, row.id, facts.invoice, asked_at)
        if row.ends_because and row.status != "canceled":
            payload = {"subscription": facts.stripe_id}
            outbox.insist(db, KIND, facts.stripe_id, payload)  # Stripe answers again
        _close_attempt(db, facts.reference)
        receipts.finish(db, event_id, row.status)
        return row.status


def end_now(subscription_id: str, gateway: Gateway, settings: Settings) -> str:
    """End a subscription at once, and write down what became of it.

    Raises:
        GatewayUnavailable: no answer; nothing has changed.
    """
    asked_at = clock.now()
    status = record(gateway.end_now(subscription_id), asked_at, settings)
    return sync(subscription_id, gateway, settings) if status == STALE else status


def _row(db: Session, facts: SubscriptionFacts, asked_at: datetime) -> Membership | None:
    """Take the row of a subscription for this transaction, made if it is ours and new."""
    wanted = select(Membership).where(Membership.stripe_subscription_id == facts.stripe_id)
    known = db.scalar(wanted)
    email, plan_slug = known.email if known else "", known.plan_slug if known else ""
    if known is None:
        found = _whose(db, facts)
        if found is None:
            return None
        email, plan_slug = found
    database.take_turns(db, "membership", [email])  # one live one for each address
    insert_once(
        db, Membership, email=email, plan_slug=plan_slug, source="stripe", status="incomplete",
        stripe_customer_id=facts.customer_id, stripe_subscription_id=facts.stripe_id,
        cancel_at_period_end=False, ends_because="", created_at=asked_at, read_at=asked_at,
    )  # fmt: skip
    return db.scalars(wanted.with_for_update().execution_options(populate_existing=True)).one()


def _whose(db: Session, facts: SubscriptionFacts) -> tuple[str, str] | None:
    """Tell the address and plan of a subscription: by our attempt, or by what was made by hand."""
    ours = select(MembershipAttempt.email, MembershipAttempt.plan_slug).where(
        MembershipAttempt.reference == facts.reference, MembershipAttempt.kind == "join"
    )
    found = db.execute(ours).first() if facts.reference else None
    if found is not None:
        return found.email, found.plan_slug
    plan = changes.plan_of(db, facts)
    email = facts.email.strip().casefold()
    return (email, plan) if plan and "@" in email else None


def _close_attempt(db: Session, reference: str) -> None:
    if reference:
        mine = update(MembershipAttempt).where(
            MembershipAttempt.reference == reference, MembershipAttempt.state != "done"
        )
        db.execute(mine.values(state="done"))


def _gone(
    subscription_id: str, asked_at: datetime, settings: Settings, event_id: str | None
) -> str:
    """End the membership of a subscription that Stripe does not have any more.

    Raises:
        NoSuchSession: it was never ours either.
    """
    with database.transaction() as db:
        mine = select(Membership).where(Membership.stripe_subscription_id == subscription_id)
        row = db.scalars(mine.with_for_update()).one_or_none()
        if row is None:
            raise NoSuchSession(subscription_id)
        changes.end(db, row, asked_at, asked_at, settings)
        receipts.finish(db, event_id, row.status)
        return row.status
