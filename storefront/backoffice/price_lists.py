"""Price lists in the backoffice: who has prices of their own, and which."""

from typing import Any

from flask import Blueprint, Response, request, url_for
from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload
from werkzeug.wrappers import Response as AnyResponse

from storefront import database, web
from storefront.backoffice import desk, fields, goods
from storefront.backoffice.fields import Field
from storefront.backoffice.typed import Typed
from storefront.catalog.models import Variant
from storefront.errors import Invalid, NotFound
from storefront.pricing import price_lists
from storefront.pricing.models import PriceList, PriceListEntry, PriceListMember

blueprint: Blueprint = desk.room("price_lists", __name__)

LIST = "/backoffice/price-lists"
ONE = f"{LIST}/<key>"
MOST = 500
NEW = (
    Field("key", "Short name", most=20, hint="Small letters, digits and dashes, such as pro."),
    Field("name", "Name", most=120),
)
PRICE = (
    Field("sku", "SKU", most=40),
    Field("price", "Price on this list", "amount", optional=True, hint="Empty: the public price again."),
)  # fmt: skip
MEMBER = (
    Field("email", "Address", "email", hint="It counts once its owner has proven it by signing in."),
)  # fmt: skip


@blueprint.get(LIST)
def page() -> Response:
    """Show the lists, and ask for another."""
    return _page({})


@blueprint.post(LIST)
def new() -> AnyResponse:
    """Make a list."""
    form = Typed(request.form)
    try:
        with database.transaction() as db:
            made = price_lists.create(db, form.text("key"), form.text("name"))
            desk.audit(db, "price_list.made", made.key)
            key = made.key
    except Invalid as problem:
        return _page(dict(form.sent), problem)
    return _back(key, "It is made. Say what costs what on it, and who is on it.")


@blueprint.get(ONE)
def one(key: str) -> Response:
    """Show the prices and people of a list."""
    return _one(key, {})


@blueprint.post(f"{ONE}/prices")
def set_price(key: str) -> AnyResponse:
    """Set the price of a SKU, or give it the public one again."""
    form = Typed(request.form)
    try:
        minor = form.amount("price")
        form.check()
        with database.transaction() as db:
            _find(db, key, lock=True)
            variant = db.scalar(select(Variant).where(Variant.sku == form.text("sku")))
            if variant is None:
                raise Invalid("There is no such SKU.", {"sku": "There is no such SKU."})
            if minor is None:
                price_lists.drop_entry(db, key, variant.id)
            else:
                price_lists.set_entry(db, key, variant.id, minor)
            desk.audit(db, "price_list.price", key, sku=variant.sku, minor=minor)
    except Invalid as problem:
        return _one(key, dict(form.sent), problem)
    return _back(key, "The price is set.")


@blueprint.post(f"{ONE}/members")
def join(key: str) -> AnyResponse:
    """Put an address on the list."""
    form = Typed(request.form)
    try:
        with database.transaction() as db:
            _find(db, key, lock=True)
            price_lists.join(db, key, form.text("email"))
            desk.audit(db, "price_list.joined", key, email=form.text("email")[:254])
    except Invalid as problem:
        return _one(key, dict(form.sent), problem)
    return _back(key, "They have these prices now.")


@blueprint.post(f"{ONE}/members/remove")
def leave(key: str) -> AnyResponse:
    """Take an address off this list."""
    email = request.form.get("email", "")
    with database.transaction() as db:
        _find(db, key)
        member = db.get(PriceListMember, email)
        if member is None or member.list_key != key:
            raise NotFound
        price_lists.leave(db, email)
        desk.audit(db, "price_list.left", key, email=email)
    return _back(key, "They have the public prices again.")


def _find(db: Session, key: str, *, lock: bool = False) -> PriceList:
    found = db.get(PriceList, key, with_for_update=lock)
    if found is None:
        raise NotFound
    return found


def _page(sent: dict[str, str], problem: Invalid | None = None) -> Response:
    db = database.session()
    people = (
        select(func.count()).where(PriceListMember.list_key == PriceList.key).scalar_subquery()
    )
    prices = (
        select(func.count()).where(PriceListEntry.list_key == PriceList.key).scalar_subquery()
    )
    rows = db.execute(select(PriceList, people, prices).order_by(PriceList.name))
    wrong = problem.fields if problem else {}
    return desk.page(
        "backoffice/price_lists.html", problem.status if problem else 200, problem=problem, wrong=wrong,
        lists=[(each.name, url_for(".one", key=each.key), n, m) for each, n, m in rows],
        fields=fields.filled(NEW, sent, wrong),
    )  # fmt: skip


def _one(key: str, sent: dict[str, str], problem: Invalid | None = None) -> Response:
    db = database.session()
    found = _find(db, key)
    wrong = problem.fields if problem else {}
    entries = (
        select(PriceListEntry.price_minor, Variant).join(Variant, Variant.id == PriceListEntry.variant_id)
        .where(PriceListEntry.list_key == key).options(joinedload(Variant.product))
        .order_by(Variant.sku).limit(MOST)
    )  # fmt: skip
    people = select(PriceListMember.email).where(PriceListMember.list_key == key)
    return desk.page(
        "backoffice/price_list.html", problem.status if problem else 200, problem=problem, wrong=wrong,
        found=found, prices=[_row(minor, variant) for minor, variant in db.execute(entries)],
        people=db.scalars(people.order_by(PriceListMember.email).limit(MOST)).all(),
        price_fields=fields.filled(PRICE, sent, wrong), member_fields=fields.filled(MEMBER, sent, wrong),
    )  # fmt: skip


def _row(minor: int, variant: Variant) -> dict[str, Any]:
    return {
        "name": goods.name(variant), "sku": variant.sku, "price": web.money_text(minor),
        "public": web.money_text(variant.price_minor),
    }  # fmt: skip


def _back(key: str, notice: str) -> AnyResponse:
    return web.go(url_for(".one", key=key), notice=notice)
