"""Joining and giving: the wish and its whole request are written down, then Stripe is asked.

Pressing twice, two tabs and a crash between the steps lead to one page of Stripe: the same key and
the same bytes. A wish that is no longer meant is closed at Stripe first, and its answer counts.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from storefront import clock, database, tokens
from storefront.errors import ShopError, Unavailable
from storefront.inserts import insert_once
from storefront.memberships import gifts, rules, service, sync, trials, wording
from storefront.memberships.models import Membership, MembershipAttempt, MembershipPlan
from storefront.memberships.requests import gift_request, join_request
from storefront.payments import receipts
from storefront.payments.gateway import (
    Gateway,
    GatewayRefused,
    GatewayUnavailable,
    KeySpent,
    NoSuchSession,
    PaymentFacts,
)
from storefront.payments.subscription_gateway import PriceWanted
from storefront.settings import Settings

CLOCKS_DIFFER = timedelta(minutes=10)
ASKED_OPEN = ("prepared", "open")
NO_ANSWER = (
    "Our payment provider does not answer. Nothing was charged; please try again in a moment."
)


class IsMember(ShopError):
    """Raised when an address has a membership already: it is changed, never bought twice."""

    status = 409
    code = "is_member"
    title = "You are a member already"


@dataclass(frozen=True)
class Wish:
    """Who wants to join by which plan, and whether a trial is wanted."""

    email: str  # proven on this device
    plan_slug: str
    wants_trial: bool = True


def gets_trial(
    db: Session, email: str | None, plan: MembershipPlan, settings: Settings
) -> bool:
    """Tell whether somebody would begin with a trial; a stranger is told of it."""
    return plan.trial_days > 0 and not (email and trials.was_used(db, email, settings))


def join(wish: Wish, gateway: Gateway, settings: Settings) -> str:
    """Give the address of the page where the wish is carried out; the same wish twice is one.

    Raises:
        NotFound: there is no such plan.
        IsMember: the address has a live membership.
        Unavailable: Stripe does not answer; nothing was charged.
    """
    with database.transaction() as db:
        plan = service.plan(db, wish.plan_slug)
        _refuse_member(db, wish.email)
        wanted = price_wanted(plan)
        has_trial = wish.wants_trial and gets_trial(db, wish.email, plan, settings)
        open_one = _waiting(db, wish.email)
        fits = open_one is not None and _fits(open_one, wish, has_trial=has_trial)
        waiting_id = open_one.id if open_one is not None else None
    try:
        if waiting_id is not None and not fits:
            close(waiting_id, gateway, settings)
        if waiting_id is None or not fits:
            price_id = gateway.ensure_price(wanted).price_id
            waiting_id = _prepare(wish, price_id, has_trial, settings)
        return open_page(waiting_id, gateway, settings)
    except (GatewayUnavailable, GatewayRefused) as error:
        raise Unavailable(f"{NO_ANSWER} {error.hint}".strip()) from error


def price_wanted(plan: MembershipPlan) -> PriceWanted:
    """Say which price a plan needs at Stripe."""
    return PriceWanted(
        plan.slug, plan.name, plan.lookup_key, plan.amount_minor, plan.currency, plan.rhythm
    )


def _refuse_member(db: Session, email: str) -> None:
    live = select(Membership.id).where(
        Membership.email == email, Membership.source == "stripe",
        Membership.status.in_((*rules.RUNS, "past_due", "unpaid", "paused")),
        Membership.ends_because == "",
    )  # fmt: skip
    if db.scalar(live.limit(1)) is not None:
        raise IsMember("This address has a membership. Change, end or resume it here.")


def _waiting(db: Session, email: str) -> MembershipAttempt | None:
    mine = select(MembershipAttempt).where(
        MembershipAttempt.email == email, MembershipAttempt.kind == "join",
        MembershipAttempt.state.in_(ASKED_OPEN),
    )  # fmt: skip
    return db.scalar(mine)


def _fits(attempt: MembershipAttempt, wish: Wish, *, has_trial: bool) -> bool:
    in_time = attempt.expires_at - CLOCKS_DIFFER > clock.now()
    return (attempt.plan_slug, attempt.has_trial) == (wish.plan_slug, has_trial) and in_time


def _prepare(wish: Wish, price_id: str, has_trial: bool, settings: Settings) -> int:
    """Write down all that will be asked; of two at once the second finds the first."""
    with database.transaction() as db:
        database.take_turns(db, "membership", [wish.email])
        _refuse_member(db, wish.email)
        plan, reference, now = service.plan(db, wish.plan_slug), tokens.key(), clock.now()
        expires_at = now + timedelta(minutes=settings.session_minutes)
        request = join_request(
            plan, reference, email=wish.email, customer_id=_customer(db, wish.email),
            price_id=price_id, has_trial=has_trial, expires_at=expires_at,
            success_url=wording.address("/joined", settings, reference=reference),
            cancel_url=wording.address("", settings),
        )  # fmt: skip
        insert_once(
            db, MembershipAttempt, reference=reference, kind="join", email=wish.email,
            plan_slug=plan.slug, state="prepared", has_trial=has_trial, request=request,
            idempotency_key=tokens.key(), pay_url="", created_at=now, expires_at=expires_at,
        )  # fmt: skip
        waiting = _waiting(db, wish.email)
        if waiting is None:
            raise Unavailable(NO_ANSWER)
        return waiting.id


def _customer(db: Session, email: str) -> str:
    """Give the customer that an address was at Stripe before, or nothing."""
    known = select(Membership.stripe_customer_id).where(
        Membership.email == email, Membership.stripe_customer_id != ""
    )
    return db.scalar(known.order_by(Membership.id.desc()).limit(1)) or ""


def give(
    plan_slug: str, email: str, gateway: Gateway, settings: Settings, *, is_proven: bool
) -> str:
    """Give the address of the page where a gift is paid; its code goes to this address.

    Raises:
        NotFound: there is no such plan.
        Unavailable: Stripe does not answer; nothing was charged.
    """
    with database.transaction() as db:
        plan, reference, now = service.plan(db, plan_slug), tokens.key(), clock.now()
        expires_at = now + timedelta(minutes=settings.session_minutes)
        attempt = MembershipAttempt(
            reference=reference, kind="gift", email=email, is_proven=is_proven,
            plan_slug=plan.slug, idempotency_key=tokens.key(), created_at=now, expires_at=expires_at,
            request=gift_request(
                plan, reference, email=email, expires_at=expires_at,
                name=f"{settings.shop_name} membership for {wording.lasts(gifts.months(plan))}",
                success_url=wording.address("/gift/bought", settings, reference=reference),
                cancel_url=wording.address("/gift", settings),
            ),
        )  # fmt: skip
        db.add(attempt)
        db.flush()
        attempt_id = attempt.id
    try:
        return open_page(attempt_id, gateway, settings)
    except (GatewayUnavailable, GatewayRefused) as error:
        raise Unavailable(f"{NO_ANSWER} {error.hint}".strip()) from error


def open_page(attempt_id: int, gateway: Gateway, settings: Settings) -> str:
    """Ask for the page of a stored wish, or find it; a lost answer is asked for again.

    Raises:
        GatewayUnavailable: no answer; the wish stays, to be tried again.
        GatewayRefused: this request will never be taken; the wish is closed.
    """
    with database.transaction() as db:
        attempt = db.get_one(MembershipAttempt, attempt_id, populate_existing=True)
        if attempt.pay_url:
            return attempt.pay_url
        request, key = attempt.request, attempt.idempotency_key
    try:
        page = gateway.start_checkout(request, key)
    except KeySpent:  # it may have been made all the same
        settle(attempt_id, gateway, settings)
        _set(attempt_id, lambda attempt: _close_unopened(attempt))
        raise
    except GatewayUnavailable:
        raise
    except GatewayRefused:
        _set(attempt_id, lambda attempt: _close_unopened(attempt))
        raise
    _set(attempt_id, lambda attempt: _keep(attempt, page.session_id, page.url))
    return page.url


def _keep(attempt: MembershipAttempt, session_id: str, url: str) -> None:
    attempt.session_id, attempt.pay_url = session_id, url
    if attempt.state == "prepared":
        attempt.state = "open"


def _close_unopened(attempt: MembershipAttempt) -> None:
    if attempt.state == "prepared":
        attempt.state = "closed"


def _set(attempt_id: int, change: Callable[[MembershipAttempt], None]) -> None:
    with database.transaction() as db:
        mine = select(MembershipAttempt).where(MembershipAttempt.id == attempt_id)
        again = mine.with_for_update().execution_options(populate_existing=True)
        change(db.scalars(again).one())


def close(attempt_id: int, gateway: Gateway, settings: Settings) -> str:
    """Close a wish that is not meant any more: at Stripe first, and what was paid there counts.

    Raises:
        GatewayUnavailable: no answer; nothing has changed.
    """
    return settle(attempt_id, gateway, settings, closes=True)


def settle(
    attempt_id: int, gateway: Gateway, settings: Settings, *,
    session_id: str = "", event_id: str | None = None, closes: bool = False,
) -> str:  # fmt: skip
    """Bring a wish to where Stripe says it is and tell its state. Again changes nothing.

    Raises:
        GatewayUnavailable: no answer; nothing has changed.
    """
    with database.transaction() as db:
        attempt = db.get_one(MembershipAttempt, attempt_id, populate_existing=True)
        known, is_over = attempt.session_id or session_id, attempt.expires_at <= clock.now()
        reference, since, until = attempt.reference, attempt.created_at, attempt.expires_at
        if attempt.state == "done":
            receipts.finish(db, event_id, "done")
            return "done"
    try:
        facts = _facts(gateway, known, (reference, since, until), closes=closes or is_over)
    except NoSuchSession:
        facts = None
    return _follow(attempt_id, facts, gateway, settings, event_id, is_over=closes or is_over)


def _facts(
    gateway: Gateway, session_id: str, wish: tuple[str, datetime, datetime], *, closes: bool
) -> PaymentFacts | None:
    if session_id:
        read = gateway.expire_session if closes else gateway.read_session
        return read(session_id)
    reference, since, until = wish
    found = gateway.find_session(reference, since - CLOCKS_DIFFER, until)
    return gateway.expire_session(found.session_id) if found and closes else found


def _follow(
    attempt_id: int, facts: PaymentFacts | None, gateway: Gateway, settings: Settings,
    event_id: str | None, *, is_over: bool,
) -> str:  # fmt: skip
    if facts is not None and facts.status == "complete" and facts.subscription_id:
        sync.sync(facts.subscription_id, gateway, settings, event_id=event_id)
        return "done"
    with database.transaction() as db:
        mine = select(MembershipAttempt).where(MembershipAttempt.id == attempt_id)
        again = mine.with_for_update().execution_options(populate_existing=True)
        attempt = db.scalars(again).one()
        if facts is not None and facts.status == "complete":
            if facts.payment_status == "paid" and attempt.kind == "gift":
                gifts.bought(db, attempt, facts, settings, clock.now())
            elif facts.has_failed:
                attempt.state = "closed"
        elif facts is not None and facts.status == "open":
            _keep(attempt, facts.session_id, facts.url)
        elif is_over or (facts is not None and facts.status == "expired"):
            attempt.state = "closed" if attempt.state != "done" else "done"
        if facts is not None:
            attempt.session_id = attempt.session_id or facts.session_id
        receipts.finish(db, event_id, attempt.state)
        return attempt.state


def find(db: Session, reference: str, kind: str) -> MembershipAttempt | None:
    """Find a wish by the name that Stripe gives back to us."""
    mine = select(MembershipAttempt).filter_by(reference=reference, kind=kind)
    return db.scalar(mine) if reference else None
