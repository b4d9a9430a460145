"""Whatever is typed into the forms about goods: refused or kept as text, never a broken page."""

import pytest

from storefront.catalog.models import Collection, ProductType
from tests.makers import both, make_component, make_product
from tests.storefront.backoffice.at_the_desk import signed_in
from tests.storefront.backoffice.goods_at_the_desk import MAKER, form_of

HOSTILE = (
    "'; DROP TABLE storefront_product; --", "<script>{{ 7 * 7 }}", "\u202e🦶🏽\u200b", "99999999999999999999",
    "-1", "1e309", "a" * 5000, "\x00", "9999-12-31", "2147483648", "A 1\nA 1000\nA 1000", "x:",
)  # fmt: skip
SEEN = ("turn", "seen", "was")
PAGES = {
    "/backoffice/products/new": None, "/backoffice/products/1": None, "/backoffice/products/1/publish": "/backoffice/products/1",
    "/backoffice/products/1/variants/new": None, "/backoffice/products/1/variants/1": None,
    "/backoffice/products/1/variants/1/price": "/backoffice/products/1/variants/1",
    "/backoffice/products/1/variants/1/block": "/backoffice/products/1/variants/1",
    "/backoffice/products/1/variants/1/preorder": "/backoffice/products/1/variants/1",
    "/backoffice/stock/1": None, "/backoffice/promotions/new": None, "/backoffice/promotions/1": None,
    "/backoffice/promotions/1/codes": "/backoffice/promotions/1", "/backoffice/promotions/1/codes/batch": "/backoffice/promotions/1",
    "/backoffice/gift-cards/new": None, "/backoffice/gift-cards/1/correct": "/backoffice/gift-cards/1",
    "/backoffice/price-lists": None, "/backoffice/price-lists/pro/prices": "/backoffice/price-lists/pro",
    "/backoffice/price-lists/pro/members": "/backoffice/price-lists/pro", "/backoffice/tax-and-delivery": None,
}  # fmt: skip


@pytest.fixture
def owner(app, db):
    make_component(db, "mat")
    kind = {
        "slug": "density",
        "name": "Density",
        "kind": "number",
        "unit": "kg",
        "required": False,
    }
    db.add(ProductType(slug="roller", name="Roller", attributes=[kind]))
    db.add(Collection(slug="mats", name="Mats"))
    variant = make_product(
        db, maker=MAKER, type_slug="roller", questions=[{"ask": "a", "answer": "b"}]
    )
    db.commit()
    client = signed_in(app)
    client.post(
        "/backoffice/promotions/new",
        data={"name": "P", "kind": "percent", "percent": "5", "turn": "0"},
    )
    client.post("/backoffice/gift-cards/new", data={"amount": "5", "turn": "0"})
    client.post("/backoffice/price-lists", data={"key": "pro", "name": "Pro"})
    assert variant.id == variant.product_id == 1
    return client


# On the database that refuses more: texts with null bytes, numbers that are too large.
@pytest.mark.parametrize("backend", ["postgresql"], indirect=True)
def test_no_field_of_any_form_breaks_a_page(owner, subtests):
    for action, page in PAGES.items():
        for number, value in enumerate(HOSTILE):
            names = [
                name for name in form_of(owner, page or action, action) if name not in SEEN
            ]
            assert names, action
            one = names[number % len(names)]
            with subtests.test(action=action, value=value[:20]):
                for spoilt in (names, [one]):
                    fresh = form_of(owner, page or action, action)
                    sent = fresh | dict.fromkeys(spoilt, value)
                    assert owner.post(action, data=sent).status_code < 500
                    if action.endswith("/block"):
                        owner.post(action.replace("/block", "/unblock"))


@both
def test_no_filter_breaks_a_list(owner):
    for path in ("products", "stock", "promotions", "gift-cards"):
        for value in HOSTILE:
            asked = {"words": value, "state": value, "collection": value}
            assert owner.get(f"/backoffice/{path}", query_string=asked).status_code < 500
        assert owner.get(f"/backoffice/{path}?page=10000").status_code == 200
