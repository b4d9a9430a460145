"""Every public page is the same for all strangers, can be kept by caches and costs few statements.

The pages are found by walking the routes, so that a new one is held to this at once. Addresses
with a name in them are taken from the sitemap of the demo shop.
"""

import re
import xml.etree.ElementTree as ET
from contextlib import contextmanager
from urllib.parse import urldefrag, urljoin, urlsplit

import pytest
from sqlalchemy import event

MOST_STATEMENTS = 8
EXAMPLES_EACH = 3
WITH_FILM = "hamstring-cramps-press-and-stretch"  # the demo's fullest page: gated, for cramps
QUERIES = {
    "/search": ["?q=foam+roler", "?q=zebra", "?q=charley+horse"],
    "/api/v1/search": ["?q=foam"],
    "storefront_catalog.shop_page": [
        "?action=roll&sort=price",
        "?action=stretch&pressure=firm",
    ],
}
NOT_IN_THE_DEMO = {"/recalls/<slug>"}  # nothing was recalled there
LIKE = {  # whose names an address takes
    "/api/v1/products/<slug>": "/shop/<slug>",
    "/feeds/body/<region>.xml": "/body/<region>",
    "/feeds/body/<region>.json": "/body/<region>",
}
KNOWN = {  # what the sitemap has no page of
    "/feeds/tools/<component>.xml": ["/feeds/tools/mini-roller.xml"],
    "/feeds/tools/<component>.json": ["/feeds/tools/mini-roller.json"],
    "/transcripts/<video>": ["/transcripts/hamstring-strap-follow-along"],
}
NOTHING_WITHOUT = {"/api/v1/search"}  # a query is required there
LOC = "{http://www.sitemaps.org/schemas/sitemap/0.9}loc"


@pytest.fixture(scope="module")
def places(demo_app) -> list[str]:
    """List the paths that the sitemap names."""
    tree = ET.fromstring(demo_app.test_client().get("/sitemap.xml").data)
    return [urlsplit(place.text).path for place in tree.iter(LOC)]


@pytest.fixture(scope="module")
def examples(demo_app, places) -> dict[str, list[str]]:
    """List for every public route the paths of its pages that the sitemap leads to."""
    urls = demo_app.url_map.bind("localhost")
    known = [urls.match(place, return_rule=True) for place in places if urls.test(place)]
    return {
        rule.rule: KNOWN.get(rule.rule) or _paths(urls, rule, known)
        for rule in demo_app.url_map.iter_rules()
        if getattr(demo_app.view_functions[rule.endpoint], "cache_class", "") == "public"
    }


def _paths(urls, rule, known):
    """Build a rule with the names of the pages that lie at or above it."""
    above = LIKE.get(rule.rule, rule.rule.removeprefix("/api/v1"))
    names = [values for other, values in known if above.startswith(other.rule)]
    fitting = [values for values in names if rule.arguments <= set(values)]
    built = [urls.build(rule.endpoint, {name: values[name] for name in rule.arguments}) for values in fitting or [{}] if rule.arguments <= set(values)]  # fmt: skip
    return list(dict.fromkeys(built))


@pytest.fixture(scope="module")
def pages(demo_app, examples) -> list[str]:
    """Choose a few pages of every public route; what only leads on is no page."""
    found = []
    for rule, paths in examples.items():
        chosen = [*paths[:EXAMPLES_EACH], *(path for path in paths if WITH_FILM in path)]
        found += [] if rule in NOTHING_WITHOUT else dict.fromkeys(chosen)
        found += [rule + query for query in QUERIES.get(rule, [])]
    client = demo_app.test_client()
    return [page for page in found if client.get(page).status_code != 302]


@contextmanager
def counted(app):
    statements = []

    def note(_connection, _cursor, statement, *_rest):
        statements.append(" ".join(statement.split())[:120])

    with app.app_context():
        engine = app.extensions["sqlalchemy"].engine
    event.listen(engine, "before_cursor_execute", note)
    yield statements
    event.remove(engine, "before_cursor_execute", note)


