"""Every product of the demo pack goes through the forms of the backoffice and comes out the same."""

from sqlalchemy import select

from storefront.catalog import drafts
from storefront.catalog.models import Product
from storefront.catalog.pack import load
from storefront.resources import data_folder
from tests.storefront.backoffice.at_the_desk import signed_in
from tests.storefront.backoffice.goods_at_the_desk import form_of

PACK = data_folder("config") / "demo" / "catalog"


def test_products_and_variants_are_saved_as_they_stand(app, db, subtests):
    load(db, PACK)
    db.commit()
    keeper = signed_in(app, "keeper")
    before = {each.id: drafts.of(each) for each in db.scalars(select(Product))}
    variants = [
        (each.product_id, each.id) for p in db.scalars(select(Product)) for each in p.variants
    ]
    db.rollback()

    for product_id in before:
        url = f"/backoffice/products/{product_id}"
        with subtests.test(product=before[product_id].product["slug"]):
            assert keeper.post(url, data=form_of(keeper, url)).status_code == 303
    for product_id, variant_id in variants:
        url = f"/backoffice/products/{product_id}/variants/{variant_id}"
        with subtests.test(variant=variant_id):
            assert keeper.post(url, data=form_of(keeper, url)).status_code == 303

    db.expire_all()
    after = {each.id: drafts.of(each) for each in db.scalars(select(Product))}
    for product_id, draft in before.items():
        for name, value in draft.product.items():
            assert (name, after[product_id].product[name]) == (name, value)
    assert after == before
