"""Listings say what can be bought, in words that need no number, and in few statements."""

import pytest

from storefront.catalog import pages, service
from storefront.catalog.filters import Wish
from storefront.catalog.models import KitItem, Product, Variant
from storefront.catalog.pictures import pictures
from storefront.errors import NotFound
from storefront.hooks import hookimpl
from storefront.plugins import Hooks
from storefront.stock.models import StockLevel
from tests.makers import both, make_product


def make_kit(db, slug, sku, *parts, price_minor=5000):
    product = Product(slug=slug, name=slug.replace("-", " ").capitalize(), pictures=[])
    kit = Variant(sku=sku, name="Kit", price_minor=price_minor, options={})
    product.variants.append(kit)
    db.add(product)
    db.flush()
    kit.kit_items = [KitItem(item_id=part.id, quantity=pieces) for part, pieces in parts]
    db.flush()
    return kit


@both
@pytest.mark.parametrize(
    ("pieces", "held", "band"),
    [(0, 0, "sold_out"), (3, 3, "sold_out"), (5, 0, "few"), (8, 3, "few"), (6, 0, "in_stock"), (None, 0, "sold_out")],
)  # fmt: skip
def test_the_band_follows_the_free_pieces(db, pieces, held, band):
    variant = make_product(db, stock=pieces)
    if held:
        db.get_one(StockLevel, variant.id).held = held
    db.flush()

    assert pages.find_product(db, "mini-foam-roller").stock_band == band


@both
@pytest.mark.parametrize(
    ("rollers", "straps", "band"),
    [(20, 20, "in_stock"), (20, 10, "few"), (0, 20, "sold_out"), (20, 1, "sold_out"), (None, 20, "sold_out")],
)  # fmt: skip
def test_a_kit_has_what_its_scarcest_part_allows(db, rollers, straps, band):
    roller = make_product(db, stock=rollers)
    strap = make_product(db, "strap", sku="STRAP", stock=straps)
    make_kit(db, "kit", "KIT", (roller, 1), (strap, 2))

    assert pages.find_product(db, "kit").stock_band == band


@both
def test_a_kit_brings_the_components_of_its_parts_and_says_what_it_holds(db):
    roller = make_product(db, components=("mini-roller",))
    tools = make_product(
        db, "tools", sku="TOOLS", components=("t-handle", "rounded-attachment")
    )
    make_kit(db, "kit", "KIT", (roller, 1), (tools, 2))

    kit = pages.find_product(db, "kit")

    assert kit.components == {"mini-roller", "t-handle", "rounded-attachment"}
    assert {(sku, pieces) for sku, _, pieces in kit.kit} == {("ROLL-MINI-M", 1), ("TOOLS", 2)}


def test_there_is_no_listing_of_what_is_not_on_the_shelf(db):
    make_product(db, is_published=False)
    db.add(Product(slug="bare", name="Without a variant"))
    db.flush()

    for slug in ("mini-foam-roller", "bare", "never"):
        with pytest.raises(NotFound):
            pages.find_product(db, slug)
    assert pages.listings(db).total == 0


@both
def test_what_brings_a_component_comes_cheapest_first_and_sold_out_last(db):
    handle = make_product(
        db, "handle", sku="HANDLE", price_minor=1900, components=("t-handle",)
    )
    make_product(db, "set", sku="SET", price_minor=4900, components=("t-handle", "tip"))
    make_product(db, "old", sku="OLD", price_minor=900, stock=0, components=("t-handle",))
    make_product(db, "strap", sku="STRAP", price_minor=100, components=("strap",))
    make_kit(db, "kit", "KIT", (handle, 1), price_minor=7900)

    found = pages.listings_for_components(db, {"t-handle"})

    assert [product.slug for product in found] == ["handle", "set", "kit", "old"]
    assert pages.listings_for_components(db, set()) == []


@both
def test_skus_lead_to_their_products_and_variants(db):
    make_product(db)
    make_product(db, "strap", sku="STRAP")

    assert [each.slug for each in pages.listings_for_skus(db, ["STRAP", "NEVER"])] == ["strap"]
    assert list(service.variants_by_sku(db, ["STRAP", "NEVER"])) == ["STRAP"]
    assert pages.listings_for_skus(db, []) == []
    assert service.variants_by_sku(db, []) == {}


@both
def test_the_shelf_filters_by_stock_price_and_component(db):
    make_product(db, price_minor=1900, components=("ball",))
    make_product(db, "dear", sku="DEAR", price_minor=9900, stock=0, components=("mat",))

    def slugs(**wish):
        return [each.slug for each in pages.listings(db, Wish(**wish)).products]

    assert slugs() == ["mini-foam-roller", "dear"]
    assert slugs(stock=frozenset({"in"})) == ["mini-foam-roller"]
    assert slugs(price=frozenset({"high"})) == ["dear"]
    assert slugs(component="mat") == ["dear"]
    assert slugs(sort="price-desc") == ["dear", "mini-foam-roller"]


def test_a_collection_that_does_not_exist_is_not_found(db):
    with pytest.raises(NotFound):
        pages.listings(db, Wish(collection="never"))


def test_a_price_that_differs_says_from(db):
    variant = make_product(db, price_minor=2400)
    variant.product.variants.append(
        Variant(sku="BIG", name="Big", price_minor=3400, options={})
    )
    db.flush()

    product = pages.find_product(db, "mini-foam-roller")

    assert product.price_text == "from €24.00"
    assert [each.band for each in product.variants] == ["in_stock", "sold_out"]


def test_plugins_say_one_fact_of_each_card(app, db):
    class Plugin:
        @hookimpl
        def product_facts(self, db, components):
            return {slug: f"brings {sorted(brought)}" for slug, brought in components.items()}

    app.extensions["storefront"].hooks = Hooks([Plugin()])
    make_product(db, components=("mini-roller",))

    assert pages.find_product(db, "mini-foam-roller").routines_text == "brings ['mini-roller']"


def test_a_picture_that_is_missing_is_a_drawing_and_never_empty(db):
    make_product(db)
    db.query(Product).one().pictures = ["never-drawn"]
    db.flush()

    picture = pages.find_product(db, "mini-foam-roller").picture

    assert (picture.name, picture.formats) == ("tool", ("svg",))
    assert pictures(["never-drawn"])["never-drawn"] == picture
