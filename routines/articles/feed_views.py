"""The addresses of the feeds: articles, routines, and both for a body part or a tool."""

import re
from collections.abc import Sequence

from flask import Response, request
from sqlalchemy import ColumnElement

from routines.articles import service
from routines.articles.service import Dated
from routines.library import assets, cards, prose
from routines.library import service as library
from routines.library.documents import Article, Programme, Published, Routine
from routines.library.models import Entry
from routines.toolbox.service import component_names
from storefront.public import NotFound, feeds, session, web

blueprint = assets.blueprint("feeds", __name__)

INSIDE = re.compile(r'(href|src)="(?=[#/])')


@blueprint.get("/feeds/articles.xml")
@blueprint.get("/feeds/articles.json")
@web.public_page
def articles_feed() -> Response:
    """Give the newest articles."""
    where = [Entry.kind == "article"]
    return _feed(
        "Library", "What is known, and how to.", "routines_articles.article_list", where
    )


@blueprint.get("/feeds/routines.xml")
@blueprint.get("/feeds/routines.json")
@web.public_page
def routines_feed() -> Response:
    """Give the newest routines and programmes."""
    where = [Entry.kind.in_(("routine", "programme"))]
    return _feed("Routines", "New routines and programmes.", "routines_library.routine_list", where)  # fmt: skip


@blueprint.get("/feeds/body/<region>.xml")
@blueprint.get("/feeds/body/<region>.json")
@web.public_page
def body_feed(region: str) -> Response:
    """Give what is new for one place on the body.

    Raises:
        NotFound: there is no such place.
    """
    place = next((one for one in library.body_parts(session()) if one.slug == region), None)
    if place is None:
        raise NotFound
    where = service.with_facet("body_part", region)
    return _feed(place.name, f"New for the {place.name.lower()}.", "routines_body.region_page", where, region=region)  # fmt: skip


@blueprint.get("/feeds/tools/<component>.xml")
@blueprint.get("/feeds/tools/<component>.json")
@web.public_page
def tool_feed(component: str) -> Response:
    """Give the newest routines that need one tool.

    Raises:
        NotFound: the shop knows no such part.
    """
    name = component_names(session()).get(component)
    if name is None:
        raise NotFound
    where = service.with_facet("tool", component, "routine")
    return _feed(name, f"New routines with the {name.lower()}.", "routines_library.routine_list", where, tool=component)  # fmt: skip


def _feed(
    title: str, description: str, home: str, where: Sequence[ColumnElement[bool]], **values: str
) -> Response:
    settings = web.settings()
    items = tuple(_item(one) for one in service.newest(session(), *where))
    feed = feeds.Feed(
        f"{title} - {settings.shop_name}", description, web.absolute(web.path_for(home, **values)),
        web.absolute(request.path), items,
    )  # fmt: skip
    if request.path.endswith(".json"):
        return Response(
            feeds.json_feed(feed), content_type="application/feed+json; charset=utf-8"
        )
    return Response(feeds.atom(feed), content_type="application/atom+xml; charset=utf-8")


def _item(one: Dated) -> feeds.Item:
    """Write an entry from its public text: never a video, its file or what only it says."""
    found, document = one.found, one.found.document
    url = web.absolute(cards.address(found.kind, found.slug))
    author_url = assets.person_url(document.author)
    return feeds.Item(
        url, document.title, document.summary, _html(document, url), document.author.name,
        web.absolute(author_url) if author_url else "", one.first_published_at, found.published_at,
        _tags(document),
    )  # fmt: skip


def _html(document: Published, url: str) -> str:
    """Give an article whole, with its links made absolute; of the others their summary is enough."""
    if not isinstance(document, Article):
        return ""
    text = prose.prose(document, web.settings().url_prefix)
    html = "".join(str(block.html) for block in text.blocks if block.html)

    def absolute(match: re.Match[str]) -> str:
        follows = html[match.end()]
        return f'{match.group(1)}="{url if follows == "#" else web.settings().origin}'

    return INSIDE.sub(absolute, html)


def _tags(document: Published) -> tuple[str, ...]:
    if isinstance(document, Routine | Programme):
        return document.body_parts
    return (document.kind,) if isinstance(document, Article) else ()
