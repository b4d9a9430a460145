"""Choosing among products, by tables."""

import pytest

from storefront.catalog.filter_form import address, filter_form, option_labels, read_wish
from storefront.catalog.filters import (
    OPTIONS,
    ProductFacts,
    Shelf,
    Wish,
    counts,
    drops,
    fits,
    ordered,
    shelf_page,
    with_facets,
)
from storefront.errors import NotFound
from storefront.hooks import ProductFacet


def facts(number, **fields):
    given = {"name": f"Tool {number}", "actions": frozenset({"press"}), "pressure": "medium", "price_minor": 1900, "in_stock": True}  # fmt: skip
    return ProductFacts(id=number, **(given | fields))


def only(**groups):
    return Wish(**{name: frozenset(values) for name, values in groups.items()})


BALL = facts(1, name="Ball")
ROLLER = facts(2, name="roller", actions=frozenset({"roll", "stretch"}), price_minor=3400)
STRAP = facts(3, name="Strap", actions=frozenset({"stretch"}), pressure=None, price_minor=1400, in_stock=False)  # fmt: skip
KIT = facts(4, name="Kit", actions=frozenset({"press", "roll"}), pressure="firm", price_minor=4000, collections=frozenset({"kits"}))  # fmt: skip
ALL = [BALL, ROLLER, STRAP, KIT]


@pytest.mark.parametrize(
    ("wish", "expected"),
    [
        (Wish(), [1, 2, 3, 4]),
        (only(action={"press"}), [1, 4]),
        (only(action={"press", "stretch"}), [1, 2, 3, 4]),
        (only(action={"stretch"}, stock={"in"}), [2]),
        (only(pressure={"medium"}), [1, 2]),
        (only(price={"low"}), [1, 3]),
        (only(price={"middle"}), [2]),
        (only(price={"high"}), [4]),
        (only(action={"stretch"}, pressure={"firm"}), []),
        (Wish(collection="kits"), [4]),
    ],
)
def test_a_product_fits_by_any_option_of_every_group(wish, expected):
    assert [each.id for each in ALL if fits(each, wish)] == expected


@pytest.mark.parametrize(
    ("sort", "expected"),
    [("", [1, 2, 3, 4]), ("price", [3, 1, 2, 4]), ("price-desc", [4, 2, 1, 3]), ("name", [1, 4, 2, 3])],
)  # fmt: skip
def test_products_are_sorted_as_asked(sort, expected):
    assert [each.id for each in ordered(ALL, sort)] == expected


def test_counts_say_where_each_option_would_lead_beside_the_other_groups():
    found = counts(ALL, only(action={"stretch"}, stock={"in"}))

    assert found["action"] == {"press": 2, "stretch": 1, "roll": 2}
    assert found["stock"] == {"in": 1}


def test_a_dead_end_says_which_filter_to_drop_and_the_best_one_first():
    assert drops(ALL, only(action={"stretch"}, pressure={"firm"})) == [
        ("pressure", "firm", 2),
        ("action", "stretch", 1),
    ]


def test_pages_hold_a_size_and_end():
    first = shelf_page(ALL, [], Wish(), size=3)
    second = shelf_page(ALL, [], Wish(page=2), size=3)

    assert (first.product_ids, second.product_ids) == ([1, 2, 3], [4])
    assert (first.total, first.pages) == (4, 2)
    with pytest.raises(NotFound):
        shelf_page(ALL, [], Wish(page=3), size=3)


def test_an_empty_shelf_has_one_page():
    assert shelf_page([], [], Wish()).pages == 1


def test_a_query_is_read_and_what_is_no_option_is_left_out():
    query = {"action": ["press", "fly"], "price": ["low"], "stock": ["in"], "sort": ["upwards"]}

    wish = read_wish(
        {"sort": "upwards"}, lambda name: query.get(name, []), collection=None, page=2
    )

    assert wish == Wish(action=frozenset({"press"}), price=frozenset({"low"}), stock=frozenset({"in"}), page=2)  # fmt: skip


def test_the_same_wish_has_one_address():
    wish = Wish(action=frozenset({"roll", "press"}), component="t-handle", sort="name", page=3)

    assert address("/shop/", wish) == "/shop/?action=press&action=roll&component=t-handle&sort=name&page=3"  # fmt: skip
    assert address("/shop/", Wish()) == "/shop/"


def test_every_option_has_words():
    labels = option_labels(str)

    assert all(labels[option] for options in OPTIONS.values() for option in options)


def test_each_filter_in_force_is_a_link_that_takes_it_off():
    wish = only(action={"stretch"}, pressure={"firm"})

    form = filter_form(shelf_page(ALL, [Shelf("kits", "Kits", "")], wish), "/shop/", str)

    assert [(link.label, link.url) for link in form.applied] == [
        ("Stretch", "/shop/?pressure=firm"),
        ("Firm", "/shop/?action=stretch"),
    ]
    assert [link.label for link in form.drops] == ["Without “Firm”: 2 products", "Without “Stretch”: 1 product"]  # fmt: skip
    assert form.count_text == "0 products"


AREA = ProductFacet(
    "area", "Body area", (("neck", "Neck"), ("foot", "Foot")),
    {"ball": frozenset({"neck", "foot"}), "strap": frozenset({"foot"})},
)  # fmt: skip
WITH_AREA = with_facets([facts(1, slug="ball"), facts(2, slug="roller"), facts(3, slug="strap", actions=frozenset({"stretch"}))], [AREA])  # fmt: skip


def in_area(*areas, **groups):
    return Wish(more={"area": frozenset(areas)}, **groups)


@pytest.mark.parametrize(
    ("wish", "expected"),
    [
        (Wish(), [1, 2, 3]),
        (in_area("neck"), [1]),
        (in_area("foot"), [1, 3]),
        (in_area("foot", action=frozenset({"stretch"})), [3]),
        (in_area("neck", action=frozenset({"stretch"})), []),
    ],
)
def test_a_group_of_a_plugin_filters_like_our_own(wish, expected):
    assert [each.id for each in WITH_AREA if fits(each, wish)] == expected


def test_a_group_of_a_plugin_is_counted_taken_off_and_in_the_address():
    wish = in_area("neck", action=frozenset({"stretch"}))

    assert counts(WITH_AREA, wish, [AREA])["area"] == {"neck": 0, "foot": 1}
    assert drops(WITH_AREA, wish) == [("area", "neck", 1), ("action", "stretch", 1)]
    assert address("/shop/", wish) == "/shop/?area=neck&action=stretch"
    assert address("/shop/", wish.without("area", "neck")) == "/shop/?action=stretch"


def test_a_group_of_a_plugin_is_shown_first_with_its_own_words():
    page = shelf_page(WITH_AREA, [], in_area("foot"), facets=(AREA,))
    form = filter_form(page, "/shop/", str)

    assert form.groups[0].label == "Body area"
    assert [(one.label, one.count, one.checked) for one in form.groups[0].options] == [("Neck", 1, False), ("Foot", 2, True)]  # fmt: skip
    assert [(one.label, one.url) for one in form.applied] == [("Foot", "/shop/")]


def test_values_that_no_plugin_offers_are_left_out():
    asked = {"area": ["neck", "moon", "<b>"], "moon": ["full"]}
    wish = read_wish(
        {}, lambda name: asked.get(name, []), collection=None, page=1, facets=[AREA]
    )

    assert wish.more == {"area": frozenset({"neck"})}
