"""The commands that make a shop out of an empty folder."""

import json

import pytest

import storefront
from storefront.settings import Settings


@pytest.fixture
def bare(tmp_path):
    made = storefront.create_app(
        Settings(storefront_data=tmp_path, base_url="http://localhost")
    )
    yield made.test_cli_runner()
    with made.app_context():
        made.extensions["sqlalchemy"].engine.dispose()


def run(runner, *words):
    result = runner.invoke(args=["storefront", *words])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.output
    return result


def test_tables_come_up_and_go_down_again(bare):
    assert run(bare, "migrate", "status").exit_code == 1

    assert "newest revision" in run(bare, "migrate", "up").output
    facts = json.loads(run(bare, "migrate", "status", "--json").output)
    assert facts["current"] == facts["head"]

    run(bare, "migrate", "down", "--to", "base")
    assert json.loads(run(bare, "migrate", "status", "--json").output)["current"] is None


def test_the_demo_fills_an_empty_shop_and_leaves_a_filled_one_alone(bare):
    run(bare, "migrate", "up")

    first = run(bare, "demo")
    second = run(bare, "demo")
    again = run(bare, "demo", "--again")

    assert "Catalogue: 13 products, 18 variants." in first.output
    assert second.output == "The shop is already filled: 13 products. Nothing was changed.\n"
    assert "Catalogue: 13 products" in again.output


def test_a_sku_finds_its_product(demo_app):
    found = demo_app.test_client().get("/search?q=STRAP-200").text

    assert "/shop/stretching-strap" in found
