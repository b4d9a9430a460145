"""Every way that a public page offers leads somewhere."""

from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.error import HTTPError
from urllib.parse import unquote, urldefrag, urljoin, urlsplit
from urllib.request import urlopen

import pytest

from tests.browser.live import LiveShop

LEADING = {
    "a": ("href", "xlink:href"), "area": ("href",), "link": ("href",), "img": ("src", "srcset"), "script": ("src",),
    "source": ("src", "srcset"), "video": ("src", "poster"), "track": ("src",), "use": ("href",),
}  # fmt: skip


class Ways(HTMLParser):
    """What a page leads to and the places in it."""

    def __init__(self) -> None:
        super().__init__()
        self.leads: set[str] = set()
        self.places: set[str] = set()

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        self.places |= {given["id"]} if given.get("id") else set()
        for name in LEADING.get(tag, ()):
            text = given.get(name) or ""
            parts = text.split(",") if name == "srcset" else [text]
            self.leads |= {part.split()[0] for part in parts if part.strip()}
        if tag == "form" and given.get("method", "get") == "get":
            self.leads.add(given.get("action", ""))


@dataclass
class Crawl:
    """A walk from the home page over everything public, one request for each address."""

    live: LiveShop
    places: dict[str, set[str]] = field(default_factory=dict)
    ways: set[tuple[str, str]] = field(default_factory=set)  # from where, to where
    dead: dict[str, int] = field(default_factory=dict)

    def walk(self) -> None:
        waiting = [self.live.address + "/"]
        while waiting:
            address = waiting.pop()
            if address not in self.places:
                waiting += self.look(address)

    def look(self, address: str) -> list[str]:
        """Fetch a page; a filtered or searched list is looked at, but not followed further."""
        ways = Ways()
        self.places[address] = ways.places
        try:
            with urlopen(address, timeout=20) as answer:
                if answer.headers.get_content_type() != "text/html":
                    return []
                ways.feed(answer.read().decode())
        except HTTPError as error:
            self.dead[address] = error.code
            return []
        leads = {urljoin(address, lead) for lead in ways.leads}
        own = {lead for lead in leads if lead.startswith(self.live.address + "/")}
        self.ways |= {(address, lead) for lead in own}
        return [] if urlsplit(address).query else [urldefrag(lead).url for lead in own]


@pytest.fixture(scope="module")
def crawl(live):
    made = Crawl(live)
    made.walk()
    return made


def test_no_link_or_picture_of_a_public_page_is_dead(crawl):
    ways = [
        f"{there} from {here}"
        for here, there in crawl.ways
        if urldefrag(there).url in crawl.dead
    ]

    assert sorted(ways) == []
    assert len(crawl.places) > 60


def test_every_anchor_leads_to_a_place_that_is_there(crawl):
    anchors = {
        (here, *urldefrag(there)) for here, there in crawl.ways if urldefrag(there).fragment
    }
    missing = [
        f"{there}#{place} from {here}"
        for here, there, place in anchors
        if there in crawl.places and unquote(place) not in crawl.places[there]
    ]

    assert anchors
    assert sorted(missing) == []


def test_the_sitemap_names_only_pages_that_the_walk_found(crawl):
    with urlopen(f"{crawl.live.address}/sitemap.xml", timeout=20) as answer:
        lines = answer.read().decode().split("<loc>")[1:]
    named = {line.split("</loc>")[0] for line in lines}

    assert named
    assert named <= set(crawl.places) - set(crawl.dead)
