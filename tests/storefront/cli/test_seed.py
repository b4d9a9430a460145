"""A shop out of one file: all of it or nothing, and again without a change."""

import shutil

import pytest
from sqlalchemy import func, select

from storefront.catalog.models import Component, Product, Variant
from storefront.errors import Invalid, ShopError
from storefront.resources import data_folder
from storefront.stock.models import StockLevel, StockMove
from tests.makers import both, make_product

SHOP = """
[stock]
BLOCK-1 = 12

[[collections]]
slug = "blocks"
name = "Blocks"

[[components]]
slug = "yoga-block"
name = "Yoga block"

[[products]]
slug = "yoga-block"
name = "Yoga block"
collections = ["blocks"]

[[products.variants]]
sku = "BLOCK-1"
name = "One"
price_minor = 1500
components = [{slug = "yoga-block"}]

[[products]]
slug = "block-pair"
name = "Pair of blocks"

[[products.variants]]
sku = "BLOCK-2"
name = "Two"
price_minor = 2500
kit = [{sku = "BLOCK-1", quantity = 2}]
"""


@pytest.fixture
def file(tmp_path):
    made = tmp_path / "shop.toml"
    made.write_text(SHOP, "utf-8")
    return made


@pytest.fixture
def seed(app, db, file):
    """Type the command; give what it prints, or raise what it refuses with."""

    def type_():
        answer = app.test_cli_runner().invoke(
            args=["storefront", "seed", "--file", str(file)], standalone_mode=False
        )
        db.rollback()
        if answer.exception:
            raise answer.exception
        return answer.output

    return type_


def count(db, model):
    return db.scalar(select(func.count()).select_from(model))


@both
def test_a_file_fills_shelf_stock_and_search(seed, client, db):
    assert "2 products, 2 variants" in seed()

    assert client.get("/shop/yoga-block").status_code == 200
    assert "Yoga block" in client.get("/search?q=block").text
    assert db.scalars(select(StockLevel.on_hand)).all() == [12]


@both
def test_the_same_file_again_changes_nothing(seed, db):
    seed()
    before = [count(db, model) for model in (Product, Variant, Component, StockMove)]

    seed()

    assert [count(db, model) for model in (Product, Variant, Component, StockMove)] == before


def test_a_file_may_point_at_what_the_shop_has(seed, db, file):
    seed()
    file.write_text(
        """
[stock]
BLOCK-1 = 3

[[products]]
slug = "block-trio"
name = "Three blocks"
collections = ["blocks"]

[[products.variants]]
sku = "BLOCK-3"
name = "Three"
price_minor = 3500
kit = [{sku = "BLOCK-1", quantity = 3}]
""",
        "utf-8",
    )

    seed()

    assert count(db, Product) == 3
    assert db.scalars(select(StockLevel.on_hand)).all() == [3]


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("BLOCK-1 = 12", "BLOCK-9 = 12", "shop.toml: stock: there is no 'BLOCK-9'"),
        ("BLOCK-1 = 12", "BLOCK-2 = 12", "stock: 'BLOCK-2' is a kit"),
        ("BLOCK-1 = 12", "BLOCK-1 = -1", "stock.BLOCK-1: "),
        ("[stock]", 'routines = "nowhere"\n[stock]', "routines: there is no folder 'nowhere'"),
        ('["blocks"]', '["blokes"]', "collections: there is no 'blokes'"),
        ("price_minor = 1500", "prize = 1500", "products.0.variants.0.prize: Extra inputs"),
        ("[[products]]", "[[products", "shop.toml: "),
    ],
)
def test_a_mistake_is_named_and_nothing_is_written(seed, db, file, old, new, told):
    file.write_text(SHOP.replace(old, new, 1), "utf-8")

    with pytest.raises(Invalid) as caught:
        seed()

    assert told in caught.value.detail
    assert (count(db, Product), count(db, StockLevel)) == (0, 0)


def test_a_sku_of_another_product_is_refused(seed, db):
    make_product(db, sku="BLOCK-1")
    db.commit()

    with pytest.raises(Invalid, match="'BLOCK-1' belongs to mini-foam-roller"):
        seed()

    assert count(db, Product) == 1


def test_routines_come_with_it(seed, client, file):
    demo = data_folder("config") / "demo"
    shutil.copytree(demo, file.parent / "pack")
    file.write_text('routines = "pack"\n' + SHOP, "utf-8")
    whole = file.read_text("utf-8")
    parts = "".join(
        f'[[components]]\nslug = "{slug}"\nname = "{slug}"\n' for slug in needed(demo)
    )
    file.write_text(whole + parts, "utf-8")

    assert "routines, programmes and articles" in seed()
    assert client.get("/routines/foot-roll").status_code == 200


def test_a_pack_with_a_problem_writes_nothing_at_all(seed, db, file):
    shutil.copytree(data_folder("config") / "demo", file.parent / "pack")
    file.write_text('routines = "pack"\n' + SHOP, "utf-8")

    with pytest.raises(ShopError, match="The shop has no component named"):
        seed()

    assert count(db, Product) == 0


def needed(demo):
    text = (demo / "catalog/components.toml").read_text("utf-8")
    return [line.split('"')[1] for line in text.splitlines() if line.startswith("slug")]
