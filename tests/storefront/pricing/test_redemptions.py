"""Uses are counted with the order: one that is good once is used once, and comes back unpaid."""

import threading
from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from storefront import clock
from storefront.orders.models import Order
from storefront.payments import ledger, settle
from storefront.payments.models import PaymentAttempt
from storefront.pricing import gift_cards, redemptions
from storefront.pricing.customers import customer_hash
from storefront.pricing.gift_uses import GiftUse
from storefront.pricing.models import GiftCard, GiftMove, Promotion, PromotionCode, Redemption
from storefront.pricing.quote import Applied
from tests.makers import both, make_code, make_order, make_product, make_promotion

ADDRESS = {"line1": "Way 1", "city": "Berlin", "postal_code": "10115", "country": "DE"}


@pytest.fixture
def shop(app):
    return app.extensions["storefront"].settings


@pytest.fixture
def buy(app, gateway):
    """Order one roller as a program would."""

    def order(code, email="ana@example.org", client="10.0.0.1", **more):
        wish = {"items": [{"sku": "ROLL-MINI-M", "quantity": 1}], "email": email, "name": "Ana",
                "address": ADDRESS, "code": code, **more}  # fmt: skip
        return app.test_client().post(
            "/api/v1/checkout", json=wish, environ_base={"REMOTE_ADDR": client}
        )

    return order


def only(db, model):
    db.rollback()
    return db.scalars(select(model)).one()


def used(db, code="ONE"):
    db.rollback()
    return db.scalar(select(PromotionCode.used).where(PromotionCode.code == code))


@both
def test_a_code_that_is_good_once_is_used_once_by_a_hundred_at_once(db, buy):
    make_product(db, stock=200)
    make_code(db, "ONE", basis_points=1000, limit_total=1)
    db.commit()
    answers = []

    def run(number):
        answers.append(buy("one", email=f"b{number}@example.org", client=f"10.0.0.{number}"))

    for start in range(0, 100, 20):
        threads = [threading.Thread(target=run, args=(start + n,)) for n in range(20)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)

    codes = sorted(answer.status_code for answer in answers)
    assert codes == [201] + [409] * 99
    assert {answer.json["code"] for answer in answers if answer.status_code == 409} == {
        "code_used"
    }
    assert used(db) == 1
    assert db.scalar(select(func.count()).select_from(Order)) == 1
    assert ledger.problems(db) == []


@both
def test_an_unpaid_order_keeps_its_code_until_it_closes(app, db, buy, shop, gateway):
    make_product(db)
    make_code(db, "ONE", basis_points=1000, limit_total=1)
    db.commit()
    assert buy("ONE").status_code == 201
    assert buy("ONE", email="bob@example.org").json["code"] == "code_used"
    attempt = only(db, PaymentAttempt)
    attempt_id, session_id = attempt.id, attempt.session_id
    db.rollback()

    gateway.expire_session(session_id)
    settle.settle(attempt_id, gateway, shop)

    assert used(db) == 0
    assert buy("ONE", email="bob@example.org").status_code == 201
    assert ledger.problems(db) == []


@both
def test_a_paid_order_makes_its_use_final(db, buy, shop, gateway):
    make_product(db)
    make_code(db, "ONE", basis_points=1000, limit_total=1)
    db.commit()
    buy("ONE")
    attempt = only(db, PaymentAttempt)
    attempt_id = attempt.id
    gateway.pay(attempt.session_id)
    db.rollback()

    settle.settle(attempt_id, gateway, shop)

    assert only(db, Redemption).state == "confirmed"
    assert only(db, Order).state == "paid"
    assert used(db) == 1
    assert ledger.problems(db) == []


@both
def test_a_use_released_and_given_to_another_is_not_taken_twice(db, shop):
    code = make_code(db, "ONE", basis_points=1000, limit_total=1)
    first, second = make_order(db), make_order(db, email="bob@example.org")
    take(db, first, code)
    redemptions.release(db, first)
    take(db, second, code)

    assert redemptions.confirm(db, second) is True
    assert redemptions.confirm(db, first) is False
    db.commit()
    assert used(db) == 1
    assert list(ledger.pricing.problems(db)) == []


@both
def test_late_money_takes_a_free_use_again(db):
    code = make_code(db, "ONE", basis_points=1000, limit_total=1)
    order = make_order(db)
    take(db, order, code)
    redemptions.release(db, order)

    assert redemptions.confirm(db, order) is True
    db.commit()
    assert used(db) == 1


@both
def test_releasing_twice_gives_back_once(db):
    code = make_code(db, "TEN", basis_points=1000, limit_total=10, budget_minor=1000)
    order = make_order(db)
    take(db, order, code)
    redemptions.release(db, order)
    redemptions.release(db, order)
    db.commit()

    assert used(db, "TEN") == 0
    assert only(db, Promotion).spent_minor == 0


@both
def test_one_customer_uses_a_code_once_however_the_address_is_written(db, buy):
    make_product(db)
    make_code(db, "EACH", basis_points=1000, limit_each=1)
    db.commit()

    assert buy("EACH", email="ana@example.org").status_code == 201
    again = buy("EACH", email="Ana+two@example.org")

    assert (again.status_code, again.json["code"]) == (409, "code_used")
    assert buy("EACH", email="bob@example.org").status_code == 201


@both
def test_the_database_itself_refuses_a_second_use_of_a_single_use_code(db):
    code = make_code(db, "EACH", basis_points=1000, limit_each=1)
    take(db, make_order(db), code)
    db.add(
        Redemption(
            order_id=make_order(db).id, promotion_id=code.promotion_id, code_id=code.id, once=True,
            email_hash=customer_hash("ana@example.org"), amount_minor=1, at=clock.now(),
        )
    )  # fmt: skip

    with pytest.raises(IntegrityError):
        db.flush()
    db.rollback()


