"""Who is asking, as one frozen value made in one place (`storefront.asking`)."""

from dataclasses import dataclass
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
    host's own sign-in. With `email_scope` "content" it opens what the address was given
    for and nothing else: it is no proof of who is holding the device.
    """

    client: str  # address on the net, seen through the trusted proxies only
    cart_id: str | None = None
    email: str | None = None
    email_scope: Scope = "verified"
    waiting_id: str | None = None  # a newsletter sign-up that this device waits for
    tools: frozenset[str] = frozenset()  # components the visitor says to own
    is_staff: bool = False
    personal: bool = False  # pages for this visitor are nobody else's


STRANGER = Visitor(client="")
