"""A name once used in addresses leads to what had it, and never to something else."""

import pytest

from storefront import database
from storefront.catalog import pack, renaming
from storefront.catalog.models import Collection, Product
from storefront.catalog.pack_models import Pack
from storefront.errors import Invalid
from tests.makers import both, make_product


def product_file(slug, sku, was=()):
    variant = {"sku": sku, "name": "One", "price_minor": 100}
    return Pack.model_validate(
        {"products": [{"slug": slug, "name": slug, "was": was, "variants": [variant]}]}
    )


@both
def test_old_addresses_lead_on_through_every_name(client, db):
    product = make_product(db, "first").product
    shelf = Collection(slug="old-shelf", name="Shelf")
    db.add(shelf)
    db.flush()
    renaming.rename(db, product, "second")
    renaming.rename(db, product, "third")
    renaming.rename(db, shelf, "new-shelf")
    db.commit()

    for old in ("first", "second"):
        answer = client.get(f"/shop/{old}")
        assert (answer.status_code, answer.location) == (301, "/shop/third")
        assert "Set-Cookie" not in answer.headers
    assert client.get("/shop/first/roll-mini-m").location == "/shop/third/roll-mini-m"
    assert client.get("/shop/c/old-shelf").location == "/shop/c/new-shelf"
    assert client.get("/api/v1/products/first").location == "/api/v1/products/third"
    assert client.get("/shop/never").status_code == 404
    assert client.get("/shop/c/first").status_code == 404


@both
def test_a_used_name_goes_to_no_other_but_back(db):
    one, two = make_product(db, "one").product, make_product(db, "two", sku="T").product
    renaming.rename(db, one, "uno")

    for taken in ("one", "uno"):
        with pytest.raises(Invalid):
            renaming.rename(db, two, taken)
    renaming.rename(db, one, "one")

    assert renaming.moved_to(db, "product", "uno") == "one"
    assert renaming.moved_to(db, "product", "one") is None


def test_a_name_stays_used_when_what_had_it_is_gone(client, db):
    product = make_product(db, "first", stock=None).product
    renaming.rename(db, product, "second")
    db.delete(product)
    db.flush()

    with pytest.raises(Invalid, match="was the name of another product"):
        pack.write(db, product_file("first", "NEW"))
    db.commit()
    assert client.get("/shop/first").status_code == 404


def test_a_pack_renames_what_its_file_calls_by_its_old_name(db):
    with database.transaction():
        pack.write(db, product_file("first", "SKU-1"))
        before = db.query(Product).one().id
        for _ in range(2):
            pack.write(db, product_file("second", "SKU-1", was=["first"]))

    product = db.query(Product).one()
    assert (product.id, product.slug) == (before, "second")
    assert renaming.moved_to(db, "product", "first") == "second"


def test_a_pack_cannot_take_a_name_that_was_anothers(db):
    pack.write(db, product_file("first", "SKU-1"))
    pack.write(db, product_file("second", "SKU-1", was=["first"]))

    with pytest.raises(Invalid, match="'first' was the name of another product"):
        pack.write(db, product_file("first", "SKU-2"))
