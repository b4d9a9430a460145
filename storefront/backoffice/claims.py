"""Codes from boxes in the backoffice: how many of each batch were taken, and taking a batch back."""

from typing import Any

from flask import Blueprint, Response, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from storefront import clock, database, web
from storefront.backoffice import desk, fields
from storefront.backoffice.fields import Field
from storefront.backoffice.typed import Typed
from storefront.documents import slips
from storefront.errors import Invalid
from storefront.ownership import claims

blueprint: Blueprint = desk.room("claims", __name__)

LIST = "/backoffice/claims"
NEW = (
    Field("sku", "SKU", most=40),
    Field("count", "How many", "number"),
    Field("batch", "Batch", most=claims.LONGEST_BATCH, hint="A name by which they can be revoked together."),
)  # fmt: skip
REVOKE = (Field("old", "Batch", most=claims.LONGEST_BATCH), Field("because", "Why", most=200))


@blueprint.get(LIST)
def page() -> Response:
    """List the batches, and offer to make or revoke codes."""
    return _page({})


@blueprint.post(LIST)
def make() -> Response:
    """Make codes, and show them this once as a page to print."""
    form = Typed(request.form)
    try:
        count = form.whole("count", most=claims.MOST_AT_ONCE) or 0
        form.check()
        with database.transaction() as db:
            sku, batch = form.text("sku"), form.text("batch")
            codes = claims.make(db, sku, count, batch, clock.now())
            desk.audit(db, "claims.made", batch, sku=sku, count=count)
    except Invalid as problem:
        return _page(dict(form.sent), problem)
    settings = web.settings()
    cards = [{"code": each, "qr": slips.code(claims.address(each, settings))} for each in codes]
    return desk.page("backoffice/claims_sheet.html", cards=cards, batch=batch, sku=sku)


@blueprint.post(f"{LIST}/revoke")
def revoke() -> AnyResponse:
    """Revoke a batch at once, also what was taken of it."""
    form = Typed(request.form)
    try:
        batch, because = form.text("old"), form.text("because")
        form.check()
        with database.transaction() as db:
            rows = claims.of_batch(db, batch)
            if not rows:
                raise Invalid("There is no such batch.", {"old": "There is no such batch."})
            count = claims.revoke(db, rows, because, web.settings(), clock.now())
            desk.audit(db, "claims.revoked", batch, count=count)
    except Invalid as problem:
        return _page(dict(form.sent), problem)
    return web.go(url_for(".page"), notice=f"{count} codes are revoked.")


def _page(typed: dict[str, Any], problem: Invalid | None = None) -> Response:
    wrong = problem.fields if problem else {}
    return desk.page(
        "backoffice/claims.html", problem.status if problem else 200, problem=problem,
        wrong=wrong, batches=claims.batches(database.session()),
        fields=fields.filled(NEW, typed, wrong), revoking=fields.filled(REVOKE, typed, wrong),
    )  # fmt: skip
