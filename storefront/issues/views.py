"""The archive of past issues: public pages, the same for everybody."""

from flask import Blueprint, Response, request, url_for

from storefront import database, feeds, guards, web
from storefront.errors import NotFound
from storefront.issues import archive, links
from storefront.list_page import pages
from storefront.text import markdown

blueprint: Blueprint = web.blueprint("issues", __name__)

EACH = 20


@blueprint.get("/newsletter/archive/")
@web.public_page
def archive_page() -> Response:
    """List past issues, the newest first.

    Raises:
        NotFound: there is no such page.
    """
    number = guards.page_number(request)
    found = archive.newest(database.session(), EACH + 1, (number - 1) * EACH)
    if number > 1 and not found:
        raise NotFound
    shown = found[:EACH]
    more = pages(
        lambda n: url_for(".archive_page", page=n), number=number, last=number + (len(found) > EACH),
        shown=len(shown), total=(number - 1) * EACH + len(found),
    )  # fmt: skip
    return web.page("storefront/archive.html", issues=shown, pages=more)


@blueprint.get("/newsletter/archive/<slug>")
@web.public_page
def issue_page(slug: str) -> Response:
    """Show one past issue as nobody in particular reads it."""
    found = archive.find(database.session(), slug, links.office())
    base = web.settings().url_prefix
    response = web.page(
        "storefront/archived_issue.html", found=found, says=found.says, blocks=found.blocks,
        intro=markdown(found.says.intro, base=base), canonical_url=links.archive_url(slug),
    )  # fmt: skip
    if not found.issue.is_indexed:
        response.headers["X-Robots-Tag"] = "noindex"
    return response


@blueprint.get("/feeds/newsletter.xml")
@web.public_page
def atom_feed() -> Response:
    """Give the newest past issues as Atom."""
    found = feeds.atom(_feed())
    return Response(found, content_type="application/atom+xml; charset=utf-8")


@blueprint.get("/feeds/newsletter.json")
@web.public_page
def json_feed() -> Response:
    """Give the newest past issues as JSON Feed."""
    found = feeds.json_feed(_feed())
    return Response(found, content_type="application/feed+json; charset=utf-8")


def _feed() -> feeds.Feed:
    settings, office = web.settings(), links.office()
    found = archive.newest(database.session(), EACH)
    return feeds.Feed(
        f"Letters - {settings.shop_name}", "Every letter that went out.",
        web.absolute(web.path_for("storefront_issues.archive_page")), web.absolute(request.path),
        tuple(archive.feed_item(issue, office) for issue in found),
    )  # fmt: skip
