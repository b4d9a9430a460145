"""Readers that the routines know of: who is in which phase of a programme, and what can be chosen."""

from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from routines.library import service
from routines.library.documents import Programme
from routines.library.models import Entry
from routines.programmes.models import Enrolment, PhaseState


def in_phase(value: str) -> Select[str]:
    """Give the addresses of whoever follows a programme, or is in one phase of it: `slug` or `slug/phase`."""
    slug, _, phase = value.partition("/")
    found = (
        select(Enrolment.email)
        .join(Entry, Entry.id == Enrolment.entry_id)
        .where(Entry.slug == slug, Enrolment.state == "active", Enrolment.email != "")
    )
    if not phase:
        return found
    is_open = (PhaseState.opened_at.is_not(None), PhaseState.completed_at.is_(None))
    return found.join(PhaseState, PhaseState.enrolment_id == Enrolment.id).where(
        PhaseState.key == phase, *is_open
    )


def areas(db: Session) -> list[tuple[str, str]]:
    """Name the areas of the body, which readers may say to care about."""
    return [(place.slug, place.name) for place in service.body_parts(db) if place.area]


def choices(db: Session) -> dict[str, list[tuple[str, str]]]:
    """Name the parts of the body, and the programmes with their phases."""
    places = [(place.slug, place.name) for place in service.body_parts(db)]
    phases: list[tuple[str, str]] = []
    for card in service.of_kind(db, "programme"):
        programme = service.find_programme(db, card.slug).document
        phases += [(card.slug, programme.title), *_phases(card.slug, programme)]
    return {"interest": places, "phase": phases}


def _phases(slug: str, programme: Programme) -> list[tuple[Any, Any]]:
    return [
        (f"{slug}/{phase.key}", f"{programme.title}: {phase.name}")
        for phase in programme.phases
    ]
