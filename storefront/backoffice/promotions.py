"""Promotions and codes in the backoffice: what counts, how much it was used, and a try before it is saved."""

from typing import Any

from flask import Blueprint, Response, request, url_for
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from storefront import clock, database, guards, web
from storefront.backoffice import desk, fields, promotion_form, promotion_list
from storefront.backoffice.typed import Typed
from storefront.catalog.models import Collection
from storefront.errors import Invalid
from storefront.list_page import pages
from storefront.pricing import campaign_changes, campaigns, samples
from storefront.pricing.models import Promotion
from storefront.pricing.quote import Quote
from storefront.pricing.samples import Sample

blueprint: Blueprint = desk.room("promotions", __name__)

LIST = "/backoffice/promotions"
ONE = f"{LIST}/<int(max=2147483647):promotion_id>"
EACH = 50
MADE = "A promotion was made since you looked. Look at the list before you make this one."


@blueprint.get(LIST)
def page() -> Response:
    """List promotions, newest first."""
    db, number, now = database.session(), guards.page_number(request), clock.now()
    total = promotion_list.count(db)
    found, uses, codes = promotion_list.found(db, skip=(number - 1) * EACH, most=EACH)
    nothing = promotion_list.Use()
    rows = [
        _row(each, now, uses.get(each.id, nothing)) | {"codes": codes.get(each.id, 0)}
        for each in found
    ]
    return desk.page(
        "backoffice/promotions.html", promotions=rows,
        pages=pages(lambda n: url_for(".page", page=n), number=number, last=max(1, -(-total // EACH)),
                    shown=len(found), total=total),
    )  # fmt: skip


@blueprint.get(f"{LIST}/new")
def new_page() -> Response:
    """Ask for a new promotion."""
    return _form(None, {"kind": "percent", "needs_code": "yes"})


@blueprint.post(f"{LIST}/new")
def new() -> AnyResponse:
    """Make a promotion, or only try it on a sample cart."""
    form = Typed(request.form)
    try:
        wanted = promotion_form.read(form)
        if form.text("wish") == "try":
            return _form(None, dict(form.sent), sample=_try(wanted, form, 0))
        with database.transaction() as db:
            campaign_changes.take_turns(db)
            if form.text("turn") != str(_newest(db)):
                raise Invalid(MADE)
            made = campaigns.create(db, wanted)
            _stale(db, made)
            desk.audit(db, "promotion.made", made.name, kind=made.kind)
            made_id = made.id
    except Invalid as problem:
        return _form(None, dict(form.sent), problem)
    return _back(made_id, "It is made. Give it codes if it needs them.")


@blueprint.get(ONE)
def one(promotion_id: int) -> Response:
    """Show a promotion with its codes and uses."""
    found = campaigns.find(database.session(), promotion_id)
    return _form(found, promotion_form.values(found))


@blueprint.post(ONE)
def save(promotion_id: int) -> AnyResponse:
    """Change a promotion, or only try the change on a sample cart."""
    form = Typed(request.form)
    try:
        wanted = promotion_form.read(form)
        if form.text("wish") == "try":
            found = campaigns.find(database.session(), promotion_id)
            return _form(found, dict(form.sent), sample=_try(wanted, form, promotion_id))
        with database.transaction() as db:
            promotion = campaign_changes.locked(db, promotion_id)
            if form.text("seen") != _seen(promotion):
                raise Invalid(
                    "Somebody else has changed it since you looked. Look at it again."
                )
            campaign_changes.change(db, promotion, wanted)
            _stale(db, promotion)
            desk.audit(db, "promotion.saved", promotion.name)
    except Invalid as problem:
        found = campaigns.find(database.session(), promotion_id)
        return _form(found, dict(form.sent), problem)
    return _back(promotion_id, "It is saved. Orders that have it keep what they have.")


@blueprint.post(f"{ONE}/switch")
def switch(promotion_id: int) -> AnyResponse:
    """Stop it, or let it count again."""
    is_on = request.form.get("wish") == "start"
    with database.transaction() as db:
        promotion = campaigns.set_active(db, promotion_id, is_active=is_on)
        _stale(db, promotion)
        desk.audit(db, "promotion.started" if is_on else "promotion.stopped", promotion.name)
    return _back(promotion_id, "It counts again." if is_on else "It counts no more.")


@blueprint.post(f"{ONE}/codes")
def add_code(promotion_id: int) -> AnyResponse:
    """Give it a code."""
    form = Typed(request.form)
    try:
        limits = (form.whole("limit_total", least=1), form.whole("limit_each", least=1))
        form.check()
        with database.transaction() as db:
            promotion = campaign_changes.locked(db, promotion_id)
            made = campaigns.add_code(
                db, promotion, form.text("code"), limit_total=limits[0], limit_each=limits[1]
            )
            code = made.code
            desk.audit(db, "code.made", code, promotion=promotion.name)
    except Invalid as problem:
        return _again(promotion_id, form, problem)
    return _back(promotion_id, f"The code {code} is made.")


@blueprint.post(f"{ONE}/codes/batch")
def add_batch(promotion_id: int) -> AnyResponse:
    """Give it many codes at once."""
    form = Typed(request.form)
    try:
        count, total = form.whole("count", least=1), form.whole("batch_total", least=1)
        form.needs("count", count, "Enter how many.")
        form.check()
        seen = guards.whole(form.text("turn"), least=0, most=2**31 - 1)
        with database.transaction() as db:
            promotion = campaign_changes.locked(db, promotion_id)
            made = campaign_changes.add_batch(
                db, promotion, form.text("start"), count or 0, -1 if seen is None else seen,
                limit_total=total, limit_each=None,
            )  # fmt: skip
            desk.audit(db, "code.batch", promotion.name, count=len(made))
    except Invalid as problem:
        return _again(promotion_id, form, problem)
    return _back(promotion_id, f"{count} codes are made.")


@blueprint.post(f"{ONE}/codes/<int(max=2147483647):code_id>/close")
def close_code(promotion_id: int, code_id: int) -> AnyResponse:
    """Let a code be used no more."""
    with database.transaction() as db:
        promotion = campaign_changes.locked(db, promotion_id)
        code = campaign_changes.close_code(db, promotion, code_id).code
        desk.audit(db, "code.closed", code, promotion=promotion.name)
    return _back(promotion_id, f"{code} is closed. Orders that have it keep it.")


def _stale(db: Session, promotion: Promotion) -> None:
    """Let public pages follow what applies by itself."""
    database.raise_content_revision(db)
    for moment in (promotion.starts_at, promotion.ends_at):
        if moment is not None and moment > clock.now():
            database.change_pages_at(db, moment)


def _newest(db: Session) -> int:
    return db.scalar(select(func.max(Promotion.id))) or 0


def _seen(promotion: Promotion) -> str:
    return fields.mark(promotion_form.values(promotion))


def _try(wanted: campaigns.Wanted, form: Typed, own_id: int) -> Sample:
    db = database.session()
    pieces = promotion_form.counted(form, "sample", "a SKU", "MAT-SAND")
    form.check()
    chosen = pieces or samples.usual(db)
    return samples.try_out(db, wanted, chosen, web.settings(), clock.now(), own_id=own_id)


def _again(promotion_id: int, form: Typed, problem: Invalid) -> Response:
    found = campaigns.find(database.session(), promotion_id)
    return _form(found, promotion_form.values(found) | dict(form.sent), problem)


def _form(
    promotion: Promotion | None, typed: dict[str, str], problem: Invalid | None = None, *,
    sample: Sample | None = None,
) -> Response:  # fmt: skip
    db = database.session()
    shelves = db.scalars(select(Collection).order_by(Collection.position)).all()
    wrong = promotion_form.field_errors(problem.fields) if problem else {}
    return desk.page(
        "backoffice/promotion.html", problem.status if problem else 200, problem=problem, wrong=wrong,
        parts=fields.parts(promotion_form.parts(shelves), typed, wrong), promotion=promotion,
        row=_row(promotion, clock.now(), promotion_list.uses(db, [promotion.id]).get(promotion.id, promotion_list.Use())) if promotion else None,
        seen=typed.get("seen") or (_seen(promotion) if promotion else ""), turn=_newest(db),
        sample=_shown(sample) if sample else None, **_codes(db, promotion, typed, wrong),
    )  # fmt: skip


def _codes(
    db: Session, promotion: Promotion | None, typed: dict[str, str], wrong: dict[str, str]
) -> dict[str, Any]:
    if promotion is None:
        return {}
    number = guards.page_number(request)
    found, total = promotion_list.codes(db, promotion.id, skip=(number - 1) * EACH, most=EACH)
    return {
        "codes": [(each, each.limit_total is not None and each.used >= each.limit_total) for each in found],
        "code_fields": fields.filled(promotion_form.CODE, typed, wrong),
        "batch_fields": fields.filled(promotion_form.BATCH, typed, wrong),
        "code_turn": campaign_changes.turn(db, promotion.id),
        "pages": pages(
            lambda n: url_for(".one", promotion_id=promotion.id, page=n), number=number,
            last=max(1, -(-total // EACH)), shown=len(found), total=total,
        ),
    }  # fmt: skip


def _row(promotion: Promotion, now: Any, use: promotion_list.Use) -> dict[str, Any]:
    budget = promotion.budget_minor
    spent = (
        f"{web.money_text(promotion.spent_minor)} of {web.money_text(budget)}" if budget else ""
    )
    return {
        "name": promotion.name, "url": url_for(".one", promotion_id=promotion.id),
        "state": promotion_list.STATES[promotion_list.state(promotion, now)],
        "effect": promotion_list.effect(promotion), "uses": use.orders, "off": web.money_text(use.minor),
        "budget": spent, "is_active": promotion.is_active,
    }  # fmt: skip


def _shown(sample: Sample) -> dict[str, Any]:
    return {
        "lines": [f"{line.quantity} × {line.variant.product.name}, {line.variant.name}" for line in sample.lines],
        "before": _sums(sample.before), "after": _sums(sample.after), "why": sample.why,
    }  # fmt: skip


def _sums(quote: Quote) -> list[tuple[str, str]]:
    sums = quote.sums
    rows = [("Goods", sums.subtotal_minor)]
    rows += [(each.label, -each.minor) for each in sums.explained]
    rows.append(("Delivery", quote.way.price_minor))
    if sums.tax_added_minor:
        rows.append(("Tax on top", sums.tax_added_minor))
    rows.append(("Total", sums.total_minor))
    return [(name, web.money_text(minor)) for name, minor in rows]


def _back(promotion_id: int, notice: str) -> AnyResponse:
    return web.go(url_for(".one", promotion_id=promotion_id), notice=notice)
