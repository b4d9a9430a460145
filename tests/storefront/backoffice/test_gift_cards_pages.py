"""Gift cards in the backoffice: issued once, the code shown once, and every cent in a move."""

import re

import pytest
from sqlalchemy import select

from storefront.pricing import ledger
from storefront.pricing.models import GiftCard, GiftMove
from storefront.sent_log import SentLetter
from storefront.staff.models import AuditEntry
from tests.makers import both
from tests.storefront.backoffice.at_the_desk import signed_in, write_letters
from tests.storefront.backoffice.counted import statements

LIST = "/backoffice/gift-cards"
NEW = f"{LIST}/new"
CODE = re.compile(r"[0-9A-Z]{4}(?:-[0-9A-Z]{4}){3}")
ISSUE = {"amount": "50", "email": "", "note": "Sorry", "ends": "", "turn": "0"}


@pytest.fixture
def keeper(app):
    return signed_in(app, "keeper")


def cards(db):
    db.rollback()
    db.expire_all()
    return db.scalars(select(GiftCard).order_by(GiftCard.id)).all()


@both
def test_a_card_is_issued_once_and_its_code_is_shown_once(db, keeper):
    first, second = keeper.post(NEW, data=ISSUE), keeper.post(NEW, data=ISSUE)

    code = CODE.search(first.text)[0]
    assert (first.status_code, second.status_code) == (200, 422)
    assert [(each.balance_minor, each.note) for each in cards(db)] == [(5000, "Sorry")]
    for path in (LIST, f"{LIST}/1", "/backoffice/audit"):
        assert code not in keeper.get(path).text
    entry = db.scalars(select(AuditEntry).where(AuditEntry.action == "gift_card.issued")).one()
    assert code not in str(entry.facts)


def test_a_mailed_code_is_in_the_letter_and_on_no_page(app, db, keeper):
    answer = keeper.post(NEW, data=ISSUE | {"email": "ana@example.org"})
    write_letters(app)

    assert answer.status_code == 303
    assert not CODE.search(keeper.get(answer.location).text)
    assert cards(db)[0].email == "ana@example.org"
    letter = db.scalars(select(SentLetter)).one()
    assert (letter.letter, letter.to) == ("gift_card", "ana@example.org")


@both
def test_money_is_put_on_and_taken_off_with_a_reason_and_once(db, keeper):
    keeper.post(NEW, data=ISSUE)
    card = cards(db)[0]
    turn = db.scalar(select(GiftMove.id))
    off = {"way": "off", "amount": "20", "why": "Typed wrong", "turn": turn}

    answers = [keeper.post(f"{LIST}/{card.id}/correct", data=off) for _ in range(2)]

    assert [each.status_code for each in answers] == [303, 422]
    assert cards(db)[0].balance_minor == 3000
    assert list(ledger.problems(db)) == []


@pytest.mark.parametrize(
    ("wrong", "said"),
    [({"amount": ""}, "Enter an amount."), ({"amount": "0"}, "Enter an amount."), ({"why": ""}, "Say why."),
     ({"way": "up"}, "Choose what to do."), ({"amount": "60"}, "There is less on this card."),
     ({"way": "on", "amount": "1000000"}, "too much for one card"), ({"turn": "x"}, "since you looked")],
)  # fmt: skip
def test_a_correction_that_makes_no_sense_is_refused(db, keeper, wrong, said):
    keeper.post(NEW, data=ISSUE)
    turn = db.scalar(select(GiftMove.id))
    sent = {"way": "off", "amount": "20", "why": "x", "turn": turn} | wrong

    answer = keeper.post(f"{LIST}/{cards(db)[0].id}/correct", data=sent)

    assert answer.status_code == 422
    assert said in answer.text
    assert cards(db)[0].balance_minor == 5000


@pytest.mark.parametrize(
    "wrong", [{"amount": ""}, {"amount": "0"}, {"amount": "-5"}, {"amount": "9999999999"},
              {"email": "nobody"}, {"ends": "soon"}, {"turn": ""}],
)  # fmt: skip
def test_a_card_that_makes_no_sense_is_not_issued(db, keeper, wrong):
    assert keeper.post(NEW, data=ISSUE | wrong).status_code == 422
    assert cards(db) == []


def test_a_blocked_card_pays_nothing_until_it_is_opened(db, keeper):
    keeper.post(NEW, data=ISSUE)
    keeper.post(f"{LIST}/1/block", data={"wish": "block"})
    assert cards(db)[0].is_blocked
    assert "Blocked" in keeper.get(LIST).text

    keeper.post(f"{LIST}/1/block", data={"wish": "open"})

    assert not cards(db)[0].is_blocked


def test_issuing_asks_for_a_fresh_proof_and_is_not_for_packers(app):
    for role in ("packer", "author"):
        assert signed_in(app, role).get(NEW).status_code == 403


def test_a_long_list_of_cards_costs_as_many_statements_as_a_short_one(app, db, keeper):
    keeper.get(LIST)
    few = statements(app, lambda: keeper.get(LIST))
    for turn in range(12):
        keeper.post(NEW, data=ISSUE | {"turn": turn})

    assert statements(app, lambda: keeper.get(LIST)) == few
    assert len(cards(db)) == 12
