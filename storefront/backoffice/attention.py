"""What needs somebody: each room tells it by a function of its own, for the roles that can help.

A provider is written where its subject is, and decorated:

    @attention.provider("Returns to handle", roles.PACKERS)
    def returns(db: Session, now: datetime) -> Found:
        return Found(count, [Matter("R-7K3M", "asked for 2 days ago", link=("returns.one", {...}))])
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from flask import current_app, url_for
from sqlalchemy.orm import Session

from storefront.staff import roles

Tone = Literal["warn", "bad"]
MOST = 5  # of one kind on the first page


@dataclass(frozen=True)
class Matter:
    """One thing that needs somebody: its name, why, and the page where it is handled."""

    name: str
    why: str
    link: tuple[str, Mapping[str, Any]] | None = None  # a view's short name, and its values
    tone: Tone = "warn"


@dataclass(frozen=True)
class Found:
    """How many there are, and the first of them."""

    count: int
    matters: Sequence[Matter] = field(default_factory=tuple)
    link: tuple[str, Mapping[str, Any]] | None = None  # to all of them


@dataclass(frozen=True)
class Row:
    """A matter as the page shows it."""

    name: str
    why: str
    url: str
    tone: Tone


@dataclass(frozen=True)
class Pile:
    """Matters of one kind as the page shows them."""

    title: str
    count: int
    rows: tuple[Row, ...]
    url: str


Provider = Callable[[Session, datetime], Found]
PROVIDERS: list[tuple[str, frozenset[str], Provider]] = []


def provider(title: str, for_roles: frozenset[str]) -> Callable[[Provider], Provider]:
    """Let a function tell what needs somebody; it is asked in the order of the rooms."""

    def keep(function: Provider) -> Provider:
        PROVIDERS.append((title, for_roles, function))
        return function

    return keep


def piles(db: Session, role: str, now: datetime) -> list[Pile]:
    """Ask every provider that concerns a role; what is empty is left out."""
    asked = ((title, ask(db, now)) for title, able, ask in PROVIDERS if role in able)
    return [_pile(title, found, role) for title, found in asked if found.count]


def _pile(title: str, found: Found, role: str) -> Pile:
    rows = tuple(
        Row(each.name, each.why, _url(each.link, role), each.tone)
        for each in found.matters[:MOST]
    )
    return Pile(title, found.count, rows, _url(found.link, role))


def _url(link: tuple[str, Mapping[str, Any]] | None, role: str) -> str:
    """Write the address of a page that is there and that the role may come to; else nothing."""
    if link is None or not roles.may(role, link[0]):
        return ""
    endpoint = roles.endpoint_of(link[0])
    return url_for(endpoint, **link[1]) if endpoint in current_app.view_functions else ""
