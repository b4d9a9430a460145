"""How heavy a page may be, as bytes that travel: nothing here measures time."""

import gzip
import re
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

import pytest

PAGES = {
    "home": "/",
    "shop": "/shop/",
    "product": "/shop/mini-foam-roller",
    "routine": "/routines/hamstring-cramps-press-and-stretch",
    "player": "/routines/calf-loosener/play",
}
HTML, CSS, JS, PLAYER_JS, FONTS = 20_000, 20_000, 15_000, 25_000, 80_000
IMPORT = re.compile(
    r"""^\s*(?:import|export)\s[^;]*?from\s*["']([^"']+)["']|import\(["']([^"']+)""", re.M
)
FONT = re.compile(r"""url\(["']?([^"')]+\.woff2[^"')]*)""")


class Page(HTMLParser):
    """What a page loads, and what stands in it that its own policy would refuse."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.loads: list[tuple[str, str]] = []  # what for, address
        self.inline: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        kind = given.get("rel", "") if tag == "link" else tag
        if kind != "canonical":
            named = ["src", "poster", *(["href"] if tag == "link" else [])]
            sources = [given[name] for name in named if given.get(name)]
            sources += [
                part.split()[0]
                for part in (given.get("srcset") or "").split(",")
                if part.strip()
            ]
            self.loads += [(kind, source) for source in sources]
        is_data = (given.get("type") or "").startswith("application/")
        if tag == "style" or (tag == "script" and "src" not in given and not is_data):
            self.inline.append(tag)
        self.inline += [
            f"{tag} {name}" for name in given if name == "style" or name.startswith("on")
        ]

    def of(self, kind: str) -> list[str]:
        return [address for what, address in self.loads if what == kind]


@pytest.fixture(scope="module")
def visitor(demo_app):
    return demo_app.test_client()


@pytest.fixture(scope="module", params=sorted(PAGES))
def name(request):
    return request.param


@pytest.fixture(scope="module")
def html(visitor, name):
    answer = visitor.get(PAGES[name])
    assert answer.status_code == 200
    return answer.text


def body(visitor, address: str) -> bytes:
    with visitor.get(address) as answer:
        assert answer.status_code == 200, address
        return answer.data


def packed(data: bytes) -> int:
    return len(gzip.compress(data, 6))


def modules(visitor, address: str, known: set[str]) -> set[str]:
    """Collect a module with everything that it imports."""
    if address in known:
        return known
    known.add(address)
    for direct, lazy in IMPORT.findall(body(visitor, address).decode()):
        modules(visitor, urljoin(address, direct or lazy), known)
    return known


def test_the_page_itself_is_light(html):
    assert packed(html.encode()) <= HTML


def test_its_style_sheets_are_light(visitor, html):
    sheets = Page(html).of("stylesheet")

    assert sheets
    assert sum(packed(body(visitor, sheet)) for sheet in sheets) <= CSS


def test_its_scripts_are_light_with_all_they_import(visitor, html, name):
    loaded: set[str] = set()
    for script in Page(html).of("script"):
        modules(visitor, script, loaded)

    assert loaded
    weight = sum(packed(body(visitor, address)) for address in loaded)
    assert weight <= (PLAYER_JS if name == "player" else JS)


def test_its_fonts_are_two_light_files(visitor, html):
    fonts = {
        urlsplit(urljoin(sheet, font)).path
        for sheet in Page(html).of("stylesheet")
        for font in FONT.findall(body(visitor, sheet).decode())
    }

    assert len(fonts) == 2
    assert sum(len(body(visitor, font)) for font in fonts) <= FONTS


def test_it_loads_nothing_from_elsewhere(html):
    loads = [address for _, address in Page(html).loads]

    assert loads
    assert [address for address in loads if urlsplit(address).netloc] == []


def test_nothing_inline_stands_in_it(html):
    assert Page(html).inline == []
