"""The Markdown of an author with its citations as links, its headings as anchors and its calls in place."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import quote, urlsplit

from markupsafe import Markup

from routines.library.documents import Article, Published
from routines.library.pieces import CallToAction, Claim, Reference
from routines.library.rules.problems import CITATION
from storefront.public import markdown

CALL = re.compile(r"^\[call:(\d+)\]$", re.MULTILINE)
OWN_LINK = re.compile(r"\]\(/(?!/)")
HEADING = re.compile(r"<h2>(.*?)</h2>")
CITED = re.compile(r'<a href="#source-([a-z0-9-]+)"')
TAG = re.compile(r"<[^>]+>")


@dataclass(frozen=True)
class Heading:
    """An entry of the list of contents."""

    label: str
    anchor: str


@dataclass(frozen=True)
class Block:
    """A stretch of text, or a call to action at the author's place."""

    html: Markup | None = None
    call: CallToAction | None = None


@dataclass(frozen=True)
class Source:
    """A reference at the foot of a page, with the way to it and back, and what it carries."""

    anchor: str
    text: str
    url: str = ""  # of the DOI, else where it was found
    url_label: str = ""
    cited_at: tuple[str, ...] = ()  # anchors in the text
    supports: tuple[str, ...] = ()  # claims, word for word


@dataclass(frozen=True)
class Prose:
    """A text ready for a page."""

    blocks: tuple[Block, ...]
    headings: tuple[Heading, ...]
    sources: tuple[Source, ...]  # numbered by place
    later_calls: tuple[CallToAction, ...]  # those that the author has not placed


def prose(document: Published, prefix: str = "") -> Prose:
    """Turn a document's body into HTML.

    `[@key]` becomes the number of a reference, and a line `[call:1]` the first call to action;
    calls that no line names come after the text. Links that begin with a slash lead to the
    shop wherever a host has hung it, below `prefix`.
    """
    claims = document.claims if isinstance(document, Article) else ()
    return written(document.body, document.references, document.calls, prefix, claims)


def written(
    body: str,
    references: Sequence[Reference],
    calls: Sequence[CallToAction] = (),
    prefix: str = "",
    claims: Sequence[Claim] = (),
) -> Prose:
    """Turn a text with its references and calls into HTML, as `prose` does."""
    blocks: list[Block] = []
    headings: list[Heading] = []
    placed: set[int] = set()
    cited: dict[str, list[str]] = {}
    parts = CALL.split(OWN_LINK.sub(rf"]({prefix}/", body))
    for index, part in enumerate(parts):
        if index % 2 == 0:
            html = _with_anchors(
                _with_way_back(str(markdown(_cite(part, references))), cited), headings
            )
            blocks += [Block(html=html)] if html else []
        elif 1 <= int(part) <= len(calls):
            placed.add(int(part))
            blocks.append(Block(call=calls[int(part) - 1]))
    later = tuple(call for number, call in enumerate(calls, 1) if number not in placed)
    sources = tuple(_source(one, cited.get(one.key, ()), claims) for one in references)
    return Prose(tuple(blocks), tuple(headings), sources, later)


def citation(reference: Reference) -> str:
    """Write a reference as text, leaving out what is not known."""
    authors = ", ".join(reference.authors)
    when = f"{reference.year}-{reference.month:02d}" if reference.year and reference.month else str(reference.year or "")  # fmt: skip
    volume = ":".join(part for part in (reference.volume, reference.pages) if part)
    accessed = f"Read on {reference.accessed_on}" if reference.accessed_on else ""
    parts = (authors, reference.title, reference.container, when, volume, accessed)  # fmt: skip
    return ". ".join(part.rstrip(".") for part in parts if part) + "."


def reference_url(reference: Reference) -> str:
    """Give where a reference is found: by its DOI, else at its address; empty when neither is known."""
    if reference.doi:
        return f"https://doi.org/{quote(reference.doi, safe='/()')}"
    url = reference.url or ""
    return url if url.startswith(("https://", "http://")) else ""


def anchor(reference: Reference) -> str:
    """Name the place of a reference on its page."""
    return f"source-{reference.key}"


def _cite(text: str, references: Sequence[Reference]) -> str:
    numbers = {reference.key: number for number, reference in enumerate(references, 1)}

    def link(match: re.Match[str]) -> str:
        key = match.group(1)
        return f"[\\[{numbers[key]}\\]](#source-{key})" if key in numbers else ""

    return CITATION.sub(link, text)


def _source(reference: Reference, cited_at: Sequence[str], claims: Sequence[Claim]) -> Source:
    url = reference_url(reference)
    label = f"doi:{reference.doi}" if reference.doi else urlsplit(url).netloc
    return Source(
        anchor(reference), citation(reference), url, label if url else "", tuple(cited_at),
        tuple(claim.text for claim in claims if reference.key in claim.references),
    )  # fmt: skip


def _with_way_back(html: str, cited: dict[str, list[str]]) -> str:
    """Give each citation an id that its source leads back to, and a name for who cannot see it."""

    def named(match: re.Match[str]) -> str:
        places = cited.setdefault(match.group(1), [])
        places.append(f"cited-{match.group(1)}-{len(places) + 1}")
        return f'<a id="{places[-1]}" class="cite" href="#source-{match.group(1)}"'

    return CITED.sub(named, html)


def _with_anchors(html: str, headings: list[Heading]) -> Markup:
    """Give each h2 an id; the HTML has been cleaned before and the ids are our own."""

    def named(match: re.Match[str]) -> str:
        label = Markup(TAG.sub("", match.group(1))).unescape()  # noqa: S704  # only to unescape it
        name = f"part-{len(headings) + 1}"
        headings.append(Heading(label, name))
        return f'<h2 id="{name}">{match.group(1)}</h2>'

    return Markup(HEADING.sub(named, html).strip())  # noqa: S704  # nh3 has cleaned it
