import re
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from routines.toolbox.cover import Bid, choose
from storefront.database import session
from tests.makers import make_product
from tests.routines.made import needs_tool, publish_routine, step_of

bids = st.lists(
    st.builds(Bid, st.frozensets(st.sampled_from("abcdef"), min_size=1), st.integers(0, 12)),
    max_size=7,
)


@given(st.frozensets(st.sampled_from("abcdef")), bids)
def test_no_other_choice_is_cheaper_or_of_fewer_things(wanted, offered):
    reachable = wanted & frozenset().union(*(bid.brings for bid in offered))

    def rank(chosen):
        extra = sum(len(bid.brings - wanted) for bid in chosen)
        return sum(bid.price_minor for bid in chosen), len(chosen), extra

    everything = [
        rank(chosen)
        for size in range(len(offered) + 1)
        for chosen in combinations(offered, size)
        if reachable <= frozenset().union(*(bid.brings for bid in chosen))
    ]
    found = choose(wanted, offered)
    chosen = [offered[place] for place in found.chosen]

    assert found.is_exact
    assert reachable <= frozenset().union(*(bid.brings for bid in chosen))
    assert rank(chosen) == min(everything)


def test_sixty_parts_in_sets_that_overlap_are_chosen_exactly():
    parts = [f"c{number}" for number in range(60)]
    single = [Bid(frozenset({part}), 100 + place) for place, part in enumerate(parts)]
    sets = [Bid(frozenset(parts[place : place + 5]), 430 + 3 * place) for place in range(0, 56, 2)]  # fmt: skip

    found = choose(frozenset(parts), [*single, *sets])

    assert found.is_exact
    assert found.chosen


@pytest.fixture
def shop(app):
    """A set that is cheaper than its two parts, a strap, and a ball that is sold out."""
    with app.app_context():
        db = session()
        for slug, price, parts, stock in [
            ("handle", 1900, ("spherical-handle",), 5), ("tip", 1200, ("pointed-attachment",), 5),
            ("tool-set", 2900, ("spherical-handle", "pointed-attachment", "t-handle"), 5),
            ("strap", 1400, ("strap",), 5), ("ball", 1900, ("pressure-ball",), 0),
        ]:  # fmt: skip
            make_product(db, slug, sku=slug.upper(), price_minor=price, components=parts, stock=stock)  # fmt: skip
        db.commit()
        press = step_of("press", tools=[needs_tool("spherical-handle", "pointed-attachment")])
        towel = [{"household": "Bath towel", "fit": "ok"}]
        publish_routine(db, "press", press, title="Press")
        publish_routine(db, "stretch", step_of(tools=[needs_tool("strap", stand_ins=towel)]), title="Stretch")  # fmt: skip
        publish_routine(db, "wall", step_of(tools=[needs_tool("pressure-ball")]), title="Wall", body_parts=["foot"])  # fmt: skip
    return app


def skus(page: str) -> list[str]:
    return re.findall(r'name="sku\[\]" value="(.*?)"', page)


def words(page: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", page))


@pytest.mark.usefixtures("shop")
def test_the_purchase_for_several_routines_is_explained_line_by_line(client):
    page = client.get("/toolbox/plan?routine=press&routine=stretch").text

    assert sorted(skus(page)) == ["STRAP", "TOOL-SET"]
    assert "2 things, €43.00" in page
    told = words(page)
    assert "Brings pointed attachment and spherical handle: needed by Press." in told
    assert "One by one that would be €31.00." in told
    assert "No other choice costs less." in told
    assert 'name="for_routine" value="press"' in page


@pytest.mark.usefixtures("shop")
def test_what_is_owned_or_in_the_cart_is_not_planned_again(client):
    client.post("/toolbox", data={"tool": "spherical-handle"})
    client.post("/cart/lines", data={"sku": "STRAP", "quantity": "1"})

    page = client.get("/toolbox/plan?routine=press&routine=stretch").text

    assert skus(page) == ["TIP"]
    assert "You own: spherical handle." in words(page)
    assert "In your cart already: strap." in words(page)


@pytest.mark.usefixtures("shop")
def test_a_stand_in_is_left_out_on_wish(client):
    page = client.get("/toolbox/plan?routine=stretch&stand_ins=1").text

    assert skus(page) == []
    assert "Nothing to buy" in page
    assert "Something at home does it: strap." in words(page)


@pytest.mark.usefixtures("shop")
def test_what_cannot_be_bought_is_named_with_what_it_keeps_closed(client):
    page = client.get("/toolbox/plan?routine=wall&routine=stretch").text

    assert skus(page) == ["STRAP"]
    assert "Pressure ball: stays closed without it: Wall." in words(page)
    assert 'href="/shop/ball#tell-me"' in page


@pytest.mark.usefixtures("shop")
def test_a_place_on_the_body_plans_all_of_its_routines_at_first(client):
    fresh = client.get("/toolbox/plan?region=calf").text
    emptied = client.get("/toolbox/plan?region=calf&chosen=1").text

    assert sorted(skus(fresh)) == ["STRAP", "TOOL-SET"]
    assert "Wall" not in words(fresh)
    assert "Nothing chosen yet" in emptied


@pytest.mark.usefixtures("shop")
def test_odd_wishes_are_answered(client):
    assert client.get("/toolbox/plan").status_code == 200
    assert client.get("/toolbox/plan?routine=nope&region=nowhere").status_code == 200
    assert client.get("/toolbox/plan?programme=nowhere").status_code == 404
    many = "&".join(f"routine=r{number}" for number in range(41))
    assert client.get(f"/toolbox/plan?{many}").status_code == 422


@pytest.mark.usefixtures("shop")
def test_one_press_puts_the_plan_in_the_cart_with_its_routine(client):
    page = client.get("/toolbox/plan?routine=press&routine=stretch").text

    client.post(
        "/cart/lines", data={"sku": skus(page), "quantity": "1", "for_routine": "press"}
    )

    again = client.get("/toolbox/plan?routine=press&routine=stretch").text
    assert skus(again) == []
    assert "Nothing to buy" in again
