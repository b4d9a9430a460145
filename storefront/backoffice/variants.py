"""Variants in the backoffice: what is sold, at which price, whether it may be sold, and before it arrives."""

from collections.abc import Callable, Sequence
from typing import Any

from flask import Blueprint, Response, request, url_for
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from storefront import clock, database, web
from storefront.backoffice import desk, fields, goods, variant_form
from storefront.backoffice.typed import Typed
from storefront.catalog import prices, variant_editing
from storefront.catalog.drafts import ChangedMeanwhile
from storefront.catalog.kinds import Attribute
from storefront.catalog.models import Component, Product, Variant
from storefront.errors import Invalid
from storefront.pricing import tax
from storefront.stock import blocks, kits, levels, preorders

blueprint: Blueprint = desk.room("variants", __name__)

ALL = "/backoffice/products/<int(max=2147483647):product_id>/variants"
ONE = f"{ALL}/<int(max=2147483647):variant_id>"
CHANGED = "The price was changed since you looked. Look at it again."
Act = Callable[[Session, Variant], str]


@blueprint.get(f"{ALL}/new")
def new_page(product_id: int) -> Response:
    """Ask for a new variant."""
    return _new(product_id, {"weight_grams": "0"})


@blueprint.post(f"{ALL}/new")
def new(product_id: int) -> AnyResponse:
    """Make a variant, with its first price."""
    form = Typed(request.form)
    try:
        with database.transaction() as db:
            product = goods.product(db, product_id, lock=True)
            data = _read(db, product, form)
            price = form.amount("price")
            form.needs("price", price, "Enter a price.")
            form.check()
            data |= {"sku": form.text("sku"), "price_minor": price}
            made = variant_editing.add(db, product, data)
            kits.fill(db, made, variant_form.kit(form))
            goods.changed(db)
            desk.audit(db, "variant.made", made.sku, price_minor=price)
            made_id = made.id
    except Invalid as problem:
        return _new(product_id, request.form.to_dict(), problem)
    return _back(product_id, made_id, "It is made. Say on its shelf how many there are.")


@blueprint.get(ONE)
def one(product_id: int, variant_id: int) -> Response:
    """Show a variant with all that can be changed of it."""
    return _page(product_id, variant_id)


@blueprint.post(ONE)
def save(product_id: int, variant_id: int) -> AnyResponse:
    """Save what it is."""
    form = Typed(request.form)

    def act(db: Session, variant: Variant) -> str:
        data = _read(db, variant.product, form)
        form.check()
        variant_editing.save(db, variant, data, form.text("seen"))
        kits.fill(db, variant, variant_form.kit(form))
        desk.audit(db, "variant.saved", variant.sku)
        return "It is saved."

    return _do(product_id, variant_id, act)


@blueprint.post(f"{ONE}/price")
def price(product_id: int, variant_id: int) -> AnyResponse:
    """Change the price; its history is kept."""
    form = Typed(request.form)

    def act(db: Session, variant: Variant) -> str:
        minor = form.amount("price")
        form.needs("price", minor, "Enter a price.")
        form.check()
        before = variant.price_minor
        if form.text("was") != str(before):
            raise Invalid(CHANGED, {"price": CHANGED})
        announced = form.is_ticked("announced")
        prices.set_price(db, variant, minor or 0, clock.now(), announced=announced)
        desk.audit(
            db, "variant.priced", variant.sku, from_minor=before, to_minor=minor,
            announced=announced,
        )  # fmt: skip
        return f"It costs {web.money_text(variant.price_minor)} now."

    return _do(product_id, variant_id, act)


@blueprint.post(f"{ONE}/move")
def move(product_id: int, variant_id: int) -> AnyResponse:
    """Put it before or behind the next one."""
    step = -1 if request.form.get("step") == "up" else 1

    def act(db: Session, variant: Variant) -> str:
        variant_editing.move(db, variant, step)
        desk.audit(db, "variant.moved", variant.sku, step=step)
        return "The order is changed."

    return _do(product_id, variant_id, act)


@blueprint.post(f"{ONE}/block")
def block(product_id: int, variant_id: int) -> AnyResponse:
    """Sell it to nobody."""
    reason = request.form.get("reason", "").strip()

    def act(db: Session, variant: Variant) -> str:
        blocks.block(db, variant.id, reason)
        desk.audit(db, "variant.blocked", variant.sku, reason=reason[:400])
        return "It is sold to nobody now."

    return _do(product_id, variant_id, act)


@blueprint.post(f"{ONE}/unblock")
def unblock(product_id: int, variant_id: int) -> AnyResponse:
    """Sell it again."""

    def act(db: Session, variant: Variant) -> str:
        blocks.unblock(db, variant.id)
        desk.audit(db, "variant.unblocked", variant.sku)
        return "It can be bought again."

    return _do(product_id, variant_id, act)


