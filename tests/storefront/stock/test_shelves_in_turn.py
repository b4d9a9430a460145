"""Whoever takes several shelves takes them in turn, so that no buyer meets a deadlock."""

import threading
import time

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from storefront import clock, database
from storefront.aftersales import recall
from storefront.stock import levels, low
from storefront.stock.models import StockLevel
from tests.makers import make_product

# SQLite has one writer at a time, and so no deadlock.
pytestmark = pytest.mark.parametrize("backend", ["postgresql"], indirect=True)


@pytest.fixture
def shelves(db):
    """Two shelves; the first lies behind the second in the table."""
    first = make_product(db, stock=100).id
    second = make_product(db, "strap", sku="STRAP", stock=100).id
    db.commit()
    db.execute(update(StockLevel).where(StockLevel.variant_id == first).values(held=0))
    db.commit()
    return first, second


class Meanwhile(threading.Thread):
    """Somebody else's transaction, under way while a buyer's is."""

    def __init__(self, db, do):
        super().__init__()
        self.error, self._engine, self._do = None, db.get_bind(), do

    def run(self):
        with Session(self._engine) as session:
            try:
                self._do(session)
                session.commit()
            except Exception as error:
                self.error = error


def beside(db, do, first, then):
    """Let a buyer do one thing, somebody else theirs, and the buyer another; give what went wrong."""
    other = Meanwhile(db, do)
    with Session(db.get_bind()) as buyer:
        first(buyer)
        other.start()
        time.sleep(0.5)
        then(buyer)
        buyer.commit()
    other.join(20)
    return other.error


def test_what_runs_low_is_counted_past_a_buyer(app, db, shelves):
    first, second = shelves
    settings = app.extensions["storefront"].settings

    wrong = beside(
        db, lambda session: low.tell(session, settings, clock.now()),
        lambda buyer: levels.shelf(buyer, [first], lock=True),
        lambda buyer: levels.shelf(buyer, [second], lock=True),
    )  # fmt: skip

    assert wrong is None
    told = select(StockLevel.is_low_told).order_by(StockLevel.variant_id)
    assert db.scalars(told).all() == [True, False]  # the one a buyer was at comes next time


def test_a_recall_of_several_goods_waits_for_a_buyer(db, shelves):
    draft = recall.Draft("Cracks", "It may break.", "Stop.", ["ROLL-MINI-M", "STRAP"])

    wrong = beside(
        db, lambda session: recall.create(session, draft, by="ina"),
        lambda buyer: levels.shelf(buyer, [shelves[1]], lock=True),
        database.raise_content_revision,
    )  # fmt: skip

    assert wrong is None
    assert levels.blocked(db, shelves) == set(shelves)
