"""A catalogue pack is checked whole, written once, and loading it again changes nothing."""

import shutil

import pytest
from sqlalchemy import func, select

from storefront import database
from storefront.catalog import pack
from storefront.catalog.models import KitItem, Product, Variant, VariantComponent
from storefront.cli.demo import fill
from storefront.errors import Invalid
from storefront.resources import data_folder
from storefront.stock.models import StockLevel, StockMove
from tests.makers import both

DEMO = data_folder("config") / "demo" / "catalog"


@pytest.fixture
def folder(tmp_path):
    return shutil.copytree(DEMO, tmp_path / "catalog")


def edit(folder, name, old, new):
    file = folder / name
    text = file.read_text("utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), "utf-8")


@both
def test_the_demo_catalogue_is_written_with_its_kits(db):
    with database.transaction():
        loaded = pack.load(db, DEMO)

    kit = db.scalars(select(Variant).where(Variant.sku == "KIT-HAMSTRING")).one()
    assert {item.item.sku for item in kit.kit_items} == {"ROLL-MINI-M", "STRAP-200", "TOOL-SET"}
    assert loaded.products == db.scalar(select(func.count(Product.id)))
    assert "KIT-HAMSTRING" not in loaded.first_stock


@both
def test_loading_the_demo_again_changes_nothing(db):
    with database.transaction():
        fill(db, DEMO.parent)
    before = snapshot(db)

    with database.transaction():
        fill(db, DEMO.parent)

    assert snapshot(db) == before


def snapshot(db):
    return [
        db.execute(select(table).order_by(*table.primary_key)).all()
        for table in (
            Product.__table__, Variant.__table__, VariantComponent.__table__, KitItem.__table__,
            StockLevel.__table__, StockMove.__table__,
        )
    ]  # fmt: skip


def test_what_was_sold_since_is_not_put_back_by_loading_again(db):
    with database.transaction():
        fill(db, DEMO.parent)
        db.scalars(select(StockLevel)).first().on_hand = 1

    with database.transaction():
        fill(db, DEMO.parent)

    assert db.scalars(select(StockLevel)).first().on_hand == 1


def test_what_a_file_no_longer_says_a_variant_brings_is_taken_off(db, folder):
    with database.transaction():
        pack.load(db, folder)
    edit(
        folder,
        "products/pressure-tool-set.toml",
        '    {slug = "t-handle", quantity = 1},\n',
        "",
    )

    with database.transaction():
        pack.load(db, folder)

    brought = select(VariantComponent.component_slug).join(
        Variant, Variant.id == VariantComponent.variant_id
    )
    assert set(db.scalars(brought.where(Variant.sku == "TOOL-SET"))) == {
        "spherical-handle", "pointed-attachment", "rounded-attachment",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("name", "old", "new", "told"),
    [
        ("products/t-handle.toml", "summary =", "sumary =", "t-handle.toml: sumary: Extra inputs"),  # codespell:ignore sumary
        ("products/t-handle.toml", "price_minor = 1900", "price_minor = 19.5", "t-handle.toml: variants.0.price_minor: "),
        ("products/t-handle.toml", "price_minor = 1900", "price_minor = -1", "t-handle.toml: variants.0.price_minor: "),
        ("products/t-handle.toml", '"press"', '"poke"', "t-handle.toml: actions.0: "),
        ("products/t-handle.toml", '["spares"]', '["spare"]', "t-handle.toml: collections: there is no 'spare'"),
        ("products/t-handle.toml", 'slug = "t-handle", q', 'slug = "tee", q', "variants.0.components: there is no 'tee'"),
        ("products/t-handle.toml", 'sku = "PART-T"', 'sku = "TOOL-SET"', "sku: 'TOOL-SET' is used twice"),
        ("products/hamstring-kit.toml", "STRAP-200", "STRAP-999", "kit: there is no 'STRAP-999'"),
        ("products/hamstring-kit.toml", "STRAP-200", "KIT-STARTER", "kit: 'KIT-STARTER' is a kit itself"),
        ("products/hamstring-kit.toml", "price_minor = 7900", "stock = 3\nprice_minor = 7900", "a kit has no stock"),
        ("products/t-handle.toml", "latex = false", 'latex = "no"', "t-handle.toml: attributes.latex: yes or no is asked"),
        ("products/t-handle.toml", "latex = false", "", "t-handle.toml: attributes.latex: is missing"),
        ("products/t-handle.toml", "latex = false", "latex = false\nweight = 3", "attributes.weight: the type of the product has no such"),
        ("products/mini-foam-roller.toml", "{density = 84}", '{density = "84"}', "variants.0.attributes.density: a number is asked"),
        ("products/mini-foam-roller.toml", '"EVA foam"', '"Stone"', "attributes.material: 'Stone' is none of EVA foam"),
        ("products/t-handle.toml", '"pressure-tool"', '"tool"', "t-handle.toml: type: there is no 'tool'"),
        ("products/t-handle.toml", '["pressure-tool-set"]', '["none"]', "t-handle.toml: spare_for: there is no 'none'"),
        ("products/t-handle.toml", 'maker = "pressline-demo"', 'maker = "who"', "t-handle.toml: safety.maker: makers.toml has no 'who'"),
        ("products/mini-foam-roller.toml", 'responsible = "pressline-demo"', "", "safety.responsible: is missing: the maker is outside"),
        ("products/mini-foam-roller.toml", 'responsible = "pressline-demo"', 'responsible = "demo-foam-works"', "has to be in the European Union"),
        ("types.toml", 'kind = "choice", choices = ["Cotton", "Nylon"]', 'kind = "choice"', "types.toml: strap.material.choices: "),
        ("collections.toml", 'parent = "pressure-tools"', 'parent = "spares"', "collections.toml: spares.parent: a tree has 3 levels and no ring"),
        ("collections.toml", 'parent = "pressure-tools"', 'parent = "none"', "collections.toml: spares.parent: there is no 'none'"),
        ("collections.toml", "[[collections]]", "[[collections", "collections.toml: "),
        ("components.toml", 'name = "Mini foam roller"', "", "components.toml: components.0.name: Field required"),
    ],
)  # fmt: skip
def test_an_error_names_the_file_the_field_and_the_reason(db, folder, name, old, new, told):
    edit(folder, name, old, new)

    with pytest.raises(Invalid) as caught:
        pack.load(db, folder)

    assert told in caught.value.detail
    assert db.scalar(select(func.count(Product.id))) == 0


def test_a_physical_product_without_its_maker_is_refused(db, folder):
    file = folder / "products" / "t-handle.toml"
    text = file.read_text("utf-8")
    begin, end = text.index("[safety]"), text.index("[facts]")
    file.write_text(text[:begin] + text[end:], "utf-8")

    with pytest.raises(Invalid, match=r"t-handle\.toml: safety: is missing"):
        pack.load(db, folder)


def test_a_folder_without_its_files_says_which_is_missing(db, tmp_path):
    with pytest.raises(Invalid, match=r"collections\.toml: cannot be read"):
        pack.load(db, tmp_path)
