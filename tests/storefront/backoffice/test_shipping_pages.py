"""Parcels from the backoffice: asked, shown, sent once, and never more than is due."""

import pytest
from sqlalchemy import select

from storefront.orders.models import Fulfilment, Order, Shipment
from storefront.staff.models import AuditEntry
from tests.makers import both
from tests.storefront.backoffice.at_the_desk import signed_in
from tests.storefront.backoffice.orders_at_the_desk import make_paid

SHIP = "/backoffice/orders/PAID-1/ship"


@pytest.fixture
def order(db):
    made = make_paid(db)
    db.commit()
    return made


@pytest.fixture
def packer(app, order):
    return signed_in(app, role="packer")


def parcel(order, pieces=1, **fields):
    return {f"line-{order.lines[0].id}": pieces, "carrier": "dhl", "parcels": "0", **fields}


def states(db):
    db.rollback()
    return db.scalars(select(Order.state)).one(), db.scalars(select(Fulfilment.state)).one()


@both
def test_an_order_leaves_in_two_parcels(db, order, packer):
    first = parcel(order, tracking="00340 4341", **{f"lot-{order.lines[0].id}": "L 7"})
    shown = packer.get(f"{SHIP}/check", query_string=first).text
    assert "1 × Mini roller, lot L 7" in shown
    assert "1 more will still be to send" in shown

    assert packer.post(SHIP, data=first).status_code == 303
    assert states(db) == ("paid", "partly_shipped")
    assert packer.post(SHIP, data=parcel(order, parcels="1")).status_code == 303

    assert states(db) == ("fulfilled", "shipped")
    text = packer.get("/backoffice/orders/PAID-1").text
    assert "003404341" in text
    assert "lot L 7" in text
    assert db.scalars(select(AuditEntry.action)).all() == ["order.shipped", "order.shipped"]


@both
def test_two_packers_who_press_at_once_send_one_parcel(app, db, order, packer):
    other = signed_in(app, role="packer", email="other@example.org")

    answers = [each.post(SHIP, data=parcel(order)).status_code for each in (packer, other)]

    assert answers == [303, 422]
    assert len(db.scalars(select(Shipment)).all()) == 1


@pytest.mark.parametrize(
    ("wrong", "said"),
    [({"carrier": "pigeon"}, "Choose one of the carriers."),
     ({"tracking": "<script>"}, "letters and digits only"),
     ({"line": "3"}, "at most 2 still to be sent"), ({"line": "x"}, "enter a number"),
     ({"line": "-1"}, "enter a number"), ({"line": "9" * 40}, "enter a number"),
     ({"line": ""}, "Choose at least one piece."), ({"parcels": ""}, "Look at the order again")],
)  # fmt: skip
def test_what_cannot_be_sent_is_refused_beside_its_field(db, order, packer, wrong, said):
    sent = parcel(order) | {name: text for name, text in wrong.items() if name != "line"}
    if "line" in wrong:
        sent[f"line-{order.lines[0].id}"] = wrong["line"]

    answer = packer.post(SHIP, data=sent)

    assert answer.status_code == 422
    assert said in answer.text
    assert states(db) == ("paid", "to_ship")


def test_a_line_of_another_order_cannot_be_sent_with_this_one(db, order, packer):
    other = make_paid(db, "PAID-2")
    db.commit()

    answer = packer.post(
        SHIP, data={f"line-{other.lines[0].id}": "1", "carrier": "dhl", "parcels": "0"}
    )

    assert answer.status_code == 422
    assert db.scalars(select(Shipment)).all() == []


def test_an_author_ships_nothing(app, order):
    author = signed_in(app, role="author")

    assert author.get(SHIP).status_code == 403
    assert author.post(SHIP, data=parcel(order)).status_code == 403


def test_the_packing_slip_is_a_page_and_a_file(order, packer):
    page = packer.get("/backoffice/orders/PAID-1/packing-slip")
    file = packer.get("/backoffice/orders/PAID-1/packing-slip.pdf")

    assert "Mini roller" in page.text
    assert file.mimetype == "application/pdf"
    assert file.data.startswith(b"%PDF")


def test_the_address_is_mended_until_a_parcel_has_left(db, order, packer):
    address, sent = "/backoffice/orders/PAID-1/address", {
        "name": "Ana B.", "line1": "Way 2", "postal_code": "10117", "city": "Berlin"
    }  # fmt: skip
    assert "Way 1" in packer.get(address).text
    assert packer.post(address, data=sent | {"postal_code": "1"}).status_code == 422

    assert packer.post(address, data=sent).status_code == 303

    db.rollback()
    assert db.scalars(select(Order.address)).one()["line1"] == "Way 2"
    packer.post(SHIP, data=parcel(order))
    assert packer.post(address, data=sent | {"line1": "Way 3"}).status_code == 422


def test_no_slip_is_offered_where_nothing_is_left_to_pack(db, order, packer):
    one = "/backoffice/orders/PAID-1"
    assert f"{one}/packing-slip" in packer.get(one).text

    packer.post(SHIP, data=parcel(order, 2))

    assert f"{one}/packing-slip" not in packer.get(one).text
