"""The pages of the library of articles."""

from flask import Response, request, url_for

from routines.library import assets, cards, jsonld, prose, service
from routines.library.documents import Article
from routines.library.service import Found
from routines.pages import shop
from routines.toolbox import told
from storefront.public import Link, session, web

blueprint = assets.blueprint("articles", __name__)


@blueprint.get("/library/")
@web.public_page
def article_list() -> Response:
    """Show all articles."""
    found = cards.shown(service.of_kind(session(), "article"))
    trail = [*shop.trail(), Link("Library", request.path)]
    return web.page("routines/articles.html", cards=found, trail=trail)


@blueprint.get("/library/<slug>")
@web.public_page
def article_page(slug: str) -> Response:
    """Show one article with its sources."""
    return show_article(service.find_article(session(), slug))


def show_article(found: Found[Article]) -> Response:
    """Render the page of an article."""
    db, slug = session(), found.slug
    article, links = found.document, service.related(db, found.document.related)
    return web.page(
        "routines/article.html", article=article, slug=slug, text=prose.prose(article, web.settings().url_prefix),
        related=told.told_cards(db, [link.card for link in links], reasons={link.card.id: link.reason for link in links}),
        picture=shop.picture(article.picture), reviewed_on=shop.day(article.review.on),
        data=jsonld.article_data(found, web.absolute(request.path)),
        trail=[*shop.trail(), Link("Library", url_for("routines_articles.article_list")), Link(article.title, request.path)],
    )  # fmt: skip
