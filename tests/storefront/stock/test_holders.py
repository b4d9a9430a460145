"""One client can neither hoard the shelf nor keep the same pieces for ever."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from storefront import clock
from storefront.errors import TooManyHeld
from storefront.stock import service
from storefront.stock.models import StockHold
from storefront.stock.service import Bounds, Holder
from tests.makers import both, make_attempt, make_product

BOUNDS = Bounds(
    pieces=3, orders=2, most=timedelta(minutes=60), rest=timedelta(minutes=10), hold=timedelta(minutes=45)
)  # fmt: skip
ANA = Holder("ana@example.org", "192.0.2.1", "cart-a")


def hold(db, wanted, holder=ANA, attempt=None, bounds=BOUNDS, **more):
    attempt = attempt or make_attempt(db)
    until = clock.now() + timedelta(minutes=45)
    service.hold(db, attempt.id, wanted, until, few=5, holder=holder, bounds=bounds, **more)
    return attempt


@both
@pytest.mark.parametrize(
    "other",
    [
        Holder("ana@example.org", "192.0.2.9", "cart-b"),
        Holder("bo@example.org", "192.0.2.1", "cart-b"),
        Holder("bo@example.org", "192.0.2.9", "cart-a"),
    ],
    ids=["same address", "same client", "same cart"],
)
def test_one_client_holds_at_most_so_many_pieces_of_a_variant(db, other):
    roller = make_product(db, stock=50)
    hold(db, {roller.id: 2})

    with pytest.raises(TooManyHeld, match="Mini foam roller: one buyer may have 3 pieces"):
        hold(db, {roller.id: 2}, other)

    hold(db, {roller.id: 1}, other)
    hold(db, {roller.id: 3}, Holder("cy@example.org", "192.0.2.7", "cart-c"))


@both
def test_one_client_has_at_most_so_many_orders_waiting(db):
    roller = make_product(db, stock=50)
    first = hold(db, {roller.id: 1})
    hold(db, {roller.id: 1})

    with pytest.raises(TooManyHeld, match="2 orders that wait"):
        hold(db, {roller.id: 1})

    service.release(db, first.id, few=5)
    hold(db, {roller.id: 1})


@both
def test_what_an_order_takes_over_does_not_count_twice(db):
    roller = make_product(db, stock=3)
    first = hold(db, {roller.id: 3})

    hold(db, {roller.id: 3}, instead_of=[first.id])

    states = db.scalars(select(StockHold.state).order_by(StockHold.id)).all()
    assert states == ["released", "held"]


@both
def test_what_an_order_takes_over_and_does_not_need_is_free(db):
    roller, strap = make_product(db, stock=3), make_product(db, "strap", sku="S", stock=1)
    first = hold(db, {roller.id: 3, strap.id: 1})

    hold(db, {roller.id: 1}, instead_of=[first.id])

    assert service.shortages(db, {roller.id: 2, strap.id: 1}) == []


@both
def test_the_same_pieces_are_kept_no_longer_than_the_cap(db, monkeypatch):
    roller, began = make_product(db, stock=9), clock.now()
    attempt = hold(db, {roller.id: 1})

    def after(minutes):
        monkeypatch.setattr(clock, "now", lambda: began + timedelta(minutes=minutes))

    after(14)
    second = hold(db, {roller.id: 1}, instead_of=[attempt.id])
    after(16)
    with pytest.raises(TooManyHeld, match="order it again in 10 minutes"):
        hold(db, {roller.id: 1}, instead_of=[second.id])
    service.release(db, second.id, few=5)
    after(25)
    with pytest.raises(TooManyHeld):
        hold(db, {roller.id: 1})
    after(27)
    hold(db, {roller.id: 1})


@both
def test_a_client_is_forgotten_when_its_hold_ends(db):
    roller = make_product(db)
    attempt = hold(db, {roller.id: 1})

    service.release(db, attempt.id, few=5)

    kept = db.scalars(select(StockHold)).one()
    assert (kept.client, kept.email) == ("", "")


def test_nobody_in_particular_is_not_bounded(db):
    roller = make_product(db, stock=50)

    for _ in range(3):
        hold(db, {roller.id: 5}, Holder(), bounds=replace(BOUNDS, pieces=5))
