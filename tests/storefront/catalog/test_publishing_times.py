"""A product comes and goes at its moment, on cached pages too, without anybody doing anything."""

from datetime import UTC, datetime, timedelta

import time_machine

from storefront import database
from storefront.catalog import pack
from storefront.catalog.pack_checks import problems
from storefront.catalog.pack_models import Pack
from tests.makers import both, make_product

NOON = datetime(2026, 11, 20, 12, 30, tzinfo=UTC)


def scheduled(db, begins, ends=None):
    file = {
        "slug": "later", "name": "Later", "published_at": begins, "unpublished_at": ends,
        "variants": [{"sku": "L", "name": "One", "price_minor": 100}],
    }  # fmt: skip
    with database.transaction():
        pack.write(db, Pack.model_validate({"products": [file]}))


@both
def test_cached_pages_change_at_the_moment_and_only_then(client, db):
    with time_machine.travel(NOON, tick=False) as clock:
        scheduled(db, NOON + timedelta(minutes=5), NOON + timedelta(minutes=9))

        def seen():
            page, product = client.get("/shop/"), client.get("/shop/later")
            return page.headers["ETag"], "Later" in page.text, product.status_code

        early, shown, status = seen()
        assert (shown, status) == (False, 404)
        clock.shift(timedelta(minutes=4))
        assert seen() == (early, False, 404)
        clock.shift(timedelta(minutes=1))
        open_, shown, status = seen()
        assert (open_ != early, shown, status) == (True, True, 200)
        clock.shift(timedelta(minutes=3))
        assert seen() == (open_, True, 200)
        clock.shift(timedelta(minutes=1))
        closed, shown, status = seen()
        assert (closed != open_, shown, status) == (True, False, 404)


@both
def test_a_draft_is_nowhere(client, db):
    make_product(db, is_published=False, name="Secret roller")
    db.commit()

    assert "Secret roller" not in client.get("/shop/").text
    assert client.get("/shop/mini-foam-roller").status_code == 404
    assert client.get("/api/v1/products").json["total"] == 0
    assert client.post("/cart/lines", data={"sku": "ROLL-MINI-M"}).status_code == 422


def test_an_end_before_the_beginning_is_refused(db):
    file = {
        "slug": "later", "name": "Later", "published_at": NOON, "unpublished_at": NOON - timedelta(days=1),
        "variants": [{"sku": "L", "name": "One", "price_minor": 100}],
    }  # fmt: skip
    assert problems(Pack.model_validate({"products": [file]})) == [
        "later.toml: unpublished_at: lies before published_at"
    ]
