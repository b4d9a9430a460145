"""Rates and delivery, by country."""

import pytest

from storefront.errors import Invalid
from storefront.pricing import shipping, tax
from storefront.settings import Settings


@pytest.mark.parametrize(
    ("country", "basis_points"), [("DE", 1900), ("AT", 2000), ("FI", 2550), ("LU", 1700)]
)
def test_the_rate_is_that_of_the_buyers_country(country, basis_points):
    assert tax.rate_basis_points(country, Settings()) == basis_points


@pytest.mark.parametrize("country", ["CH", "NO", "GB", "XX"])
def test_there_is_no_vat_outside_the_union(country):
    assert tax.rate_basis_points(country, Settings()) == 0


def test_a_shop_without_vat_charges_none():
    assert tax.rate_basis_points("DE", Settings(tax_mode="none")) == 0


@pytest.mark.parametrize(("points", "text"), [(1900, "19 %"), (2550, "25.5 %"), (0, "0 %")])
def test_rates_are_written_for_people(points, text):
    assert tax.percent_text(points) == text


def test_every_country_we_deliver_to_has_a_rate_and_a_name():
    names = tax.country_names(shipping.COUNTRIES)

    assert len(names) == 27
    assert list(names.values()) == sorted(names.values())
    assert all(tax.rate_basis_points(country, Settings()) >= 1700 for country in names)


@pytest.mark.parametrize(
    ("country", "subtotal", "prices"),
    [
        ("DE", 3999, {"standard": 390, "express": 990}),
        ("DE", 4000, {"standard": 0, "express": 990}),
        ("ES", 3999, {"standard": 790}),
        ("ES", 4000, {"standard": 0}),
    ],
)
def test_delivery_costs_by_zone_and_is_free_from_forty(country, subtotal, prices):
    found = shipping.methods(country, subtotal)

    assert {method.key: method.price_minor for method in found} == prices


@pytest.mark.parametrize("country", ["US", "CH", "", "de"])
def test_other_countries_are_refused_in_a_sentence(country):
    with pytest.raises(Invalid) as refused:
        shipping.methods(country, 1000)

    assert "country" in refused.value.facts["fields"]


def test_express_is_refused_where_it_does_not_go():
    with pytest.raises(Invalid):
        shipping.method("ES", "express", 1000)


def test_what_is_missing_for_free_delivery_never_goes_below_zero():
    assert [shipping.missing_for_free(sum_) for sum_ in (3300, 4000, 9000)] == [700, 0, 0]
