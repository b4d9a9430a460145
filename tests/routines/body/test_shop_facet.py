"""The shop's filter by body area, from the routines that use each tool."""

import re

import pytest

from routines.body.shop_facet import product_facets
from tests.makers import both
from tests.routines.made import needs_tool, publish_routine, step_of


@pytest.fixture
def client(demo_app):
    return demo_app.test_client()


def options(page: str) -> dict[str, int]:
    group = page.partition("<legend>Body area</legend>")[2].partition("</fieldset>")[0]
    found = re.findall(r'value="([^"]+)".*?<span class="n">(\d+)', group)
    return {value: int(count) for value, count in found}


@both
def test_a_product_belongs_to_the_areas_whose_routines_use_what_it_brings(db):
    publish_routine(db, "calf", step_of(tools=[needs_tool("strap")]), body_parts=["calf"])
    publish_routine(db, "neck", step_of(tools=[needs_tool("peanut-ball", role="optional")]), body_parts=["neck"])  # fmt: skip

    brought = {"strap": frozenset({"strap"}), "kit": frozenset({"strap", "peanut-ball"}), "sock": frozenset()}  # fmt: skip
    (facet,) = product_facets(db, brought)

    assert (facet.name, facet.label) == ("area", "Body area")
    assert {value for value, _ in facet.options} == {"calf", "neck"}
    assert facet.products == {"strap": {"calf"}, "kit": {"calf", "neck"}, "sock": set()}


@both
def test_without_routines_there_is_nothing_to_choose(db):
    (facet,) = product_facets(db, {"strap": frozenset({"strap"})})

    assert facet.options == ()


def test_the_shop_can_be_filtered_by_body_area(client):
    whole = client.get("/shop/").text
    neck = client.get("/shop/?area=neck").text

    assert set(options(whole)) == {"hip", "back-of-thigh", "calf", "foot", "lower-back", "upper-back", "neck", "forearm"}  # fmt: skip
    assert f"{options(whole)['neck']} products" in neck
    assert "Peanut ball" in neck
    assert "Stretching strap" not in re.sub(r"<footer.*", "", neck, flags=re.DOTALL)
    assert '<span class="sr">Remove filter </span>Neck' in neck


def test_every_number_is_where_its_option_leads(client, subtests):
    for area, count in options(client.get("/shop/").text).items():
        with subtests.test(area=area):
            page = client.get("/shop/", query_string={"area": area}).text

            assert f"{count} product" in page


def test_two_areas_widen_and_other_groups_narrow(client):
    both_areas = client.get("/shop/?area=neck&area=foot").text
    rolling = client.get("/shop/?area=neck&action=roll").text

    assert "Peanut ball" in both_areas
    assert "Pressure ball" in both_areas
    assert "Spherical handle</a>" not in rolling


@pytest.mark.parametrize("query", ["area=moon", "area=", "area[]=%00", "area=" + "x" * 5000, "area=neck&page=1"])  # fmt: skip
def test_what_is_no_area_changes_nothing_and_breaks_nothing(client, query):
    assert client.get(f"/shop/?{query}").status_code in {200, 414, 422}


def test_a_collection_has_the_same_filter(client):
    page = client.get("/shop/c/kits?area=calf")

    assert page.status_code == 200
    assert 'value="calf" checked' in page.text
