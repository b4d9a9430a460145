"""What machines ask: alive, ready, what to crawl."""

import xml.etree.ElementTree as ET

import storefront
from storefront.settings import Settings


def test_a_living_process_says_so_without_a_database(tmp_path):
    app = storefront.create_app(
        Settings(
            storefront_data=tmp_path, database_url=f"sqlite:///{tmp_path}/never/made.sqlite3"
        )
    )

    assert app.test_client().get("/healthz").text == "ok\n"


def test_a_migrated_database_is_ready(client):
    assert client.get("/readyz").text == "ready\n"


def test_tables_of_another_revision_are_not_ready(tmp_path):
    app = storefront.create_app(Settings(storefront_data=tmp_path))

    answer = app.test_client().get("/readyz")

    assert answer.status_code == 503
    assert "not at the newest revision" in answer.text
    with app.app_context():
        app.extensions["sqlalchemy"].engine.dispose()


def test_a_database_that_is_away_is_not_ready(tmp_path):
    app = storefront.create_app(
        Settings(
            storefront_data=tmp_path, database_url=f"sqlite:///{tmp_path}/never/made.sqlite3"
        )
    )

    assert app.test_client().get("/readyz").status_code == 503


def test_crawlers_are_told_where_the_map_is_and_where_not_to_go(demo_app):
    text = demo_app.test_client().get("/robots.txt").text

    assert "Sitemap: http://localhost/sitemap.xml" in text
    assert "Disallow: /checkout" in text
    assert "Disallow: /newsletter/\n" in text
    assert "Allow: /newsletter/archive/\n" in text


def test_the_map_lists_pages_that_are_there(demo_app):
    client = demo_app.test_client()
    tree = ET.fromstring(client.get("/sitemap.xml").text)
    places = [
        place.text for place in tree.iter("{http://www.sitemaps.org/schemas/sitemap/0.9}loc")
    ]

    assert "http://localhost/shop/mini-foam-roller" in places
    assert "http://localhost/shop/c/kits" in places
    assert "http://localhost/help/delivery" in places
    assert len(places) == len(set(places))
    assert {
        client.get(place.removeprefix("http://localhost")).status_code for place in places
    } == {200}
