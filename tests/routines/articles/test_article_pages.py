import json
import re

import pytest

from routines.library.documents import Article, Reference
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
    assert page.count('<a href="#source-wagner-2010"') == 2
    assert (
        '<li id="source-wagner-2010">Wagner T, et al. Strengthening of the gluteus maximus. A journal. 2010. 40(2):112–119.'
        in page
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


def test_the_list_shows_it(page, client):
    assert page
    assert 'href="/library/leg-cramps"' in client.get("/library/").text


@pytest.mark.parametrize(
    ("known", "text"),
    [
        ({}, "T."),
        ({"year": 2014, "month": 6, "authors": ("A B",)}, "A B. T. 2014-06."),
        ({"doi": "10.1/x", "pages": "1"}, "T. 1. doi:10.1/x."),
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
