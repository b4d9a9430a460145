"""Rates and delivery, by country."""

from datetime import UTC, date, datetime

import pytest

from storefront.errors import Invalid
from storefront.pricing import shipping, tax
from storefront.settings import Settings

TODAY = date(2026, 11, 20)


@pytest.fixture
def rate(db):
    """Tell the rate of a country on a day."""

    def told(country, category="standard", on=TODAY, **settings):
        return tax.calculator(db, Settings(**settings)).terms(country, on).rate(category)

    return told


@pytest.mark.parametrize(
    ("country", "basis_points"), [("DE", 1900), ("AT", 2000), ("FI", 2550), ("LU", 1700)]
)
def test_the_rate_is_that_of_the_buyers_country(rate, country, basis_points):
    assert rate(country) == basis_points


@pytest.mark.parametrize("country", ["CH", "NO", "GB", "XX"])
def test_there_is_no_vat_outside_the_union(rate, country):
    assert rate(country) == 0


def test_a_shop_without_vat_charges_none(rate):
    assert rate("DE", tax_mode="none") == 0


def test_a_product_of_the_reduced_category_has_the_reduced_rate(rate):
    assert rate("DE", "reduced") == 700
    assert rate("FR", "reduced") == 550  # not the 0.9 % that Corsica has


def test_a_category_that_a_country_does_not_know_is_taxed_as_standard(rate):
    assert rate("DK", "reduced") == 2500


@pytest.mark.parametrize(("points", "text"), [(1900, "19 %"), (2550, "25.5 %"), (0, "0 %")])
def test_rates_are_written_for_people(points, text):
    assert tax.percent_text(points) == text


def test_every_country_we_deliver_to_has_a_rate_and_a_name(rate):
    names = tax.country_names(shipping.countries(Settings()))

    assert len(names) == 27
    assert list(names.values()) == sorted(names.values())
    assert all(rate(country) >= 1700 for country in names)


def test_a_rate_of_our_own_holds_from_its_day_on(db, rate):
    tax.set_rate(db, "DE", 2100, date(2027, 1, 1), "standard")
    tax.set_rate(db, "DE", 2200, date(2028, 1, 1), "standard")

    days = (date(2026, 12, 31), date(2027, 1, 1), date(2027, 12, 31), date(2028, 1, 1))
    assert [rate("DE", on=day) for day in days] == [1900, 2100, 2100, 2200]
    assert rate("DE", "reduced", on=days[1]) == 700


def test_a_country_outside_the_union_has_the_rate_that_we_write_down(db, rate):
    tax.set_rate(db, "CH", 810, date(2024, 1, 1), "standard")

    assert rate("CH") == 810


@pytest.mark.parametrize(("country", "points"), [("Germany", 1900), ("DE", -1), ("DE", 10_001)])
def test_what_is_no_rate_is_refused(db, country, points):
    with pytest.raises(Invalid):
        tax.set_rate(db, country, points, TODAY, "standard")


def test_tax_comes_on_top_only_where_the_settings_say_so(db):
    settings = Settings(tax_exclusive_countries="US,CH")

    terms = {
        country: tax.calculator(db, settings).terms(country, TODAY) for country in ("CH", "DE")
    }

    assert (terms["CH"].is_added, terms["DE"].is_added) == (True, False)


def test_the_day_is_that_of_the_shop():
    late = datetime(2026, 12, 31, 23, 30, tzinfo=UTC)

    assert tax.day(late, Settings(timezone="Europe/Berlin")) == date(2027, 1, 1)
    assert tax.day(late, Settings(timezone="America/New_York")) == date(2026, 12, 31)
