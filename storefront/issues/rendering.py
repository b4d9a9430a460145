"""A variant as a letter with holes: rendered and encoded once, then filled with each reader's own links.

Only links are filled in, and only where a mark stands that nobody can have written: it is random and
new for each rendering. A link is escaped for HTML and encoded for mail; it cannot become markup.
"""

import binascii
import html
import re
import secrets
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from jinja2 import Environment
from mjml import mjml2html

LETTER = "email/newsletter_issue"
HOLES = ("leave_url", "preferences_url")
NEW_LINE = re.compile(r"\r\n|\r")  # a bare one could end a letter early
UNSAFE = re.compile(r"[\x00-\x20\x7f]")


@dataclass(frozen=True)
class Part:
    """Text in quoted-printable, cut where links belong."""

    pieces: tuple[str, ...]  # one more than there are holes
    holes: tuple[str, ...]
    is_html: bool

    def filled(self, links: Mapping[str, str]) -> str:
        """Put a reader's links in.

        Raises:
            ValueError: a link holds a space or a control character.
        """
        written = {name: self._written(links[name]) for name in self.holes}
        found = [self.pieces[0]]
        for name, piece in zip(self.holes, self.pieces[1:], strict=True):
            found += (written[name], piece)
        return "".join(found)

    @cached_property
    def _on_the_way(self) -> tuple[bytes, ...]:
        return tuple(_with_crlf(piece) for piece in self.pieces)

    def wired(self, links: Mapping[str, str]) -> Iterator[bytes]:
        """Put a reader's links in, as the letter travels.

        Raises:
            ValueError: a link holds a space or a control character.
        """
        written = {name: _with_crlf(self._written(links[name])) for name in {*self.holes}}
        first, *others = self._on_the_way
        yield first
        for name, piece in zip(self.holes, others, strict=True):
            yield written[name]
            yield piece

    def plain(self, links: Mapping[str, str]) -> str:
        """Give the text as a reader sees it, without the encoding of mail."""
        return binascii.a2b_qp(self.filled(links)).decode()

    def _written(self, link: str) -> str:
        if UNSAFE.search(link):
            message = "a link of a letter holds a space or a control character"
            raise ValueError(message)
        return _encoded(html.escape(link) if self.is_html else link, is_last=False)


@dataclass(frozen=True)
class Rendered:
    """Both parts of a letter."""

    text: Part
    html: Part
    weight: int  # bytes of the HTML


def render(jinja: Environment, context: Mapping[str, Any]) -> Rendered:
    """Render the letter of one variant."""
    marks = {name: f"hole{secrets.token_hex(16)}" for name in HOLES}
    values = {**context, **marks}
    text = jinja.get_template(f"{LETTER}/body.txt").render(values)
    mjml = escaping(jinja).get_template(f"{LETTER}/body.mjml").render(values)
    page = str(mjml2html(mjml))
    return Rendered(_part(text, marks, False), _part(page, marks, True), len(page.encode()))


def escaping(jinja: Environment) -> Environment:
    """Escape in MJML too: Flask escapes by file name and does not know this one."""
    return jinja.overlay(autoescape=True)


def _part(text: str, marks: Mapping[str, str], is_html: bool) -> Part:
    names = {mark: name for name, mark in marks.items()}
    found = re.split(f"({'|'.join(names)})", NEW_LINE.sub("\n", text))
    pieces, holes = found[::2], [names[mark] for mark in found[1::2]]
    last = len(pieces) - 1
    encoded = (_encoded(piece, is_last=n == last) for n, piece in enumerate(pieces))
    return Part(tuple(encoded), tuple(holes), is_html)


def _with_crlf(text: str) -> bytes:
    return text.replace("\n", "\r\n").encode("ascii")


def _encoded(text: str, *, is_last: bool) -> str:
    """Encode for mail; what does not end the text ends in a soft break, so that pieces can be joined."""
    written = binascii.b2a_qp(text.encode(), istext=True).decode("ascii")
    return written if is_last else f"{written}=\n"