@both
def test_a_campaign_never_spends_more_than_its_budget(db, buy):
    make_product(db)
    make_promotion(db, basis_points=1000, budget_minor=500)  # two times 2.40
    db.commit()

    for number in range(4):
        assert buy(None, email=f"b{number}@example.org").status_code == 201

    db.rollback()
    totals = db.scalars(select(Order.discount_minor).order_by(Order.id)).all()
    assert totals == [240, 240, 0, 0]
    assert only(db, Promotion).spent_minor == 480
    assert ledger.problems(db) == []


@both
def test_a_gift_card_pays_a_part_and_gets_it_back_when_nothing_is_paid(db, buy, shop, gateway):
    make_product(db)
    card = gift_cards.issue(db, 1000, shop)
    db.commit()
    assert buy(card.code.lower().replace("-", " ")).status_code == 201
    order, attempt = only(db, Order), only(db, PaymentAttempt)
    assert (order.total_minor, order.gift_minor, order.charge_minor) == (2790, 1000, 1790)
    assert only(db, GiftCard).balance_minor == 0
    assert gateway.sessions[attempt.session_id].amount_minor == 1790
    attempt_id = attempt.id
    gateway.expire_session(attempt.session_id)
    db.rollback()

    settle.settle(attempt_id, gateway, shop)

    assert only(db, GiftCard).balance_minor == 1000
    assert ledger.problems(db) == []


@both
def test_a_gift_card_that_pays_all_needs_no_pay_page(db, buy, shop, gateway):
    make_product(db)
    card = gift_cards.issue(db, 5000, shop)
    db.commit()

    answer = buy(card.code)

    order = only(db, Order)
    assert answer.status_code == 201
    assert gateway.requests == []
    assert (order.state, order.charge_minor, order.paid_minor) == ("paid", 0, 0)
    assert only(db, GiftCard).balance_minor == 5000 - 2790
    assert ledger.problems(db) == []


@both
def test_a_full_discount_needs_no_pay_page_and_is_sent_once(db, buy, gateway):
    make_product(db)
    make_code(db, "ALL", basis_points=10_000, limit_total=1)
    make_promotion(db, kind="free_delivery")
    db.commit()

    assert buy("ALL").json["total_minor"] == 0
    assert gateway.requests == []
    assert only(db, Order).state == "paid"
    assert {use.state for use in db.scalars(select(Redemption))} == {"confirmed"}
    assert ledger.problems(db) == []


@both
def test_refunds_go_back_to_the_cards_that_paid_and_never_more(db, shop):
    one, two = gift_cards.issue(db, 600, shop).card, gift_cards.issue(db, 900, shop).card
    order = make_order(db)
    gift_cards.reserve(db, order.id, [use(one, 600), use(two, 400)])

    assert gift_cards.give_back(db, order, 700, clock.now()) == 700
    assert gift_cards.give_back(db, order, 700, clock.now()) == 300
    db.commit()
    assert db.scalars(select(GiftCard.balance_minor).order_by(GiftCard.id)).all() == [600, 900]
    assert list(ledger.pricing.problems(db)) == []


@both
def test_late_money_takes_the_gift_card_again_only_if_it_is_still_there(db, shop):
    card = gift_cards.issue(db, 600, shop).card
    first, second = make_order(db), make_order(db)
    gift_cards.reserve(db, first.id, [use(card, 600)])
    redemptions.release(db, first)

    assert redemptions.confirm(db, first) is True
    redemptions.release(db, first)
    gift_cards.reserve(db, second.id, [use(card, 1)])
    assert redemptions.confirm(db, first) is False
    db.commit()
    assert only(db, GiftCard).balance_minor == 599


def test_the_ledger_names_a_code_and_a_card_that_do_not_add_up(db, shop):
    make_code(db, "ODD", basis_points=1000).used = 2
    gift_cards.issue(db, 600, shop).card.balance_minor = 700
    db.flush()

    found = " ".join(ledger.problems(db))

    assert "Code ODD: 2 uses are noted, 0 orders have it." in found
    assert "700 is noted, its moves say 600" in found


def test_a_cards_code_is_stored_nowhere(db, shop):
    made = gift_cards.issue(db, 600, shop)

    stored = str([getattr(made.card, column.name) for column in GiftCard.__table__.columns])

    assert made.code not in stored
    assert made.code.replace("-", "") not in stored
    assert db.scalars(select(GiftMove.amount_minor)).all() == [600]


def test_blocked_ended_and_empty_cards_do_not_pay(db, buy, shop):
    make_product(db)
    blocked, ended, empty = (gift_cards.issue(db, 600, shop) for _ in range(3))
    gift_cards.block(db, blocked.card.id)
    ended.card.ends_at = clock.now() - timedelta(days=1)
    gift_cards.correct(db, empty.card.id, -600)
    db.commit()

    answers = [buy(card.code) for card in (blocked, ended, empty)]

    assert [answer.status_code for answer in answers] == [422, 422, 409]
    words = ("is blocked", "ended on", "nothing left")
    assert all(word in each.json["detail"] for word, each in zip(words, answers, strict=True))


def take(db, order, code):
    """Reserve a use as a quote would."""

    class Told:
        applied = (Applied(code.promotion_id, "Offer", code.code, code.id, 240),)
        gifts = ()

    redemptions.reserve(db, order, Told)


def use(card, minor):
    return GiftUse(card.id, "", card.ends, minor, 0)
