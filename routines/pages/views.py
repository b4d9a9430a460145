"""The pages of routines."""

from collections.abc import Sequence, Set
from functools import partial

from flask import Response, request, url_for

from routines.library import (
    assets,
    jsonld,
    maps,
    prose,
    service,
    steps,
    timeline,
)
from routines.library.documents import Routine
from routines.library.dosage import dosage_text
from routines.library.related import related_and_help
from routines.library.service import Found
from routines.pages import editions, filters, shop
from routines.pages.occasions import good_for, occasions
from routines.saved import list as saved
from routines.screening import cautions
from routines.screening.questions import URGENT_TEXT
from routines.toolbox import told
from routines.toolbox.needed import shelf_of, tools_needed
from routines.toolbox.service import component_names, names_and_words
from routines.videos.gate import Gate, allow_embed, gate_for
from storefront.public import Link, ProductListing, guards, session, web

# The pages of the library, although they stand above it: they also ask the tools and the gate.
blueprint = assets.blueprint("library", __name__)


@blueprint.get("/routines/")
@web.public_page
def routine_list() -> Response:
    """Show all routines, narrowed by what is asked for."""
    db, wanted = session(), filters.read(partial(guards.several, request.args))
    found = service.routines(db, wanted, guards.page_number(request))
    names, base = component_names(db), url_for(".routine_list")
    places = {place.slug: place.name for place in service.places(db)}
    return web.page(
        "routines/list.html", found=found, form=filters.filter_form(found, wanted, base, names | places),
        cards=told.told_cards(db, found.cards, names), base=base,
        trail=[*shop.trail(), Link("Routines", base)],
    )  # fmt: skip


@blueprint.get("/routines/<slug>")
@web.public_page
def routine_page(slug: str) -> Response:
    """Show one routine whole, or the edition that somebody was pointed at; all of its text is free."""
    db = session()
    found = service.find_routine(db, slug, editions.asked())
    shelf = shelf_of(db, found.document)
    now = None if editions.asked() else shelf  # the gate asks for the tools of today
    gate = gate_for(db, found.id, shelf=now) if found.document.video else None
    kit = told.my_kit(db)
    is_saved = slug in saved.of_visitor(web.visitor())
    shown = show_routine(
        found, kit.owned, gate, in_cart=kit.in_cart, is_saved=is_saved, shelf=shelf
    )
    return allow_embed(shown, gate)


def show_routine(
    found: Found[Routine], owned: Set[str], gate: Gate | None, *, in_cart: Set[str] = frozenset(),
    is_saved: bool | None = None, shelf: Sequence[ProductListing] | None = None,
) -> Response:  # fmt: skip
    """Render the page of a routine, for somebody with these tools and this answer of the gate."""
    db, slug = session(), found.slug
    routine = found.document
    names, words = names_and_words(db, ("point", "condition", "tool_care"))
    segments = timeline.expand(routine, names=names)
    shown_parts = steps.parts(routine, names)
    links, has_help = related_and_help(db, routine)
    sources = cautions.sources(routine, words)
    return web.page(
        "routines/routine.html", slug=slug, found=found, edition=editions.asked(), routine=routine, parts=shown_parts, text=prose.prose(routine, web.settings().url_prefix),
        steps=steps.numbered(shown_parts), minutes=timeline.minutes(segments), open_end=timeline.has_open_end(segments),
        profiles=timeline.offered(routine), tools=tools_needed(db, routine, owned, names, in_cart=in_cart, shelf=shelf),
        schedule=dosage_text(routine.schedule), gate=gate, occasions=occasions(routine, slug),
        spots=maps.for_steps(routine, words["point"]), good_for=good_for(routine, words["condition"]),
        sources=sources, check=cautions.for_check(routine, sources),
        urgent_text=URGENT_TEXT,
        related=told.told_cards(
            db, [link.card for link in links], names, reasons={link.card.id: link.reason for link in links}
        ),
        picture=shop.picture(routine.picture), reviewed_on=shop.day(routine.review.on),
        for_cramps=has_help, is_saved=is_saved,
        data=jsonld.routine_data(found, segments, web.absolute(request.path)),
        trail=[*shop.trail(), Link("Routines", url_for("routines_library.routine_list")), Link(routine.title, request.path)],
    )  # fmt: skip
