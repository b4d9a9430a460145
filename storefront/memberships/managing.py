"""What a member does with a membership: the portal, another plan, the end of it and going on."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from storefront import clock
from storefront.errors import Invalid, NotFound, Unavailable
from storefront.memberships import bills, joining, rules, sync, wording
from storefront.memberships.models import Membership, MembershipPlan
from storefront.payments.gateway import Gateway, GatewayRefused, GatewayUnavailable
from storefront.payments.subscription_gateway import PlanChange
from storefront.settings import Settings

NOTHING = "There is no membership that is paid for with this address."
REFUSED = "Our payment provider does not take that: the membership may have ended. Look again."
NOT_NOW = "Pay what is open first, or carry on after all: then the plan can be changed."
Answer = TypeVar("Answer")


@dataclass(frozen=True)
class Own:
    """The subscription and customer of a proven address, apart from any session."""

    subscription_id: str
    customer_id: str
    plan_slug: str
    can_change: bool = True  # it runs and goes on: nothing is open and nothing ends


def newest(db: Session, email: str) -> Membership | None:
    """Find what an address pays for, or last paid for."""
    mine = select(Membership).where(
        Membership.email == email, Membership.source == "stripe",
        Membership.stripe_subscription_id.is_not(None),
    )  # fmt: skip
    lives_first = (Membership.status == "canceled", Membership.id.desc())
    return db.scalars(mine.order_by(*lives_first)).first()


def own(db: Session, email: str) -> Own:
    """Find what an address pays for.

    Raises:
        Invalid: it never paid for anything.
    """
    row = newest(db, email)
    if row is None or row.stripe_subscription_id is None:
        raise Invalid(NOTHING)
    goes_on = row.status in rules.RUNS and not row.cancel_at_period_end and not row.ends_because
    return Own(row.stripe_subscription_id, row.stripe_customer_id, row.plan_slug, goes_on)


def portal(mine: Own, gateway: Gateway, settings: Settings) -> str:
    """Give the address of the portal: cards, invoices and the end of it.

    Raises:
        Unavailable: Stripe does not answer.
        Invalid: Stripe does not know this customer any more.
    """
    back = wording.address("/manage", settings)
    return _asked(lambda: gateway.portal_url(mine.customer_id, back))


def invoice_page(db: Session, email: str, payment: str, gateway: Gateway) -> str:
    """Give the address where Stripe shows an invoice of this address, and takes what is open.

    Raises:
        NotFound: it is not theirs.
        Unavailable: Stripe does not answer.
        Invalid: Stripe shows it to nobody any more.
    """
    theirs = {str(bill.id): bill.stripe_invoice_id for bill in bills.of_address(db, email)}
    invoice_id = theirs.get(payment)
    if invoice_id is None:
        raise NotFound
    page = _asked(lambda: gateway.read_invoice(invoice_id)).page
    if not page:
        raise Invalid("There is no page of this invoice any more. Write to us, and we send it.")
    return page


def change_plan(mine: Own, plan: MembershipPlan, gateway: Gateway, settings: Settings) -> str:
    """Give the address where Stripe shows what a change of plan costs, and asks.

    Raises:
        Unavailable: Stripe does not answer.
        Invalid: it is the same plan, a payment is late, it ends, or Stripe does not take the change.
    """
    if not mine.can_change:
        raise Invalid(NOT_NOW)
    if plan.slug == mine.plan_slug:
        raise Invalid("This is your plan already.")
    wanted, back = joining.price_wanted(plan), wording.address("/manage", settings)

    def ask() -> str:
        found = gateway.read_subscription(mine.subscription_id)
        change = PlanChange(
            found.stripe_id, found.item_id, gateway.ensure_price(wanted).price_id
        )
        return gateway.portal_url(found.customer_id, back, change)

    return _asked(ask)


def end(mine: Own, gateway: Gateway, settings: Settings, *, ends: bool) -> None:
    """Let it end with its period, or go on after all.

    Raises:
        Unavailable: Stripe does not answer; pressing again does no harm.
        Invalid: it has ended already.
    """
    asked_at = clock.now()
    facts = _asked(lambda: gateway.end_with_period(mine.subscription_id, ends=ends))
    if sync.record(facts, asked_at, settings) == sync.STALE:
        refresh(mine, gateway, settings)


def refresh(mine: Own, gateway: Gateway, settings: Settings) -> str:
    """Read a subscription again and tell its status.

    Raises:
        Unavailable: Stripe does not answer.
    """
    return _asked(lambda: sync.sync(mine.subscription_id, gateway, settings))


def _asked(call: Callable[[], Answer]) -> Answer:
    try:
        return call()
    except GatewayUnavailable as error:
        raise Unavailable(joining.NO_ANSWER) from error
    except GatewayRefused as error:
        raise Invalid(REFUSED) from error
