"""What the pages of memberships show, in the words, dates and addresses of this shop."""

from typing import Any

from flask import Response, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from storefront import clock, database, web
from storefront.errors import ShopError
from storefront.memberships import (
    bills,
    gifts,
    joining,
    managing,
    notes,
    rules,
    service,
    wording,
)
from storefront.memberships.forms import GiftForm, RedeemForm
from storefront.memberships.models import (
    Membership,
    MembershipAttempt,
    MembershipPayment,
    MembershipPlan,
)
from storefront.memberships.rules import Standing
from storefront.money import Money

SIGN_IN = "storefront_sign_in.page"
FIRST = "Your address first: a membership belongs to one that you have proven to read."


def proven() -> str:
    """Give the address that was proven on this device, or nothing."""
    visitor = web.visitor()
    return (visitor.email or "") if visitor.email_scope == "verified" else ""


def to_sign_in(onward: str) -> AnyResponse:
    """Lead through proving an address, and back."""
    return web.go(url_for(SIGN_IN, next=onward), notice=FIRST)


def offer(problem: ShopError | None = None) -> Response:
    """Show the plans to whoever asks; the page of a stranger is the same for all."""
    db, email, settings = database.session(), proven(), web.settings()
    standing = service.standing(db, email, clock.now(), settings) if email else None
    plans = [
        _plan(plan, joining.gets_trial(db, email, plan, settings)) for plan in service.plans(db)
    ]
    return web.page(
        "storefront/membership.html", problem.status if problem else 200, plans=plans,
        email=email, standing=standing, problem=problem, chosen=request.args.get("plan", ""),
        until=wording.day(standing.until, settings) if standing else "",
        grace_days=settings.member_grace_days,
        had_trial=bool(email) and any(plan["trial_days"] and not plan["has_trial"] for plan in plans),
    )  # fmt: skip


def _plan(plan: MembershipPlan, has_trial: bool) -> dict[str, Any]:
    settings = web.settings()
    return {
        "slug": plan.slug, "name": plan.name, "about": plan.about,
        "price": wording.price(plan, settings), "amount": wording.amount(plan, settings),
        "each": wording.EACH[plan.rhythm], "has_trial": has_trial, "trial_days": plan.trial_days,
        "gift_lasts": wording.lasts(gifts.months(plan)),
    }  # fmt: skip


def joined(attempt_id: int, state: str, status: int = 200) -> Response:
    """Say what has become of a wish to join; it names no address."""
    db, settings = database.session(), web.settings()
    wish = db.get_one(MembershipAttempt, attempt_id, populate_existing=True)
    row = managing.newest(db, wish.email) if state == "done" else None
    page = web.page(
        "storefront/membership_joined.html", status, state=state, pay_url=wish.pay_url,
        why=notes.WHY.get(row.ends_because, "") if row else "",
        is_trial=bool(row and row.status == "trialing"),
        until=wording.day(row.period_end, settings) if row else "",
    )  # fmt: skip
    return web.without_referrer(page)


def manage(problem: ShopError | None = None) -> Response:
    """Show a member what they have."""
    db, email, settings, now = database.session(), proven(), web.settings(), clock.now()
    standing = service.standing(db, email, now, settings)
    row, billed = managing.newest(db, email), bills.of_address(db, email)
    open_ones = [
        bill.id
        for bill in billed
        if row and bill.membership_id == row.id and bill.state == "open"
    ]
    return web.page(
        "storefront/membership_manage.html", problem.status if problem else 200, problem=problem,
        email=email, standing=_shown(standing), row=_row(row),
        others=[_plan(plan, has_trial=False) for plan in service.plans(db) if row and plan.slug != row.plan_slug],
        payments=[_bill(bill) for bill in billed], open_payment=next(iter(open_ones), 0),
    )  # fmt: skip


def _shown(standing: Standing | None) -> dict[str, Any] | None:
    if standing is None:
        return None
    return {
        "name": standing.name, "until": wording.day(standing.until, web.settings()),
        "is_trial": standing.is_trial, "ends": standing.ends, "is_gift": standing.source == rules.GIFT,
        "is_late": standing.status == "past_due",
    }  # fmt: skip


def _bill(bill: MembershipPayment) -> dict[str, Any]:
    settings = web.settings()
    return {
        "id": bill.id, "day": wording.day(bill.made_at, settings), "number": bill.number,
        "amount": Money(bill.amount_minor, bill.currency).text(settings.locale),
        "back": Money(bill.refunded_minor, bill.currency).text(settings.locale) if bill.refunded_minor else "",
        "state": wording.bill(bill),
    }  # fmt: skip


def _row(row: Membership | None) -> dict[str, Any] | None:
    if row is None:
        return None
    plan, settings = database.session().get_one(MembershipPlan, row.plan_slug), web.settings()
    lives = row.status not in ("canceled", "incomplete") and not row.ends_because
    return {
        "lives": lives, "plan": plan.name, "price": wording.price(plan, settings),
        "status": wording.STATUS[row.status], "ends": row.cancel_at_period_end,
        "period_end": wording.day(row.period_end, settings), "is_trial": row.status == "trialing",
        "amount": wording.amount(plan, settings), "ended": wording.day(row.ended_at, settings),
        "can_change": lives and row.status in rules.RUNS and not row.cancel_at_period_end,
        "is_late": row.status in ("past_due", "unpaid"), "asks": row.asks_to_confirm,
    }  # fmt: skip


def gift(
    give: GiftForm | None = None, take: RedeemForm | None = None, *,
    problem: ShopError | None = None,
) -> Response:  # fmt: skip
    """Show how to give, and where to type a code."""
    db, email = database.session(), proven()
    plans = [_plan(plan, has_trial=False) for plan in service.plans(db)]
    give = give or GiftForm(data={"email": email})
    give.plan.choices = [
        (plan["slug"], f"{plan['gift_lasts'].capitalize()}, {plan['amount']}") for plan in plans
    ]
    return web.page(
        "storefront/membership_gift.html", problem.status if problem else 200, problem=problem,
        give=give, take=take or RedeemForm(), plans=plans, email=email,
        days=web.settings().member_gift_days,
    )  # fmt: skip


def card(code: str) -> Response:
    """Show a gift as a card to print, with its code and where to redeem it."""
    db, settings, now = database.session(), web.settings(), clock.now()
    found = gifts.find(db, code)
    why = gifts.refusal(found, now)
    return web.page(
        "storefront/membership_gift_card.html", 410 if why else 200, code=code, why=why,
        email=proven(), lasts=wording.lasts(found.months) if found else "",
        until=wording.day(found.expires_at, settings) if found else "",
        here=wording.address("/gift", settings),
    )  # fmt: skip
