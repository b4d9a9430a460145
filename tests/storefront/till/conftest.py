"""A running till, a pretend shop behind its webhook, and the real SDK in front."""

import pytest

from storefront.till.server import Till, TillSettings
from tests.storefront.till.till_makers import SECRET, Shop, client_of


@pytest.fixture(scope="module")
def standing_till(tmp_path_factory):
    """One till for the tests of a file that leave nothing behind."""
    file = tmp_path_factory.mktemp("till") / "till.sqlite3"
    with Till(TillSettings(file, "http://127.0.0.1:1/", SECRET)) as till:
        yield till


@pytest.fixture
def standing_client(standing_till):
    return client_of(standing_till)


@pytest.fixture
def shop():
    shop = Shop()
    yield shop
    shop.close()


@pytest.fixture
def till(shop, tmp_path):
    settings = TillSettings(tmp_path / "till.sqlite3", shop.address, SECRET)
    with Till(settings) as till:
        yield till


@pytest.fixture
def client(till):
    return client_of(till)


@pytest.fixture
def price(client):
    return client.v1.prices.create(
        {
            "currency": "eur",
            "unit_amount": 900,
            "product_data": {"name": "Routines"},
            "recurring": {"interval": "month"},
            "lookup_key": "routines-month",
        }
    )
