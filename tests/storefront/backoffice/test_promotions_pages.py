"""Promotions in the backoffice: tried before they are saved, never doubled, and codes that end."""

import pytest
from sqlalchemy import func, select

from storefront import clock
from storefront.catalog.models import Collection
from storefront.pricing.models import Promotion, PromotionCode, Redemption
from storefront.staff.models import AuditEntry
from tests.makers import both, make_order, make_product
from tests.storefront.backoffice.at_the_desk import signed_in
from tests.storefront.backoffice.counted import statements
from tests.storefront.backoffice.goods_at_the_desk import form_of

LIST = "/backoffice/promotions"
NEW = f"{LIST}/new"
TEN = {"name": "Ten off", "kind": "percent", "percent": "10", "turn": "0"}


@pytest.fixture
def keeper(app, db):
    make_product(db, name="Mini roller")
    db.add(Collection(slug="mats", name="Mats"))
    db.commit()
    return signed_in(app, "keeper")


@pytest.fixture
def url(keeper):
    return keeper.post(NEW, data=TEN).location


def promotions(db):
    db.rollback()
    db.expire_all()
    return db.scalars(select(Promotion).order_by(Promotion.id)).all()


def use(db, promotion_id, code_id=None):
    order = make_order(db)
    db.add(
        Redemption(
            order_id=order.id, promotion_id=promotion_id, code_id=code_id, email_hash="x",
            amount_minor=240, state="confirmed", at=clock.now(),
        )
    )  # fmt: skip
    db.commit()


@both
def test_a_promotion_is_made_once_and_counts_in_a_cart_at_once(app, db, keeper):
    answers = [keeper.post(NEW, data=TEN) for _ in range(2)]

    assert [each.status_code for each in answers] == [303, 422]
    assert "was made since you looked" in answers[1].text
    assert [(each.name, each.basis_points) for each in promotions(db)] == [("Ten off", 1000)]
    buyer = app.test_client()
    buyer.post("/cart/lines", data={"sku": "ROLL-MINI-M", "quantity": "1"})
    assert "Ten off" in buyer.get("/cart").text


@pytest.mark.parametrize(
    ("sent", "kept"),
    [({"kind": "fixed", "amount": "5,50"}, {"amount_minor": 550}),
     ({"kind": "free_delivery", "min_spend": "20"}, {"min_spend_minor": 2000}),
     ({"kind": "buy_get", "buy": "2", "get": "1", "percent": "100"}, {"buy_quantity": 2, "get_quantity": 1}),
     ({"kind": "kit_price", "amount": "40", "kit": "mini-foam-roller 2"}, {"kit": {"mini-foam-roller": 2}}),
     ({"collection.mats": "yes", "alone": "yes", "budget": "100"}, {"collections": ["mats"], "combines": False, "budget_minor": 10000}),
     ({"first_order_only": "yes", "needs_code": "yes", "products": "mini-foam-roller"}, {"first_order_only": True, "needs_code": True}),
     ({"starts": "2027-01-01T09:00", "ends": "2027-02-01T09:00"}, {})],
)  # fmt: skip
def test_every_kind_is_kept_as_it_was_typed_and_shown_so_again(db, keeper, sent, kept):
    url = keeper.post(NEW, data=TEN | sent).location

    made = promotions(db)[0]
    assert {name: getattr(made, name) for name in kept} == kept
    shown = form_of(keeper, url)
    assert {name: shown[name] for name in sent if name not in ("amount", "budget", "min_spend", "percent")} == {
        name: text for name, text in sent.items() if name not in ("amount", "budget", "min_spend", "percent")
    }  # fmt: skip
    assert keeper.post(url, data=shown).status_code == 303


@pytest.mark.parametrize(
    ("wrong", "field", "said"),
    [({"name": ""}, "name", "Give it a name"), ({"kind": "magic"}, "kind", "Choose one of"),
     ({"percent": "0"}, "percent", "From 0.01"), ({"percent": "101"}, "percent", "0 to 100"),
     ({"percent": "x"}, "percent", "0 to 100"), ({"kind": "fixed"}, "amount", "how much"),
     ({"amount": "1.999"}, "amount", "such as 12.50"), ({"min_spend": "-1"}, "min_spend", "such as 12.50"),
     ({"kind": "buy_get"}, "buy", "how many are bought"), ({"buy": "1001"}, "buy", "0 to 1000"),
     ({"kind": "kit_price"}, "kit", "Name the products"), ({"kit": "mat many"}, "kit", "a number"),
     ({"products": "none-such"}, "products", "There is no"), ({"budget": "0"}, "budget", "more than nothing"),
     ({"starts": "2027-02-01T00:00", "ends": "2027-01-01T00:00"}, "ends", "after it starts"),
     ({"ends": "soon"}, "ends", "such as 2027"), ({"turn": "x"}, "", "since you looked")],
)  # fmt: skip
def test_what_makes_no_sense_is_said_beside_its_field(db, keeper, wrong, field, said):
    answer = keeper.post(NEW, data=TEN | wrong)

    assert answer.status_code == 422
    assert said in answer.text
    assert not field or f'id="{field}-error"' in answer.text
    assert promotions(db) == []


