"""Zones are data: bands of weight and price, free delivery by one rule, and clear refusals."""

import pytest
from pydantic import ValidationError

from storefront.errors import Invalid
from storefront.pricing import shipping
from storefront.settings import Settings
from storefront.zones import Band, Way, Zone

BANDS = (
    Band(price_minor=300, up_to_grams=1000),
    Band(price_minor=500, up_to_grams=5000, below_minor=10_000),
    Band(price_minor=400, up_to_grams=5000),
)
WAY = Way(key="standard", label="Standard", days=(1, 3), bands=BANDS, free_over_minor=20_000)


def prices(country, goods, grams=0, settings=None):
    found = shipping.methods(country, goods, settings or Settings(), grams)
    return {each.key: each.price_minor for each in found}


@pytest.mark.parametrize(
    ("country", "goods", "expected"),
    [
        ("DE", 3999, {"standard": 390, "express": 990}),
        ("DE", 4000, {"standard": 0, "express": 990}),
        ("ES", 3999, {"standard": 790}),
        ("ES", 4000, {"standard": 0}),
    ],
)
def test_delivery_costs_by_zone_and_is_free_from_forty(country, goods, expected):
    assert prices(country, goods) == expected


@pytest.mark.parametrize(
    ("goods", "grams", "price"),
    [
        (100, 1000, 300),
        (100, 1001, 500),
        (9999, 5000, 500),
        (10_000, 5000, 400),
        (20_000, 5000, 0),
    ],
)
def test_the_first_band_that_holds_the_parcel_is_its_price(goods, grams, price):
    assert WAY.price_minor(goods, grams) == price


def test_what_is_too_heavy_for_one_way_goes_in_another_or_is_refused_in_a_sentence():
    big = WAY.model_copy(update={"key": "freight", "bands": (Band(price_minor=4900),)})
    zones = (Zone(name="All", countries=("DE",), ways=(WAY, big)),)

    assert prices("DE", 100, 9000, Settings(shipping_zones=zones)) == {"freight": 4900}
    only = Settings(shipping_zones=(Zone(name="All", countries=("DE",), ways=(WAY,)),))
    with pytest.raises(Invalid, match="two parts"):
        prices("DE", 100, 9000, only)


@pytest.mark.parametrize("country", ["US", "CH", "", "de"])
def test_other_countries_are_refused_in_a_sentence(country):
    with pytest.raises(Invalid) as refused:
        prices(country, 1000)

    assert "country" in refused.value.facts["fields"]


def test_express_is_refused_where_it_does_not_go():
    with pytest.raises(Invalid):
        shipping.method(shipping.methods("ES", 100, Settings()), "express")


def test_what_is_missing_for_free_delivery_never_goes_below_zero():
    def missing(goods, key="standard"):
        way = shipping.method(shipping.methods("DE", goods, Settings()), key)
        return shipping.missing_for_free(way, goods)

    assert [missing(goods) for goods in (3300, 4000, 9000)] == [700, 0, 0]
    assert missing(3300, "express") == 0  # it never becomes free


@pytest.mark.parametrize(
    "wrong",
    [
        {"shipping_home": "US"},
        {"shipping_zones": (Zone(name="A", countries=("DE", "DE"), ways=(WAY,)),)},
        {"shipping_zones": '[{"name": "A"}]'},
    ],
)
def test_zones_that_make_no_sense_stop_the_start(wrong):
    with pytest.raises(ValidationError):
        Settings(**wrong)


def test_zones_can_come_from_the_environment(monkeypatch):
    zone = Zone(name="Home", countries=("DE",), ways=(WAY,))
    monkeypatch.setenv("SHIPPING_ZONES", f"[{zone.model_dump_json()}]")

    assert Settings().shipping_zones == (zone,)


@pytest.mark.parametrize(
    ("days", "text"),
    [((1, 1), "next working day"), ((3, 3), "3 working days"), ((2, 4), "2 to 4 working days")],
)
def test_days_are_said_in_words(days, text):
    assert WAY.model_copy(update={"days": days}).days_text == text
