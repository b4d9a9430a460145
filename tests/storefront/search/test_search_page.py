"""The search page keeps the query, groups what it found and never breaks."""

import pytest

from storefront import database
from storefront.hooks import SearchDocument
from storefront.search import service


@pytest.fixture
def indexed(app, client):
    documents = [
        SearchDocument(
            "product", f"roller-{n}", f"Roller number {n}", "Round", "", f"/shop/roller-{n}"
        )
        for n in range(25)
    ] + [
        SearchDocument(
            "routine", "calf", "Loosen the calf", "With a roller", "", "/routines/calf"
        )
    ]
    with app.app_context(), database.transaction() as db:
        service.reindex(db, documents)
    return client


def test_hits_stand_under_the_heading_of_their_kind(indexed):
    page = indexed.get("/search?q=calf").text

    assert "Found for “calf”" in page
    assert page.index(">Routines</h2>") < page.index("Loosen the calf")
    assert 'href="/routines/calf"' in page
    assert 'value="calf"' in page


def test_many_hits_have_a_second_page_and_no_third(indexed):
    first = indexed.get("/search?q=roller")

    assert "page=2" in first.text
    assert indexed.get("/search?q=roller&page=2").status_code == 200
    assert indexed.get("/search?q=roller&page=3").status_code == 404


def test_nothing_found_offers_near_titles_and_the_shop(indexed):
    page = indexed.get("/search?q=polaroid+camera").text

    assert "Nothing here has these words." in page
    assert 'href="/shop/"' in page


def test_what_is_typed_is_shown_as_text(indexed):
    page = indexed.get("/search?q=<script>alert(1)</script>").text

    assert "<script>alert(1)" not in page
    assert "&lt;script&gt;alert(1)" in page


@pytest.mark.parametrize(
    ("query", "status"),
    [("q=%00", 422), ("q=%ED%A0%80", 200), ("page=" + "9" * 22, 404), ("q=a&page=-1", 404), ("page=1.5", 404),
     ("q=" + "x" * 20_001, 422), ("", 200), ("q=%F0%9F%A6%B5", 200), ("q=%22%27)(*%26%7C!:", 200)],
)  # fmt: skip
def test_input_never_breaks_the_page(indexed, query, status):
    assert indexed.get(f"/search?{query}").status_code == status
