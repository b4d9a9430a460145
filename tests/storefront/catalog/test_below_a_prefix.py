"""A shop that hangs below a prefix leads nowhere else."""

import re

import pytest

import storefront
from storefront import database
from storefront.cli import demo
from storefront.resources import data_folder


@pytest.fixture
def client(settings):
    app = storefront.create_app(settings.model_copy(update={"url_prefix": "/store"}))
    with app.app_context(), database.transaction() as db:
        demo.fill(db, data_folder("config") / "demo")
    yield app.test_client()
    with app.app_context():
        app.extensions["sqlalchemy"].engine.dispose()


def test_every_address_of_a_page_is_below_the_prefix(client):
    for page in ("/store/", "/store/shop/", "/store/shop/hamstring-kit", "/store/help/", "/store/search?q=roler", "/store/never"):  # fmt: skip
        text = client.get(page).text
        addresses = re.findall(r'\b(?:href|src|action|data-search-api)="(/[^"]*)"', text)

        assert addresses
        assert {each for each in addresses if not each.startswith("/store/")} == set()


def test_the_sitemap_and_robots_name_the_prefix_once(client):
    assert "<loc>http://localhost/store/shop/mini-foam-roller</loc>" in client.get("/store/sitemap.xml").text  # fmt: skip
    assert "/store/store/" not in client.get("/store/sitemap.xml").text
    assert "Disallow: /store/cart" in client.get("/store/robots.txt").text
