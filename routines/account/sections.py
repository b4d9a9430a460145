"""The parts of an account's first page that are about routines."""

from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

from flask import url_for
from sqlalchemy import select
from sqlalchemy.orm import Session

from routines.library import assets
from routines.library.models import Entry
from routines.programmes import links
from routines.programmes.models import Enrolment
from routines.saved import list as saved
from routines.saved import service as saved_routines
from routines.toolbox import service as toolbox
from routines.toolbox import told
from storefront.public import PageSection, Visitor, clock, owned_until, web

MOST_CARDS = 3


def account_sections(db: Session, visitor: Visitor) -> list[PageSection]:
    """Show what can be done now, where one stopped, what was saved, and the programmes that run."""
    return [
        PageSection("continue", "routines/account_continue.html", 10, _continue()),
        PageSection("tools", "routines/account_tools.html", 20, _tools(db, visitor)),
        PageSection("saved", "routines/account_saved.html", 30, _saved(db, visitor)),
        PageSection("programmes", "routines/account_programmes.html", 40, _programmes(db, visitor)),
    ]  # fmt: skip


def _continue() -> dict[str, Any]:
    """Give a script what it needs to list what this device remembers; the server knows nothing of it."""
    play = url_for("routines_player.play_page", slug="-slug-")
    return {"play": play, "script": assets.address("continue.js")}


def _sheet(**facts: Any) -> dict[str, Any]:
    return {"sheet": assets.address("routines.css"), **facts}


def _tools(db: Session, visitor: Visitor) -> dict[str, Any]:
    names, kit = toolbox.component_names(db), told.kit_for(db, visitor)
    ready = toolbox.ready(db, kit.owned)
    first = toolbox.cards_of(db, ready.entries[:MOST_CARDS])
    return _sheet(
        tools=[names[slug] for slug in sorted(kit.owned) if slug in names],
        cards=told.told_cards(db, first, names, lacks=ready.lacks),
        ready=len(ready.entries), total=ready.total, ending=_ending(db, visitor, names),
    )  # fmt: skip


def _ending(db: Session, visitor: Visitor, names: Mapping[str, str]) -> list[tuple[str, str]]:
    """Name bought tools whose order was paid back or exchanged, each with the day until which it opens its routines."""
    owned = owned_until(db, visitor.email, clock.now()) if visitor.email else {}
    zone = ZoneInfo(web.settings().timezone)
    return [
        (names[slug], ends_at.astimezone(zone).strftime("%-d %B %Y"))
        for slug, ends_at in sorted(owned.items())
        if ends_at is not None and slug in names
    ]


def _saved(db: Session, visitor: Visitor) -> dict[str, Any]:
    found = saved_routines.cards(db, saved.of_visitor(visitor))
    names = toolbox.component_names(db)
    return _sheet(cards=told.told_cards(db, found[:MOST_CARDS], names), count=len(found))


def _programmes(db: Session, visitor: Visitor) -> dict[str, Any]:
    mine = (
        select(Entry.slug, Entry.title, Enrolment.id)
        .join(Enrolment, Enrolment.entry_id == Entry.id)
        .where(Enrolment.email == visitor.email, Enrolment.state == "active")
        .order_by(Entry.position, Entry.id)
    )
    return {
        "programmes": [
            {"title": title, "url": links.mine_path(slug, enrolment)}
            for slug, title, enrolment in db.execute(mine)
        ],
        "all_url": url_for("routines_programmes.programme_list"),
    }
