"""The pages of programmes: phases in order, each with its goal and what opens the next."""

from dataclasses import dataclass

from flask import Response, request, url_for

from routines.library import assets, cards, prose, service
from routines.library.cards import ShownCard
from routines.library.documents import Phase, Programme, Related
from routines.library.service import Found
from routines.pages import shop
from routines.toolbox import told
from routines.toolbox.service import component_names
from storefront.public import Link, session, web

blueprint = assets.blueprint("programmes", __name__)


@dataclass(frozen=True)
class ShownPhase:
    """A phase with its routines, and when it opens."""

    number: int
    phase: Phase
    opens_text: str
    routines: tuple[ShownCard, ...]


@blueprint.get("/programmes/")
@web.public_page
def programme_list() -> Response:
    """Show all programmes."""
    found = cards.shown(service.of_kind(session(), "programme"))
    trail = [*shop.trail(), Link("Programmes", request.path)]
    return web.page("routines/programmes.html", cards=found, trail=trail)


@blueprint.get("/programmes/<slug>")
@web.public_page
def programme_page(slug: str) -> Response:
    """Show one programme with all its phases."""
    return show_programme(service.find_programme(session(), slug))


def show_programme(found_: Found[Programme]) -> Response:
    """Render the page of a programme."""
    db, slug = session(), found_.slug
    programme, names = found_.document, component_names(db)
    inside = [Related(kind="routine", slug=one, reason=phase.name) for phase in programme.phases for one in phase.routines]  # fmt: skip
    found = {link.card.slug: link.card for link in service.related(db, inside)}
    shown_cards = {card.slug: card for card in told.told_cards(db, list(found.values()), names)}
    links = service.related(db, programme.related)
    return web.page(
        "routines/programme.html", programme=programme, phases=phases(programme, shown_cards), slug=slug,
        weeks=sum(phase.weeks for phase in programme.phases), text=prose.prose(programme, web.settings().url_prefix),
        related=told.told_cards(db, [link.card for link in links], names, reasons={link.card.id: link.reason for link in links}),
        picture=shop.picture(programme.picture), reviewed_on=shop.day(programme.review.on),
        trail=[*shop.trail(), Link("Programmes", url_for(".programme_list")), Link(programme.title, request.path)],
    )  # fmt: skip


def phases(programme: Programme, found: dict[str, ShownCard]) -> tuple[ShownPhase, ...]:
    """Number the phases and say when each opens."""
    return tuple(
        ShownPhase(number, phase, opens_text(phase, is_first=number == 1),
                   tuple(found[slug] for slug in phase.routines if slug in found))
        for number, phase in enumerate(programme.phases, 1)
    )  # fmt: skip


def opens_text(phase: Phase, *, is_first: bool) -> str:
    """Say when a phase is meant to begin."""
    if is_first:
        return "Begin here, on any day."
    if not phase.unlock_days:
        return "Begin it together with the one before."
    days = "1 day" if phase.unlock_days == 1 else f"{phase.unlock_days} days"
    return f"Begin it {days} after the one before."
