"""Memberships in the backoffice: who has one, what happened to it, ending it, and gifts made by hand."""

from typing import Any

from flask import Blueprint, Response, request, url_for
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from storefront import clock, database, guards, web
from storefront.backoffice import asked, desk, fields, wording
from storefront.backoffice.fields import Field
from storefront.backoffice.typed import Typed
from storefront.errors import Invalid, NotFound, Unavailable
from storefront.list_page import pages
from storefront.memberships import gifts, managing, notes, rules, service, sync
from storefront.memberships.managing import Own
from storefront.memberships.models import Membership, MembershipGift, MembershipPlan
from storefront.memberships.wording import STATUS, lasts
from storefront.payments.gateway import GatewayRefused, GatewayUnavailable

blueprint: Blueprint = desk.room("memberships", __name__)

LIST = "/backoffice/memberships"
ONE = f"{LIST}/<int(max=2147483647):membership_id>"
GIFTS = f"{LIST}/gifts"
EACH = 50
TONE = {"trialing": "ok", "active": "ok", "past_due": "warn", "unpaid": "bad", "paused": "warn"}
CHANGED = "Something was done since you looked. Look at what stands here now."
NO_ANSWER = "Stripe does not answer. Nothing was changed; try again in a moment."


@blueprint.get(LIST)
def page() -> Response:
    """List memberships, newest first."""
    db, number = database.session(), guards.page_number(request)
    words, state = asked.text("words"), asked.text("state")
    wanted = select(Membership)
    if words:
        wanted = wanted.where(Membership.email.icontains(words, autoescape=True))
    if state in STATUS:
        wanted = wanted.where(Membership.status == state)
    total = db.scalar(select(func.count()).select_from(wanted.subquery())) or 0
    newest = wanted.order_by(Membership.id.desc()).offset((number - 1) * EACH).limit(EACH)
    kept: dict[str, Any] = {"words": words, "state": state}
    return desk.page(
        "backoffice/memberships.html", rows=[_row(each) for each in db.scalars(newest)],
        fields=_filters(words, state), is_narrowed=bool(words or state),
        pages=pages(lambda n: url_for(".page", page=n, **kept), number=number,
                    last=max(1, -(-total // EACH)), shown=min(EACH, total), total=total),
    )  # fmt: skip


@blueprint.get(ONE)
def one(membership_id: int) -> Response:
    """Show a membership and what happened to it."""
    return _page(membership_id)


@blueprint.post(f"{ONE}/read")
def read(membership_id: int) -> AnyResponse:
    """Ask Stripe how it stands now."""
    mine = _own(database.session(), membership_id)
    try:
        status = sync.sync(mine.subscription_id, web.shop().gateway, web.settings())
    except (GatewayUnavailable, GatewayRefused):
        return _page(membership_id, Unavailable(NO_ANSWER))
    with database.transaction() as db:
        desk.audit(db, "membership.read", str(membership_id), status=status)
    return _back(membership_id, f"Stripe says: {STATUS.get(status, status)}.")


@blueprint.post(f"{ONE}/end")
def end(membership_id: int) -> AnyResponse:
    """End it at once, or with its period; the member has a letter."""
    mine, at_once = _own(database.session(), membership_id), request.form.get("when") == "now"
    gateway, settings = web.shop().gateway, web.settings()
    try:
        if at_once:
            sync.end_now(mine.subscription_id, gateway, settings)
        else:
            managing.end(mine, gateway, settings, ends=True)
    except (GatewayUnavailable, GatewayRefused, Unavailable):
        return _page(membership_id, Unavailable(NO_ANSWER))
    except Invalid as problem:
        return _page(membership_id, problem)
    with database.transaction() as db:
        said = "membership.ended" if at_once else "membership.ends"
        desk.audit(db, said, str(membership_id))
    return _back(membership_id, "It has ended." if at_once else "It ends with its period.")


@blueprint.get(GIFTS)
def gift_list() -> Response:
    """List gifts, newest first; their codes are kept as hashes."""
    return _gifts({})


@blueprint.post(GIFTS)
def gift_new() -> AnyResponse:
    """Make a gift that nobody paid for; its code is shown now and never again."""
    form = Typed(request.form)
    try:
        plan = service.plan(database.session(), form.text("plan")).slug
        with database.transaction() as db:
            if form.text("turn") != str(_newest(db)):
                raise Invalid(CHANGED)
            found = service.plan(db, plan)
            code = gifts.issue(
                db, found, gifts.months(found), note=form.text("note"), by=desk.who(),
                settings=web.settings(), now=clock.now(),
            )  # fmt: skip
            desk.audit(db, "membership_gift.made", plan, note=form.text("note")[:100])
    except NotFound:
        return _gifts(dict(form.sent), Invalid(fields={"plan": "Choose a plan."}))
    except Invalid as problem:
        return _gifts(dict(form.sent), problem)
    return desk.page("backoffice/membership_gift_code.html", code=code)


@blueprint.post(f"{GIFTS}/<int(max=2147483647):gift_id>/revoke")
def gift_revoke(gift_id: int) -> AnyResponse:
    """Take a gift back, redeemed or not."""
    with database.transaction() as db:
        gift = db.get(MembershipGift, gift_id)
        if gift is None:
            raise NotFound
        gifts.revoke(db, gift, clock.now(), web.settings())
        desk.audit(db, "membership_gift.revoked", str(gift_id))
    return web.go(url_for(".gift_list"), notice="The gift is taken back.")


def _filters(words: str, state: str) -> list[dict[str, Any]]:
    options = [{"value": "", "label": "All", "selected": not state}]
    options += [
        {"value": value, "label": label, "selected": value == state} for value, label in STATUS.items()
    ]  # fmt: skip
    return [
        {"name": "words", "label": "Address", "value": words},
        {"name": "state", "label": "State", "options": options},
    ]


def _found(db: Session, membership_id: int) -> Membership:
    row = db.get(Membership, membership_id)
    if row is None:
        raise NotFound("There is no such membership.")
    return row


def _own(db: Session, membership_id: int) -> Own:
    row = _found(db, membership_id)
    if row.stripe_subscription_id is None:
        raise NotFound("A gift has nothing at Stripe.")
    return Own(row.stripe_subscription_id, row.stripe_customer_id, row.plan_slug)


def _page(membership_id: int, problem: Invalid | Unavailable | None = None) -> Response:
    db = database.session()
    row = _found(db, membership_id)
    others = [each for each in service.of_address(db, row.email) if each.id != row.id]
    told = [(wording.moment(note.at), note.text) for note in notes.of(db, row.id)]
    is_open = rules.opens(row, service.grace(web.settings()), clock.now())
    return desk.page(
        "backoffice/membership.html", problem.status if problem else 200, problem=problem,
        one=_row(row), history=told, others=[_row(each) for each in others], is_open=is_open,
        subscription=row.stripe_subscription_id or "", customer=row.stripe_customer_id,
        can_end=row.source == "stripe" and row.status != "canceled", ends=row.cancel_at_period_end,
        plan=db.get_one(MembershipPlan, row.plan_slug).name, why=notes.WHY.get(row.ends_because, ""),
        late=wording.moment(row.past_due_since) if row.past_due_since else "",
        trial=wording.moment(row.trial_end) if row.trial_end else "",
        read=wording.moment(row.read_at), began=wording.moment(row.created_at),
    )  # fmt: skip


def _row(row: Membership) -> dict[str, Any]:
    state = (STATUS[row.status], TONE.get(row.status, "plain"))
    return {
        "id": row.id, "email": row.email, "url": url_for(".one", membership_id=row.id),
        "plan": row.plan_slug, "state": state, "source": row.source,
        "until": wording.moment(row.period_end) if row.period_end else "",
        "ends": "ends then" if row.cancel_at_period_end else "",
    }  # fmt: skip


def _newest(db: Session) -> int:
    return db.scalar(select(func.max(MembershipGift.id))) or 0


def _gifts(sent: dict[str, str], problem: Invalid | None = None) -> Response:
    db, number = database.session(), guards.page_number(request)
    total = db.scalar(select(func.count()).select_from(MembershipGift)) or 0
    newest = select(MembershipGift).order_by(MembershipGift.id.desc())
    found = db.scalars(newest.offset((number - 1) * EACH).limit(EACH)).all()
    wrong = problem.fields if problem else {}
    asked_for = (
        Field("plan", "How long", "select",
              options=[(plan.slug, lasts(gifts.months(plan))) for plan in service.plans(db)]),
        Field("note", "Why", most=200, optional=True, hint="For us alone."),
    )  # fmt: skip
    return desk.page(
        "backoffice/membership_gifts.html", problem.status if problem else 200, problem=problem,
        wrong=wrong, fields=fields.filled(asked_for, sent, wrong), turn=_newest(db),
        gifts=[_gift(each) for each in found],
        pages=pages(lambda n: url_for(".gift_list", page=n), number=number,
                    last=max(1, -(-total // EACH)), shown=len(found), total=total),
    )  # fmt: skip


def _gift(gift: MembershipGift) -> dict[str, Any]:
    why = gifts.refusal(gift, clock.now())
    state = (
        "Taken back"
        if gift.revoked_at
        else "Redeemed"
        if gift.redeemed_at
        else "Too old"
        if why
        else "Open"
    )
    return {
        "id": gift.id, "lasts": lasts(gift.months), "by": gift.given_by, "note": gift.note,
        "paid": "paid" if gift.paid_reference else "made by us", "made": wording.moment(gift.created_at),
        "until": wording.moment(gift.expires_at), "state": (state, "ok" if state == "Open" else "plain"),
        "url": url_for(".one", membership_id=gift.membership_id) if gift.membership_id else "",
        "is_revoked": gift.revoked_at is not None,
    }  # fmt: skip


def _back(membership_id: int, notice: str) -> AnyResponse:
    return web.go(url_for(".one", membership_id=membership_id), notice=notice)