@blueprint.post(f"{ONE}/preorder")
def preorder(product_id: int, variant_id: int) -> AnyResponse:
    """Sell pieces before they arrive."""
    form = Typed(request.form)

    def act(db: Session, variant: Variant) -> str:
        limit, day = form.whole("limit", least=1), form.day("ships_from")
        until, now = form.moment("until"), clock.now()
        form.needs("limit", limit, "Enter how many.")
        form.needs("ships_from", day, "Enter the day they ship.")
        if day is not None and day <= tax.day(now, web.settings()):
            form.wrong["ships_from"] = "Enter a day to come."
        if until is not None and until <= now:
            form.wrong["until"] = "Enter a moment to come."
        form.check()
        if limit is not None and day is not None:
            preorders.open_until(db, variant.id, limit, day, few=goods.low(), until=until)
        desk.audit(db, "variant.preorder", variant.sku, limit=limit, ships_from=str(day))
        return f"Up to {limit} pieces are sold before they arrive."

    return _do(product_id, variant_id, act)


@blueprint.post(f"{ONE}/preorder/close")
def close_preorder(product_id: int, variant_id: int) -> AnyResponse:
    """Sell nothing more that has not arrived."""

    def act(db: Session, variant: Variant) -> str:
        if levels.read(db, [variant.id]):
            preorders.close(db, variant.id, few=goods.low())
        desk.audit(db, "variant.preorder_closed", variant.sku)
        return "The preorder is over. What was sold is owed."

    return _do(product_id, variant_id, act)


def _do(product_id: int, variant_id: int, act: Act) -> AnyResponse:
    """Change a variant of this very product, or show what was typed and what is wrong with it."""
    try:
        with database.transaction() as db:
            goods.product(db, product_id, lock=True)
            said = act(db, goods.variant(db, product_id, variant_id))
            db.flush()
            goods.changed(db)
    except (Invalid, ChangedMeanwhile) as problem:
        return _page(product_id, variant_id, request.form.to_dict(), problem)
    return _back(product_id, variant_id, said)


def _read(db: Session, product: Product, form: Typed) -> dict[str, Any]:
    return variant_form.read(form, _components(db), _attributes(product))


def _components(db: Session) -> Sequence[Component]:
    return db.scalars(select(Component).order_by(Component.name)).all()


def _attributes(product: Product) -> list[Attribute]:
    return [Attribute.read(each) for each in product.type.attributes] if product.type else []


def _new(product_id: int, sent: dict[str, str], problem: Invalid | None = None) -> Response:
    db = database.session()
    product = goods.product(db, product_id)
    asked = variant_form.parts(_components(db), _attributes(product), is_new=True)
    wrong = problem.fields if problem else {}
    return desk.page(
        "backoffice/variant_new.html", problem.status if problem else 200, product=product,
        problem=problem, wrong=wrong, parts=fields.parts(asked, sent, wrong),
    )  # fmt: skip


def _page(
    product_id: int, variant_id: int, sent: dict[str, str] | None = None,
    problem: Invalid | ChangedMeanwhile | None = None,
) -> Response:  # fmt: skip
    db = database.session()
    variant = goods.variant(db, product_id, variant_id)
    wrong = problem.fields if isinstance(problem, Invalid) else {}
    mine = variant_form.parts(_components(db), _attributes(variant.product), is_new=False)
    is_whole = bool(
        sent and "seen" in sent
    )  # the form of what it is, else one of the small ones
    typed = sent if sent and is_whole else variant_form.values(variant)
    small, has_shelf = sent or {}, not variant.kit_items
    return desk.page(
        "backoffice/variant.html", problem.status if problem else 200, variant=variant, problem=problem,
        wrong=wrong, parts=fields.parts(mine, typed, wrong if is_whole else {}),
        seen=typed["seen"] if is_whole and isinstance(problem, Invalid) else variant_editing.state(variant),
        price=fields.filled(variant_form.PRICE, {"price": fields.amount(variant.price_minor), **_if("was", small)}, wrong),
        block=fields.filled(variant_form.BLOCK, small, wrong),
        preorder=fields.filled(variant_form.PREORDER, _if("limit", small), wrong),
        facts=_facts(db, variant), has_shelf=has_shelf,
        level=levels.read(db, [variant.id]).get(variant.id) if has_shelf else None,
    )  # fmt: skip


def _if(name: str, sent: dict[str, str]) -> dict[str, str]:
    """Give what was typed into the small form that has this field."""
    return sent if name in sent else {}


def _facts(db: Session, variant: Variant) -> list[tuple[str, str]]:
    lowest = prices.lowest_before(db, variant, clock.now())
    found = [
        ("Price", web.money_text(variant.price_minor)),
        ("Lowest of the last 30 days", web.money_text(lowest)),
    ]
    if variant.was_minor is not None:
        found.append(("Shown as reduced from", web.money_text(variant.was_minor)))
    return found


def _back(product_id: int, variant_id: int, notice: str) -> AnyResponse:
    url = url_for(".one", product_id=product_id, variant_id=variant_id)
    return web.go(url, notice=notice)
