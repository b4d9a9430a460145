"""Returns in the backoffice: answered, received and closed, with the sum shown before it goes back."""

import pytest
from sqlalchemy import select

from storefront import database
from storefront.aftersales import returns, shipments
from storefront.aftersales.models import Return
from storefront.aftersales.returns import Wish
from storefront.payments.gateway import PaymentFacts
from storefront.payments.models import Refund
from storefront.stock.models import StockLevel
from tests.makers import both
from tests.storefront.backoffice.at_the_desk import settings_of, signed_in
from tests.storefront.backoffice.orders_at_the_desk import make_paid


@pytest.fixture
def number(app, db, gateway):
    """Ask for a return of two rollers that were sent."""
    order = make_paid(db)
    gateway.sessions["cs_PAID-1"] = PaymentFacts(
        session_id="cs_PAID-1", reference="", status="complete", payment_status="paid",
        payment_reference="pi_PAID-1", amount_minor=5190, subtotal_minor=4800, currency="EUR",
        livemode=False,
    )  # fmt: skip
    db.commit()
    settings = settings_of(app)
    with database.transaction() as inside:
        line = order.lines[0]
        shipments.ship(
            inside, order, {line.id: 2}, carrier="dhl", by="packer", settings=settings
        )
        asked = returns.ask(
            inside,
            order,
            [Wish(line.id, 2, "too_firm")],
            by="buyer",
            settings=settings,
            note="Ouch.",
        )
        return asked.number


@pytest.fixture
def keeper(app, number):
    return signed_in(app, role="keeper")


def at(number, what=""):
    return f"/backoffice/returns/{number}{what and '/'}{what}"


def line_of(db):
    db.rollback()
    return db.scalars(select(Return)).one().lines[0]


@both
def test_a_return_is_approved_received_and_refunded(db, number, keeper):
    before = db.scalars(select(StockLevel.on_hand)).one()
    assert "It is too firm" in keeper.get(at(number)).text
    assert keeper.post(at(number, "answer"), data={"wish": "approve"}).status_code == 303
    line = line_of(db)
    came = {f"came-{line.id}": "1", f"condition-{line.id}": "as_new", f"restock-{line.id}": "1"}
    assert keeper.post(at(number, "receive"), data=came).status_code == 303
    shown = keeper.get(at(number, "close") + "?amount=20").text
    assert "Close and refund €20.00" in shown

    answer = keeper.post(at(number, "close"), data={"turn": "0", "amount": "20"})

    assert answer.status_code == 303
    assert line_of(db).restocked == 1
    assert db.scalars(select(Return.state)).one() == "closed"
    assert [(one.amount_minor, one.state) for one in db.scalars(select(Refund))] == [
        (2000, "succeeded")
    ]
    assert db.scalars(select(StockLevel.on_hand)).one() == before + 1


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({}, "Choose an answer"),
        ({"wish": "maybe"}, "Choose an answer"),
        ({"wish": "refuse"}, "Say why"),
    ],
)
def test_an_answer_that_says_nothing_changes_nothing(db, number, keeper, sent, said):
    answer = keeper.post(at(number, "answer"), data=sent)

    assert answer.status_code == 422
    assert said in answer.text
    assert db.scalars(select(Return.state)).one() == "requested"


@pytest.mark.parametrize("came", ["", "3", "-1", "x", "9" * 40])
def test_what_cannot_have_come_is_refused(db, number, keeper, came):
    keeper.post(at(number, "answer"), data={"wish": "approve"})

    answer = keeper.post(at(number, "receive"), data={f"came-{line_of(db).id}": came})

    assert answer.status_code == 422
    assert line_of(db).received == 0


def test_a_return_that_has_not_come_cannot_be_closed(db, number, keeper):
    assert keeper.post(at(number, "close"), data={"turn": "0"}).status_code == 422
    assert db.scalars(select(Return.state)).one() == "requested"


def test_closing_twice_refunds_once(db, number, keeper):
    keeper.post(at(number, "answer"), data={"wish": "approve"})
    keeper.post(at(number, "receive"), data={f"came-{line_of(db).id}": "2"})

    answers = [
        keeper.post(at(number, "close"), data={"turn": "0"}).status_code for _ in range(2)
    ]

    assert answers == [303, 422]
    db.rollback()
    assert len(db.scalars(select(Refund)).all()) == 1


def test_a_packer_receives_and_moves_no_money(app, db, number, keeper):
    packer = signed_in(app, role="packer")
    keeper.post(at(number, "answer"), data={"wish": "approve"})

    assert packer.get("/backoffice/returns").status_code == 200
    assert (
        packer.post(at(number, "receive"), data={f"came-{line_of(db).id}": "2"}).status_code
        == 303
    )
    assert packer.get(at(number, "close")).status_code == 403
    assert packer.post(at(number, "close"), data={"turn": "0"}).status_code == 403
    assert packer.post(at(number, "answer"), data={"wish": "approve"}).status_code == 403


@pytest.mark.parametrize("role", ["author"])
def test_an_author_has_nothing_to_do_with_returns(app, number, role):
    assert signed_in(app, role=role).get(at(number)).status_code == 403


def test_the_list_shows_what_is_open_and_what_is_over(db, number, keeper):
    assert number in keeper.get("/backoffice/returns").text
    assert number not in keeper.get("/backoffice/returns?state=over").text
    assert number in keeper.get("/backoffice/returns?state=nonsense").text
    assert keeper.get(at("R-NONE")).status_code == 404
