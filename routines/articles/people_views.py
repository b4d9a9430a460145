"""The pages of authors and reviewers."""

from flask import Response, request, url_for

from routines.articles import service as articles
from routines.library import assets, cards, jsonld
from routines.pages import shop
from storefront.public import Link, session, web

blueprint = assets.blueprint("people", __name__)


@blueprint.get("/people/")
@web.public_page
def people_page() -> Response:
    """List who writes and checks."""
    found = articles.people(session())
    trail = [*shop.trail(), Link("People", request.path)]
    return web.page("routines/people.html", people=found, trail=trail)


@blueprint.get("/people/<slug>")
@web.public_page
def person_page(slug: str) -> Response:
    """Show one author or reviewer with their credentials and works."""
    found = articles.works(session(), slug)
    person = found.person
    return web.page(
        "routines/person.html", person=person, written=cards.shown(found.written),
        checked=cards.shown(found.checked), data=jsonld.person_data(person, web.absolute(request.path)),
        trail=[*shop.trail(), Link("People", url_for(".people_page")), Link(person.name, request.path)],
    )  # fmt: skip
