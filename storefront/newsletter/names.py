"""Asking for names on the net; the one place that knows of dnspython."""

from collections.abc import Callable

from dns import exception
from dns import resolver as net

Resolver = Callable[
    [str, str], list[str]
]  # a name and a kind, such as TXT, to what stands there
SECONDS = 5.0


class Unanswered(Exception):
    """Raised when nobody answers: that says nothing about what stands there."""


def resolver() -> Resolver:
    """Ask the resolver of this machine."""
    asking = net.Resolver()
    asking.lifetime = SECONDS

    def ask(name: str, kind: str) -> list[str]:
        try:
            found = asking.resolve(name, kind)
        except (net.NXDOMAIN, net.NoAnswer):
            return []
        except exception.DNSException as error:
            raise Unanswered(type(error).__name__) from error
        return [_text(one) for one in found]

    return ask


def _text(one: object) -> str:
    strings = getattr(one, "strings", None)
    return b"".join(strings).decode("ascii", "replace") if strings else str(one)
