"""The body map, and the pages of places, points and conditions."""

import re

import pytest

from routines.library import vocabulary
from storefront.database import session

POINTS = 19


@pytest.fixture
def client(demo_app):
    return demo_app.test_client()


@pytest.fixture(scope="module")
def words(demo_app):
    with demo_app.app_context():
        return vocabulary.everything(session(), ("point", "condition"))


def on_map(page: str) -> list[str]:
    return re.findall(r'<a xlink:href="([^"]+)"', page)


def in_list(page: str) -> list[str]:
    lists = "".join(re.findall(r'<ul class="spot-list">.*?</ul>', page, re.DOTALL))
    return re.findall(r'<a href="([^"]+)"', lists)


def test_the_map_and_its_list_say_the_same_in_the_same_order(client):
    page = client.get("/body/").text

    assert len(on_map(page)) > POINTS
    listed = iter(in_list(page))  # a place too near another mark is in the list alone
    assert all(link in listed for link in on_map(page))


def test_every_point_is_on_the_map_under_its_number(client, words):
    page = client.get("/body/").text

    for slug in words["point"]:
        assert f"/points/{slug}" in on_map(page)
    numbers = [int(one) for one in re.findall(r'<li value="(\d+)">', page)]
    assert numbers == list(range(1, POINTS + 1))
    named = re.findall(r'aria-label="(\d+): ([^"]+)"', page)
    assert [int(number) for number, _ in named] == numbers


def test_both_sides_are_there_and_a_switch_that_needs_no_script(client):
    page = client.get("/body/").text

    assert 'aria-label="Back of the body"' in page
    assert 'aria-label="Front of the body"' in page
    assert len(re.findall(r'<input type="radio" name="side"', page)) == 2
    assert len(re.findall(r" checked>", page)) == 1


def test_a_place_shows_routines_points_tools_conditions_and_reading(client):
    page = client.get("/body/back-of-thigh").text

    for text in (
        "Hamstring cramps: press and stretch", "Outer hamstring", "Inner hamstring", "Tools that reach it alone",
        "Spherical handle with the pointed attachment", "Hamstring syndrome", "Glutes for hamstrings",
        "All of: Thigh", "Reaches: Inner hamstring; Outer hamstring",
    ):  # fmt: skip
        assert text in page


def test_a_place_shows_the_points_of_the_places_inside_it(client):
    page = client.get("/body/leg").text

    assert "Middle of the calf" in page
    assert "Front of the thigh" in page
    assert "Top of the shoulder" not in page


def test_a_place_with_points_and_no_routine_is_no_dead_end(client):
    page = client.get("/body/shin").text

    assert "Nothing for this place yet" not in page
    assert "Outside of the shin" in page


def test_every_point_has_a_page_with_everything_on_it(client, words, subtests):
    assert len(words["point"]) == POINTS
    for slug, point in words["point"].items():
        with subtests.test(point=slug):
            page = client.get(f"/points/{slug}")

            assert page.status_code == 200
            shown = page.text.replace("&#39;", "'")
            for text in (point.name, point.find, point.press, "Tools that reach it alone", f"{point.effort_of_ten.most} of 10"):  # fmt: skip
                assert text in shown
            for caution in point.cautions:
                assert caution.when in shown
                assert caution.then in shown
            assert f'xlink:href="/points/{slug}"' in page.text


def test_every_condition_says_first_when_it_belongs_to_a_doctor(client, words, subtests):
    for slug, condition in words["condition"].items():
        with subtests.test(condition=slug):
            page = client.get(f"/conditions/{slug}")

            assert page.status_code == 200
            shown = page.text.replace("&#39;", "'")
            first = min(shown.index(line) for line in condition.symptoms)
            for flag in condition.red_flags:
                assert shown.index(flag) < first
            for line in (*condition.synonyms, *condition.symptoms):
                assert line in shown
            for other in condition.overlaps:
                assert f'href="/conditions/{other}"' in shown


def test_a_condition_leads_to_its_routines_and_numbers_its_sources(client):
    page = client.get("/conditions/leg-cramps").text

    assert 'href="/routines/calf-loosener"' in page
    assert 'href="/routines/cramp-now"' in page
    assert 'href="#source-maughan-2019"' in page
    assert 'id="source-maughan-2019"' in page


def test_a_point_names_tools_with_price_stand_in_and_what_is_owned(client, demo_app):
    stranger = client.get("/points/outer-hamstring").text
    assert "€" in stranger
    assert "a tennis ball on a hard chair (does the job)" in stranger
    assert "In your kit" not in stranger

    client.post("/toolbox", data={"tool": ["spherical-handle", "pointed-attachment"]})
    owner = client.get("/points/outer-hamstring").text

    assert owner.count("In your kit") == 1


def test_a_place_without_a_tool_of_ours_sells_none(client):
    page = client.get("/points/lower-back-side").text

    assert "Your own knuckles" in page
    assert "From home" in page
    assert "€" not in page.partition("Tools that reach it alone")[2].partition("</section>")[0]


@pytest.mark.parametrize(
    "path",
    [
        "/points/nothing", "/points/", "/conditions/", "/conditions/nothing", "/body/nothing", "/points/Calf",
        "/points/" + "x" * 3000, "/conditions/%00", "/points/..%2F..%2Fetc", "/conditions/%F0%9F%A6%B5", "/points/calf-centre/x",
    ],
)  # fmt: skip
def test_what_is_not_there_is_not_found(client, path):
    assert client.get(path).status_code == 404


@pytest.mark.parametrize(
    ("query", "kind", "slug"),
    [
        ("sit bone", "point", "sit-bone-edge"),
        ("charley horse", "condition", "leg-cramps"),
        ("proximal hamstring tendinopathy", "condition", "hamstring-syndrome"),
        ("tennis elbow", "condition", "forearm-overuse"),
        ("plantar fascia", "point", "foot-arch"),
    ],
)
def test_search_finds_points_and_conditions_by_plain_words(client, query, kind, slug):
    found = client.get("/api/v1/search", query_string={"q": query, "limit": 20}).json["results"]

    assert (kind, slug) in {(hit["kind"], hit["slug"]) for hit in found}


def test_the_sitemap_names_points_and_conditions(client, words):
    page = client.get("/sitemap.xml").text

    for slug in words["point"]:
        assert f"/points/{slug}<" in page
    for slug in words["condition"]:
        assert f"/conditions/{slug}<" in page