def test_a_sample_cart_shows_what_it_would_do_and_nothing_is_saved(db, keeper):
    tried = TEN | {"wish": "try", "sample": "ROLL-MINI-M 2"}

    text = keeper.post(NEW, data=tried).text

    assert "2 × Mini roller, Medium" in text
    assert "-€4.80" in text
    assert "€43.20" in text
    too_little = keeper.post(NEW, data=tried | {"min_spend": "50"}).text
    assert "needs €2.00 more" in too_little
    assert too_little.count("€48.00") == 4
    assert "There is no NONE." in keeper.post(NEW, data=tried | {"sample": "NONE"}).text
    assert "€24.00" in keeper.post(NEW, data=tried | {"sample": ""}).text
    assert promotions(db) == []


@both
def test_who_changes_a_promotion_second_is_told(db, keeper, url):
    first, second = form_of(keeper, url), form_of(keeper, url)

    assert keeper.post(url, data=first | {"percent": "15"}).status_code == 303
    answer = keeper.post(url, data=second | {"percent": "20"})

    assert (answer.status_code, "Somebody else has changed it" in answer.text) == (422, True)
    assert promotions(db)[0].basis_points == 1500


def test_what_orders_rely_on_does_not_change(db, keeper, url):
    form = form_of(keeper, url)
    assert "is decided when it is made" in keeper.post(url, data=form | {"budget": "100"}).text
    use(db, promotions(db)[0].id)

    answer = keeper.post(url, data=form | {"kind": "fixed", "amount": "5"})

    assert (answer.status_code, "its kind stays" in answer.text) == (422, True)
    assert "€2.40" in keeper.get(LIST).text


def test_a_stopped_promotion_counts_no_more_and_can_be_started_again(db, keeper, url):
    keeper.post(f"{url}/switch", data={"wish": "stop"})
    assert not promotions(db)[0].is_active
    assert "Stopped" in keeper.get(LIST).text

    keeper.post(f"{url}/switch", data={"wish": "start"})

    assert promotions(db)[0].is_active


@both
def test_codes_are_made_one_by_one_and_closed(db, keeper, url):
    sent = {"code": "spring-10", "limit_total": "5", "limit_each": ""}
    answers = [keeper.post(f"{url}/codes", data=sent) for _ in range(2)]
    assert [each.status_code for each in answers] == [303, 422]
    assert "There is a code SPRING10 already." in answers[1].text

    code = db.scalars(select(PromotionCode)).one()
    keeper.post(f"{url}/codes/{code.id}/close")

    db.rollback()
    assert db.get(PromotionCode, code.id, populate_existing=True).limit_total == 0
    done = set(db.scalars(select(AuditEntry.action)))
    assert {"promotion.made", "code.made", "code.closed"} <= done


@both
def test_a_batch_is_made_once(db, keeper, url):
    sent = {"count": "20", "start": "gift", "batch_total": "1", "turn": "0"}

    answers = [keeper.post(f"{url}/codes/batch", data=sent) for _ in range(2)]

    assert [each.status_code for each in answers] == [303, 422]
    codes = db.scalars(select(PromotionCode.code)).all()
    assert len(set(codes)) == 20
    assert all(each.startswith("GIFT") and len(each) == 16 for each in codes)


@pytest.mark.parametrize(
    "sent", [{"count": ""}, {"count": "501"}, {"count": "x"}, {"count": "1", "start": "s" * 40},
             {"count": "1", "batch_total": "0"}, {"count": "1", "turn": "x"}],
)  # fmt: skip
def test_a_batch_that_makes_no_sense_is_refused(db, keeper, url, sent):
    assert keeper.post(f"{url}/codes/batch", data={"turn": "0"} | sent).status_code == 422
    assert db.scalar(select(func.count()).select_from(PromotionCode)) == 0


def test_a_code_of_another_promotion_is_not_there(db, keeper, url):
    other = keeper.post(NEW, data=TEN | {"turn": promotions(db)[-1].id}).location
    keeper.post(f"{other}/codes", data={"code": "THEIRS"})
    code = db.scalars(select(PromotionCode)).one()

    assert keeper.post(f"{url}/codes/{code.id}/close").status_code == 404
    db.rollback()
    assert db.get(PromotionCode, code.id, populate_existing=True).limit_total is None


def test_a_long_list_of_promotions_costs_as_many_statements_as_a_short_one(
    app, db, keeper, url
):
    keeper.get(LIST)
    few = statements(app, lambda: keeper.get(LIST))
    for number in range(20):
        keeper.post(NEW, data=TEN | {"turn": promotions(db)[-1].id, "name": f"P{number}"})

    assert statements(app, lambda: keeper.get(LIST)) == few
    assert len(promotions(db)) == 21
