"""The page that plans a purchase for several routines."""

from functools import partial

from flask import Response, request, url_for

from routines.library import service as library
from routines.library.models import Entry
from routines.library.service import Card
from routines.library.tools import spoken
from routines.toolbox import service, told
from routines.toolbox.plan import plan
from routines.toolbox.views import blueprint
from storefront.public import Invalid, Link, guards, session, web

__all__ = ["blueprint"]

MOST_CHOSEN, MOST_OFFERED = 40, 60


@blueprint.get("/toolbox/plan")
@web.public_page
def plan_page() -> Response:
    """Show the smallest purchase for the chosen routines; a GET form chooses them."""
    db, kit = session(), told.my_kit(session())
    offered, chosen = _cards()
    names = service.component_names(db)
    stand_ins = request.args.get("stand_ins") == "1"
    made = plan(db, chosen, kit, stand_ins=stand_ins) if chosen else None
    return web.page(
        "routines/toolbox_plan.html", offered=offered, chosen={card.slug for card in chosen}, made=made, names=names,
        stand_ins=stand_ins, place=_place(), spoken=partial(spoken, names=names),
        trail=[Link("Home", url_for("storefront_catalog.home")), Link("Your toolbox", url_for(".toolbox_page")), Link("Plan a purchase", request.path)],
    )  # fmt: skip


def _place() -> tuple[str, str]:
    """Read where the routines come from: a place on the body, a programme, or nowhere."""
    for name in ("region", "programme"):
        if value := request.args.get(name, "")[:80]:
            return name, value
    return "", ""


def _cards() -> tuple[list[Card], list[Card]]:
    """Give the routines to choose from, and those that are chosen.

    Raises:
        Invalid: more are chosen than are worked out at once.
    """
    wanted = list(dict.fromkeys(one[:80] for one in guards.several(request.args, "routine")))
    if len(wanted) > MOST_CHOSEN:
        message = f"Choose at most {MOST_CHOSEN} routines at once."
        raise Invalid(message, fields={"routine": message})
    around = _around(*_place())
    is_fresh = not wanted and "chosen" not in request.args
    if is_fresh and _place()[0]:
        return around, around[:MOST_CHOSEN]
    known = {card.slug: card for card in around}
    missing = [slug for slug in wanted if slug not in known]
    if missing:
        more = library.cards(session(), Entry.kind == "routine", Entry.slug.in_(missing))
        known = {card.slug: card for card in more} | known
    return list(known.values()), [known[slug] for slug in wanted if slug in known]


def _around(kind: str, slug: str) -> list[Card]:
    """Give the routines of a place or a programme, or else the first ones of all."""
    db = session()
    if kind == "region":
        return [card for card in library.in_place(db, slug) if card.kind == "routine"][:MOST_OFFERED]  # fmt: skip
    if kind == "programme":
        phases = library.find_programme(db, slug).document.phases
        slugs = [one for phase in phases for one in phase.routines]
        return library.cards(db, Entry.kind == "routine", Entry.slug.in_(slugs), limit=MOST_OFFERED)  # fmt: skip
    return library.cards(db, Entry.kind == "routine", limit=MOST_OFFERED)
