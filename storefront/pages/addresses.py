"""Where the help pages stand."""

from sqlalchemy.orm import Session

from storefront import web
from storefront.pages.service import FIRST, all_pages


def address(slug: str) -> str:
    """Give the path of a page; the first one stands at the folder's own."""
    if slug == FIRST:
        return web.path_for("storefront_pages.help_page")
    return web.path_for("storefront_pages.info_page", slug=slug)


def paths(db: Session) -> list[str]:
    """List the pages' public paths, below the shop's prefix."""
    prefix = web.settings().url_prefix
    return [address(page.slug).removeprefix(prefix) for page in all_pages(db)]
