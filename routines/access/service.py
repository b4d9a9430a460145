"""Gather what is proven about visitors, for the gate to decide on: the one way to make a `Viewer`."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from routines.access import shares
from routines.access.decide import Viewer
from storefront.public import (
    Settings,
    Standing,
    Visitor,
    members,
    owned_by,
    owned_until,
    reading_of,
    standing,
)


def viewer(db: Session, visitor: Visitor, settings: Settings, now: datetime) -> Viewer:
    """Look up what a visitor may see; a stranger costs no statement.

    What was bought, and a membership, count only for an address that was proven on this very
    device, not for one that was confirmed elsewhere on its behalf.
    """
    opened = shares.opened(db, visitor.shares, now)
    reading = reading_of(db, visitor, settings, now)
    email = reading.email
    if email is None:
        return Viewer(is_staff=visitor.is_staff, shares=opened)
    keeps = settings.gate_keep_after_leaving and not reading.reads
    is_proven = visitor.email_scope == "verified"
    tools = owned_until(db, email, now) if is_proven else {}
    return _with_membership(
        Viewer(
            email=email, reads_newsletter=reading.reads,
            kept_newsletter=keeps and reading.has_opened,
            owned=frozenset(tools), owned_until=_ends(tools), is_staff=visitor.is_staff,
            shares=opened,
        ),
        standing(db, email, now, settings) if is_proven else None,
    )  # fmt: skip


def viewers(
    db: Session, emails: Sequence[str], settings: Settings, now: datetime
) -> dict[str, Viewer]:
    """Gather what many readers of a letter may see, with the same few statements however many."""
    tools, joined = owned_by(db, emails, now), members(db, emails, now, settings)
    return {
        email: _with_membership(
            Viewer(email=email, reads_newsletter=True, owned=tools[email]), joined.get(email)
        )
        for email in emails
    }


def _ends(tools: Mapping[str, datetime | None]) -> dict[str, datetime]:
    return {component: end for component, end in tools.items() if end is not None}


def _with_membership(who: Viewer, told: Standing | None) -> Viewer:
    if told is None:
        return who
    return Viewer(
        **vars(who) | {
            "is_member": True, "member_until": told.opens_until,
            "member_told_until": told.until, "member_renews": not told.ends,
        }
    )  # fmt: skip
