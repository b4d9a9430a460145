"""The help pages."""

from flask import Response, url_for

from storefront import database, web
from storefront.list_page import Link
from storefront.pages import service
from storefront.pages.addresses import address

blueprint = web.blueprint("pages", __name__)


@blueprint.get("/help/")
@web.public_page
def help_page() -> Response:
    """Show the page that answers most questions and leads to the others."""
    return _page(service.FIRST)


@blueprint.get("/help/<slug>")
@web.public_page
def info_page(slug: str) -> Response:
    """Show a page such as delivery or privacy."""
    return _page(slug)


def _page(slug: str) -> Response:
    db = database.session()
    info = service.find_page(db, slug)
    others = [Link(page.title, address(page.slug), page.slug == slug) for page in service.all_pages(db)]  # fmt: skip
    trail = [Link("Home", url_for("storefront_catalog.home"))]
    if slug != service.FIRST:
        trail.append(Link("Help", address(service.FIRST)))
    trail.append(Link(info.title, address(slug), True))
    return web.page("storefront/info_page.html", info=info, others=others, trail=trail)
