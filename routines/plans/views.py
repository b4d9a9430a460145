"""Plans: made without an account, opened without one, ended when their time is over or they are taken back."""

from dataclasses import replace
from typing import Any

from flask import Response, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from routines.library import assets, cards, timeline
from routines.library import service as library
from routines.library.pieces import Dosage
from routines.pages import shop
from routines.plans import forms, service
from routines.plans.doses import MOST_ROUTINES, stated
from routines.plans.models import Plan
from routines.player import page as player
from routines.player.views import asked_profile
from routines.sheets.sheet import DAYS, sheet
from routines.sheets.views import code
from routines.toolbox.service import component_names
from storefront.public import (
    Invalid,
    Link,
    LinkExpired,
    NotFound,
    clock,
    session,
    transaction,
    web,
)

blueprint = assets.blueprint("plans", __name__)
blueprint.after_request(web.without_referrer)
READ, MANAGE = "routines.plan", "routines.plan.manage"


@blueprint.get("/plans/new")
@web.public_page
def new_page() -> Response:
    """Choose routines, then state doses."""
    return _form_page()


@blueprint.post("/plans/new")
def make() -> AnyResponse:
    """Make a plan, and lead to the page where it can be handed out and taken back."""
    web.limit("plan_client", web.settings().limit_plan_client, web.client_address())
    try:
        with transaction() as db:
            found = [library.find_routine(db, slug) for slug in forms.chosen(request.form)]
            if not found:
                raise Invalid(fields={"routine": "Choose at least one routine."})
            document = forms.document(request.form, found)
            days = request.form.get("days", "")
            plan = service.make(
                db, forms.given_by(request.form), document, now=clock.now(),
                days=int(days) if days in map(str, service.DAYS) else 0,
            )  # fmt: skip
            plan_id = plan.id
    except Invalid as wrong:
        return _form_page(wrong)
    return web.go(url_for(".manage_page", token=_sign(MANAGE, plan_id)), notice="The plan is ready to hand out.")  # fmt: skip


@blueprint.get("/plans/manage/<token>")
def manage_page(token: str) -> Response:
    """Show whoever made a plan its link, its code, its end, and how to take it back."""
    db = session()
    plan = service.find(db, _read(MANAGE, token))
    address = web.absolute(url_for(".plan_page", token=_sign(READ, plan.id)))
    return web.page(
        "routines/plan_manage.html", plan=plan, token=token, address=address, code=code(address),
        planned=service.routines(db, service.document_of(plan)), ends=_day(plan), is_open=_is_open(plan),
        trail=[*shop.trail(), Link("Plan", request.path)],
    )  # fmt: skip


@blueprint.post("/plans/manage/<token>/revoke")
def revoke(token: str) -> AnyResponse:
    """Take a plan back."""
    with transaction() as db:
        service.revoke(db, service.find(db, _read(MANAGE, token)).id, clock.now())
    return web.go(url_for(".manage_page", token=token), notice="Nobody can open the plan any more.")  # fmt: skip


@blueprint.get("/plans/<token>")
def plan_page(token: str) -> Response:
    """Show a plan to whoever has its link; it prints one routine on each sheet."""
    db = session()
    try:
        plan = service.open_plan(db, _read(READ, token), clock.now())
    except LinkExpired as ended:
        return web.page("routines/plan_ended.html", 410, detail=ended.detail)
    names = component_names(db)
    planned = service.routines(db, service.document_of(plan))
    return web.page(
        "routines/plan.html", plan=plan, token=token, ends=_day(plan), days=DAYS,
        papers=[(one, sheet(db, one.routine, names)) for one in planned],
        trail=[*shop.trail(), Link("Your plan", request.path)],
    )  # fmt: skip


@blueprint.get("/plans/<token>/<int:number>")
def play_page(token: str, number: int) -> Response:
    """Follow one routine of a plan along, at the doses of the plan.

    Raises:
        NotFound: the plan has no routine of that number.
    """
    db = session()
    try:
        plan = service.open_plan(db, _read(READ, token), clock.now())
    except LinkExpired as ended:
        return web.page("routines/plan_ended.html", 410, detail=ended.detail)
    planned = next((one for one in service.routines(db, service.document_of(plan)) if one.number == number), None)  # fmt: skip
    if planned is None:
        raise NotFound

    def address(profile: timeline.Profile) -> str:
        wanted = None if profile == "full" else profile
        return url_for(".play_page", token=token, number=number, profile=wanted)

    place = player.Place(
        url_for(".plan_page", token=token), address, f"{planned.found.revision} of plan {plan.id}", can_be_kept=False
    )  # fmt: skip
    return player.show(db, replace(planned.found, document=planned.routine), asked_profile(), place)  # fmt: skip


def _form_page(wrong: Invalid | None = None) -> Response:
    db, fields = session(), request.values
    try:
        slugs = forms.chosen(fields)
    except Invalid as too_many:
        wrong, slugs = too_many, []
    found = [library.find_routine(db, slug) for slug in slugs]
    all_cards = [] if found else cards.shown(library.of_kind(db, "routine"))
    return web.page(
        "routines/plan_new.html", 422 if wrong else 200, cards=all_cards,
        routines=[(one, [step for part in one.document.sections for step in part.steps]) for one in found],
        name_of=forms.field_name, labels=forms.LABELS, stated=stated, proposed=_proposed, told=fields,
        is_first=not wrong, wrong=wrong.fields if wrong else {}, choices=service.DAYS,
        most=MOST_ROUTINES, trail=[*shop.trail(), Link("Make a plan", request.path)],
    )  # fmt: skip


def _proposed(dosage: Dosage, name: str) -> str:
    """Write what the routine states, as it is typed."""
    value = getattr(dosage, name)
    if value is None:
        return ""
    return str(value.least) if value.least == value.most else f"{value.least}-{value.most}"


def _sign(purpose: str, plan_id: int) -> str:
    return web.shop().signer.sign(purpose, plan_id)


def _read(purpose: str, token: str) -> int | None:
    found: Any = web.shop().signer.read(purpose, token)
    return found if isinstance(found, int) else None


def _day(plan: Plan) -> str:
    return shop.day(plan.expires_at.date().isoformat())


def _is_open(plan: Plan) -> bool:
    return plan.revoked_at is None and plan.expires_at > clock.now()
