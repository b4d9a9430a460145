"""Who is asking, as one frozen value made in one place (`storefront.asking`)."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

Scope = Literal["verified", "content"]


@dataclass(frozen=True)
class HostUser:
    """What a host tells about its own signed-in user; the address must be one it has proven."""

    email: str
    is_staff: bool = False


@dataclass(frozen=True)
class Visitor:
    """The person or program behind a request.

    `email` is an address proven on this device, by a confirmation link, a code or the
    host's own sign-in; "verified" lasts as long as the device's session does, or the host's
    word. With `email_scope` "content" it opens what the address was given
    for and nothing else: it is no proof of who is holding the device. Whether it still does is
    asked by `storefront.newsletter.reading`, which knows what was closed since `confirmed_at`.
    """

    client: str  # address on the net, seen through the trusted proxies only
    cart_id: str | None = None
    email: str | None = None
    email_scope: Scope = "verified"
    confirmed_at: datetime | None = None  # the letter, elsewhere, of a device that only waited
    waiting_id: str | None = None  # a newsletter sign-up that this device waits for
    tools: frozenset[str] = frozenset()  # components the visitor says to own
    session_id: int | None = None  # of the device, where the address was proven on it
    shares: frozenset[int] = frozenset()  # share links that this device has opened
    share_device: str = ""  # tells it from other devices that have opened the same link
    is_staff: bool = False
    personal: bool = False  # pages for this visitor are nobody else's


STRANGER = Visitor(client="")
