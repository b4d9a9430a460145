"""The addresses that an answer leads to, whatever it is written in."""

import html
import re
from collections.abc import Iterator
from urllib.parse import urljoin, urlsplit

QUOTED = re.compile(r"""["'(]((?:https?://[^"'()\s<>]+|/[^"'()\s<>]*))["')]""")
TAGGED = re.compile(r"<(?:loc|link|id|url|uri)>([^<]+)<")
RELATIVE = re.compile(r"""(?:href|src|action|poster)=["']([^"'#][^"']*)["']""")
SET = re.compile(r"""srcset=["']([^"']+)["']""")


def found(text: str, base: str, origin: str) -> Iterator[str]:
    """Yield every address of our own in a page, feed, sitemap, style sheet or JSON answer."""
    for address in _written(html.unescape(text)):
        whole = urljoin(base, address.replace("\\/", "/"))
        parts = urlsplit(whole)
        if f"{parts.scheme}://{parts.netloc}" == origin:
            yield parts.path + (f"?{parts.query}" if parts.query else "")


def _written(text: str) -> Iterator[str]:
    for pattern in (QUOTED, TAGGED, RELATIVE):
        for match in pattern.finditer(text):
            yield match.group(1).strip()
    for match in SET.finditer(text):
        for part in match.group(1).split(","):
            yield part.split()[0] if part.split() else ""
