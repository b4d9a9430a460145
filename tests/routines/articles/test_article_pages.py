import json
import re

import pytest

from routines.library.documents import Article
from routines.library.pieces import Reference
from routines.library.prose import citation, prose
from routines.library.publishing import publish
from storefront.database import session
from tests.routines.made import PEOPLE, publish_routine

PAPER = {
    "key": "wagner-2010", "title": "Strengthening of the gluteus maximus", "authors": ["Wagner T", "et al."],
    "container": "A journal", "year": 2010, "volume": "40(2)", "pages": "112–119",
}  # fmt: skip
BODY = "It is so [@wagner-2010].\n\n## What it *is*\n\nText.\n\n## When & why\n\nAnd so [@wagner-2010]."


def article_of(**fields) -> Article:
    values = {
        "title": "Leg cramps",
        "summary": "What they are.",
        "picture": "p",
        "kind": "encyclopedia",
        "body": BODY,
    }
    return Article.model_validate(values | PEOPLE | {"references": [PAPER]} | fields)


@pytest.fixture
def page(app, client):
    related = [
        {"kind": "routine", "slug": "calf", "reason": "8 minutes for the calf"},
        {"kind": "routine", "slug": "gone", "reason": "Gone"},
    ]
    with app.app_context():
        publish_routine(session(), "calf")
        publish(
            session(),
            "article",
            "leg-cramps",
            article_of(related=related, takeaway="It passes."),
        )
        session().commit()
    return client.get("/library/leg-cramps").text


def test_citations_lead_to_numbered_sources(page):
    assert page.count('class="cite" href="#source-wagner-2010"') == 2
    assert (
        '<li id="source-wagner-2010">Wagner T, et al. Strengthening of the gluteus maximus. A journal. 2010. 40(2):112–119.'
        in page
    )


def test_each_source_leads_back_to_every_place_that_cites_it(page):
    for place in ("cited-wagner-2010-1", "cited-wagner-2010-2"):
        assert page.count(f'<a id="{place}"') == 1
        assert page.count(f'href="#{place}"') == 1


@pytest.mark.parametrize(
    ("known", "url", "label"),
    [
        ({"doi": "10.1007/s40279-019-01162-1"}, "https://doi.org/10.1007/s40279-019-01162-1", "doi:10.1007/s40279-019-01162-1"),
        ({"url": "https://example.org/paper?a=1&b=2"}, "https://example.org/paper?a=1&amp;b=2", "example.org"),
        ({"url": "javascript:alert(1)"}, "", ""),
        ({}, "", ""),
    ],
)  # fmt: skip
def test_a_source_leads_to_where_it_is_found(app, client, known, url, label):
    with app.app_context():
        publish(session(), "article", "one", article_of(references=[PAPER | known]))
        session().commit()

    page = client.get("/library/one").text

    assert (f'<a href="{url}" rel="noopener">{label}</a>' in page) == bool(url)
    assert "javascript:" not in page


def test_claims_stand_beside_the_source_that_carries_them(app, client):
    claims = [{"text": "It is so", "references": ["wagner-2010"]}]
    with app.app_context():
        publish(session(), "article", "one", article_of(claims=claims))
        session().commit()

    assert (
        'Supports:</p><ul class="supports"><li>“It is so”</li>'
        in client.get("/library/one").text
    )


def test_headings_make_the_list_of_contents(page):
    assert '<a href="#part-1">What it is</a>' in page
    assert '<h2 id="part-1">What it <em>is</em></h2>' in page
    assert '<a href="#part-2">When &amp; why</a>' in page


def test_author_reviewer_takeaway_and_reasons_are_shown(page):
    for text in (
        "It passes.",
        "Written by Ada Demo, Demo author",
        "Checked by Ben Demo, Demo reviewer",
        "8 minutes for the calf",
    ):
        assert text in page
    assert "Gone" not in page


def test_search_engines_learn_who_reviewed_it(page):
    data = json.loads(
        re.findall(r'<script type="application/ld\+json">(.*?)</script>', page)[0]
    )

    assert (data["@type"], data["lastReviewed"]) == ("MedicalWebPage", "2026-10-01")
    assert data["author"]["hasCredential"]["name"] == "Demo author"
    assert data["reviewedBy"]["name"] == "Ben Demo"
    assert data["citation"][0]["isPartOf"] == {"@type": "Periodical", "name": "A journal"}
    assert data["citation"][0]["datePublished"] == "2010"


def test_the_list_shows_it(page, client):
    assert page
    assert 'href="/library/leg-cramps"' in client.get("/library/").text


@pytest.mark.parametrize(
    ("known", "text"),
    [
        ({}, "T."),
        ({"year": 2014, "month": 6, "authors": ("A B",)}, "A B. T. 2014-06."),
        ({"doi": "10.1/x", "pages": "1"}, "T. 1."),
    ],
)
def test_a_source_says_only_what_is_known(known, text):
    assert citation(Reference(key="k", title="T", **known)) == text


def test_a_call_that_the_author_has_not_placed_comes_after_the_text():
    calls = [{"kind": "newsletter", "label": "One"}, {"kind": "newsletter", "label": "Two"}]

    text = prose(article_of(body="A.\n\n[call:2]\n\n[call:9]\n\nB.", calls=calls))

    assert [block.call.label for block in text.blocks if block.call] == ["Two"]
    assert [call.label for call in text.later_calls] == ["One"]


def test_links_into_the_shop_stay_below_a_hosts_prefix():
    body = "[Here](/routines/calf), [there](https://example.com/a), [never](//example.com/)."

    (block,) = prose(article_of(body=body), "/store").blocks

    assert 'href="/store/routines/calf"' in block.html
    assert 'href="https://example.com/a"' in block.html
    assert 'href="/store//' not in block.html


def test_the_list_has_a_heading_for_each_kind(app, client):
    with app.app_context():
        publish(session(), "article", "one", article_of(title="How", kind="how-to"))
        publish(session(), "article", "two", article_of(title="What"))
        session().commit()

    page = client.get("/library/").text

    assert page.index("What is known</h2>") < page.index(">What<") < page.index("How to</h2>") < page.index(">How<")  # fmt: skip
    assert "To watch" not in page
