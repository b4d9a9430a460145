"""Recalls in the backoffice: counted first, then published, blocked and written, by who may."""

import pytest
from sqlalchemy import select

from storefront import database
from storefront.aftersales import shipments
from storefront.aftersales.recall_models import Recall
from storefront.catalog.models import Variant
from tests.makers import both
from tests.storefront.backoffice.at_the_desk import settings_of, signed_in, write_letters
from tests.storefront.backoffice.orders_at_the_desk import make_paid

DRAFT = {
    "title": "Mini roller, lot L 7", "hazard": "It can break.", "what_to_do": "Stop using it.",
    "skus": "SKU-PAID-1", "lots": "L 7", "remedy": "refund",
}  # fmt: skip


@pytest.fixture
def sent(app, db):
    """Send a roller of the lot, and give its order."""
    order = make_paid(db, quantity=1)
    db.commit()
    with database.transaction() as inside:
        line_id = order.lines[0].id
        shipments.ship(
            inside, order, {line_id: 1}, carrier="dhl", lots={line_id: "L 7"}, by="packer",
            settings=settings_of(app),
        )  # fmt: skip
    return order


@pytest.fixture
def keeper(app, sent):
    return signed_in(app, role="keeper")


@both
def test_a_recall_is_counted_published_blocked_and_written(app, db, keeper):
    shown = keeper.post("/backoffice/recalls/check", data=DRAFT).text
    assert "Orders with recalled lots: 1, 1 pieces in all" in shown
    assert db.scalars(select(Recall)).all() == []

    answer = keeper.post("/backoffice/recalls", data=DRAFT, follow_redirects=True)

    assert "It is published" in answer.text
    db.rollback()
    assert db.scalars(select(Variant.blocked_reason)).one().startswith("Recalled")
    write_letters(app)
    slug = db.scalars(select(Recall.slug)).one()
    assert "PAID-1" in keeper.get(f"/backoffice/recalls/{slug}").text
    assert app.test_client().get("/recalls/").status_code == 200


@pytest.mark.parametrize(
    "wrong", [{"title": ""}, {"hazard": ""}, {"skus": ""}, {"skus": "NOPE"}, {"lots": "L" * 61}]
)
def test_a_recall_that_says_too_little_is_refused(db, keeper, wrong):
    assert keeper.post("/backoffice/recalls/check", data=DRAFT | wrong).status_code == 422
    assert keeper.post("/backoffice/recalls", data=DRAFT | wrong).status_code == 422
    assert db.scalars(select(Recall)).all() == []


@pytest.mark.parametrize("role", ["packer", "author"])
def test_who_may_not_recall_does_not(app, db, sent, role):
    client = signed_in(app, role=role)

    assert client.get("/backoffice/recalls/new").status_code == 403
    assert client.post("/backoffice/recalls", data=DRAFT).status_code == 403
    assert db.scalars(select(Recall)).all() == []
