"""Products in the backoffice: the list, a new one, its text, and whether it is on the shelf."""

from typing import Any

from flask import Blueprint, Response, request, url_for
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from storefront import database, guards, web
from storefront.backoffice import asked, desk, fields, goods, product_list, product_page
from storefront.backoffice.fields import Field
from storefront.backoffice.product_list import SHOWN, Found, Wanted
from storefront.backoffice.typed import Typed
from storefront.catalog import editing
from storefront.catalog.drafts import ChangedMeanwhile
from storefront.catalog.models import Collection
from storefront.errors import Invalid
from storefront.list_page import pages

blueprint: Blueprint = desk.room("products", __name__)

LIST = "/backoffice/products"
ONE = f"{LIST}/<int(max=2147483647):product_id>"
EACH = 50
NAMES = ("state", "collection", "words")
NEW = (
    Field("name", "Name", most=160),
    Field("slug", "Name in its address", most=80, optional=True, hint="Made of its name when it is left empty."),
    Field("summary", "In one sentence", "area", optional=True),
)  # fmt: skip


@blueprint.get(LIST)
def page() -> Response:
    """List products in the shop's order."""
    db, number = database.session(), guards.page_number(request)
    wanted = Wanted(asked.text("state"), asked.text("collection"), asked.text("words"))
    total = product_list.count(db, wanted)
    found = product_list.found(db, wanted, skip=(number - 1) * EACH, most=EACH)
    return desk.page(
        "backoffice/products.html", products=[_row(each) for each in found], fields=_filters(db),
        is_narrowed=any(map(asked.text, NAMES)),
        pages=pages(_at, number=number, last=max(1, -(-total // EACH)), shown=len(found), total=total),
    )  # fmt: skip


@blueprint.get(f"{LIST}/new")
def new_page() -> Response:
    """Ask for the name of a new product."""
    return _new({})


@blueprint.post(f"{LIST}/new")
def new() -> AnyResponse:
    """Make a product that is on no shelf yet."""
    form = Typed(request.form)
    try:
        with database.transaction() as db:
            made = editing.create(
                db, form.text("name"), form.text("slug"), form.text("summary")
            )
            desk.audit(db, "product.made", made.slug)
            made_id = made.id
    except Invalid as problem:
        return _new(request.form.to_dict(), problem)
    said = "It is made, and hidden. Tell more of it, then publish it."
    return web.go(url_for(".one", product_id=made_id), notice=said)


@blueprint.get(ONE)
def one(product_id: int) -> Response:
    """Show a product and the form of its text."""
    return product_page.page(product_id)


@blueprint.post(ONE)
def save(product_id: int) -> AnyResponse:
    """Save its text; or only show how it will read, or the fields of another kind."""
    form, wish = Typed(request.form), request.form.get("wish", "save")
    if wish in ("preview", "fields"):
        return product_page.page(product_id, form, shows_text=wish == "preview")
    try:
        with database.transaction() as db:
            product = goods.product(db, product_id, lock=True)
            draft = product_page.draft(db, product, form)
            form.check()
            changed = editing.save(
                db, product, draft, form.text("seen"), pictures=product_page.pictures()
            )
            goods.changed(db)
            desk.audit(db, "product.saved", product.slug, changed=changed)
    except (Invalid, ChangedMeanwhile) as problem:
        return product_page.page(product_id, form, problem)
    return _back(product_id, "It is saved." if changed else "Nothing was changed.")


@blueprint.post(f"{ONE}/publish")
def publish(product_id: int) -> AnyResponse:
    """Put it on the shelf, now or between two moments."""
    form = Typed(request.form)
    begins, ends = form.moment("begins"), form.moment("ends")
    try:
        form.check()
        with database.transaction() as db:
            product = goods.product(db, product_id, lock=True)
            editing.publish(db, product, begins, ends)
            goods.changed(db)
            state = product_list.state(product)
            desk.audit(db, f"product.{state}", product.slug)
    except Invalid as problem:
        return product_page.page(product_id, None, problem, sent=request.form.to_dict())
    return _back(product_id, f"It is {state} now.")


@blueprint.post(f"{ONE}/hide")
def hide(product_id: int) -> AnyResponse:
    """Take it off the shelf."""
    with database.transaction() as db:
        product = goods.product(db, product_id, lock=True)
        editing.hide(db, product)
        goods.changed(db)
        desk.audit(db, "product.hidden", product.slug)
    return _back(product_id, "It is off the shelf. What was ordered stays ordered.")


def _new(sent: dict[str, str], problem: Invalid | None = None) -> Response:
    wrong = problem.fields if problem else {}
    return desk.page(
        "backoffice/product_new.html", problem.status if problem else 200, problem=problem, wrong=wrong,
        fields=fields.filled(NEW, sent, wrong),
    )  # fmt: skip


def _row(found: Found) -> dict[str, Any]:
    product = found.product
    badges = [product_list.STATES[product_list.state(product)]]
    if found.blocked:
        badges.append((f"{found.blocked} blocked", "bad"))
    return {
        "name": product.name, "url": url_for(".one", product_id=product.id), "badges": badges,
        "variants": found.variants, "price": _price(found), "kind": product.type_slug or "",
    }  # fmt: skip


def _price(found: Found) -> str:
    if found.from_minor is None:
        return ""
    text = web.money_text(found.from_minor)
    return text if found.from_minor == found.to_minor else f"from {text}"


def _filters(db: Session) -> list[dict[str, Any]]:
    named = select(Collection.slug, Collection.name).order_by(Collection.position)
    shelves: dict[str, str] = dict(db.execute(named).all())
    several: dict[str, dict[str, str]] = {
        "state": SHOWN,
        "collection": {"": "All", **shelves},
    }
    found: list[dict[str, Any]] = [
        {"name": "words", "label": "Name, address or SKU", "value": asked.text("words")}
    ]
    for name, known in several.items():
        options = [
            {"value": v, "label": text, "selected": v == asked.text(name)}
            for v, text in known.items()
        ]
        found.append({"name": name, "label": name.capitalize(), "options": options})
    return found


def _at(number: int) -> str:
    kept: dict[str, Any] = {name: asked.text(name) for name in NAMES if asked.text(name)}
    return url_for(".page", page=number, **kept)


def _back(product_id: int, notice: str) -> AnyResponse:
    return web.go(url_for(".one", product_id=product_id), notice=notice)
