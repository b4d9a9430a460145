"""The search page."""

from dataclasses import dataclass, field
from urllib.parse import urlencode

from flask import Response, request, url_for

from storefront import database, guards, web
from storefront.catalog.pictures import pictures
from storefront.errors import NotFound
from storefront.search import service

blueprint = web.blueprint("search", __name__)

PAGE_SIZE = 20
LONGEST_QUERY = 100
LABELS = {
    "product": "Tools", "routine": "Routines", "region": "Body areas", "point": "Points",
    "condition": "What it is like",
    "programme": "Programmes", "article": "To read",
}  # fmt: skip


@dataclass
class Group:
    """The hits of one kind, under its heading."""

    label: str
    hits: list[service.Hit] = field(default_factory=list)


@blueprint.get("/search")
@web.public_page
def search_page() -> Response:
    """Show what was found, by kind; the query stays in the field."""
    db = database.session()
    query = request.args.get("q", "").strip()[:LONGEST_QUERY]
    page = guards.page_number(request)
    found = service.find(db, query, limit=PAGE_SIZE, page=page, base=web.below(""))
    if page > 1 and not found.hits:
        raise NotFound
    return web.page(
        "storefront/search.html", query=query, found=found, groups=grouped(found.hits),
        nearest=[] if found.total else service.nearest(db, query), pages=_pages(query, page, found.total),
        pictures=pictures(hit.picture for hit in found.hits if hit.picture),
    )  # fmt: skip


def grouped(hits: list[service.Hit]) -> list[Group]:
    """Put hits under the heading of their kind; the kind of the best hit comes first."""
    groups: dict[str, Group] = {}
    for hit in hits:
        label = LABELS.get(hit.kind, hit.kind.capitalize())
        groups.setdefault(hit.kind, Group(label)).hits.append(hit)
    return list(groups.values())


def _pages(query: str, page: int, total: int) -> dict[str, str | None]:
    def at(number: int) -> str:
        return f"{url_for('.search_page')}?{urlencode({'q': query, 'page': number})}"

    return {
        "next_url": at(page + 1) if page * PAGE_SIZE < total else None,
        "previous_url": at(page - 1) if page > 1 else None,
    }
