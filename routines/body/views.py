"""The body map and its pages: places, points and conditions."""

from flask import Response, request, url_for

from routines.body import reach, service
from routines.library import assets, maps, prose
from routines.library.dosage import range_text
from routines.library.marks import place_url, point_url
from routines.pages import shop
from routines.toolbox import told
from routines.toolbox.service import component_names
from storefront.public import Link, listings_for_components, session, web

blueprint = assets.blueprint("body", __name__)


@blueprint.get("/body/")
@web.public_page
def body_page() -> Response:
    """Show the body from behind and from the front, with its points and places as links."""
    places, points, conditions = service.whole(session())
    return web.page(
        "routines/body.html", sides=maps.whole(points, places), places=shop.tree(places),
        conditions=[Link(one.name, condition_url(one.slug)) for one in conditions],
        trail=[*shop.trail(), Link("Body map", request.path)],
    )  # fmt: skip


@blueprint.get("/body/<region>")
@web.public_page
def region_page(region: str) -> Response:
    """Show what there is for one place on the body."""
    db = session()
    found, names, owned = service.region(db, region), component_names(db), told.my_kit(db).owned
    usual = shop.components_for(found.cards)
    listings = listings_for_components(db, {*usual, *reach.components(found.points)})
    numbers = {point.slug: number for number, point in enumerate(found.points, 1)}
    return web.page(
        "routines/region.html", place=found.place, inside=found.inside, around=found.around,
        cards=told.told_cards(db, found.cards, names), tools=shop.tools_among(listings, usual),
        points=maps.listed(found.points), maps=maps.numbered(found.points, numbers),
        reaching=reach.for_points(found.points, listings, owned, names),
        conditions=[Link(one.name, condition_url(one.slug)) for one in found.conditions],
        trail=[*shop.trail(), Link("Body map", url_for(".body_page")), Link(found.place.name, request.path)],
    )  # fmt: skip


@blueprint.get("/points/<slug>")
@web.public_page
def point_page(slug: str) -> Response:
    """Show one pressure point: where it is, how to press it, what reaches it, when not to."""
    db = session()
    found, names, owned = service.point(db, slug), component_names(db), told.my_kit(db).owned
    listings = listings_for_components(db, reach.components([found.point]))
    feel = found.point.effort_of_ten
    place = [Link(found.place.name, place_url(found.place.slug))] if found.place else []
    return web.page(
        "routines/point.html", found=found, point=found.point, place=place[0] if place else None,
        maps=maps.numbered([found.point], {}), feel=range_text(feel) if feel else "",
        reaching=reach.for_point(found.point, listings, owned, names),
        cards=told.told_cards(db, found.cards, names),
        trail=[*_trail(), *place, Link(found.point.name, point_url(slug))],
    )  # fmt: skip


@blueprint.get("/conditions/<slug>")
@web.public_page
def condition_page(slug: str) -> Response:
    """Show one condition: when it belongs to a doctor, what it is like, what feels alike, what there is."""
    db = session()
    found, names = service.condition(db, slug), component_names(db)
    condition = found.condition
    return web.page(
        "routines/condition.html", condition=condition, points=maps.listed(found.points),
        places=[Link(one.name, place_url(one.slug)) for one in found.places],
        overlaps=[Link(one.name, condition_url(one.slug)) for one in found.overlaps],
        text=prose.written(condition.body, condition.references, prefix=web.settings().url_prefix),
        cards=told.told_cards(db, found.cards, names),
        trail=[*_trail(), Link(condition.name, condition_url(slug))],
    )  # fmt: skip


def condition_url(slug: str) -> str:
    """Give the path of a condition's page."""
    return url_for("routines_body.condition_page", slug=slug)


def _trail() -> list[Link]:
    return [*shop.trail(), Link("Body map", url_for(".body_page"))]
