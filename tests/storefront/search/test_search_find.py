"""What is typed finds what is meant, on both databases alike."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from storefront import database
from storefront.hooks import SearchDocument
from storefront.search import service
from storefront.search.words import corrected, most_alike, query_words
from tests.makers import both

ROLLER = SearchDocument(
    "product", "mini-foam-roller", "Mini foam roller", "A 30 cm roller for one calf.",
    "Closed-cell foam. You lie on it.", "/shop/mini-foam-roller", "small roller travel",
)  # fmt: skip
STRAP = SearchDocument(
    "product", "strap", "Stretching strap", "Two lengths, to hold a stretch.",
    "Cotton. Goes around the foot.", "/shop/strap", "yoga belt",
)  # fmt: skip
HAMSTRING = SearchDocument(
    "routine", "hamstring-cramps", "Hamstring cramps: press and stretch", "8 minutes, 6 steps.",
    "Press the back of the thigh, then use a foam roller.", "/routines/hamstring-cramps",
    "charley horse hammy back of leg",
)  # fmt: skip
CAFE = SearchDocument("article", "cafe", "Pâté café", "", "Nothing else.", "/library/cafe")


@pytest.fixture
def indexed(db):
    service.reindex(db, [ROLLER, STRAP, HAMSTRING, CAFE])
    db.commit()
    return db


def slugs(results):
    return [hit.slug for hit in results.hits]


@both
@pytest.mark.parametrize(
    ("query", "first"),
    [
        ("mini foam roller", "mini-foam-roller"),
        ("FOAM", "mini-foam-roller"),
        ("charley horse", "hamstring-cramps"),
        ("back of leg", "hamstring-cramps"),
        ("stretches", "hamstring-cramps"),
        ("stretching straps", "strap"),
        ("pate cafe", "cafe"),
        ("hamst", "hamstring-cramps"),
    ],
)
def test_plain_words_find_what_is_meant(indexed, query, first):
    assert first in slugs(service.find(indexed, query))


@both
def test_a_word_in_the_title_counts_more_than_one_in_the_text(indexed):
    assert slugs(service.find(indexed, "foam roller"))[0] == "mini-foam-roller"


@both
def test_whole_words_come_before_those_that_only_begin_alike(indexed):
    with database.transaction() as db:
        longer = SearchDocument("product", "matador", "Matador poster", "", "", "/shop/matador")
        mat = SearchDocument(
            "product", "mat", "Thick thing", "", "Also called mat.", "/shop/mat"
        )
        service.reindex(db, [longer, mat])

    assert slugs(service.find(indexed, "mat")) == ["mat", "matador"]


@both
@pytest.mark.parametrize(
    ("query", "first", "meant"),
    [
        ("foam roler", "mini-foam-roller", "foam roller"),
        ("charly horse", "hamstring-cramps", "charley horse"),
        ("hamstirng", "hamstring-cramps", "hamstring"),
        ("strecthing strap", "strap", "stretching strap"),  # codespell:ignore strecthing
    ],
)
def test_a_typing_error_finds_what_was_meant_and_says_so(indexed, query, first, meant):
    found = service.find(indexed, query)

    assert slugs(found)[0] == first
    assert found.did_you_mean == meant


@both
@pytest.mark.parametrize("query", ["", "   ", "the of", "!?%", "\\", "'", '"'])
def test_a_query_without_words_finds_nothing(indexed, query):
    assert service.find(indexed, query) == service.Results()


@both
@pytest.mark.parametrize(
    "query",
    ['foam" OR "x', "foam AND (", "NEAR(foam roller)", "title:foam", "foam:* & !", "-foam", "foam*^2",
     "'; DROP TABLE storefront_search_entry; --", "foam | roller", "x" * 5000, "🦵 foam", "ﬁ ﷺ"],
)  # fmt: skip
def test_the_signs_of_a_query_language_are_only_signs(indexed, query):
    service.find(indexed, query)

    assert slugs(service.find(indexed, "foam roller"))[0] == "mini-foam-roller"


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(query=st.text(max_size=60))
def test_no_text_at_all_breaks_search(indexed, query):
    assert service.find(indexed, query).total >= 0


@both
def test_pages_follow_each_other_and_the_total_is_of_all(indexed):
    first = service.find(indexed, "foam", limit=1, page=1)
    second = service.find(indexed, "foam", limit=1, page=2)

    assert first.total == second.total == 2
    assert {*slugs(first), *slugs(second)} == {"mini-foam-roller", "hamstring-cramps"}


@both
def test_indexing_again_replaces_the_documents_of_that_kind_only(indexed):
    with database.transaction() as db:
        service.reindex(db, [STRAP])

    assert service.find(indexed, "mini roller").total == 0
    assert slugs(service.find(indexed, "strap")) == ["strap"]
    assert service.find(indexed, "charley horse").total == 1


@both
def test_an_index_that_is_rolled_back_finds_what_it_found_before(indexed):
    def half_way():
        with database.transaction() as db:
            service.reindex(db, [STRAP])
            raise RuntimeError

    with pytest.raises(RuntimeError):
        half_way()

    assert service.find(indexed, "mini roller").total == 1


@both
def test_a_kind_without_documents_is_emptied_when_it_is_named(indexed):
    with database.transaction() as db:
        service.reindex(db, [], kinds=["routine"])

    assert service.find(indexed, "charley horse").total == 0


@both
def test_the_nearest_titles_are_offered_when_nothing_is_found(indexed):
    assert service.find(indexed, "rolex strip").total == 0
    assert "Stretching strap" in service.nearest(indexed, "rolex strip")


def test_silent_words_and_all_signs_only_part_the_others():
    assert query_words("The back-of my LEG, é_x!") == ["back", "leg", "e", "x"]


@pytest.mark.parametrize(
    ("wanted", "matched"),
    [(["roler"], ["roller"]), (["foam", "rolller"], ["foam", "roller"]), (["piano"], []), (["foam", "piano"], [])],
)  # fmt: skip
def test_words_are_matched_with_the_most_alike_ones(wanted, matched):
    assert corrected(wanted, "Mini foam roller", "fome rollr")[1] == matched


def test_titles_unlike_the_query_are_not_offered():
    assert most_alike("zzzz", ["Mat", "Strap"]) == []
