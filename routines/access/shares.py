"""Links that open one thing for a while: made by the staff, and taken back at once."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from routines.access.models import ShareLink
from storefront.public import Invalid, LinkExpired, Signer

PURPOSE = "share"
VIDEO = "video:"
MOST_DAYS = 90
LONGEST_NOTE = 120
MOST_ON_A_DEVICE = 20
COOKIE_SECONDS = MOST_DAYS * 86_400


def video_key(slug: str) -> str:
    """Name a video to the gate."""
    return f"{VIDEO}{slug}"


def make(
    db: Session, resource: str, *, days: int, by: str, now: datetime, note: str = ""
) -> ShareLink:
    """Make a link to a resource.

    Raises:
        Invalid: it should live too long or not at all, or the note is no single line.
    """
    if not 1 <= days <= MOST_DAYS:
        message = f"From 1 to {MOST_DAYS} days."
        raise Invalid(message, fields={"days": message})
    if len(note) > LONGEST_NOTE or not note.isprintable():
        message = f"One line of at most {LONGEST_NOTE} characters."
        raise Invalid(message, fields={"note": message})
    made = ShareLink(
        resource=resource, note=note.strip(), made_by=by, made_at=now,
        expires_at=now + timedelta(days=days),
    )  # fmt: skip
    db.add(made)
    db.flush()
    return made


def token(signer: Signer, link: ShareLink) -> str:
    """Write a link's token: its number, signed, so that none can be guessed or changed; the same each time."""
    return signer.sign_lasting(PURPOSE, link.id)


def find(db: Session, signer: Signer, text: str, now: datetime) -> ShareLink:
    """Find the link of a token; forged, revoked and expired ones are answered alike.

    Raises:
        LinkExpired: it opens nothing.
    """
    number = signer.read_lasting(PURPOSE, text)
    link = db.get(ShareLink, number) if isinstance(number, int) else None
    if link is None or not is_open(link, now):
        raise LinkExpired("This link opens nothing any more. Ask whoever gave it to you.")
    return link


def is_open(link: ShareLink, now: datetime) -> bool:
    """Tell whether a link opens at a moment."""
    return link.revoked_at is None and now < link.expires_at


def state(link: ShareLink, now: datetime) -> str:
    """Say in a word what has become of a link."""
    if link.revoked_at:
        return "revoked"
    return "open" if is_open(link, now) else "expired"


def use(link: ShareLink, now: datetime) -> None:
    """Count that a device was let in."""
    link.uses += 1
    link.used_at = now


def revoke(link: ShareLink, now: datetime) -> None:
    """Take a link back, also from devices that have opened it; again changes nothing."""
    link.revoked_at = link.revoked_at or now


def opened(db: Session, numbers: Collection[int], now: datetime) -> dict[str, datetime]:
    """Give what the links on a device open, and until when; without any, ask nothing."""
    if not numbers:
        return {}
    mine = select(ShareLink.resource, ShareLink.expires_at).where(
        ShareLink.id.in_(sorted(numbers)[:MOST_ON_A_DEVICE]),
        ShareLink.revoked_at.is_(None), ShareLink.expires_at > now,
    )  # fmt: skip
    found: dict[str, datetime] = {}
    for resource, end in db.execute(mine):
        found[resource] = max(end, found.get(resource, end))
    return found


def of_resource(db: Session, resource: str) -> Sequence[ShareLink]:
    """List the links to a resource, newest first."""
    mine = select(ShareLink).where(ShareLink.resource == resource)
    return db.scalars(mine.order_by(ShareLink.id.desc())).all()
