"""The audit log as a page, with filters; it is only ever read here."""

from datetime import timedelta
from typing import Any

from flask import Blueprint, Response, request, url_for

from storefront import database, guards
from storefront.backoffice import asked, desk, wording
from storefront.list_page import pages
from storefront.staff import audit
from storefront.staff.models import AuditEntry

blueprint: Blueprint = desk.room("audit", __name__)

EACH = 50
NAMES = ("who", "action", "about", "since", "until")


@blueprint.get("/backoffice/audit")
def page() -> Response:
    """Show who did what, newest first."""
    db, wanted, number = database.session(), _wanted(), guards.page_number(request)
    total = audit.count(db, wanted)
    found = audit.found(db, wanted, skip=(number - 1) * EACH, most=EACH)
    return desk.page(
        "backoffice/audit.html", rows=[_row(entry) for entry in found],
        fields=_fields(list(audit.actions(db))), is_narrowed=any(map(asked.text, NAMES)),
        pages=pages(_at, number=number, last=max(1, -(-total // EACH)), shown=len(found), total=total),
    )  # fmt: skip


def _wanted() -> audit.Wanted:
    until = asked.day("until")
    return audit.Wanted(
        who=asked.text("who"), action=asked.text("action"), about=asked.text("about"),
        since=asked.day("since"), before=until + timedelta(days=1) if until else None,
    )  # fmt: skip


def _fields(actions: list[str]) -> list[dict[str, Any]]:
    chosen = asked.text("action")
    options = [{"value": "", "label": "Everything", "selected": not chosen}]
    options += [{"value": one, "label": one, "selected": one == chosen} for one in actions]
    return [
        {"name": "who", "label": "Who", "value": asked.text("who")},
        {"name": "action", "label": "Did what", "options": options},
        {"name": "about", "label": "About", "value": asked.text("about")},
        {"name": "since", "label": "From", "value": asked.text("since"), "type": "date"},
        {"name": "until", "label": "To", "value": asked.text("until"), "type": "date"},
    ]


def _row(entry: AuditEntry) -> list[str]:
    facts = ", ".join(f"{name.replace('_', ' ')}: {fact}" for name, fact in entry.facts.items())
    return [
        wording.moment(entry.at), entry.who, entry.action, entry.about, facts, entry.client
    ]  # fmt: skip


def _at(number: int) -> str:
    kept: dict[str, Any] = {name: asked.text(name) for name in NAMES if asked.text(name)}
    return url_for(".page", page=number, **kept)
