"""Films on other sites: whose may be shown, and at which addresses."""

import re
from collections.abc import Mapping

# How the address of a player begins; what follows it is the name of one film.
HOSTS: Mapping[str, str] = {
    "YouTube": "https://www.youtube-nocookie.com/embed/",
    "Vimeo": "https://player.vimeo.com/video/",
}
NAME = re.compile(r"[A-Za-z0-9_-]{3,40}")
NOT_GATED = (
    "A film on another site cannot be gated: whoever has its address sees it. "
    "Let it open for everybody (open), or upload it here."
)


def host_of(address: str) -> str | None:
    """Name the site of a film; None when it is not at one of the known addresses."""
    for name, begin in HOSTS.items():
        if address.startswith(begin) and NAME.fullmatch(address.removeprefix(begin)):
            return name
    return None


def origin(address: str) -> str:
    """Give scheme and host of an address."""
    return "/".join(address.split("/")[:3])
