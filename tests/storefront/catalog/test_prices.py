"""Prices change in one way, and a reduction is measured by the 30 days before it."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from storefront import clock
from storefront.catalog import pack
from storefront.catalog.models import PriceChange, Variant
from storefront.catalog.prices import lowest_before, set_price
from storefront.errors import Invalid
from storefront.resources import data_folder
from tests.makers import both, make_product

NOW = clock.now()
DAY = timedelta(days=1)


def history(db, variant):
    mine = select(PriceChange.price_minor).where(PriceChange.variant_id == variant.id)
    return list(db.scalars(mine.order_by(PriceChange.id)))


@pytest.fixture
def roller(db):
    """A roller that has cost 24.00 for half a year."""
    variant = make_product(db)
    db.add(PriceChange(variant_id=variant.id, price_minor=2400, at=NOW - 180 * DAY))
    db.flush()
    return variant


@both
def test_each_change_of_a_price_is_kept(db, roller):
    for price in (2600, 2600, 2200):
        set_price(db, roller, price, NOW)

    assert history(db, roller) == [2400, 2600, 2200]


def test_an_announced_reduction_is_measured_by_the_lowest_price_of_30_days(db, roller):
    set_price(db, roller, 2000, NOW - 20 * DAY)
    set_price(db, roller, 2400, NOW - 10 * DAY)

    set_price(db, roller, 1900, NOW, announced=True)

    assert (roller.price_minor, roller.was_minor) == (1900, 2000)


def test_what_was_asked_before_the_30_days_is_forgotten(db, roller):
    set_price(db, roller, 1500, NOW - 60 * DAY)
    set_price(db, roller, 2400, NOW - 40 * DAY)

    assert lowest_before(db, roller, NOW) == 2400


def test_a_price_that_began_before_the_30_days_and_ended_in_them_counts(db, roller):
    set_price(db, roller, 1500, NOW - 60 * DAY)
    set_price(db, roller, 2400, NOW - 29 * DAY)

    assert lowest_before(db, roller, NOW) == 1500


@pytest.mark.parametrize("price", [2400, 2000, 2100])
def test_no_reduction_is_announced_as_one(db, roller, price):
    set_price(db, roller, 2000, NOW - 20 * DAY)
    set_price(db, roller, 2500, NOW - 10 * DAY)

    with pytest.raises(Invalid, match="no reduction"):
        set_price(db, roller, price, NOW, announced=True)
    assert roller.price_minor == 2500


def test_a_further_reduction_keeps_what_the_first_was_measured_by(db, roller):
    set_price(db, roller, 2000, NOW - DAY, announced=True)
    set_price(db, roller, 1800, NOW, announced=True)

    assert roller.was_minor == 2400


def test_any_other_change_ends_the_announcement(db, roller):
    set_price(db, roller, 2000, NOW - DAY, announced=True)
    set_price(db, roller, 2400, NOW)

    assert roller.was_minor is None


def test_a_pack_writes_history_and_loading_it_again_adds_none(db):
    folder = data_folder("config") / "demo" / "catalog"
    pack.load(db, folder)
    first = len(db.scalars(select(PriceChange.id)).all())

    pack.load(db, folder)

    assert first == len(db.scalars(select(Variant.id)).all())
    assert len(db.scalars(select(PriceChange.id)).all()) == first


def test_page_and_shelf_show_what_it_was_reduced_from(client, db, roller):
    set_price(db, roller, 1900, NOW, announced=True)
    db.commit()

    for address in ("/shop/mini-foam-roller", "/shop/"):
        page = client.get(address).text
        assert "€19.00" in page
        assert "€24.00" in page
        assert "lowest price of the 30 days before" in page


def test_without_an_announcement_nothing_is_crossed_out(client, db, roller):
    set_price(db, roller, 1900, NOW)
    db.commit()

    assert "30 days before" not in client.get("/shop/mini-foam-roller").text