def test_the_sitemap_leads_to_every_kind_of_public_page(examples):
    assert {rule for rule, paths in examples.items() if not paths} <= NOT_IN_THE_DEMO
    assert {"/", "/shop/", "/shop/<slug>", "/search", "/help/<slug>"} <= set(examples)


def test_a_stranger_gets_no_cookie_and_caches_may_keep_the_page(demo_app, pages, subtests):
    for page in pages:
        with subtests.test(page=page):
            answer = demo_app.test_client().get(page)

            assert answer.status_code == 200
            assert "Set-Cookie" not in answer.headers
            assert answer.headers["ETag"].startswith('W/"')
            assert "s-maxage=" in answer.headers["Cache-Control"]
            assert "public" in answer.headers["Cache-Control"]
            assert "Cookie" in answer.headers["Vary"]


def test_two_strangers_get_the_same_bytes(demo_app, pages, subtests):
    one = {"User-Agent": "Firefox", "Accept-Language": "en", "Cookie": "_ga=1; theme=dark"}
    other = {"User-Agent": "curl", "Accept-Language": "de", "X-Forwarded-For": "203.0.113.9"}
    for page in pages:
        with subtests.test(page=page):
            first = demo_app.test_client().get(page, headers=one)
            demo_app.extensions["storefront"].pages.forget()
            second = demo_app.test_client().get(
                page, headers=other, environ_base={"REMOTE_ADDR": "198.51.100.7"}
            )

            assert first.data == second.data
            assert first.headers["ETag"] == second.headers["ETag"]


def test_a_page_that_has_not_changed_is_not_sent_again(demo_app, pages, subtests):
    for page in pages:
        with subtests.test(page=page):
            client = demo_app.test_client()
            etag = client.get(page).headers["ETag"]

            with counted(demo_app) as statements:
                answer = client.get(page, headers={"If-None-Match": etag})

            assert (answer.status_code, answer.data) == (304, b"")
            assert len(statements) == 1, statements


def test_somebody_with_a_cart_gets_a_page_of_their_own(demo_app, pages, subtests):
    for page in pages:
        with subtests.test(page=page):
            client = demo_app.test_client()
            client.set_cookie("storefront_cart", "anything")

            answer = client.get(page)

            assert answer.status_code == 200
            assert answer.headers["Cache-Control"] == "private, no-store"


def test_a_public_page_costs_few_statements(demo_app, pages, subtests):
    for page in pages:
        with subtests.test(page=page):
            client = demo_app.test_client()
            client.get(page)
            demo_app.extensions["storefront"].pages.forget()

            with counted(demo_app) as statements:
                client.get(page)

            if page != "/sitemap.xml":  # it lists everything there is
                assert len(statements) <= MOST_STATEMENTS, "\n".join(statements)


def test_every_link_of_a_public_page_leads_somewhere(demo_app, pages):
    client = demo_app.test_client()
    dead = {}
    for page in pages:
        answer = client.get(page)
        for link in re.findall(r'\bhref="([^"#][^"]*)"', answer.text) if answer.mimetype == "text/html" else []:  # fmt: skip
            target = urldefrag(urljoin(f"http://localhost{page}", link.replace("&amp;", "&")))[
                0
            ]
            if urlsplit(target).netloc == "localhost":
                dead.setdefault(target, page)
    for target in list(dead):
        if client.get(target, buffered=True).status_code < 400:
            del dead[target]

    assert dead == {}


def _text(app, page: str) -> str:
    """Read a page; a file to keep has no anchors."""
    answer = app.test_client().get(page)
    return answer.text if answer.mimetype.startswith("text/") else ""


def test_every_anchor_of_a_public_page_is_on_it(demo_app, pages, subtests):
    for page in pages:
        with subtests.test(page=page):
            text = _text(demo_app, page)
            wanted = set(re.findall(r'\bhref="#([^"]+)"', text))

            assert {name for name in wanted if f'id="{name}"' not in text} == set()


def test_no_page_has_the_same_id_twice(demo_app, pages, subtests):
    for page in pages:
        with subtests.test(page=page):
            ids = re.findall(r'\sid="([^"]+)"', _text(demo_app, page))

            assert len(ids) == len(set(ids)), sorted(
                name for name in ids if ids.count(name) > 1
            )
