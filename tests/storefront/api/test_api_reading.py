"""The reading half of the API."""

import pytest
from jsonschema_rs import validator_for

import storefront
from storefront import database
from storefront.hooks import SearchDocument
from storefront.search.service import reindex
from tests.makers import make_product

FACTS = {"sku", "name", "options", "price_minor", "currency", "available", "weight_grams", "components",
         "stock", "ships_from", "url", "attributes"}  # fmt: skip


@pytest.fixture(autouse=True)
def shelf(app):
    with app.app_context(), database.transaction() as db:
        make_product(db, summary="Short and firm.", components=("mini-roller",))
        make_product(db, "peanut-ball", sku="PEANUT", price_minor=1700, stock=0)
        reindex(db, [SearchDocument("product", "mini-foam-roller", "Mini foam roller", "Short and firm.", "", "/shop/mini-foam-roller")])  # fmt: skip


def test_products_are_listed_with_their_variants(client):
    answer = client.get("/api/v1/products")

    assert answer.content_type == "application/json"
    body = answer.json
    assert (body["page"], body["pages"], body["total"]) == (1, 1, 2)
    roller = next(item for item in body["items"] if item["slug"] == "mini-foam-roller")
    assert set(roller["variants"][0]) == FACTS
    assert roller["variants"][0] | {"name": ""} == {
        "sku": "ROLL-MINI-M", "name": "", "options": {}, "price_minor": 2400, "currency": "EUR",
        "available": True, "weight_grams": 400, "components": ["mini-roller"],
        "stock": "in_stock", "ships_from": None, "url": "/shop/mini-foam-roller", "attributes": [],
    }  # fmt: skip


def test_a_sold_out_product_says_so_and_never_how_many_there_are(client):
    body = client.get("/api/v1/products/peanut-ball").json

    assert body["available"] is False
    assert body["url"] == "/shop/peanut-ball"
    assert "on_hand" not in str(body)


@pytest.mark.parametrize(
    "path", ["products/nothing", "products?page=7", "products?page=x", "nothing"]
)
def test_what_is_not_there_is_a_json_problem(client, path):
    answer = client.get(f"/api/v1/{path}")

    assert answer.status_code == 404
    assert answer.content_type == "application/problem+json"
    assert answer.json["code"] == "not_found"


def test_search_answers_for_the_box_in_the_header(client):
    body = client.get("/api/v1/search?q=foam").json

    assert body["total"] == 1
    assert body["results"] == [
        {"kind": "product", "slug": "mini-foam-roller", "title": "Mini foam roller",
         "summary": "Short and firm.", "url": "/shop/mini-foam-roller"}
    ]  # fmt: skip


@pytest.mark.parametrize("query", ["", "?q=" + "x" * 101])
def test_search_wants_a_query_of_sensible_length(client, query):
    answer = client.get("/api/v1/search" + query)

    assert answer.status_code == 422
    assert "q" in answer.json["fields"]


def test_strangers_share_a_cached_answer(client):
    first = client.get("/api/v1/products")

    again = client.get("/api/v1/products", headers={"If-None-Match": first.headers["ETag"]})

    assert "s-maxage" in first.headers["Cache-Control"]
    assert again.status_code == 304


def test_the_description_is_valid_and_names_every_operation(client, app):
    told = client.get("/openapi.json").json

    assert told["openapi"] == "3.1.0"
    documented = {(path, method) for path, place in told["paths"].items() for method in place}
    served = {
        (rule.rule.replace("<", "{").replace(">", "}"), method.lower())
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith("/api/v1/")
        for method in rule.methods & {"GET", "POST", "PUT", "DELETE"}
    }
    assert documented == served
    for name, schema in told["components"]["schemas"].items():
        validator_for(schema | {"components": told["components"]})
        assert schema["type"] == "object", name


def test_answers_fit_their_description(client):
    told = client.get("/openapi.json").json
    shape = told["components"]["schemas"]["ProductsAnswer"] | {"components": told["components"]}

    validator_for(shape).validate(client.get("/api/v1/products").json)


@pytest.fixture
def prefixed(settings):
    return settings.model_copy(update={"url_prefix": "/store"})


def test_the_description_keeps_the_prefix_of_a_host(prefixed):
    app = storefront.create_app(prefixed)
    told = app.test_client().get("/store/openapi.json").json
    with app.app_context():
        app.extensions["sqlalchemy"].engine.dispose()

    assert "/store/api/v1/products/{slug}" in told["paths"]
