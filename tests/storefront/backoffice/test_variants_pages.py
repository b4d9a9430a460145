"""Variants in the backoffice: one product's own, priced with a history, blocked with a reason, kits without shelves."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from storefront import clock
from storefront.catalog.models import PriceChange, Variant
from storefront.staff.models import AuditEntry
from storefront.stock.models import StockLevel
from tests.makers import both, make_component, make_kit, make_product
from tests.storefront.backoffice.at_the_desk import signed_in
from tests.storefront.backoffice.goods_at_the_desk import form_of

SHOP = "/shop/mini-foam-roller"
NEW = {"sku": "ROLL-MINI-F", "name": "Firm", "price": "26,50", "weight_grams": "450"}


@pytest.fixture
def roller(db):
    make_component(db, "mat")
    variant = make_product(db, name="Mini roller")
    db.commit()
    return variant


@pytest.fixture
def all_url(roller):
    return f"/backoffice/products/{roller.product_id}/variants"


@pytest.fixture
def url(all_url, roller):
    return f"{all_url}/{roller.id}"


@pytest.fixture
def keeper(app, roller):
    return signed_in(app, "keeper")


def variant(db, sku="ROLL-MINI-M"):
    db.rollback()
    db.expire_all()
    return db.scalars(select(Variant).where(Variant.sku == sku)).one_or_none()


@both
def test_a_variant_is_made_once_and_is_in_the_shop_at_once(app, db, all_url, keeper):
    sent = NEW | {"options": "Firmness: Firm", "component.mat": "2"}

    answers = [keeper.post(f"{all_url}/new", data=sent) for _ in range(2)]

    assert [each.status_code for each in answers] == [303, 422]
    assert "Another variant has this SKU." in answers[1].text
    made = variant(db, "ROLL-MINI-F")
    assert (made.slug, made.price_minor, made.weight_grams) == ("firm", 2650, 450)
    assert made.options == {"Firmness": "Firm"}
    assert [(each.component_slug, each.quantity) for each in made.components] == [("mat", 2)]
    assert db.scalars(
        select(PriceChange.price_minor).where(PriceChange.variant_id == made.id)
    ).all() == [2650]
    assert "ROLL-MINI-F" in app.test_client().get(SHOP).text


@pytest.mark.parametrize(
    ("wrong", "field", "said"),
    [({"sku": ""}, "sku", "Capitals"), ({"sku": "small"}, "sku", "Capitals"),
     ({"sku": "A" * 41}, "sku", "At most 40"), ({"name": ""}, "name", "Fill this in."),
     ({"slug": "medium"}, "slug", "used twice"), ({"price": ""}, "price", "Enter a price."),
     ({"price": "-1"}, "price", "such as 12.50"), ({"price": "1.999"}, "price", "such as 12.50"),
     ({"price": "9" * 12}, "price", "such as 12.50"), ({"weight_grams": "x"}, "weight_grams", "whole number"),
     ({"options": "Sand"}, "options", "a colon"), ({"component.mat": "1001"}, "component.mat", "0 to 1000"),
     ({"kit": "NONE-SUCH 1"}, "kit", "There is no"), ({"kit": "ROLL-MINI-M many"}, "kit", "a SKU and a number"),
     ({"kit": "ROLL-MINI-F"}, "kit", "is a kit itself")],
)  # fmt: skip
def test_what_no_variant_can_be_is_said_beside_its_field(
    db, roller, all_url, keeper, wrong, field, said
):
    roller.slug = "medium"
    db.commit()

    answer = keeper.post(f"{all_url}/new", data=NEW | wrong)

    assert answer.status_code == 422
    assert said in answer.text
    assert f'id="{field}-error"' in answer.text
    assert variant(db, "ROLL-MINI-F") is None


@both
def test_who_saves_a_variant_second_is_told(db, url, keeper):
    first, second = form_of(keeper, url), form_of(keeper, url)

    assert keeper.post(url, data=first | {"name": "Mid"}).status_code == 303
    answer = keeper.post(url, data=second | {"name": "Middling"})

    assert answer.status_code == 409
    assert 'value="Middling"' in answer.text
    assert variant(db).name == "Mid"


@both
def test_a_price_is_changed_with_its_history_and_not_over_anothers(app, db, url, keeper):
    form = form_of(keeper, url, f"{url}/price")
    assert form["price"] == "24.00"

    assert keeper.post(f"{url}/price", data=form | {"price": "19.90"}).status_code == 303
    answer = keeper.post(f"{url}/price", data=form | {"price": "5"})

    assert (answer.status_code, "was changed since" in answer.text) == (422, True)
    assert "€19.90" in app.test_client().get(SHOP).text
    assert db.scalars(select(PriceChange.price_minor)).all()[-1] == 1990
    entry = db.scalars(select(AuditEntry).where(AuditEntry.action == "variant.priced")).one()
    assert entry.facts == {"from_minor": 2400, "to_minor": 1990, "announced": False}


def test_what_is_no_reduction_is_not_shown_as_one(db, url, keeper):
    sent = form_of(keeper, url, f"{url}/price") | {"price": "25", "announced": "yes"}

    answer = keeper.post(f"{url}/price", data=sent)

    assert answer.status_code == 422
    assert "no reduction" in answer.text
    assert 'value="25"' in answer.text


@both
def test_a_block_stops_the_sale_and_buyers_read_why(app, db, url, keeper):
    assert keeper.post(f"{url}/block", data={"reason": " "}).status_code == 422

    keeper.post(f"{url}/block", data={"reason": "Being checked."})
    assert "Being checked." in app.test_client().get(SHOP).text
    keeper.post(f"{url}/unblock")

    assert "Being checked." not in app.test_client().get(SHOP).text
    assert not variant(db).is_blocked


@both
def test_pieces_are_sold_before_they_arrive_and_no_longer(db, roller, url, keeper):
    day = (clock.now() + timedelta(days=30)).date().isoformat()

    keeper.post(f"{url}/preorder", data={"limit": "5", "ships_from": day})
    db.rollback()
    assert db.get(StockLevel, roller.id, populate_existing=True).allowance == 5
    keeper.post(f"{url}/preorder/close")

    db.rollback()
    assert db.get(StockLevel, roller.id, populate_existing=True).allowance == 0


@pytest.mark.parametrize(
    ("sent", "said"),
    [({}, "Enter how many."), ({"limit": "0", "ships_from": "2099-01-01"}, "from 1"),
     ({"limit": "5", "ships_from": "2001-01-01"}, "a day to come"),
     ({"limit": "5", "ships_from": "soon"}, "such as 2027"),
     ({"limit": "5", "ships_from": "2099-01-01", "until": "2001-01-01T00:00"}, "a moment to come")],
)  # fmt: skip
def test_a_preorder_that_makes_no_sense_is_refused(url, keeper, sent, said):
    answer = keeper.post(f"{url}/preorder", data=sent)

    assert answer.status_code == 422
    assert said in answer.text


@both
def test_a_kit_is_made_of_other_variants_and_has_no_shelf(db, all_url, url, keeper):
    refused = keeper.post(url, data=form_of(keeper, url) | {"kit": "ROLL-MINI-M 1"})
    assert refused.status_code == 422
    make_product(db, "strap", sku="STRAP")
    db.commit()
    refused = keeper.post(url, data=form_of(keeper, url) | {"kit": "STRAP 2"})
    assert "has no shelf of its own" in refused.text

    keeper.post(f"{all_url}/new", data=NEW | {"kit": "ROLL-MINI-M\nSTRAP × 2\nSTRAP"})

    held = {each.item.sku: each.quantity for each in variant(db, "ROLL-MINI-F").kit_items}
    assert held == {"ROLL-MINI-M": 1, "STRAP": 3}


def test_a_part_of_a_kit_does_not_become_a_kit(db, roller, keeper):
    part = make_product(db, "strap", sku="STRAP", stock=None)
    make_kit(db, {part: 1})
    db.commit()
    url = f"/backoffice/products/{part.product_id}/variants/{part.id}"

    answer = keeper.post(url, data=form_of(keeper, url) | {"kit": "ROLL-MINI-M"})

    assert answer.status_code == 422
    assert "part of another kit" in answer.text


def test_variants_change_places(db, all_url, keeper):
    made = keeper.post(f"{all_url}/new", data=NEW).location

    keeper.post(f"{made}/move", data={"step": "up"})
    keeper.post(f"{made}/move", data={"step": "up"})

    assert variant(db, "ROLL-MINI-F").position < variant(db).position


def test_a_variant_of_another_product_is_not_there(db, roller, keeper):
    other = make_product(db, "strap", sku="STRAP")
    db.commit()
    url = f"/backoffice/products/{roller.product_id}/variants/{other.id}"

    assert keeper.get(url).status_code == 404
    for doing in ("", "/price", "/move", "/block", "/unblock", "/preorder", "/preorder/close"):
        sent = {
            "reason": "x",
            "price": "1",
            "was": "2400",
            "limit": "1",
            "ships_from": "2099-01-01",
        }
        assert keeper.post(f"{url}{doing}", data=sent).status_code == 404
    assert (variant(db, "STRAP").price_minor, variant(db, "STRAP").is_blocked) == (2400, False)


def test_an_author_sees_no_way_to_prices_and_no_tax(app, roller):
    text = signed_in(app, "author").get(f"/backoffice/products/{roller.product_id}").text

    assert "Add a variant" not in text
    assert 'name="tax_category"' not in text
