"""Grants: signed, expiring permission to fetch one video's files, written into their path.

In the path, whatever is fetched relative to it inherits the grant: captions today, the
segments of a playlist as well.
"""

import hashlib
import secrets
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from storefront.public import Locked, Signer, Visitor

PURPOSE = "media"
ANYBODY = "anybody"
NOBODY = ""  # a stranger: nothing may be sealed for them alone
OPEN_FOR = timedelta(days=1)  # what is open for all stands in cached pages


@dataclass(frozen=True)
class Grant:
    """Which video, for whom, until when."""

    video: str
    viewer: str  # a fingerprint, or ANYBODY; never NOBODY
    expires_at: datetime
    key: str = field(
        default_factory=lambda: secrets.token_urlsafe(12)
    )  # one grant from another


def fingerprint(email: str | None) -> str:
    """Name a viewer without telling the address."""
    return hashlib.sha256(f"viewer:{email}".encode()).hexdigest()[:16] if email else NOBODY


def fingerprint_of(visitor: Visitor) -> str:
    """Name who is asking; staff without an address have one name together, each device with shared links its own."""
    shared = (
        f"shares {visitor.share_device or sorted(visitor.shares)}" if visitor.shares else None
    )
    return fingerprint(visitor.email or ("staff" if visitor.is_staff else shared))


def life(duration_ms: int, least_seconds: int) -> timedelta:
    """Give time enough to see a video twice, and never less than the setting."""
    return timedelta(seconds=max(2 * duration_ms / 1000, least_seconds))


def seal(signer: Signer, grant: Grant) -> str:
    """Write a grant as one part of a path.

    Raises:
        Locked: it is for nobody that could be told from a stranger.
    """
    if grant.viewer == NOBODY:
        message = "This opens only for somebody who has confirmed an address."
        raise Locked(message)
    until = int(grant.expires_at.timestamp())
    return signer.sign(PURPOSE, [grant.video, grant.viewer, until, grant.key])


def read(signer: Signer, sealed: str) -> Grant | None:
    """Read a grant that we have sealed; None for anything else."""
    value = signer.read(PURPOSE, sealed)
    if not isinstance(value, list) or len(value) != 4:
        return None
    video, viewer, expires, key = value
    return Grant(video, viewer, datetime.fromtimestamp(expires, UTC), key)


def holds(grant: Grant | None, *, video: str, viewer: str, now: datetime) -> bool:
    """Tell whether a grant opens this video for this viewer at this moment."""
    return (
        grant is not None
        and grant.video == video
        and (grant.viewer == ANYBODY or grant.viewer == viewer != NOBODY)
        and now < grant.expires_at
    )
