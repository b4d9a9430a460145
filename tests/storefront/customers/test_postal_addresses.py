"""Each country asks for its own address; the same rules serve page, API and every later change."""

import pytest

from storefront.customers import addresses
from storefront.errors import Invalid
from storefront.pricing import shipping
from storefront.settings import Settings

BERLIN = {"line1": "Way 1", "postal_code": "10115", "city": "Berlin", "country": "DE"}


def checked(**parts):
    return addresses.checked(BERLIN | parts)


def names(country):
    return [field.name for field in addresses.fields(country)]


@pytest.mark.parametrize(
    ("country", "fields"),
    [
        ("DE", ["line1", "line2", "postal_code", "city"]),
        ("IE", ["line1", "line2", "city", "region", "postal_code"]),
        ("IT", ["line1", "line2", "postal_code", "city", "region"]),
        ("GB", ["line1", "line2", "city", "postal_code"]),
        ("US", ["line1", "line2", "city", "region", "postal_code"]),
    ],
)
def test_fields_come_in_the_order_of_the_country(country, fields):
    assert names(country) == fields


def test_labels_are_those_of_the_country():
    labels = {field.name: field.label for field in addresses.fields("US")}

    assert (labels["region"], labels["postal_code"]) == ("State", "ZIP code")


@pytest.mark.parametrize("country", shipping.countries(Settings()))
def test_every_country_that_we_deliver_to_takes_its_own_example(country):
    told = {"line1": "Way 1", "city": "Town", "country": country}
    for field in addresses.fields(country):
        if field.example:
            told[field.name] = field.example
        if field.choices:
            told[field.name] = field.choices[0][1]

    assert addresses.checked(told)["country"] == country


@pytest.mark.parametrize(
    ("country", "typed", "kept"),
    [
        ("DE", "D-10115", "10115"), ("DE", " 10115 ", "10115"), ("NL", "1234 ab", "1234 AB"),
        ("LU", "L-1234", "1234"), ("LT", "LT-04340", "04340"), ("LV", "1073", "LV-1073"),
        ("GB", "ec1y 8sy", "EC1Y 8SY"), ("SE", "SE-111 22", "111 22"),
    ],
)  # fmt: skip
def test_a_postal_code_is_kept_in_the_spelling_of_its_country(country, typed, kept):
    assert checked(country=country, postal_code=typed)["postal_code"] == kept


@pytest.mark.parametrize(
    "code", ["1011", "101155", "ABCDE", "10115\n1", "\u0661\u0660\u0661\u0661\u0665x"]
)
def test_a_wrong_postal_code_is_answered_with_an_example(code):
    with pytest.raises(Invalid) as refused:
        checked(postal_code=code)

    assert refused.value.fields == {
        "postal_code": "This is no postal code of Germany. It looks like 26133."
    }


def test_what_is_missing_is_named_in_the_words_of_the_country():
    with pytest.raises(Invalid) as refused:
        addresses.checked({"country": "US"})

    assert refused.value.fields == {
        "line1": "Enter street and number.", "city": "Enter the town or city.",
        "region": "Choose the state.", "postal_code": "Enter the ZIP code.",
    }  # fmt: skip


@pytest.mark.parametrize("typed", ["CA", "ca", "California", " california "])
def test_a_region_is_found_by_key_or_name(typed):
    told = checked(country="US", region=typed, postal_code="95014")

    assert told["region"] == "CA"


def test_a_region_that_the_country_does_not_ask_for_is_left_out():
    assert "region" not in checked(region="Bavaria")


def test_a_region_of_another_country_is_refused():
    with pytest.raises(Invalid) as refused:
        checked(country="IT", postal_code="00144", region="Bavaria")

    assert refused.value.fields == {"region": "Choose the province."}


@pytest.mark.parametrize("country", ["", "XX", "ZZ", "de1", "../de", "D\u0130"])
def test_a_country_that_is_none_is_refused(country):
    with pytest.raises(Invalid) as refused:
        checked(country=country)

    assert "country" in refused.value.fields


@pytest.mark.parametrize(
    ("parts", "lines"),
    [
        ({}, ["Way 1", "10115 Berlin"]),
        ({"line2": "2nd floor"}, ["Way 1", "2nd floor", "10115 Berlin"]),
        (
            {"country": "US", "city": "Cupertino", "region": "CA", "postal_code": "95014"},
            ["Way 1", "Cupertino, CA 95014"],
        ),
        ({"country": "??"}, ["Way 1", "10115 Berlin"]),
    ],
)
def test_an_address_is_written_as_its_country_does(parts, lines):
    assert addresses.written(BERLIN | parts) == lines
