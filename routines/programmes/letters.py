"""What a programme writes: the letter to confirm, the one at the start, and one for each phase that opens."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from routines.library.documents import Phase, Programme
from routines.library.pieces import Related
from routines.library.related import related
from routines.programmes.models import Enrolment, PhaseState
from routines.programmes.unlock import day_of, moment_of
from routines.programmes.words import day_text
from storefront.public import Settings, is_suppressed, mail

LETTER_HOUR = 7  # on the reader's clock, where the author of a phase states no hour


@dataclass(frozen=True)
class Office:
    """What letters need from outside: the settings, and how links are written."""

    settings: Settings
    mine_url: Callable[[str, str], str]  # of a programme's slug and an enrolment's id
    stop_url: Callable[[str, str], str]


def write_confirmation(
    db: Session, enrolment: Enrolment, slug: str, programme: Programme, office: Office
) -> None:
    """Write the letter that asks whether the address is right, or leads back to what is followed."""
    context = _common(enrolment, slug, programme, office) | {
        "is_following": enrolment.state == "active",
        "days": FORGET_ASKED_DAYS,
    }
    key = f"{enrolment.id}:{enrolment.asked_letters}"
    mail.write(db, "programme_confirm", enrolment.email, key, context, keep=False)


FORGET_ASKED_DAYS = 7


def write_start(
    db: Session, enrolment: Enrolment, slug: str, programme: Programme, office: Office
) -> None:
    """Write the first letter, with the dates of all phases."""
    locale = office.settings.locale
    dates = [
        {"name": phase.name, "opens": _opens(row, enrolment, locale)}
        for phase, row in zip(programme.phases, enrolment.phases, strict=True)
    ]
    context = _common(enrolment, slug, programme, office) | {"phases": dates, "zone": enrolment.zone}  # fmt: skip
    url = context["stop_url"]
    key = f"{enrolment.id}:{enrolment.round}"
    mail.write(
        db, "programme_started", enrolment.email, key, context, leave_url=url, keep=False
    )


def write_phase(
    db: Session, enrolment: Enrolment, slug: str, programme: Programme, row: PhaseState,
    office: Office, now: datetime,
) -> bool:  # fmt: skip
    """Write that a phase has opened, once; what opens as the day begins is told in the morning."""
    if row.opened_at is None or is_suppressed(db, enrolment.email, settings=office.settings):
        return False
    phase = programme.phases[row.position]
    context = _common(enrolment, slug, programme, office) | {
        "number": row.position + 1, "count": len(programme.phases), "phase": phase.name,
        "goal": phase.goal, "teaser": phase.teaser, "criterion": phase.criterion or "",
        "routines": _routines(db, phase),
    }  # fmt: skip
    morning = moment_of(day_of(row.opened_at, enrolment.zone), LETTER_HOUR, enrolment.zone)
    run_at = max(now, morning) if phase.unlock_hour is None else now
    return mail.write(
        db, "programme_phase", enrolment.email, _key(enrolment, row), context,
        leave_url=context["stop_url"], run_at=run_at, keep=False,
    )  # fmt: skip


def withdraw(db: Session, enrolment: Enrolment) -> None:
    """Take back the letters about phases that have not left yet; they are due again later."""
    for row in enrolment.phases:
        if row.is_told and mail.withdraw(db, "programme_phase", _key(enrolment, row)):
            row.is_told = False


def _key(enrolment: Enrolment, row: PhaseState) -> str:
    return f"{enrolment.id}:{enrolment.round}:{row.key}"


def _common(
    enrolment: Enrolment, slug: str, programme: Programme, office: Office
) -> dict[str, Any]:
    return {
        "programme": programme.title,
        "url": office.mine_url(slug, enrolment.id),
        "stop_url": office.stop_url(slug, enrolment.id),
        "leave_url": office.stop_url(slug, enrolment.id),
    }


def _opens(row: PhaseState, enrolment: Enrolment, locale: str) -> str:
    """Say when a phase opens, as far as that is known."""
    if row.opened_at:
        return "open now"
    if row.unlocks_at is None:
        return "opens when you say so"
    day = day_text(row.unlocks_at, enrolment.zone, enrolment.started_at, locale)
    when = "when you are done with the one before, not before" if row.is_waiting else "opens"
    return f"{when} {day}"


def _routines(db: Session, phase: Phase) -> list[dict[str, Any]]:
    """Name the routines of a phase that are published, with their minutes."""
    links = [Related(kind="routine", slug=slug, reason="-") for slug in phase.routines]
    return [
        {"title": link.card.title, "minutes": link.card.minutes} for link in related(db, links)
    ]
