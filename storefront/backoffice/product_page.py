"""Everything that the page of one product shows: its form, its variants, where it stands."""

from collections.abc import Sequence
from typing import Any

from flask import Response, url_for
from sqlalchemy import select
from sqlalchemy.orm import Session

from storefront import database, text, web
from storefront.backoffice import desk, fields, goods, product_form, product_list, wording
from storefront.backoffice.fields import Field
from storefront.backoffice.typed import Typed
from storefront.catalog import drafts
from storefront.catalog import pictures as media
from storefront.catalog.drafts import ChangedMeanwhile, Draft
from storefront.catalog.kinds import Attribute
from storefront.catalog.models import Collection, Product, ProductType, Variant
from storefront.errors import Invalid
from storefront.staff import roles
from storefront.stock import levels

MOMENTS = (
    Field(
        "begins",
        "From",
        "moment",
        optional=True,
        hint="Empty: at once; what is there already stays.",
    ),
    Field("ends", "Until", "moment", optional=True, hint="Empty: for good."),
)
LONGEST_SHOWN = 300


def pictures() -> list[str]:
    """Name the pictures that can be shown."""
    return sorted(media.everything())


def draft(db: Session, product: Product, form: Typed) -> Draft:
    """Read what was typed over what stands there."""
    kind = _attributes(db, form.text("type"))
    return product_form.read(form, drafts.of(product), kind, sees_tax=_sees_tax())


def page(
    product_id: int, form: Typed | None = None,
    problem: Invalid | ChangedMeanwhile | None = None, *,
    sent: dict[str, str] | None = None, shows_text: bool = False,
) -> Response:  # fmt: skip
    """Show a product; with a form that was sent, as it was typed."""
    db = database.session()
    product = goods.product(db, product_id)
    now = drafts.of(product)
    shown = draft(db, product, form) if form else now
    typed = dict(form.sent) if form else product_form.values(now)
    wrong = product_form.field_errors(problem.fields) if isinstance(problem, Invalid) else {}
    meanwhile = isinstance(problem, ChangedMeanwhile)
    seen = form.text("seen") if form and not meanwhile else drafts.state(now)
    return desk.page(
        "backoffice/product.html", problem.status if problem else 200, product=product, problem=problem,
        wrong=wrong, parts=fields.parts(_parts(db, shown), typed, wrong), seen=seen,
        state=product_list.STATES[product_list.state(product)], days=_days(product),
        moments=fields.filled(MOMENTS, sent or _moments(product), wrong),
        variants=_variants(db, product), thumbs=media.pictures(shown.product["pictures"]).values(),
        differs=_differs(now, shown) if meanwhile else [],
        preview=_preview(shown) if shows_text else None, public_url=_public_url(product),
        may_sell=_may("variants.one"), may_price=_sees_tax(),
    )  # fmt: skip


def _parts(db: Session, shown: Draft) -> list[fields.Part]:
    types = db.execute(select(ProductType.slug, ProductType.name).order_by(ProductType.name))
    return product_form.parts(
        shown, db.scalars(select(Collection).order_by(Collection.position)).all(),
        [(slug, name) for slug, name in types], _attributes(db, shown.product["type"]), pictures(),
        sees_tax=_sees_tax(),
    )  # fmt: skip


def _attributes(db: Session, type_slug: str | None) -> Sequence[Attribute]:
    kind = db.get(ProductType, type_slug) if type_slug else None
    return [Attribute.read(each) for each in kind.attributes] if kind else []


def _sees_tax() -> bool:
    return _may("variants.price")


def _may(name: str) -> bool:
    return roles.may(desk.member().role, name)


def _days(product: Product) -> list[tuple[str, str]]:
    told = (("On the shelf from", product.published_at), ("Until", product.unpublished_at))
    return [
        (name, wording.moment(at)) for name, at in told if at and at.year > 2000
    ]  # the beginning


def _moments(product: Product) -> dict[str, str]:
    is_later = product_list.state(product) == "scheduled"
    begins = fields.typed_moment(product.published_at) if is_later else ""
    return {"begins": begins, "ends": fields.typed_moment(product.unpublished_at)}


def _public_url(product: Product) -> str:
    if not product.is_published or not product.variants:
        return ""
    return url_for("storefront_catalog.product_page", slug=product.slug)


def _variants(db: Session, product: Product) -> list[dict[str, Any]]:
    bands = levels.bands(db, [each.id for each in product.variants], few=goods.low())
    return [_variant(each, bands[each.id]) for each in product.variants]


def _variant(variant: Variant, band: str) -> dict[str, Any]:
    return {
        "name": variant.name, "sku": variant.sku, "price": web.money_text(variant.price_minor),
        "state": ("Blocked", "bad") if variant.is_blocked else goods.BANDS[band],
        "is_kit": bool(variant.kit_items), "id": variant.id,
        "options": ", ".join(f"{name}: {value}" for name, value in variant.options.items()),
    }  # fmt: skip


def _preview(shown: Draft) -> dict[str, Any]:
    base = web.settings().url_prefix
    return {
        "name": shown.product["name"], "summary": shown.product["summary"],
        **{name: text.markdown(shown.product[name], base=base) for name in ("description", "not_for", "care")},
    }  # fmt: skip


def _differs(now: Draft, typed: Draft) -> list[tuple[str, str, str]]:
    """List where what stands there now differs from what was typed."""
    saved, mine = product_form.values(now), product_form.values(typed)
    labels = sorted({*saved, *mine})
    return [
        (name.replace("_", " ").replace(".", ": "), _short(saved.get(name, "")), _short(mine.get(name, "")))
        for name in labels
        if saved.get(name, "") != mine.get(name, "")
    ]  # fmt: skip


def _short(told: str) -> str:
    return told if len(told) <= LONGEST_SHOWN else f"{told[:LONGEST_SHOWN]}…"
