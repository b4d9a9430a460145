"""What the routines add to the shop's home page."""

from sqlalchemy.orm import Session

from routines.library import maps, service, steps, timeline
from routines.toolbox.service import component_names
from storefront.public import PageSection


def home_sections(db: Session) -> list[PageSection]:
    """Offer the areas of the body, help for a cramp, and one routine whole."""
    cards = service.of_kind(db, "routine")
    if not cards:
        return []
    places = [place for place in service.places(db) if place.is_area]
    has_cramp = any(card.facts["cramp_now"] for card in cards)
    told = {"places": places, "has_cramp": has_cramp, "side": maps.areas(places)}
    areas = PageSection("areas", "routines/home_areas.html", 10, told)
    sample = next((card for card in cards if not card.facts["cramp_now"]), cards[0])
    routine = service.find_routine(db, sample.slug).document
    shown = steps.numbered(steps.parts(routine, component_names(db)))
    context = {
        "slug": sample.slug, "routine": routine, "steps": shown, "total": len(cards),
        "minutes": timeline.minutes(timeline.expand(routine)),
    }  # fmt: skip
    return [areas, PageSection("sample", "routines/home_sample.html", 50, context)]
