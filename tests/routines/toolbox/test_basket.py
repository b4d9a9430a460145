from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from routines.toolbox.basket import Basket, cheapest
from storefront.catalog.listing import ProductListing, VariantListing


def variant(sku, price, components, band="in_stock"):
    return VariantListing(
        sku, sku, {}, price, f"€{price}", "EUR", band, 0, frozenset(components)
    )


def product(*variants):
    return ProductListing(
        slug="p", name="Product", summary="", url="/p", description="", pictures=(), variants=variants,
        collections=(), actions=(), pressure=None, facts={}, questions=(), care="", not_for="",
    )  # fmt: skip


SET = product(variant("SET", 4900, {"handle", "pointed", "rounded", "cross"}))
HANDLE, POINTED = (
    product(variant("HANDLE", 1900, {"handle"})),
    product(variant("POINTED", 800, {"pointed"})),
)
STRAP = product(variant("STRAP-200", 1400, {"strap"}), variant("STRAP-250", 1500, {"strap"}))


def skus(missing, *listings):
    return {offer.variant.sku for offer in cheapest(missing, listings).offers}


def test_spare_parts_are_taken_when_they_are_cheaper_than_the_set():
    assert skus({"handle", "pointed"}, SET, HANDLE, POINTED) == {"HANDLE", "POINTED"}


def test_the_set_is_taken_when_more_of_it_is_missing():
    dear = product(variant("DEAR", 3500, {"cross"}))

    assert skus({"handle", "pointed", "cross"}, SET, HANDLE, POINTED, dear) == {"SET"}


def test_the_cheaper_variant_is_taken_and_a_sold_out_one_never():
    gone = product(
        variant("STRAP-200", 1400, {"strap"}, "sold_out"), variant("STRAP-250", 1500, {"strap"})
    )

    assert skus({"strap"}, STRAP) == {"STRAP-200"}
    assert skus({"strap"}, gone) == {"STRAP-250"}


def test_what_nobody_sells_is_named_and_the_rest_is_still_offered():
    basket = cheapest({"strap", "moon"}, [STRAP])

    assert [offer.variant.sku for offer in basket.offers] == ["STRAP-200"]
    assert basket.unavailable == {"moon"}


def test_nothing_missing_is_an_empty_basket():
    assert cheapest(set(), [STRAP]) == Basket()


offers = st.lists(
    st.tuples(st.integers(1, 50), st.sets(st.sampled_from("abcd"), min_size=1)),
    min_size=1,
    max_size=6,
)


@given(offers, st.sets(st.sampled_from("abcd"), min_size=1))
def test_no_other_choice_costs_less(made, missing):
    listings = [
        product(variant(f"S{place}", price, parts)) for place, (price, parts) in enumerate(made)
    ]
    reachable = missing & set().union(*(parts for _, parts in made))

    basket = cheapest(missing, listings)

    costs = [
        sum(price for price, _ in chosen)
        for size in range(len(made) + 1)
        for chosen in combinations(made, size)
        if reachable <= set().union(*(parts for _, parts in chosen))
    ]
    assert basket.total_minor == min(costs)
    assert basket.unavailable == missing - reachable
