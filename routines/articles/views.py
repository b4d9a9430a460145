"""The pages of the library of articles."""

from flask import Response, request, url_for

from routines.library import assets, cards, jsonld, prose, service, vocabulary
from routines.library.documents import Article
from routines.library.related import related
from routines.library.service import Found
from routines.pages import shop
from routines.toolbox import told
from storefront.public import Link, session, web

blueprint = assets.blueprint("articles", __name__)

KINDS = {"encyclopedia": "What is known", "how-to": "How to", "video": "To watch"}


@blueprint.get("/library/")
@web.public_page
def article_list() -> Response:
    """Show all articles, each kind under its heading."""
    found = service.of_kind(session(), "article")
    shown = dict(zip([card.id for card in found], cards.shown(found), strict=True))
    groups = [
        (kind, label, [shown[card.id] for card in found if card.facts.get("kind") == kind])
        for kind, label in KINDS.items()
    ]
    trail = [*shop.trail(), Link("Library", request.path)]
    return web.page("routines/articles.html", groups=[one for one in groups if one[2]], trail=trail)  # fmt: skip


@blueprint.get("/library/<slug>")
@web.public_page
def article_page(slug: str) -> Response:
    """Show one article with its sources."""
    return show_article(service.find_article(session(), slug))


def show_article(found: Found[Article]) -> Response:
    """Render the page of an article."""
    db, slug = session(), found.slug
    article, links = found.document, related(db, found.document.related)
    conditions = _conditions(article)
    return web.page(
        "routines/article.html", article=article, slug=slug, text=prose.prose(article, web.settings().url_prefix),
        related=told.told_cards(db, [link.card for link in links], reasons={link.card.id: link.reason for link in links}),
        picture=shop.picture(article.picture), reviewed_on=shop.day(article.review.on), conditions=conditions,
        data=jsonld.article_data(found, web.absolute(request.path), [one.label for one in conditions]),
        trail=[*shop.trail(), Link("Library", url_for("routines_articles.article_list")), Link(article.title, request.path)],
    )  # fmt: skip


def _conditions(article: Article) -> list[Link]:
    """Link the conditions that an article is about, as far as the vocabulary knows them."""
    if not article.conditions:
        return []
    known = vocabulary.terms(session(), "condition")
    return [
        Link(known[slug].name, url_for("routines_body.condition_page", slug=slug))
        for slug in article.conditions
        if slug in known
    ]
