"""Ask for a letter when something is back. No GET changes what is stored: mail scanners follow links."""

from flask import Response, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from storefront import clock, database, web
from storefront.catalog.models import Variant
from storefront.catalog.pages import variant_path
from storefront.customers.service import canonical_email
from storefront.stock import notices
from storefront.stock.models import StockNotice
from storefront.stock.notices import Desk

blueprint = web.blueprint("stock", __name__)

PURPOSE = "stock-notice"


def desk() -> Desk:
    """Give how the links of a notice are written; also without a request, as in a worker."""
    return Desk(_notice_url, lambda variant: web.absolute(variant_path(variant)))


def _notice_url(notice_id: str) -> str:
    token = web.shop().signer.sign(PURPOSE, notice_id)
    return web.absolute(web.path_for("storefront_stock.notice_page", token=token))


def _id_of(token: str) -> str | None:
    found = web.shop().signer.read(PURPOSE, token)
    return found if isinstance(found, str) else None


@blueprint.post("/stock/notices")
def ask() -> AnyResponse:
    """Take an address and write the letter that asks to confirm; always the same answer."""
    settings, form = web.settings(), request.form
    web.limit("notice_client", settings.limit_signup_client, web.client_address())
    web.limit("notice_global", settings.limit_signup_global, "all")
    address = canonical_email(form.get("email", ""))
    web.limit("notice_address", settings.limit_signup_address, address)
    if not form.get("website"):  # people do not see this field
        with database.transaction() as db:
            notices.ask(db, form.get("sku", ""), address, now=clock.now(), desk=desk())
    return web.go(url_for(".asked_page"))


@blueprint.get("/stock/notices/asked")
def asked_page() -> Response:
    """Say that a letter is on its way, to whoever asks."""
    return web.page("storefront/stock_notice_asked.html")


@blueprint.get("/stock/notices/<token>")
def notice_page(token: str) -> Response:
    """Show what is waited for, with the buttons that confirm it and that erase the address."""
    return _page(notices.find(database.session(), _id_of(token)), token)


@blueprint.post("/stock/notices/<token>")
def confirm(token: str) -> Response:
    """Confirm the wish."""
    with database.transaction() as db:
        return _page(notices.confirm(db, _id_of(token), clock.now()), token)


@blueprint.post("/stock/notices/<token>/erase")
def erase(token: str) -> Response:
    """Forget the wish and the address."""
    with database.transaction() as db:
        notices.erase(db, _id_of(token))
    return web.page("storefront/stock_notice.html", notice=None, token=token, product="")


def _page(notice: StockNotice, token: str) -> Response:
    variant = database.session().get_one(Variant, notice.variant_id)
    product = f"{variant.product.name}, {variant.name}"
    return web.page("storefront/stock_notice.html", notice=notice, token=token, product=product)
