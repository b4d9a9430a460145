"""What is kept about the address: to take home, and to erase after a fresh proof by code."""

import json

from flask import Response, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from storefront import clock, database, web
from storefront.account import door
from storefront.account.forms import AskedDigitsForm
from storefront.customers import codes
from storefront.errors import Invalid, LinkExpired, ShopError
from storefront.privacy import everywhere

blueprint = web.blueprint("account_data", __name__)

PURPOSE = "erase-address"


@blueprint.get("/account/data")
@door.signed_in
def data_page() -> Response:
    """Say what is kept, in numbers, with the ways to have it and to erase it."""
    return _page()


@blueprint.post("/account/data/export")
@door.signed_in
def export() -> Response:
    """Hand out everything as one file."""
    told = everywhere.export(database.session(), door.owner(), web.settings(), clock.now())
    answer = Response(
        json.dumps(told, indent=2, ensure_ascii=False), mimetype="application/json"
    )
    answer.headers["Content-Disposition"] = 'attachment; filename="my-data.json"'
    return answer


@blueprint.post("/account/data/erase")
@door.signed_in
def ask() -> AnyResponse:
    """Send the code that erasing takes, unless something has to end first."""
    settings, email = web.settings(), door.owner()
    web.limit("code_letters_client", settings.limit_code_letters_client, web.client_address())
    reasons = everywhere.blockers(database.session(), email, settings, clock.now())
    if reasons:
        return _page(422, Invalid(" ".join(reasons)))
    with database.transaction() as db:
        row_id = codes.send(db, email, settings=settings, now=clock.now())
    asked = web.shop().signer.sign(PURPOSE, row_id)
    return web.go(url_for(".confirm_page", asked=asked))


@blueprint.get("/account/data/erase")
@door.signed_in
def confirm_page() -> AnyResponse:
    """Show what goes, what stays and why, and the field for the code."""
    form = AskedDigitsForm(request.args)
    return _confirm_page(form) if form.asked.data else web.go(url_for(".data_page"))


@blueprint.post("/account/data/erase/now")
@door.signed_in
def erase() -> AnyResponse:
    """Erase, once the digits of the letter are right; every device is signed out by it."""
    web.limit("code_client", web.settings().limit_code_client, web.client_address())
    form, email = AskedDigitsForm(request.form), door.owner()
    row_id = str(web.shop().signer.read(PURPOSE, form.asked.data or "") or "")
    try:
        digits = codes.digits(form.code.data)
        with database.transaction() as db:
            proven = codes.prove(db, row_id, digits, now=clock.now())
            if proven == email:
                everywhere.erase(db, email, web.settings(), clock.now())
    except (Invalid, LinkExpired) as problem:
        form.tell({"code": problem.facts.get("fields", {}).get("code", problem.detail)})  # type: ignore[attr-defined]
        return _confirm_page(form, problem.status)
    if proven != email:
        form.tell({"code": codes.WRONG})
        return _confirm_page(form, 422)
    response = web.go(url_for("storefront_catalog.home"), notice="Your data is erased, and every device is signed out.")  # fmt: skip
    for cookie in (
        web.CART,
        web.TOOLS,
        web.SAVED,
        web.WAITING,
        web.PROGRAMMES,
        web.PASS,
        web.OPENED,
    ):
        web.drop_cookie(response, cookie)
    return response


def _page(status: int = 200, problem: ShopError | None = None) -> Response:
    db, email = database.session(), door.owner()
    would = everywhere.preview(db, email)
    reasons = everywhere.blockers(db, email, web.settings(), clock.now())
    return door.page("data", status, would=would, reasons=reasons, problem=problem)


def _confirm_page(form: AskedDigitsForm, status: int = 200) -> Response:
    would = everywhere.preview(database.session(), door.owner())
    return door.page("erase", status, form=form, would=would)
