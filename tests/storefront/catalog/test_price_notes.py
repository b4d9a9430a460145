"""What pages say beside a price is what the settings say."""

import pytest

from storefront.zones import Band, Way, Zone
from tests.makers import make_product

WAY = Way(key="standard", label="Standard", days=(1, 2), bands=(Band(price_minor=500),))


@pytest.fixture
def settings(settings, request):
    return settings.model_copy(update=getattr(request, "param", {}))


@pytest.mark.parametrize(
    ("settings", "words", "never"),
    [
        ({}, "incl. VAT", "plus VAT"),
        ({"tax_mode": "none"}, "Prices in EUR.", "incl. VAT"),
        ({"tax_exclusive_countries": ("DE",)}, "plus VAT", "incl. VAT"),
        ({"shipping_zones": (Zone(name="A", countries=("DE",), ways=(WAY,)),)}, "delivery €5.00", "free delivery"),
    ],
    indirect=["settings"],
)  # fmt: skip
def test_a_price_says_what_it_contains_and_what_delivery_costs(
    client, db, settings, words, never
):
    make_product(db)
    db.commit()

    page = client.get("/shop/mini-foam-roller").text

    assert words in page
    assert never not in page
